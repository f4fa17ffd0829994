"""Every way in which a file is broken: the bad row is named, the rest is read."""

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import zstandard

from dataprep.files import FAULTS, discover, read, sentence
from dataprep.files.faults import excerpt
from dataprep.recipe import Source
from schemas.frames import RAW

A, B = b'{"a":1}\n', b'{"b":2}\n'
DEEP = b'{"a":' + b"[" * 1000 + b"]" * 1000 + b"}"

ZOO: list[tuple[str, bytes, list[int], list[tuple[int, str]]]] = [
    ("empty file", b"", [], []),
    ("only blank lines", b"\n \r\n\t\n", [], []),
    ("no final newline", A + b'{"b":2}', [1, 2], []),
    ("CRLF and blank lines", b'{"a":1}\r\n\r\n{"b":2}\r\n', [1, 3], []),
    ("CR alone", b'{"a":1}\r\r{"b":2}\r', [1, 3], []),
    ("U+2028 is no line end", '{"a":"x\u2028y"}\n'.encode() + B, [1, 2], []),
    ("invalid JSON", A + b'{"a":,}\n' + B, [1, 3], [(2, "invalid_json")]),
    ("garbage", b"\x01\x02 hello\n" + B, [2], [(1, "invalid_json")]),
    ("Python literal", b"{'a': 1}\n" + B, [2], [(1, "invalid_json")]),
    ("trailing comma", b'{"a":1,}\n' + B, [2], [(1, "invalid_json")]),
    ("two objects on a line", b'{"a":1}{"b":2}\n' + B, [2], [(1, "invalid_json")]),
    ("truncated last line", A + b'{"b":"hel', [1], [(2, "truncated_line")]),
    ("truncated line in the middle", b'{"a":"hel\n' + B, [2], [(1, "invalid_json")]),
    ("NaN", b'{"a":NaN}\n' + B, [2], [(1, "not_finite")]),
    ("Infinity", b'{"a":[-Infinity]}\n' + B, [2], [(1, "not_finite")]),
    ("1e400", b'{"a":1e400}\n' + B, [2], [(1, "not_finite")]),
    ("NaN as text is text", b'{"a":"NaN"}\n', [1], []),
    ("NUL byte", b'{"a":"x\0y"}\n' + B, [2], [(1, "nul_byte")]),
    ("tail of NUL bytes", A + b"\0" * 64, [1], [(2, "nul_byte")]),
    ("NUL as an escape is text", b'{"a":"x\\u0000y"}\n', [1], []),
    ("control byte", b'{"a":"x\x01y"}\n' + B, [2], [(1, "control_byte")]),
    ("tab in a string", b'{"a":"x\ty"}\n' + B, [2], [(1, "control_byte")]),
    ("CR in a string", b'{"a":"x\ry"}\n' + B, [2], [(1, "control_byte")]),
    ("lone surrogate", b'{"a":"x\\ud800y"}\n' + B, [2], [(1, "lone_surrogate")]),
    ("lone surrogate as bytes", b'{"a":"x\xed\xa0\x80y"}\n' + A + B, [2, 3], [(1, "lone_surrogate")]),
    ("surrogate pair is text", b'{"a":"\\ud83d\\ude00"}\n', [1], []),
    ("depth 1000", DEEP + b"\n" + B, [2], [(1, "too_deep")]),
    ("depth 100,000", b'{"a":' + b"[" * 100_000 + b"\n" + B, [2], [(1, "too_deep")]),
    ("depth 200 is fine", b'{"a":' + b"[" * 200 + b"]" * 200 + b"}\n", [1], []),
    ("not an object", b'[1]\n42\n"x"\nnull\n' + A, [5], [(row, "not_object") for row in (1, 2, 3, 4)]),
    ("one bad byte in UTF-8", '{"a":"你好"}\n{"a":"é'.encode() + b'\xff"}\n' + B, [1, 3], [(2, "not_utf8")]),
    ("one bad byte in ASCII", A + b'{"a":"\xff\xfe"}\n' + B, [1, 3], [(2, "not_utf8")]),
    ("mark in the middle", A + b"\xef\xbb\xbf" + B, [1, 2], []),
    ("str here, list and int there", b'{"a":"x"}\n{"a":["x"]}\n{"a":3}\n', [1, 2, 3], []),
]


@pytest.mark.parametrize(("content", "rows", "faults"), [row[1:] for row in ZOO], ids=[row[0] for row in ZOO])
def test_bad_line_is_refused_alone(
    read_file: Callable[..., Any], content: bytes, rows: list[int], faults: list[tuple[int, str]]
) -> None:
    result = read_file("zoo.jsonl", content)

    assert [row for row, _ in result.rows] == rows
    assert result.faults == faults
    assert result.frame.schema == RAW
    assert set(result.frame["source"]) <= {"zoo.jsonl"}


@pytest.mark.parametrize("audit", [False, True])
def test_duplicate_keys_are_refused_only_on_request(read_file: Callable[..., Any], audit: bool) -> None:
    result = read_file("twice.jsonl", b'{"a":1,"a":2}\n{"a":{"b":1,"b":1}}\n{"a":1}\n', audit_keys=audit)

    assert result.faults == ([(1, "duplicate_key"), (2, "duplicate_key")] if audit else [])
    assert [row for row, _ in result.rows] == ([3] if audit else [1, 2, 3])


def test_messages_stored_as_text_stay_text(read_file: Callable[..., Any]) -> None:
    content = b'{"messages":"[{\\"role\\": \\"user\\"}]"}\n{"messages":"[{\'role\': \'user\'}]"}\n'

    assert read_file("text.jsonl", content).values == [
        {"messages": '[{"role": "user"}]'},
        {"messages": "[{'role': 'user'}]"},
    ]


def test_file_text_is_kept_as_it_stands(read_file: Callable[..., Any]) -> None:
    content = b'  {"n": 123456789012345678901234567890, "f": 1.10}  \r\n'

    assert read_file("exact.jsonl", content).frame["raw"].to_list() == [
        '{"n": 123456789012345678901234567890, "f": 1.10}'
    ]


@pytest.mark.parametrize("name", ["long.jsonl", "long.csv", "long.txt"])
def test_line_beyond_the_limit_is_refused_and_the_rest_is_read(read_file: Callable[..., Any], name: str) -> None:
    head = b"a\n" if name.endswith("csv") else b""
    result = read_file(name, head + A + b'{"a":"' + b"x" * 3_000_000 + b'"}\n' + B, max_line_bytes=2_000_000)

    assert [code for _, code in result.faults] == ["line_too_long"]
    assert result.faults[0][0] == 2 + bool(head)
    assert len(result.rows) == 2
    assert result.frame["raw"].str.len_chars().max() <= 500


def test_line_of_100_mb_costs_little_memory(tmp_path: Path) -> None:
    with (tmp_path / "huge.jsonl").open("wb") as file:
        file.write(A + b'{"a":"')
        for _ in range(100):
            file.write(b"x" * 1_000_000)
        file.write(b'"}\n' + B)
    (item,) = discover([Source(path="huge.jsonl", max_line_bytes=8 << 20)], root=tmp_path).inputs

    tracemalloc.start()
    frame = pl.concat([batch.frame for batch in read(item)])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert frame["fault"].to_list() == [None, "line_too_long: more than 8,388,608 bytes", None]
    assert peak < 40 << 20


STREAMS: list[tuple[str, Callable[[bytes], bytes], list[str]]] = [
    ("whole.jsonl.gz", gzip.compress, []),
    ("members.jsonl.gz", lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:]), []),
    ("padded.jsonl.gz", lambda data: gzip.compress(data) + b"\0" * 512, []),
    ("cut.jsonl.gz", lambda data: gzip.compress(data)[:-9], ["stream_truncated"]),
    ("crc.jsonl.gz", lambda data: gzip.compress(data)[:-8] + b"12345678", ["stream_damaged"]),
    ("junk.jsonl.gz", lambda data: gzip.compress(data) + b"junk", ["stream_damaged"]),
    ("plain.jsonl.gz", lambda data: data, []),
    ("hidden.jsonl", gzip.compress, []),
    ("whole.jsonl.zst", zstandard.compress, []),
    ("frames.jsonl.zst", lambda data: zstandard.compress(data[:99]) + zstandard.compress(data[99:]), []),
    ("cut.jsonl.zst", lambda data: zstandard.compress(data)[:-1], ["stream_truncated"]),
    ("junk.jsonl.zst", lambda data: zstandard.compress(data) + b"junk", ["stream_damaged"]),
]


@pytest.mark.parametrize(("name", "pack", "faults"), STREAMS, ids=[stream[0] for stream in STREAMS])
def test_compressed_stream_is_read_as_far_as_it_goes(
    read_file: Callable[..., Any], name: str, pack: Callable[[bytes], bytes], faults: list[str]
) -> None:
    # Longer than a block, so that the rows before the damage come from several.
    content = b"".join(b'{"a":%d}\n' % number for number in range(200_000))
    result = read_file(name, pack(content))

    assert [code for _, code in result.faults] == faults
    assert len(result.rows) == 200_000 or (name.startswith("cut") and len(result.rows) > 180_000)
    assert all(row == len(result.rows) + 1 for row, _ in result.faults)
    assert max(batch.frame.height for batch in result.batches) <= 10_000
    told = [note for note in result.notes if "compressed" in note]
    assert bool(told) == (name in ("plain.jsonl.gz", "hidden.jsonl"))


def test_archive_under_a_text_name_is_refused_once(read_file: Callable[..., Any]) -> None:
    result = read_file("really.jsonl", b"PK\x03\x04" + bytes(range(256)) * 9)

    assert result.details == ["unsupported_file: the content is a zip archive, not text"]


def test_same_file_gives_same_batches(read_file: Callable[..., Any]) -> None:
    content = "".join(f'{{"a":"你好{number}"}}\n' for number in range(30_000)).encode("gb18030")
    first, second = (read_file("same.jsonl", content) for _ in range(2))

    assert len(first.batches) > 1
    assert all(
        one.frame.equals(two.frame) and one.notes == two.notes
        for one, two in zip(first.batches, second.batches, strict=True)
    )


def test_every_fault_has_a_sentence() -> None:
    assert sentence("not_gb18030: after 3 characters") == FAULTS["not_ENCODING"]
    assert sentence("ragged_row: 1 cells, 2 columns") == FAULTS["ragged_row"]
    assert all(text.endswith(".") for text in FAULTS.values())


def test_excerpt_is_printable_and_short() -> None:
    assert excerpt(b"a\x00\xff\n" + "你".encode()) == "a\\x00\\xff\\n你"
    assert len(excerpt(b"\x00" * 9999)) == 500
