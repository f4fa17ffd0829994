"""The store of shards: nothing is made twice, and damage is noticed."""

import itertools
import os
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.shards import KEEP_DAYS, Store, key_of, keyed, map_frame, small, write, write_frames
from schemas.frames import frame_of
from schemas.results import StageResult, apply_rules

FRAME = frame_of([{"kind": "text", "text": text} for text in ("水", "茶", "")], sources=["a"] * 3, rows=[1, 2, 3])


def work(frame: pl.DataFrame) -> tuple[StageResult, list[dict[str, Any]]]:
    result = apply_rules(frame, {"empty": pl.col("text") != ""}, stage="s")
    return result, [{"stage": "s", "rows_in": frame.height}]


def never(_: pl.DataFrame) -> tuple[StageResult, list[dict[str, Any]]]:
    raise AssertionError("made twice")


def test_a_shard_comes_back_as_it_was_made(tmp_path: Path) -> None:
    made = map_frame(Store(tmp_path), "k", lambda: FRAME, work)
    again = map_frame(Store(tmp_path), "k", lambda: FRAME, never)
    expected, _ = work(FRAME)
    assert again == made
    for name in ("kept", "dropped", "events"):
        assert again.table(name).equals(getattr(expected, name))
        assert again.table(name).schema == getattr(expected, name).schema


@pytest.mark.parametrize("name", ["kept", "dropped", "events"])
def test_one_flipped_bit_is_noticed_and_made_again(tmp_path: Path, name: str) -> None:
    shard = map_frame(Store(tmp_path), "k", lambda: FRAME, work)
    path = shard.folder / f"{name}.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    store = Store(tmp_path)
    map_frame(store, "k", lambda: FRAME, work)
    assert (store.made, store.reused) == (1, 0)
    assert path.read_bytes() == whole


@pytest.mark.parametrize("lost", ["kept.parquet", "seal.json"])
def test_a_lost_file_is_made_again(tmp_path: Path, lost: str) -> None:
    shard = map_frame(Store(tmp_path), "k", lambda: FRAME, work)
    (shard.folder / lost).unlink()
    assert Store(tmp_path).get("k") is None
    assert map_frame(Store(tmp_path), "k", lambda: FRAME, work).table("kept").height == 2


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        map_frame(Store(tmp_path), "k", lambda: FRAME, never)
    assert list((tmp_path / "shards").iterdir()) == []


def test_shards_that_no_run_touched_are_removed(tmp_path: Path) -> None:
    shard = map_frame(Store(tmp_path), "old", lambda: FRAME, work)
    map_frame(Store(tmp_path), "new", lambda: FRAME, work)
    long_ago = shard.folder.joinpath("seal.json").stat().st_mtime - KEEP_DAYS * 86_400 - 60
    os.utime(shard.folder / "seal.json", (long_ago, long_ago))
    store = Store(tmp_path)
    assert [path.name for path in (tmp_path / "shards").iterdir()] == ["new"]
    assert store.get("old") is None


@pytest.mark.parametrize("name", ["notes/file.json", "shards/k/seal.json"])
def test_a_damaged_count_is_noticed(tmp_path: Path, name: str) -> None:
    Store(tmp_path).note("file", {"batches": 3})
    map_frame(Store(tmp_path), "k", lambda: FRAME, work)
    path = tmp_path / name
    path.write_bytes(path.read_bytes().replace(b'"batches":3', b'"batches":2').replace(b'"rows_in":3', b'"rows_in":7'))
    store = Store(tmp_path)
    assert (store.noted("file") is None) != (store.get("k") is None)


def test_no_shards_are_no_fault() -> None:
    assert keyed([], FRAME.clear()).is_empty()
    assert small([], "events", lambda frame: frame).is_empty()


def test_notes_survive(tmp_path: Path) -> None:
    Store(tmp_path).note("file", {"batches": 2})
    assert Store(tmp_path).noted("file") == {"batches": 2}
    assert Store(tmp_path).noted("other") is None


def test_keys_tell_their_parts_apart() -> None:
    assert key_of("a", {"x": 1}) == key_of("a", {"x": 1})
    assert len({key_of("a", {"x": 1}), key_of("a", {"x": 2}), key_of("b", {"x": 1})}) == 3


def test_verbs_see_every_shard_in_order(tmp_path: Path) -> None:
    store = Store(tmp_path)
    shards = [map_frame(store, name, lambda name=name: FRAME.with_columns(source=pl.lit(name)), work) for name in "ba"]
    views = (shard.table("kept", "source", "row") for shard in shards)
    seen = keyed(views, FRAME.clear().select("source", "row"))
    assert seen.rows() == [("b", 1), ("b", 2), ("a", 1), ("a", 2)]
    assert small(shards, "dropped", lambda frame: frame.select("row"))["row"].to_list() == [3, 3]


def test_write_keeps_the_input_order_and_only_its_families(tmp_path: Path) -> None:
    store = Store(tmp_path)
    frames = {name: FRAME.with_columns(source=pl.lit(name), family=pl.col("text")).reverse() for name in "ba"}
    shards = [map_frame(store, name, lambda name=name: frames[name], work) for name in "ba"]
    wanted = pl.DataFrame({"family": ["水"], "label": ["河"]})
    assert write(shards, wanted, tmp_path / "all.parquet") == 2
    rows = pl.read_parquet(tmp_path / "all.parquet")
    assert rows.select("source", "text", "family").rows() == [("b", "水", "河"), ("a", "水", "河")]
    assert write([], wanted, tmp_path / "none.parquet") == 0


def test_measured_signals_are_remembered(tmp_path: Path) -> None:
    signals = FRAME.select("id", chars=pl.col("text").str.len_chars())
    store = Store(tmp_path)
    assert store.measured("k", lambda: signals).equals(signals)
    again = Store(tmp_path)
    assert again.measured("k", signals.clear).equals(signals)
    assert (store.remembered, again.remembered) == (0, 1)


@pytest.mark.parametrize("lost", ["signals/k.parquet", "notes/k.json"])
def test_damaged_signals_are_measured_again(tmp_path: Path, lost: str) -> None:
    signals = FRAME.select("id", "row")
    Store(tmp_path).measured("k", lambda: signals)
    (tmp_path / lost).write_bytes((tmp_path / lost).read_bytes()[:-9])
    store = Store(tmp_path)
    assert store.measured("k", lambda: signals.head(1)).height == 1
    assert store.remembered == 0


def test_signals_that_no_run_touched_are_removed(tmp_path: Path) -> None:
    Store(tmp_path).measured("old", lambda: FRAME.select("id"))
    path = tmp_path / "signals" / "old.parquet"
    long_ago = path.stat().st_mtime - KEEP_DAYS * 86_400 - 60
    os.utime(path, (long_ago, long_ago))
    assert path.is_file() and Store(tmp_path, tidy=False) and path.is_file()  # a worker leaves the tidying to others
    Store(tmp_path)
    assert not path.exists()


def test_the_bytes_of_a_file_depend_on_its_rows_alone(tmp_path: Path) -> None:
    rows = pl.concat([FRAME.with_columns(row=pl.col("row") + 3 * turn) for turn in range(5_000)])
    cuts = [0, 1, 7, 4_000, 4_000, 12_345, rows.height]
    pieces = [rows[start:end] for start, end in itertools.pairwise(cuts)]
    assert write_frames([rows.rechunk()], FRAME.schema, tmp_path / "whole") == rows.height
    assert write_frames(pieces, FRAME.schema, tmp_path / "cut") == rows.height
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "cut").read_bytes()
    assert pl.read_parquet(tmp_path / "cut").equals(rows)
    assert pl.read_parquet_schema(tmp_path / "cut") == FRAME.schema
