"""Text rows: whole paragraphs within a budget."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.files.prose import cut

CASES = [
    ("empty", "", 10, []),
    ("blank", "\n \n\n", 10, []),
    ("one paragraph", "abc\ndef\n", 10, [(1, "abc\ndef")]),
    ("paragraphs that fit go together", "\nab\n\ncd\n\nefghij\n", 8, [(2, "ab\n\ncd"), (6, "efghij")]),
    ("indentation stays", "  - a\n  - b\n", 20, [(1, "  - a\n  - b")]),
    (
        "long paragraph is cut at sentences",
        "一二三。四五六。七八。\n\n末\n",
        8,
        [(1, "一二三。四五六。"), (1, "七八。\n\n末")],
    ),
    ("long sentence is cut at the budget", "abcdefghij\n", 4, [(1, "abcd"), (1, "efgh"), (1, "ij")]),
    ("CRLF", "ab\r\ncd\r\n\r\nef\r\n", 5, [(1, "ab\ncd"), (4, "ef")]),
    ("lines of a long paragraph", "abc\ndef\nghi\n", 8, [(1, "abc\ndef"), (3, "ghi")]),
]


@pytest.mark.parametrize("name", ["in.txt", "in.md"])
@pytest.mark.parametrize(("text", "budget", "rows"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_text_is_split_by_paragraphs(read_file, name, text, budget, rows) -> None:
    result = read_file(name, text.encode(), max_chars=budget)

    assert [(row, value["text"]) for row, value in result.rows] == rows


def test_bad_line_parts_the_text_around_it(read_file) -> None:
    result = read_file("in.txt", "é\na\n".encode() + b"\xff\nb\n\x00\n")

    assert [(row, value["text"]) for row, value in result.rows] == [(1, "é\na"), (4, "b")]
    assert result.faults == [(3, "not_utf8"), (5, "nul_byte")]


@given(st.text(alphabet="ab。. \n", max_size=60), st.integers(1, 12))
def test_cutting_loses_only_white_space(text, budget) -> None:
    pieces = cut(text, budget)

    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(len(piece) <= budget for piece in pieces)
