"""The stage: rows that quote a benchmark or ask nearly the same leave, or are flagged; row-local."""

from dataclasses import dataclass
from functools import cached_property

import polars as pl

from dataprep.decontaminate.index import Index
from dataprep.decontaminate.near import Asked, asked, near
from dataprep.decontaminate.quotes import FOUND, Sought, quotations, sought
from dataprep.decontaminate.spans import span
from dataprep.recipe import Decontaminate
from schemas.frames import DROPPED, FRAME, event_frame
from schemas.records import LISTS
from schemas.results import StageResult
from schemas.text.ngrams import tokens

STAGE = "decontaminate"
QUOTE, NEAR = "benchmark_quote", "benchmark_near"
APART = " · "
"""Stands between benchmark, item and score in an event's detail."""


@dataclass(frozen=True)
class Benchmarks:
    """What rows are searched for.

    Attributes:
        indexes: One for all plain files together, and one for each pack.
    """

    indexes: tuple[Index, ...]

    @property
    def names(self) -> list[str]:
        """Every benchmark, in order."""
        return [name for index in self.indexes for name in index.names]

    @cached_property
    def quotable(self) -> tuple[Sought, ...]:
        """The indexes, ready to be searched for quotations."""
        return tuple(sought(index) for index in self.indexes)

    @cached_property
    def _asked(self) -> dict[float, tuple[Asked, ...]]:
        return {}

    def questions(self, threshold: float) -> tuple[Asked, ...]:
        """The indexes, ready to be searched for near questions."""
        if threshold not in self._asked:
            self._asked[threshold] = tuple(asked(index, threshold=threshold) for index in self.indexes)
        return self._asked[threshold]


def decontaminate(frame: pl.DataFrame, benchmarks: Benchmarks, config: Decontaminate) -> StageResult:
    """Take out the rows that give a benchmark away.

    A row is contaminated when its texts hold at least `overlap` of what an item asks, in n-grams of `han`
    characters or `words` words (shorter parts are found whole), or when a turn of its user is as near as `near`
    to the item's question.

    Args:
        frame: n rows of schema `FRAME`.
        benchmarks: From `load_benchmarks`.
        config: Thresholds and what happens.

    Returns:
        Contaminated rows in `dropped`, or all in `kept` when they are only flagged; an event for each benchmark
        that a row gives away, with the item, the share and the words.
    """
    pieces = _pieces(frame)
    found = tokens(pieces["text"])
    nothing = pl.DataFrame(schema={**FOUND, "benchmark": pl.String(), "name": pl.String(), "reason": pl.String()})
    matches = [nothing]
    for quotable, questions in zip(benchmarks.quotable, benchmarks.questions(config.near), strict=True):
        quoted = quotations(pieces, found, quotable, overlap=config.overlap)
        matches.append(_named(quoted, quotable.index, QUOTE))
        matches.append(_named(near(pieces, found, questions), quotable.index, NEAR))
    ranked = pl.concat(matches).sort(
        "row", "benchmark", pl.col("reason") == NEAR, "score", "name", descending=[False, False, False, True, False]
    )
    best = ranked.unique(["row", "benchmark"], keep="first", maintain_order=True)
    return _carried_out(frame, _events(frame, pieces, best, config), best, config)


def _pieces(frame: pl.DataFrame) -> pl.DataFrame:
    """`row, text, asks` of every text of every row."""
    numbered = frame.with_row_index("row_index")
    parts = [numbered.select(row="row_index", text="text", asks=pl.lit(value=False))]
    for column in LISTS:
        turns = numbered.select(row="row_index", turn=column).explode("turn").drop_nulls("turn").unnest("turn")
        told = pl.concat_str("content", pl.col("context").replace("", None), separator="\n", ignore_nulls=True)
        parts.append(turns.select("row", text=told, asks=pl.col("role") == "user"))
        parts.append(turns.select("row", text="reasoning", asks=pl.lit(value=False)))
    return pl.concat(parts).filter(pl.col("text").str.contains(r"\S"))


def _named(matches: pl.DataFrame, index: Index, reason: str) -> pl.DataFrame:
    """The matches with the names of benchmark and item."""
    items = index.items.with_row_index("item").with_columns(
        benchmark=pl.Series(index.names, dtype=pl.String).gather(index.items["benchmark"])
    )
    return matches.join(items, on="item", maintain_order="left").with_columns(reason=pl.lit(reason))


def _events(frame: pl.DataFrame, pieces: pl.DataFrame, best: pl.DataFrame, config: Decontaminate) -> pl.DataFrame:
    where = frame.select("id", "source", "row")[best["row"]]
    texts = pieces["text"].gather(best["piece"])
    shown = best.select("benchmark", "name", "score", "first", "last", "reason")
    verdict = {"drop": "dropped", "flag": "flagged"}[config.action]
    return event_frame(
        {
            **place,
            "stage": STAGE,
            "verdict": verdict,
            "reason": match["reason"],
            "detail": APART.join((match["benchmark"], match["name"], f"{match['score']:.2f}")),
            "before": span(text, match["first"], match["last"]),
        }
        for place, match, text in zip(where.iter_rows(named=True), shown.iter_rows(named=True), texts, strict=True)
    )


def _carried_out(frame: pl.DataFrame, events: pl.DataFrame, best: pl.DataFrame, config: Decontaminate) -> StageResult:
    if config.action == "flag" or best.is_empty():
        return StageResult(frame, events=events)
    reasons = best.group_by("row", maintain_order=True).agg(reasons=pl.col("reason").unique(maintain_order=True).sort())
    numbered = frame.with_row_index("place")
    gone = numbered.join(reasons.rename({"row": "place"}), on="place", maintain_order="left")
    kept = numbered.join(reasons, left_on="place", right_on="row", how="anti", maintain_order="left")
    dropped = gone.with_columns(stage=pl.lit(STAGE)).select(DROPPED.names())
    return StageResult(kept.select(FRAME.names()), dropped, events)
