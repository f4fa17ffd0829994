"""JSON documents: arrays, single objects, lists inside, and files whose suffix lies."""

import json
import re
import tracemalloc

import orjson
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.files import discover, json_tokens, read
from dataprep.files.json_cut import Cutter
from dataprep.files.json_row import fault_of
from dataprep.files.json_shape import outline, rows_at
from dataprep.recipe import Source

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
    ("rows behind an object", b'{"data":[{"a":1},{"a":2}]} x {"a":"lost"}', [1, 2], [(3, "invalid_json")]),
    ("two pretty documents", b'{\n"data":[\n{"a":1}\n]\n}\n' * 2, [1], [(2, "invalid_json")]),
    ("a brace too many", b'{"data":[{"a":1}]}}', [1], [(2, "invalid_json")]),
    ("a row beside the list", b'{"data":[{"a":1}],{"a":"lost"}}', [1], [(2, "invalid_json")]),
    ("a row behind a key's value", b'{"data":[{"a":1}] "x" {"a":"lost"}}', [1], [(2, "invalid_json")]),
    ("a row before the list", b'{{"a":"lost"},"data":[{"a":1}]}', [1], [(2, "invalid_json")]),
    (
        "a bad row and a stray one",
        b'{"data":[{"a":1},3],{"a":2}} x',
        [1],
        [(2, "not_object"), (3, "invalid_json"), (4, "invalid_json")],
    ),
    (
        "objects beside the list are no strays",
        b'{"m":{"n":[{"o":1}]},"data":[{"a":1},3],"z":{"y":{}}}',
        [1],
        [(2, "not_object")],
    ),
    ("much behind the end", b'{"data":[{"a":1}]}' + b" x" * 1_000_000, [1], [(2, "invalid_json")]),
    ("blanks behind an object", b'{"data":[{"a":NaN}]}' + b" \n" * 1_000_000, [], [(1, "not_finite")]),
    ("cut behind the list", b'{"data":[{"a":1}],"v":"x', [1], [(2, "truncated_line")]),
    ("list twice", b'{"data":[{"a":NaN}],"v":1,"data":[{"a":1}]}', [2], [(1, "not_finite")]),
    ("bad element below a very long key", b'{"' + b"k" * 9000 + b'":[{"a":1},{"a":NaN}]}', [1], [(2, "not_finite")]),
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


class Counting:
    """A pattern that adds up how many bytes it was given."""

    seen = 0

    def __init__(self, pattern: re.Pattern[bytes]) -> None:
        self.pattern = pattern

    def finditer(self, buffer, place):
        Counting.seen += len(buffer) - place
        return self.pattern.finditer(buffer, place)

    def match(self, buffer, place):
        Counting.seen += len(buffer) - place
        return self.pattern.match(buffer, place)


@pytest.mark.parametrize("filler", [b"x", b'\\"', b"\\\\"], ids=["plain", "quotes", "backslashes"])
@pytest.mark.parametrize("limit", [1 << 20, 16 << 20], ids=["beyond the limit", "within the limit"])
def test_long_string_is_scanned_once_whatever_the_blocks(read_file, monkeypatch, filler, limit) -> None:
    string = filler * ((8 << 20) // len(filler))
    content = b'{"data":[{"a":1},3,{"a":"' + string + b'"},{"b":2}]}'
    monkeypatch.setattr("dataprep.files.streams.BLOCK", 8191)
    monkeypatch.setattr(json_tokens, "_TOKEN", Counting(json_tokens._TOKEN))
    monkeypatch.setattr(json_tokens, "_IN_STRING", Counting(json_tokens._IN_STRING))
    monkeypatch.setattr(Counting, "seen", 0)
    result = read_file("in.json", content, max_line_bytes=limit)

    # Once for the outline and once for the cutter; a rescan from the start of the string is 500 times as much.
    assert len(content) < Counting.seen < 2.1 * len(content)
    long = (3, "line_too_long") if limit < len(string) else None
    assert result.faults == [(2, "not_object"), *([long] if long else [])]
    assert [row for row, _ in result.rows] == ([1, 4] if long else [1, 3, 4])


@pytest.mark.parametrize("key", ["data", "other"], ids=["in an element", "beside the list"])
def test_long_string_is_never_held_as_a_whole(key) -> None:
    def blocks():
        yield b'{"%s":[{"a":"' % key.encode()
        yield from (b"x" * 8192 for _ in range(1024))
        yield b'"}],"data":[{"a":1}]}'

    cutter = Cutter((b'"data"',), limit=100_000)
    tracemalloc.start()
    seen = outline(blocks())
    pieces = [piece for block in blocks() for piece in cutter.feed(block)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert rows_at(seen, split="train") == (b'"data"',)
    assert [whole for _, whole in pieces] == ([False, True] if key == "data" else [True])
    assert peak < 1_000_000


def test_streamed_element_beyond_the_limit_is_never_held_as_a_whole(tmp_path) -> None:
    (tmp_path / "in.json").write_bytes(b'{"data":[{"a":1},{"a":"' + b"x" * (32 << 20) + b'"},{"b":2}]}')
    (item,) = discover([Source(path="in.json", max_line_bytes=1 << 20)], root=tmp_path).inputs
    tracemalloc.start()
    frame = pl.concat([batch.frame for batch in read(item)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert [fault and fault.partition(":")[0] for fault in frame["fault"]] == [None, "line_too_long", None]
    assert peak < 16 << 20


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_tokens_do_not_depend_on_the_blocks(size) -> None:
    content = b'{"a\\"":["\\\\", "' + b"k" * 9000 + b'", {"":1}], "\\\\\\"' + b"\\u00e9" * 9 + b'": "" }'

    def tokens(size):
        scanner, buffer = json_tokens.Scanner(), b""
        for place in range(0, len(content), size):
            buffer += content[place : place + size]
            yield from (token for token, _, _ in scanner.tokens(buffer))
            buffer, scanner.place = buffer[scanner.place :], 0

    whole = list(tokens(len(content)))
    assert list(tokens(size)) == whole
    assert max(map(len, whole)) == json_tokens.KEY_BYTES


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

    assert [batch.frame.height for batch in result.batches] == [10_000, 10_000, 10_000, 10_000, 5_000]
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
