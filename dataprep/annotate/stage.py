"""The stage `labels`: decisions are carried out, and what people wrote is treated as every text was."""

from dataclasses import replace
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.applying import apply_labels
from dataprep.annotate.verdicts import FIXED, NOTED
from dataprep.clean import clean
from dataprep.pii import redact, screen
from dataprep.recipe import DataRecipe, Pii
from schemas.frames import DROPPED, FRAME, bare_id, records_of
from schemas.records import content_id
from schemas.results import StageResult

_AT = ["source", "row"]
_VERSION = ["record", "content"]


def carry_out(frame: pl.DataFrame, labels: pl.DataFrame, recipe: DataRecipe, *, seed: int) -> StageResult:
    """Apply labels; what people wrote is cleaned and searched for personal data.

    Where that changes a mended row again, those who saw the row as it then stood decide about it.

    Args:
        frame: n rows of schema `FRAME`, cleaned and searched.
        labels: Schema `applying.LABELS`.
        recipe: Its `labels`, `clean` and `pii`.
        seed: For pseudonyms.
    """
    result, changed = _step(frame, labels, recipe, seed)
    while not (seen := labels.join(changed, on=_VERSION, how="semi", maintain_order="left")).is_empty():
        labels = labels.join(seen, on=_VERSION, how="anti", maintain_order="left")
        asked = changed.join(seen, on=_VERSION, how="semi", maintain_order="left").select(_AT)
        rows = result.kept.join(asked, on=_AT, how="semi", maintain_order="left")
        more, changed = _step(rows, seen, recipe, seed)
        result = StageResult(
            _put_back(result.kept, asked, more.kept),
            pl.concat([result.dropped, more.dropped]),
            pl.concat([result.events, more.events]),
        )
    return result


def _step(frame: pl.DataFrame, labels: pl.DataFrame, recipe: DataRecipe, seed: int) -> tuple[StageResult, pl.DataFrame]:
    """One pass; also `source, row, record, content` of the rows that cleaning changed after they were mended."""
    done = apply_labels(frame, labels, recipe.labels)
    done = replace(done, events=_masked(done.events, recipe.pii))
    told = done.events.filter(pl.col("reason").is_in([FIXED, NOTED])).select(_AT).unique(maintain_order=True)
    mended = done.events.filter(reason=FIXED).select(*_AT, _mended=True)
    written = done.kept.join(told, on=_AT, how="semi", maintain_order="left")
    cleaned = clean(_said(written, mended), recipe.clean)
    screened = screen(cleaned.kept, recipe.pii, seed=seed)
    again = _with_said(written, screened.kept)
    gone = [_whole(written, part.dropped) for part in (cleaned, screened)]
    result = StageResult(
        _put_back(done.kept, told, again),
        pl.concat([done.dropped, *gone]),
        pl.concat([done.events, cleaned.events, screened.events]),
    )
    fixed = done.events.filter(reason=FIXED)
    versions = _versions(again.join(fixed, on=_AT, how="semi", maintain_order="left"))
    return result, versions.join(_versions(written), on=[*_AT, "content"], how="anti", maintain_order="left")


def _said(rows: pl.DataFrame, mended: pl.DataFrame) -> pl.DataFrame:
    """Only what people wrote of each row: the mended answer, and the notes; the rest was looked at before."""
    marked = rows.join(mended, on=_AT, how="left", maintain_order="left")
    nothing = pl.lit([], FRAME["messages"])
    notes = [_dumped({"labels": orjson.loads(meta).get("labels")}) if meta else None for meta in rows["meta"]]
    return marked.with_columns(
        messages=pl.when("_mended").then(pl.col("messages").list.tail(1)).otherwise(nothing),
        chosen=nothing,
        rejected=nothing,
        text=pl.lit(None, pl.String),
        tools=pl.lit(None, pl.String),
        meta=pl.Series(notes, dtype=pl.String),
    ).drop("_mended")


def _with_said(rows: pl.DataFrame, said: pl.DataFrame) -> pl.DataFrame:
    """The rows that are left, with what people wrote as it is now."""
    left = rows.join(said.select(_AT), on=_AT, how="semi", maintain_order="left")
    now = left.select(_AT).join(said.select(*_AT, "messages", "meta"), on=_AT, how="left", maintain_order="left")
    metas = [
        _dumped(orjson.loads(meta) | orjson.loads(notes)) if meta and notes else meta
        for meta, notes in zip(left["meta"], now["meta"], strict=True)
    ]
    whole = left.with_columns(_last=now["messages"], meta=pl.Series(metas, dtype=pl.String))
    kept = pl.col("messages").list.head(pl.col("messages").list.len() - 1)
    answered = pl.when(pl.col("_last").list.len() > 0).then(pl.concat_list(kept, "_last")).otherwise("messages")
    return whole.with_columns(messages=answered).drop("_last")


def _whole(rows: pl.DataFrame, dropped: pl.DataFrame) -> pl.DataFrame:
    """Rows that go for what people wrote, whole."""
    why = dropped.select(*_AT, "stage", "reasons")
    return rows.join(why, on=_AT, how="inner", maintain_order="left").select(DROPPED.names())


def _dumped(meta: dict[str, Any]) -> str:
    return orjson.dumps(meta).decode()


def _put_back(frame: pl.DataFrame, taken: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The frame with those of its rows that were taken as they are now; some of them may be gone."""
    places = frame.select(_AT).with_row_index("_place")
    rest = frame.join(taken, on=_AT, how="anti", maintain_order="left")
    placed = pl.concat([rest, rows]).join(places, on=_AT, how="left", maintain_order="left")
    return placed.sort("_place").drop("_place")


def _versions(rows: pl.DataFrame) -> pl.DataFrame:
    contents = [content_id(record) for record in records_of(rows)]
    return rows.select(*_AT, record=bare_id("id")).with_columns(content=pl.Series(contents, dtype=pl.String))


def _masked(events: pl.DataFrame, config: Pii) -> pl.DataFrame:
    """Votes quote what people wrote; `before` and `after` are masked with the whole ledger."""
    return events.with_columns(detail=redact(events["detail"], config))
