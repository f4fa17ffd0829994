"""What a judge or the tuned model has to say about rows, as answers that people find filled in."""

from collections.abc import Callable

import orjson
import polars as pl

from dataprep.annotate.evaluated import rows_of_items
from dataprep.annotate.tasks import SUGGESTIONS
from schemas.artifacts import Layout
from schemas.errors import UserError

_GRADES = 5
"""A judge grades from 1 to 5, as people do."""


def suggestions(layout: Layout, rows: pl.DataFrame, who: str) -> pl.DataFrame:
    """What is filled in.

    Args:
        layout: The run.
        rows: With `id, source, row`.
        who: One of `SUGGESTERS`.

    Returns:
        Schema `SUGGESTIONS`, at most one line for each row.

    Raises:
        UserError: If that one has nothing to say about any of these rows.
    """
    read, nothing, hint = SUGGESTERS[who]
    found = read(layout, rows)
    if found.is_empty():
        raise UserError(f"{nothing} of {layout.root.name}: there is nothing to fill in", hint=hint)
    return found


def _judged(layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """The judge's grade as the rating."""
    path = layout.data / "signals.parquet"
    signals = pl.read_parquet(path) if path.is_file() else rows.clear()
    if "judge_score" not in signals.columns:
        return SUGGESTIONS.to_frame()
    told = signals.drop_nulls("judge_score").join(rows, on=["id", "source", "row"], how="semi", maintain_order="left")
    grade = pl.col("judge_score").cast(pl.Int64)
    score = (grade - 1) / (_GRADES - 1)
    return _lines(told.select("id", score=score, value=grade.cast(pl.String)), "rating", "judge")


def _answered(layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """The tuned model's answers to rows of the eval split as the corrected answer; those that were cut stay out."""
    path = layout.evaluation / "predictions.parquet"
    if not path.is_file():
        return SUGGESTIONS.to_frame()
    whole = pl.col("tuned_fault").is_null() & (pl.col("tuned_stop") != "length") & (pl.col("tuned") != "")
    told = pl.read_parquet(path).filter(whole).sort("seed", maintain_order=True)
    items = told.select("tuned", item="id", place=pl.format("{}:{}", "source", "row"))
    once = rows_of_items(items, rows).unique("id", keep="first", maintain_order=True)
    values = pl.Series([orjson.dumps(text).decode() for text in once["tuned"]], dtype=pl.String)
    return _lines(once.select("id", score=pl.lit(None, pl.Float64), value=values), "corrected", "tuned")


def _lines(told: pl.DataFrame, question: str, model: str) -> pl.DataFrame:
    named = told.rename({"id": "record"}).with_columns(question=pl.lit(question), model=pl.lit(model))
    return named.select(SUGGESTIONS.names()).cast(SUGGESTIONS)


SUGGESTERS: dict[str, tuple[Callable[[Layout, pl.DataFrame], pl.DataFrame], str, str]] = {
    "judge": (_judged, "no judge has graded these rows", "push without --suggest, or give the recipe data.rules.judge"),
    "model": (
        _answered,
        "no tuned model has answered these rows",
        "gristmill eval -c RECIPE; its answers are about the eval split: --where \"split = 'eval'\"",
    ),
}
"""Who -> the reader, what is said where there is nothing, and what to do then."""
