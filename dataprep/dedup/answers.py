"""Same answer, many prompts: a class of its own, because no row of it is a duplicate of another.

`view` is row-local; `decide` and `top` are right whenever equal answers are together; `apply` is row-local again.
"""

from collections.abc import Mapping

import polars as pl

from dataprep.dedup.merging import ledger_lines, ranked
from dataprep.dedup.spoken import spoken
from dataprep.recipe.duplicates import Dedup
from schemas.frames import DROPPED, FRAME, empty, has_kind
from schemas.results import StageResult
from schemas.text.normalise import digests, prompt_forms

STAGE = "near_dedup"
SAME_ANSWER = "same_answer_many_prompts"

_WHERE = {"id": pl.String(), "source": pl.String(), "row": pl.Int64()}

VIEW = pl.Schema({**_WHERE, "answer_key": pl.String(), "prompt_key": pl.String(), "shown": pl.String()})
DECISIONS = pl.Schema({**_WHERE, "prompts": pl.Int64(), "rows": pl.Int64(), "first": pl.String(), "place": pl.String()})

_SHOWN = 200


def view(frame: pl.DataFrame, config: Dedup) -> pl.DataFrame:
    """What two sft rows share that give the same answer: NFKC, without case, whitespace and punctuation.

    Args:
        frame: n rows of schema `FRAME`.
        config: Answers under `near.exact_below` characters aren't looked at: "yes" may answer anything.

    Returns:
        Schema `VIEW`: one line for each sft row with a long enough answer; `shown` is how the answer begins.
    """
    rows = frame.filter(has_kind("sft")).select(*_WHERE, answer=spoken("answer"), prompt=spoken("prompt"))
    rows = rows.filter(pl.col("answer").str.len_chars() >= config.near.exact_below)
    keys = {name: digests(prompt_forms(rows[name])).alias(f"{name}_key") for name in ("answer", "prompt")}
    return rows.with_columns(keys.values()).with_columns(shown=pl.col("answer").str.head(_SHOWN)).select(VIEW.names())


def decide(view: pl.DataFrame, config: Dedup, *, order: Mapping[str, int]) -> pl.DataFrame:
    """The rows whose answer stands under `same_answer` or more different prompts.

    Args:
        view: Rows of `view`.
        config: `same_answer`; 0 finds none.
        order: Source name -> its place.

    Returns:
        Schema `DECISIONS`: `prompts` and `rows` of the row's answer, and the id and place ("file:row") of its
        first row.
    """
    if not config.same_answer:
        return pl.DataFrame(schema=DECISIONS)
    rows = ranked(view, order).with_columns(
        prompts=pl.col("prompt_key").n_unique().over("answer_key").cast(pl.Int64),
        rows=pl.len().over("answer_key").cast(pl.Int64),
    )
    many = rows.filter(pl.col("prompts") >= config.same_answer)
    heads = many.unique("answer_key", keep="first", maintain_order=True)
    heads = heads.select("answer_key", first="id", place=pl.format("{}:{}", "source", "row"))
    return many.join(heads, on="answer_key", how="left", maintain_order="left").select(DECISIONS.names())


def top(view: pl.DataFrame, decisions: pl.DataFrame, *, most: int = 20) -> pl.DataFrame:
    """The answers with the most prompts, for the manifest.

    Args:
        view: Rows of `view`.
        decisions: From `decide`.
        most: How many answers.

    Returns:
        `text, prompts, rows`, the most frequent first; `text` is how the first row's answer begins.
    """
    first = decisions.unique("first", keep="first", maintain_order=True)
    shown = first.join(view.select("id", text="shown"), left_on="first", right_on="id", how="left")
    return (
        shown.sort("prompts", "rows", "first", descending=[True, True, False])
        .head(most)
        .select("text", "prompts", "rows")
    )


def apply(frame: pl.DataFrame, decisions: pl.DataFrame) -> StageResult:
    """Flag the rows of such answers, in any part of the rows; all stay.

    Returns:
        One `flagged` event for each of them, whose detail tells how many prompts share the answer and where it
        stands first.
    """
    at = ["source", "row"]
    marked = frame.select(FRAME.names()).join(decisions.drop("id"), on=at, how="inner", maintain_order="left")
    detail = pl.format("{} prompts, first {}", "prompts", "place")
    events = ledger_lines(marked, "flagged", SAME_ANSWER, stage=STAGE, into="first", detail=detail)
    return StageResult(frame, empty(DROPPED), events)
