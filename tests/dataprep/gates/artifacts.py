"""Small data artifacts for the tests of the gates, whole and with signals."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.inspect import measure
from schemas.artifacts import SPLITS, digest_folder
from schemas.frames import EVENTS, event_frame
from schemas.records import Record
from tests.dataprep.rows import ask, framed, kto, plain, preference

CERTIFICATE = {
    "passed": True,
    "threshold": 0.5,
    "crossing": {"family": 0, "content": 0, "parent": 0},
    "pairs_examined": 12,
    "highest": 0.41,
    "over": 0,
    "nearest": [],
}

ROWS: dict[str, list[Record]] = {
    "train": [
        ask("水箱多大？", "水箱容量是 1.5 升。"),
        ask("保修几年？", "整机保修两年，请保留发票。"),
        ask("How big is the tank?", "The tank holds 1.5 litres."),
        ask("How long is the warranty?", "Two years; keep the receipt."),
        preference("怎么清洗？", "每周用清水冲洗一次滤网。", "不知道。"),
        kto("能泡绿茶吗？", "可以，水温调到八十度。", label=True),
        kto("能泡咖啡吗？", "可以。", label=False),
        plain("茶叶要放在阴凉干燥处。☕"),
    ],
    "dev": [ask("Is it loud?", "No, about 40 decibels.")],
    "eval": [ask("水温多少？", "默认九十五度。")],
}

LOST = [
    {"row": 101, "verdict": "dropped", "reason": "invalid_json", "stage": "read"},
    {"row": 102, "verdict": "dropped", "reason": "empty_turn", "stage": "validate"},
    {"row": 102, "verdict": "dropped", "reason": "no_answer", "stage": "validate"},
    {"row": 103, "verdict": "merged", "reason": "duplicate", "stage": "exact_dedup"},
    {"row": 1, "verdict": "changed", "reason": "html_tag", "stage": "clean"},
    {"row": 1, "verdict": "flagged", "reason": "open_fence", "stage": "validate"},
    {"row": 1, "verdict": "flagged", "reason": "open_fence", "stage": "validate"},
    {"row": 2, "verdict": "flagged", "reason": "pii_email", "stage": "pii"},
    {"row": 0, "verdict": "dropped", "reason": "unknown_format", "stage": "read"},
]
"""13 rows were read, 10 are kept; row 0 is a whole file that no door took."""


def artifact(
    folder: Path,
    *,
    rows: Mapping[str, Sequence[Record]] = ROWS,
    events: Sequence[Mapping[str, Any]] = LOST,
    signals: bool = True,
    **manifest: Any,
) -> Path:
    """Write an artifact whose rows are numbered over all splits, all of the source `a.jsonl`."""
    folder.mkdir(parents=True)
    everything = framed(*(record for split in SPLITS for record in rows[split]))
    start, kept = 0, {}
    for split in SPLITS:
        kept[split] = everything.slice(start, len(rows[split])).with_columns(family=pl.col("id"))
        start += len(rows[split])
        kept[split].write_parquet(folder / f"{split}.parquet")
    lines = event_frame({"source": "a.jsonl", **event} for event in events)
    lines.select(EVENTS.names()).write_parquet(folder / "ledger.parquet")
    if signals:
        measures(everything).write_parquet(folder / "signals.parquet")
    seal(
        folder,
        {
            "name": "t",
            "recipe": {"validate": {"rules": {}}, "rules": {"verdicts": {}}},
            "rows": {"read": 13, "kept": start, "dropped": 3, **{split: len(rows[split]) for split in SPLITS}},
            "reasons": [{"stage": "read", "reason": "invalid_json", "rows": 1}],
            "leak_certificate": CERTIFICATE,
            **manifest,
        },
    )
    return folder


def measures(frame: pl.DataFrame) -> pl.DataFrame:
    """The signals that gates read, by script."""
    found = measure(frame)
    sizes = found.select(prompt_chars=pl.col("prompt").fill_null(0), answer_chars=pl.coalesce("answer", "text"))
    chars = sizes["prompt_chars"] + sizes["answer_chars"]
    return frame.select("id", "source", "row", "kind").with_columns(
        found["language"],
        found["language"].alias("prompt_language"),
        found["turns"].cast(pl.Int32),
        *sizes,
        chars.alias("chars"),
        chars.alias("tokens"),
    )


def seal(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the manifest, with the digests of what lies there."""
    (folder / "manifest.json").unlink(missing_ok=True)
    files = {path: {"digest": digest, "bytes": 0} for path, digest in digest_folder(folder).items()}
    (folder / "manifest.json").write_bytes(orjson.dumps({**manifest, "files": files}))


def certify(patch: pytest.MonkeyPatch, certificate: Mapping[str, Any] = CERTIFICATE) -> None:
    """Let the leak check find this."""
    leaks = ModuleType("dataprep.leaks")
    leaks.recheck = lambda folder: dict(certificate)  # type: ignore[attr-defined]
    patch.setitem(sys.modules, "dataprep.leaks", leaks)
