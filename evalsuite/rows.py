"""Measure the difference between two aligned cards: one row for each metric, set and language, and for slices."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evalsuite.comparison import Row
from evalsuite.policy import Policy
from evalsuite.power import items_needed, mde
from evalsuite.resampling import bootstrap
from evalsuite.scorecard import ITEMS, ScoreCard
from evalsuite.stats import Floats, Test, paired

SLICED = ("source", "length", "kind")
LEAST_DRAWN = 30
"""Items below which a bootstrap interval covers less than t's."""
SAME = 1e-9
"""Scores are stored with nine digits: smaller changes are no flips."""


@dataclass(frozen=True)
class Part:
    """Some of the items.

    Attributes:
        set: Their set.
        language: Their language.
        slice: What narrows them, such as `source=faq.csv`, or "".
        within: (n,) true for them.
    """

    set: str
    language: str
    slice: str
    within: NDArray[np.bool_]


@dataclass(frozen=True)
class Sides:
    """Two cards over the same n items in the same order.

    Attributes:
        base: The base's card.
        tuned: The tuned model's.
        clusters: (n,) numbers of the items' clusters.
        parts: Every set and language.
        policy: Margins, alpha and kind of interval.
        seed: Of bootstrap intervals.
    """

    base: ScoreCard
    tuned: ScoreCard
    clusters: NDArray[np.intp]
    parts: Sequence[Part]
    policy: Policy
    seed: int


def clusters_of(items: pl.DataFrame) -> NDArray[np.intp]:
    """(n,) numbers of the items' clusters; an item without a cluster is one of its own."""
    name = pl.col("cluster").fill_null("")
    own = pl.format("\0{}", pl.int_range(pl.len()))
    return (
        items.select(pl.when(name == "").then(own).otherwise(name).rank("dense")).to_series().to_numpy().astype(np.intp)
    )


def parts(items: pl.DataFrame) -> list[Part]:
    """Every set and language, in the items' order."""
    found = items.select("set", "language").unique(maintain_order=True)
    return [Part(part, language, "", _where(items, set=part, language=language)) for part, language in found.rows()]


def slices(items: pl.DataFrame, part: Part, least: int) -> Iterator[Part]:
    """What narrows a part by source, length, kind and a recipe's own columns: at least so many items but not all."""
    inside = items.filter(pl.Series(part.within))
    for name in (*SLICED, *(column for column in items.columns if column not in ITEMS)):
        counts = inside.group_by(name, maintain_order=True).len().sort(name, nulls_last=True)
        for value, count in counts.rows():
            if value and least <= count < len(inside):
                told = part.within & _where(items, **{name: value})
                yield Part(part.set, part.language, f"{name}={value}", told)


def measure(sides: Sides, name: str, part: Part) -> Row | None:
    """The row of a metric on a part, not yet judged; null where neither side has a number."""
    metric = sides.base.series[name].metric
    first, second, weights, usable = _scores(sides, name, part)
    if not (np.isfinite(first) | np.isfinite(second)).any():
        return None
    first, second, weights = first[usable], second[usable], None if weights is None else weights[usable]
    clusters = sides.clusters[part.within][usable]
    test = paired(first, second, weights=weights, clusters=clusters, binary=metric.binary, level=1 - sides.policy.alpha)
    low, high = _interval(sides, test, first, second, weights=weights, clusters=clusters)
    gains = (second - first) * {"higher": 1.0, "lower": -1.0, "neither": 0.0}[metric.better]
    margin = sides.policy.margins.get(name, metric.margin)
    return Row(
        metric=name, set=part.set, language=part.language, slice=part.slice, unit=metric.unit, better=metric.better,
        n=test.n, excluded=len(usable) - test.n, base=_mean(first, weights), tuned=_mean(second, weights),
        delta=test.delta, low=low, high=high, p=test.p, adjusted=None, test=test.name, margin=margin, verdict=None,
        primary=False, improved=int((gains > SAME).sum()), worsened=int((gains < -SAME).sum()),
        signature=metric.signature, **_size(test, margin, sides.policy),
    )  # fmt: skip


def lost_on_one_side(sides: Sides, row: Row) -> int:
    """Items that only one of the two models could be scored on."""
    part = next(part for part in sides.parts if (part.set, part.language) == (row.set, row.language))
    first, second, _, _ = _scores(sides, row.metric, part)
    return int((np.isfinite(first) != np.isfinite(second)).sum())


def _scores(sides: Sides, name: str, part: Part) -> tuple[Floats, Floats, Floats | None, NDArray[np.bool_]]:
    """Both sides' numbers and weights on a part, and where they can be paired."""
    one, two = sides.base.series[name].column, sides.tuned.series[name].column
    first, second = one.values[part.within], two.values[part.within]
    weights = None if one.weights is None else one.weights[part.within]
    usable = np.isfinite(first) & np.isfinite(second)
    return first, second, weights, usable if weights is None else usable & np.isfinite(weights)


def _interval(sides: Sides, test: Test, first: Floats, second: Floats, **parts: Any) -> tuple[float, float]:
    method = sides.policy.interval
    if method == "t" or test.n < LEAST_DRAWN:
        return test.low, test.high
    return bootstrap(first, second, method=method, level=1 - sides.policy.alpha, seed=sides.seed, **parts)


def _size(test: Test, margin: float, policy: Policy) -> dict[str, Any]:
    """What n items can show, and how many a change of the margin needs."""
    spread = test.se * math.sqrt(test.n)  # clusters and weights are in it
    needed = items_needed(spread, margin, alpha=policy.alpha)
    enough = needed is None or max(needed, policy.minimum) <= test.n
    shown = mde(spread, test.n, alpha=policy.alpha)
    return {"mde": shown, "needed": None if enough or needed is None else max(needed, policy.minimum)}


def _mean(values: Floats, weights: Floats | None) -> float:
    total = len(values) if weights is None else float(weights.sum())
    return float(values.sum() if weights is None else values @ weights) / total if total else math.nan


def _where(items: pl.DataFrame, /, **equal: str) -> NDArray[np.bool_]:
    told = pl.all_horizontal(pl.col(name).eq_missing(value) for name, value in equal.items())
    return items.select(told).to_series().to_numpy()
