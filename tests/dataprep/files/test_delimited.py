"""CSV and TSV: the traps of the format."""

import pytest

CASES = [
    ("header only", b"a,b\n", [], []),
    ("leading zeros and words of nothing stay text", b"a,b\n007,NA\n1e5,\n", [(2, "007", "NA"), (3, "1e5", "")], []),
    ("CRLF", b"a,b\r\n1,2\r\n", [(2, "1", "2")], []),
    ("CR", b"a,b\r1,2\r3,4\r", [(2, "1", "2"), (3, "3", "4")], []),
    ("blank lines", b"\na,b\n\n1,2\n\n", [(4, "1", "2")], []),
    ("row of empty cells", b"a,b\n,\n", [(2, "", "")], []),
    ("quoted separators and quotes", b'a,b\n"1,5","say ""hi"""\n', [(2, "1,5", 'say "hi"')], []),
    ("quoted line feeds", b'a,b\n"x\ny\n\nz",2\n3,4\n', [(2, "x\ny\n\nz", "2"), (6, "3", "4")], []),
    ("short row", b"a,b\n1\n3,4\n", [(3, "3", "4")], [(2, "ragged_row")]),
    ("long row", b"a,b\n1,2,3\n3,4\n", [(3, "3", "4")], [(2, "ragged_row")]),
    ("quote never closed", b'a,b\n1,"x\n3,4\n5,6\n', [(3, "3", "4"), (4, "5", "6")], [(2, "unbalanced_quote")]),
    ("text behind a quote", b'a,b\n1,"x"y\n3,4\n', [(3, "3", "4")], [(2, "unbalanced_quote")]),
    ("quote closed too late", b'a,b\n1,"x\n2,"3"\n4,5\n', [(3, "2", "3"), (4, "4", "5")], [(2, "unbalanced_quote")]),
    ("quote on the last line", b'a,b\n3,4\n1,"x', [(2, "3", "4")], [(3, "unbalanced_quote")]),
    ("quote inside of a cell", b'a,b\n1,5" pipe\n', [(2, "1", '5" pipe')], []),
    ("NUL", b"a,b\n1,x\x00y\n3,4\n", [(3, "3", "4")], [(2, "nul_byte")]),
    ("bad byte", "a,b\n1,é\n".encode() + b"2,\xff\n3,4\n", [(2, "1", "é"), (4, "3", "4")], [(3, "not_utf8")]),
    (
        "bad byte in a quoted line",
        "a,b\né,1\n".encode() + b'"x\n\xff\ny",2\n3,4\n',
        [(2, "é", "1"), (6, "3", "4")],
        [(3, "not_utf8")],
    ),
    ("CR outside of quotes", b"a,b\n1,x\ry\n3,4\n", [(3, "3", "4")], [(2, "control_byte")]),
]


@pytest.mark.parametrize(("content", "rows", "faults"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rows_and_faults_have_their_line(read_file, content, rows, faults) -> None:
    result = read_file("in.csv", content)

    assert [(row, value["a"], value["b"]) for row, value in result.rows] == rows
    assert result.faults == faults


@pytest.mark.parametrize(
    ("name", "content", "note"),
    [
        ("in.csv", "a;b\nx, y;1\nz, w;2\n", "separator ';'"),
        ("in.csv", "a\tb\nx\t1\ny\t2\n", "separator '\\t'"),
        ("in.csv", "a|b\nx|1\n", "separator '|'"),
        ("in.csv", "a,b\nx;1,2\n", None),
        ("in.tsv", "a\tb\nx, y\t1\n", None),
        ("in.tsv", "a,b\nx,1\n", "separator ','"),
    ],
)
def test_separator_is_found_and_told(read_file, name, content, note) -> None:
    result = read_file(name, content.encode())

    assert all(set(value) == {"a", "b"} for value in result.values)
    assert len(result.values) == content.count("\n") - 1
    assert [told for told in result.notes if "separator" in told] == ([note] if note else [])


def test_one_column_is_a_table_too(read_file) -> None:
    assert read_file("in.csv", "text\n你好，世界\n".encode()).values == [{"text": "你好，世界"}]


def test_equal_and_empty_column_names_are_told_apart(read_file) -> None:
    result = read_file("in.csv", b"a,,a\n1,2,3\n")

    assert result.values == [{"a": "1", "column_2": "2", "a_2": "3"}]
    assert result.notes == [
        "column 2 is called 'column_2', because its name is empty",
        "column 3 is called 'a_2', because its name is taken",
    ]


def test_header_that_cannot_be_read_is_told(read_file) -> None:
    assert read_file("in.csv", b"a,\x00b\n1,2\n").faults == [(1, "no_header")]


def test_cell_beyond_the_modules_own_limit_is_read(read_file) -> None:
    assert len(read_file("in.csv", b"a,b\n1," + b"x" * 200_000 + b"\n").values[0]["b"]) == 200_000


def test_many_open_quotes_end_in_time(read_file) -> None:
    content = b"a\tb\n" + b'x\t"never closed\n' * 3_000
    result = read_file("in.tsv", content)

    assert len(result.rows) + len(result.faults) == 3_000
