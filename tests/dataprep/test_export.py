"""Doors out: uniform rows, and no record lost without a word."""

from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.convert import FORMATS
from dataprep.convert.format import Style
from dataprep.export import check_formats, render, write_rows, write_signals, write_splits
from dataprep.recipe import Export, Mix
from dataprep.shards import Shard, Store
from dataprep.workers import Crew
from schemas.artifacts import SPLITS
from schemas.frames import FRAME, empty, frame_of
from schemas.records import Record
from schemas.results import StageResult

USER = {"role": "user", "content": "水箱多大？"}
ANSWER = {"role": "assistant", "content": "1.5 L"}
RECORDS: list[Record] = [
    {"kind": "sft", "messages": [USER, ANSWER]},  # type: ignore[list-item]
    {"kind": "sft", "messages": [{**USER, "context": "LQ-300"}, {**ANSWER, "reasoning": "查表"}]},  # type: ignore[list-item]
    {"kind": "preference", "messages": [USER], "chosen": [ANSWER], "rejected": [{**ANSWER, "content": "2 L"}]},  # type: ignore[list-item]
    {"kind": "kto", "messages": [USER], "chosen": [ANSWER], "label": True},  # type: ignore[list-item]
    {"kind": "text", "text": "泠泉茶机"},
]


def lines(path: Path) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_what_a_format_cant_express_is_told() -> None:
    frame = frame_of(RECORDS, sources=["a"] * 5, rows=[1, 2, 3, 4, 5])
    rows, refused = render(frame, FORMATS["alpaca"], Style())
    assert [row["output"] for row in rows] == ["1.5 L"]
    assert refused.select("row", "stage", "verdict").rows() == [
        (row, "export:alpaca", "refused") for row in (2, 3, 4, 5)
    ]
    assert refused["reason"].to_list()[0] == "would_lose_reasoning"


def test_the_trainers_files_stand_beside_the_splits(tmp_path: Path) -> None:
    frame = frame_of(RECORDS, sources=["a"] * 5, rows=[1, 2, 3, 4, 5])
    for split in SPLITS:
        (frame if split == "train" else empty(FRAME)).write_parquet(tmp_path / f"{split}.parquet")
    told: list[tuple[str, int]] = []
    exported = write_rows(
        tmp_path, Export(formats=["sharegpt"]), Crew(progress=lambda what, rows: told.append((what, rows)))
    )
    assert told == [("export", 5), ("export sharegpt", 1)]
    written = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.jsonl"))
    assert written == [
        "exports/sharegpt/train.jsonl",
        "train.kto.jsonl",
        "train.preference.jsonl",
        "train.sft.jsonl",
        "train.text.jsonl",
    ]
    assert set(lines(tmp_path / "train.preference.jsonl")[0]) == {"prompt", "chosen", "rejected"}
    assert set(lines(tmp_path / "train.kto.jsonl")[0]) == {"prompt", "completion", "label"}
    assert lines(tmp_path / "train.text.jsonl") == [{"text": "泠泉茶机"}]
    sft = lines(tmp_path / "train.sft.jsonl")
    assert sft[1]["messages"][0]["content"] == "水箱多大？\nLQ-300"
    assert {tuple(sorted(message)) for row in sft for message in row["messages"]} == {
        ("content", "reasoning_content", "role")
    }
    assert [(entry.format, entry.rows, entry.refused.height) for entry in exported] == [
        ("chatml", 2, 0),
        ("trl_preference_messages", 1, 0),
        ("trl_kto_messages", 1, 0),
        ("text", 1, 0),
        ("sharegpt", 1, 4),
    ]


def placed_shards(folder: Path) -> tuple[list[Shard], pl.DataFrame]:
    """Three rows of train and one of eval, each with a family of its own."""
    records = [{"kind": "text", "text": text} for text in ("茶" * 9, "水", "杯子", "题")]
    frame = frame_of(records, sources=["a"] * 4, rows=[1, 2, 3, 4]).with_columns(family=pl.col("text"))  # type: ignore[arg-type]
    counts = [{"stage": "s", "rows_in": 4, "kept": 4, "dropped": 0}]
    shard = Store(folder / "store").put("k", StageResult(frame), counts)
    splits = ["train", "train", "train", "eval"]
    return [shard], frame.select("family", label="family", split=pl.Series(splits))


@pytest.mark.parametrize(("order", "rows"), [("input", [1, 2, 3]), ("short_first", [2, 3, 1])])
def test_train_is_written_in_the_order_of_the_curriculum(tmp_path: Path, order: str, rows: list[int]) -> None:
    shards, placed = placed_shards(tmp_path)
    tokens = shards[0].table("kept").select("source", "row", tokens=pl.col("text").str.len_chars())
    write_signals(tmp_path, [tokens.head(1), tokens[1:]])
    config = Mix.model_validate({"order": order})
    assert write_splits(tmp_path, shards, placed, config, order={"a": 0}) == {"train": 3, "dev": 0, "eval": 1}
    assert pl.read_parquet(tmp_path / "train.parquet")["row"].to_list() == rows
    assert pl.read_parquet(tmp_path / "eval.parquet")["row"].to_list() == [4]
    assert pl.read_parquet_schema(tmp_path / "dev.parquet") == FRAME
    assert pl.read_parquet(tmp_path / "signals.parquet").equals(tokens)


def test_no_judged_rows_no_signals(tmp_path: Path) -> None:
    write_signals(tmp_path, [])
    assert list(tmp_path.iterdir()) == []


def test_unknown_formats_are_named() -> None:
    assert check_formats(["alpaca", "alpacca"]) == ["alpacca"]
