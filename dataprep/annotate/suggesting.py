"""What a judge or a model thinks of records, as answers that people find filled in."""

import orjson
import polars as pl

from dataprep.annotate.tasks import SUGGESTIONS

_GRADES = 5
"""A judge grades from 1 to 5, as people do."""


def judge_suggestions(signals: pl.DataFrame, *, model: str = "judge", question: str = "rating") -> pl.DataFrame:
    """The judge's grade of every row as its rating; schema `SUGGESTIONS`, without rows that have none.

    Args:
        signals: `id` and, where the recipe has a judge, `judge_score` from 1 to 5.
        model: Whose opinion it is.
        question: The question of kind rating.
    """
    if "judge_score" not in signals.columns:
        return pl.DataFrame(schema=SUGGESTIONS)
    told = signals.drop_nulls("judge_score")
    grade = pl.col("judge_score").cast(pl.Int64)
    return told.select(
        record="id",
        question=pl.lit(question),
        value=grade.cast(pl.String),
        score=(grade - 1) / (_GRADES - 1),
        model=pl.lit(model),
    ).cast(SUGGESTIONS)


def answer_suggestions(answers: pl.DataFrame, *, model: str, question: str = "corrected") -> pl.DataFrame:
    """A model's answers as texts to mend.

    Args:
        answers: `record` and `text`.
        model: Whose answers they are.
        question: The question of kind text.
    """
    values = [orjson.dumps(text).decode() for text in answers["text"]]
    told = answers.select("record", question=pl.lit(question), value=pl.Series(values, dtype=pl.String))
    return told.with_columns(score=pl.lit(None, pl.Float64), model=pl.lit(model)).cast(SUGGESTIONS)
