"""The stage `labels`: decisions are carried out, and what people wrote is treated as every text was."""

from dataclasses import replace

import polars as pl

from dataprep.annotate.applying import apply_labels, bare
from dataprep.annotate.verdicts import FIXED, NOTED
from dataprep.clean import clean
from dataprep.pii import redact, screen
from dataprep.recipe import DataRecipe, Pii
from schemas.frames import records_of
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
    written = done.kept.join(told, on=_AT, how="semi", maintain_order="left")
    cleaned = clean(written, recipe.clean)
    screened = screen(cleaned.kept, recipe.pii, seed=seed)
    # What was in the row before people saw it has its line already.
    before = screen(frame.join(told, on=_AT, how="semi", maintain_order="left"), recipe.pii, seed=seed).events
    news = screened.events.join(before, on=[*_AT, "reason", "detail"], how="anti", maintain_order="left")
    result = StageResult(
        _put_back(done.kept, told, screened.kept),
        pl.concat([done.dropped, cleaned.dropped, screened.dropped]),
        pl.concat([done.events, cleaned.events, news]),
    )
    fixed = done.events.filter(reason=FIXED)
    versions = _versions(screened.kept.join(fixed, on=_AT, how="semi", maintain_order="left"))
    return result, versions.join(_versions(written), on=[*_AT, "content"], how="anti", maintain_order="left")


def _put_back(frame: pl.DataFrame, taken: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The frame with those of its rows that were taken as they are now; some of them may be gone."""
    places = frame.select(_AT).with_row_index("_place")
    rest = frame.join(taken, on=_AT, how="anti", maintain_order="left")
    placed = pl.concat([rest, rows]).join(places, on=_AT, how="left", maintain_order="left")
    return placed.sort("_place").drop("_place")


def _versions(rows: pl.DataFrame) -> pl.DataFrame:
    contents = [content_id(record) for record in records_of(rows)]
    return rows.select(*_AT, record=bare("id")).with_columns(content=pl.Series(contents, dtype=pl.String))


def _masked(events: pl.DataFrame, config: Pii) -> pl.DataFrame:
    """Votes quote what people wrote; `before` and `after` are masked with the whole ledger."""
    return events.with_columns(detail=redact(events["detail"], config))
