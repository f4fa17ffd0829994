"""Whatever stands in a file, the door reads on: rows or faults, never an exception, twice the same."""

import tempfile
from pathlib import Path

import orjson
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dataprep.files import FAULTS, discover, read
from dataprep.recipe import Source
from schemas.frames import RAW

JSON = (b'{"a":1}', b'{"a":"', b'"', b"[", b"]", b",", b"}", b"\\", b"NaN", b"a;b", b"\t", b" ")
ENDS = (b"\n", b"\r\n", b"\r", b"\0", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80")
SIGNS = (
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    *("你好".encode(name) for name in ("utf-8", "gbk", "utf-16-le")),
)
PIECES = st.sampled_from((*JSON, *ENDS, *SIGNS))


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".csv", ".tsv", ".txt", ".gz", ".parquet", ".arrow", ".xlsx"])
@settings(max_examples=60, deadline=None)
@example([])
@given(pieces=st.lists(PIECES, max_size=20))
def test_any_bytes_are_read(suffix: str, pieces: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, f"in{suffix}").write_bytes(b"".join(pieces))
        (item,) = discover([Source(path=f"in{suffix}", max_line_bytes=40)], root=Path(folder)).inputs
        first, second = (pl.concat([batch.frame for batch in read(item)]) for _ in range(2))

    assert first.schema == RAW
    assert first.equals(second)
    assert first.filter(pl.col("fault").is_null())["row"].is_unique().all()
    for raw, fault in first.select("raw", "fault").iter_rows():
        code = (fault or "").partition(":")[0]
        assert code in FAULTS or code.startswith("not_") if fault else isinstance(orjson.loads(raw), dict)
