"""Raw rows into canonical ones: every row is kept, or dropped with a reason.

Reasons of its own: `not_an_object`, `bad_json`. Flags: `other_format` and `other_columns` (a row that
its file's plan refuses and another format, or other columns, surely read), `media_kept_in_meta` (media
columns, media parts of a content, or bare placeholders in a text).
"""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from dataprep.convert.columns import JUDGED, is_judged
from dataprep.convert.detect import detect
from dataprep.convert.format import Refused, Row
from dataprep.convert.formats import FORMATS
from dataprep.convert.media import media_kept, placeholders
from dataprep.convert.planning import Plan
from dataprep.ledger import EXCERPT
from schemas.frames import DROPPED, FRAME, event_frame, frame_of
from schemas.records import Record
from schemas.results import StageResult

_SURE = 0.9  # a lone row changes its format only when another one is as sure of it as this
_SLICE = 8192  # rows held as Python objects at once; 55k rows at once took a third more CPU


@dataclass
class _Kept:
    records: list[Record] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    flags: list[tuple[int, str, str]] = field(default_factory=list)  # index in records, reason, detail


def convert(raw: pl.DataFrame, plans: Mapping[str, Plan]) -> StageResult:
    """Read raw rows as records.

    Args:
        raw: n rows of schema `RAW`.
        plans: Source -> plan, one for every source that has a row without a fault.

    Returns:
        Records as canonical rows; faulty rows (stage `read`) and refused ones (stage `convert`) are
        dropped with empty content. Every row's outcome depends on that row and its plan alone.
    """
    with _collector_paused():
        slices = [_convert(rows, plans) for rows in raw.iter_slices(_SLICE)] or [_convert(raw, plans)]
    return StageResult(
        pl.concat([done.kept for done in slices]),
        pl.concat([done.dropped for done in slices]),
        pl.concat([done.events for done in slices]),
    )


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Python's cycle collector walks every parsed row again and again, and finds none: a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _convert(raw: pl.DataFrame, plans: Mapping[str, Plan]) -> StageResult:
    kept = _Kept()
    dropped: list[dict[str, Any]] = []
    for source, number, text, fault in raw.select("source", "row", "raw", "fault").iter_rows():
        if fault is not None:
            code, _, detail = fault.partition(": ")
            dropped.append(_drop(source, number, text, stage="read", reason=code, detail=detail))
            continue
        try:
            record, flags = _read(text, plans[source])
        except Refused as refusal:
            dropped.append(_drop(source, number, text, stage="convert", reason=refusal.code, detail=refusal.detail))
            continue
        kept.flags += [(len(kept.records), reason, detail) for reason, detail in flags]
        kept.records.append(record)
        kept.sources.append(source)
        kept.rows.append(number)
    frame = frame_of(kept.records, sources=kept.sources, rows=kept.rows)
    return StageResult(frame, _dropped_frame(dropped), event_frame([*_flagged(frame, kept.flags), *dropped]))


def _read(text: str, plan: Plan) -> tuple[Record, list[tuple[str, str]]]:
    """The record of one raw row, and its flags."""
    try:
        row = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused("bad_json", str(error)) from None
    if type(row) is not dict:
        raise Refused("not_an_object", f"a row of type {type(row).__name__}")
    flags: list[tuple[str, str]] = []
    try:
        record = FORMATS[plan.format].parse(row, plan.columns)
        other = _otherwise(row, plan) if _hides_a_verdict(row, record, plan) else None
    except Refused:
        other = _otherwise(row, plan)
        if other is None:
            raise
    if other is not None:
        record, flag = other
        flags.append(flag)
    if media := media_kept(record) or placeholders(record, text):
        flags.append(("media_kept_in_meta", ", ".join(media)))
    return record, flags


def _hides_a_verdict(row: Row, record: Record, plan: Plan) -> bool:
    """True where a file that was taken for plain examples has a row whose answer was labelled or compared."""
    if plan.match is None or record["kind"] not in ("sft", "text"):
        return False
    return not JUDGED.isdisjoint(record.get("meta") or ()) and is_judged([row])


def _otherwise(row: Row, plan: Plan) -> tuple[Record, tuple[str, str]] | None:
    """The row as another format or other columns read it, where they are sure of the lone row, and the flag."""
    for name, match in detect([row]):
        if match.confidence < _SURE:
            return None
        if match.ambiguous or (name == plan.format and match.columns == plan.columns):
            continue
        told = ", ".join(f"{part}={column}" for part, column in match.columns.items())
        flag = ("other_columns", told) if name == plan.format else ("other_format", name)
        return FORMATS[name].parse(row, match.columns), flag
    return None


def _drop(source: str, number: int, text: str | None, *, stage: str, reason: str, detail: str) -> dict[str, Any]:
    """The ledger line of a row that can't be read."""
    return {
        "source": source,
        "row": number,
        "stage": stage,
        "verdict": "dropped",
        "reason": reason,
        "detail": detail or None,
        "before": None if text is None else text[:EXCERPT],
    }


def _dropped_frame(dropped: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows that can't be read, as canonical rows without content."""
    told = pl.DataFrame(
        {key: [line[key] for line in dropped] for key in ("source", "row", "stage", "reason")},
        schema={"source": pl.String, "row": pl.Int64, "stage": pl.String, "reason": pl.String},
    )
    blank = {name: pl.lit(None, dtype).alias(name) for name, dtype in FRAME.items()}
    blank |= {name: pl.lit([], FRAME[name]).alias(name) for name in ("messages", "chosen", "rejected")}
    blank |= {"origin": pl.lit("raw").alias("origin"), "repeat": pl.lit(1, pl.Int32).alias("repeat")}
    blank |= {name: pl.col(name) for name in ("source", "row")}
    return told.select(*blank.values(), "stage", reasons=pl.concat_list("reason")).select(DROPPED.names())


def _flagged(frame: pl.DataFrame, flags: list[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """Ledger lines of kept rows."""
    ids, sources, rows = frame["id"], frame["source"], frame["row"]
    return [
        {
            "id": ids[index],
            "source": sources[index],
            "row": rows[index],
            "stage": "convert",
            "verdict": "flagged",
            "reason": reason,
            "detail": detail,
        }
        for index, reason, detail in flags
    ]
