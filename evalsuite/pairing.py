"""Bring two score cards to the same items in the same order."""

import dataclasses

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evalsuite.metrics.metric import Column
from evalsuite.scorecard import ScoreCard, Series

KEY = ["set", "id", "nth"]


def align(base: ScoreCard, tuned: ScoreCard) -> tuple[ScoreCard, ScoreCard]:
    """Both cards over the items that they share, in the base's order; reasons and findings are dropped.

    An item that was sampled several times stands several times: its n-th answer is paired with the n-th.
    """
    if base.items is tuned.items:
        return base, tuned
    left, right = keys(base), keys(tuned)
    if left.equals(right):
        return base, tuned
    shared = left.with_row_index("left").join(right.with_row_index("right"), on=KEY, how="inner", maintain_order="left")
    return _taken(base, shared["left"]), _taken(tuned, shared["right"])


def keys(card: ScoreCard) -> pl.DataFrame:
    """What tells a card's items apart: set, id, and the how-many-eth with both."""
    return card.items.select("set", "id", pl.col("id").cum_count().over(["set", "id"]).alias("nth"))


def _taken(card: ScoreCard, places: pl.Series) -> ScoreCard:
    at = places.to_numpy().astype(np.intp)
    series = {name: Series(one.metric, _column(one.column, at)) for name, one in card.series.items()}
    return dataclasses.replace(card, items=card.items[at.tolist()], series=series)


def _column(column: Column, at: NDArray[np.intp]) -> Column:
    return Column(column.values[at], weights=None if column.weights is None else column.weights[at])
