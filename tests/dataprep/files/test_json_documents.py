"""JSON documents: arrays, single objects, lists inside, and files whose suffix lies."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.files.json_cut import Cutter
from dataprep.files.json_row import fault_of

SHAPES = [
    ("empty array", b"[]", [], None),
    ("array", b'[{"a":1},{"b":2}]', [{"a": 1}, {"b": 2}], None),
    ("pretty array with mark", b'\xef\xbb\xbf[\r\n  {"a": 1},\r\n  {"b": 2}\r\n]\r\n', [{"a": 1}, {"b": 2}], None),
    ("one object", b'{"instruction":"x","output":"y"}', [{"instruction": "x", "output": "y"}], None),
    ("one pretty object", b'{\n"a": [\n1\n]\n}', [{"a": [1]}], None),
    ("data", b'{"data":[{"a":1}],"version":"2"}', [{"a": 1}], "'data'; left out beside it: version"),
    ("data wins", b'{"other":[{"x":1}],"data":[{"a":1}]}', [{"a": 1}], "'data'; left out beside it: other"),
    ("any single list", b'{"version":1,"rows":[{"a":[{"b":1}]}]}', [{"a": [{"b": 1}]}], "'rows'"),
    ("list further inside", b'{"result":{"rows":[{"a":1}]}}', [{"a": 1}], "'result.rows'"),
    ("list with dots in its name", b'{"a.b":[{"c":1}]}', [{"c": 1}], "'a.b'"),
    ("list of the split", b'{"train":[{"a":1}],"test":[{"b":1}]}', [{"a": 1}], "'train'; left out beside it: test"),
    ("chat is a row", b'{"messages":[{"role":"user","content":"x"}]}', 1, None),
    ("ShareGPT is a row", b'{"id":1,"conversations":[{"from":"human","value":"x"}]}', 1, None),
    ("tools are part of a row", b'{"tools":[{"name":"f"}],"id":1}', 1, None),
    ("row beside a list", b'{"question":"x","sources":[{"url":"y"}]}', 1, None),
    ("two lists are one row", b'{"x":[{"a":1}],"y":[{"b":1}]}', 1, None),
    ("objects one after the other", b'{\n"a":1\n}\n{\n"a":2\n}\n', [{"a": 1}, {"a": 2}], None),
    ("JSON lines in a .json", b'{"a":1}\n{"a":2}\n', [{"a": 1}, {"a": 2}], "JSON lines, not one JSON document"),
    ("escaped emoji", b'[{"a":"\\ud83d\\ude00"}]', [{"a": "😀"}], None),
    ("brackets and quotes in text", b'[{"a":"]}\\"[{,"},{"b":"\\\\"}]', [{"a": ']}"[{,'}, {"b": "\\"}], None),
]


@pytest.mark.parametrize(
    ("content", "rows", "note"), [shape[1:] for shape in SHAPES], ids=[shape[0] for shape in SHAPES]
)
def test_rows_are_found(read_file, content, rows, note) -> None:
    result = read_file("in.json", content)

    assert result.values == ([json.loads(content)] if rows == 1 else rows)
    assert [row for row, _ in result.rows] == list(range(1, len(result.values) + 1))
    assert note is None or any(note in told for told in result.notes)
    assert result.faults == []


DAMAGE = [
    ("NaN", b'[{"a":1},{"a":NaN},{"b":2}]', [1, 3], [(2, "not_finite")]),
    ("lone surrogate", b'[{"a":"\\ud800b"},{"b":2}]', [2], [(1, "lone_surrogate")]),
    ("control byte", b'[{"a":"\x01"},{"b":2}]', [2], [(1, "control_byte")]),
    ("NUL byte", b'[{"a":"\x00"},{"b":2}]', [2], [(1, "nul_byte")]),
    ("bad byte", '[\n{"a":"é"},\n{"a":"'.encode() + b'\xff"},\n{"b":2}\n]', [1, 3], [(2, "not_utf8")]),
    ("not objects", b'[1,{"a":1},"s",null]', [2], [(1, "not_object"), (3, "not_object"), (4, "not_object")]),
    ("syntax inside of one", b'[{"a":1},{"b":},{"c":3}]', [1, 3], [(2, "invalid_json")]),
    ("missing comma", b'[{"a":1}{"b":2}]', [1, 2], []),
    ("trailing comma", b'[{"a":1},]', [1], []),
    ("cut in an element", b'[{"a":1},{"b":"x', [1], [(2, "truncated_line")]),
    ("cut between elements", b'[{"a":1},', [1], [(2, "truncated_line")]),
    ("text behind the end", b'[{"a":1}] and more', [1], [(2, "invalid_json")]),
    ("too deep", b'[{"a":' + b"[" * 1000 + b"]" * 1000 + b'},{"b":2}]', [2], [(1, "too_deep")]),
    ("damage in a list inside", b'{"data":[{"a":1},{"a":NaN},{"b":2}],"v":1}', [1, 3], [(2, "not_finite")]),
]


@pytest.mark.parametrize(("content", "rows", "faults"), [case[1:] for case in DAMAGE], ids=[case[0] for case in DAMAGE])
def test_bad_element_is_refused_alone(read_file, content, rows, faults) -> None:
    result = read_file("in.json", content)

    assert [row for row, _ in result.rows] == rows
    assert result.faults == faults


def test_numbers_keep_every_digit(read_file) -> None:
    content = b'[{"n":1.5},{"n":123456789012345678901234567890},{"n":18446744073709551615},{"n":-0.25}]'

    raws = read_file("in.json", content).frame["raw"].to_list()

    assert [json.loads(raw)["n"] for raw in raws] == [1.5, 123456789012345678901234567890, 18446744073709551615, -0.25]


def test_duplicate_keys_in_an_array_are_refused_on_request(read_file) -> None:
    content = b'[{"a":1,"a":2},{"a":1}]'

    assert read_file("in.json", content, audit_keys=True).faults == [(1, "duplicate_key")]
    assert read_file("in.json", content).values == [{"a": 2}, {"a": 1}]


@pytest.mark.parametrize("filler", [b'"' + b'x\\"' * 1_500_000 + b'"', b"[" + b"1," * 1_500_000 + b"1]"])
def test_element_beyond_the_limit_is_refused_alone(read_file, filler) -> None:
    content = b'[{"a":1},{"a":' + filler + b'},{"b":2}]'
    result = read_file("in.json", content, max_line_bytes=1_200_000)

    assert (result.values, result.faults) == ([{"a": 1}, {"b": 2}], [(2, "line_too_long")])


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        (b'[{"a":1},{"b":2}]', [{"a": 1}, {"b": 2}]),
        (b'[\n{"a":1},\n{"b":2}\n]', [{"a": 1}, {"b": 2}]),
        (b'{\n "a": 1\n}\n{\n "b": 2\n}\n', [{"a": 1}, {"b": 2}]),
    ],
    ids=["array in one line", "array over lines", "pretty objects"],
)
def test_document_under_a_jsonl_name_is_read_as_what_it_is(read_file, content, rows) -> None:
    result = read_file("in.jsonl", content)

    assert result.values == rows
    assert result.notes == ["one JSON document, not JSON lines"]


@pytest.mark.parametrize("first", [b"[1,2", b"[1,2]", b'{"a":', b"{"])
def test_bad_first_line_does_not_make_a_document(read_file, first) -> None:
    result = read_file("in.jsonl", first + b'\n{"a":1}\n{"a":2}\n')

    assert (len(result.rows), len(result.faults)) == (2, 1)


def test_large_array_comes_in_bounded_batches(read_file) -> None:
    result = read_file("in.json", orjson.dumps([{"n": number} for number in range(45_000)]))

    assert [batch.frame.height for batch in result.batches] == [20_000, 20_000, 5_000]
    assert result.values[-1] == {"n": 44_999}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(JSON.filter(bool), max_size=5), st.integers(1, 9), st.sampled_from([None, 1]))
def test_cutting_gives_back_every_element(elements, size, indent) -> None:
    content = json.dumps(elements, ensure_ascii=False, indent=indent).encode()
    cutter = Cutter((), limit=1 << 20)

    pieces = [piece for place in range(0, len(content), size) for piece in cutter.feed(content[place : place + size])]

    assert [json.loads(text) for text, _ in pieces] == elements
    assert cutter.closed
    assert cutter.finish() == b""


@given(st.binary(max_size=40))
def test_any_bytes_are_a_row_or_have_a_fault(content) -> None:
    fault = fault_of(content.strip())

    assert fault is not None or isinstance(orjson.loads(content), dict)
