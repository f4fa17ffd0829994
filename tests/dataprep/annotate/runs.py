"""Small runs, and what people answered about them, without a server."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.labelling import LabellingConfig
from dataprep.annotate.tasks import result_of
from schemas.artifacts import SPLITS, Layout
from schemas.frames import EVENTS, empty, event_frame, frame_of
from schemas.records import Record
from tests.dataprep.annotate.exported import annotation

MOMENT = "2026-11-26T18:00:00"


def run_of(folder: Path, *records: Record, events: Sequence[dict[str, Any]] = (), source: str = "a.jsonl") -> Layout:
    """A run whose train split has these records; ids are hashes of their content."""
    layout = Layout(folder)
    layout.data.mkdir(parents=True)
    numbers = list(range(1, len(records) + 1))
    rows = frame_of(records, sources=[source] * len(records), rows=numbers)
    for split in SPLITS:
        (rows if split == "train" else rows.clear()).write_parquet(layout.split(split))
    signals = rows.select("id", "source", "row").with_columns(answer_chars=pl.lit(2, pl.Int64))
    signals.write_parquet(layout.data / "signals.parquet")
    lines = event_frame(events) if events else empty(EVENTS)
    lines.select(EVENTS.names()).write_parquet(layout.ledger)
    layout.manifest.write_bytes(orjson.dumps({"key": "k1", "recipe": {}}))
    return layout


def exported(
    tasks: Sequence[Mapping[str, Any]],
    config: LabellingConfig,
    said: Mapping[int, Sequence[Mapping[str, Any]]],
    *,
    hour: int = 18,
) -> list[dict[str, Any]]:
    """Tasks as an export holds them.

    Args:
        tasks: Of a push.
        config: What was asked.
        said: Annotator -> one dict of answers for each task, {} for none.
        hour: When they were made.
    """
    full = [{**task, "id": place, "annotations": []} for place, task in enumerate(tasks, 1)]
    for who, answers in said.items():
        for task, values in zip(full, answers, strict=True):
            swap = task["data"]["swap"]
            marks = [result_of(config.questions[name], value, swap=swap) for name, value in values.items()]
            moment = f"2026-11-26T{hour}:00:{who:02}.{task['id']:06}Z"
            more = {"unique_id": f"u{hour}-{who}-{task['id']}", "created_at": moment, "updated_at": moment}
            if marks:
                task["annotations"].append(annotation(*[mark for mark in marks if mark], who=who, **more))
    return full


def write(path: Path, tasks: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(tasks))
    return path
