"""Coefficients of agreement by definition: Krippendorff's alpha, Cohen's and Fleiss' kappa, percent agreement.

Each is a function of how often each pattern of answers occurs, so that resampled records are another set of weights.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from dataprep.annotate.ratings import Floats, Level, Ratings, Whole

DRAWS = 1000  # resamples
CELLS = 1 << 22  # numbers at once: 32 MB
LEVEL = 0.95  # of the interval
MOST_UNDEFINED = 0.05  # of the draws: beyond it the ends of a 95% interval can't be told

Reason = Literal["no_answers", "one_annotator", "no_overlap", "one_category", "more_annotators"]
Weights = Literal["none", "linear", "quadratic"]
Interval = tuple[float, float]
Formula = Callable[[Floats, Whole], Floats]
"""(d, p) weights of p patterns and (p, ...) patterns -> (d,) values; NaN where undefined."""


@dataclass(frozen=True)
class Coefficient:
    """One measure of agreement on one question.

    Attributes:
        value: 1 is perfect agreement, 0 what chance gives (percent agreement knows no chance); null if undefined.
        low: Lower end of the 95% interval; null if there is none.
        high: Upper end.
        reason: Why it is undefined; null where it isn't.
        scale: What counts as apart: `nominal`, `ordinal`, `interval`, `set`, or the weights of a kappa.
        units: Records that anyone answered.
        pairable: Records that count: those with two or more answers; those with equally many for Fleiss.
        raters: Annotators who answered one of them.
        undefined_draws: Of the 1,000 resamples, those that say nothing; left out of the interval.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: Reason | None
    scale: str
    units: int
    pairable: int
    raters: int
    undefined_draws: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)


def alpha(ratings: Ratings, *, seed: int | None = None) -> Coefficient:
    """Krippendorff's alpha: any number of annotators, gaps allowed.

    1 - observed / expected disagreement over the answers to records with two or more of them (Krippendorff 2011,
    Computing Krippendorff's Alpha-Reliability). Ordinal differences are those of mid-ranks, which equals the published
    sum over the ranks between. Sets differ by MASI.

    Args:
        ratings: n answers; their level decides on the differences.
        seed: Of the bootstrap over records; without one there is no interval.
    """
    pairable = ratings.table.sum(axis=1) >= 2
    return _measured(ratings, pairable, ratings.table[pairable], _alpha_of(ratings), scale=ratings.level, seed=seed)


def alpha_without(ratings: Ratings, rater: int) -> float | None:
    """Alpha as if one annotator had answered nothing; null if that is undefined."""
    table = ratings.without(rater)
    table = table[table.sum(axis=1) >= 2]
    value = float(_alpha_of(ratings)(np.ones((1, len(table))), table)[0]) if len(table) else np.nan
    return None if np.isnan(value) else value


def fleiss(ratings: Ratings, *, seed: int | None = None) -> Coefficient:
    """Fleiss' kappa (Fleiss 1971) on the records with the most frequent number of annotators (the larger of equals)."""
    sizes = ratings.table.sum(axis=1)
    often = np.bincount(sizes[sizes >= 2], minlength=3)
    chosen = sizes == len(often) - 1 - int(often[::-1].argmax())
    return _measured(ratings, chosen, ratings.table[chosen], _fleiss, seed=seed)


def percent(ratings: Ratings, *, seed: int | None = None) -> Coefficient:
    """Of all pairs of answers to the same record, the share that are equal. Chance isn't taken off."""
    pairable = ratings.table.sum(axis=1) >= 2
    return _measured(ratings, pairable, ratings.table[pairable], _percent, seed=seed)


def cohen(ratings: Ratings, *, weights: Weights | Floats = "none", seed: int | None = None) -> Coefficient:
    """Cohen's kappa of two annotators on the records that both answered.

    Args:
        ratings: Of exactly two annotators; it is undefined for more.
        weights: What a disagreement costs: the same always (Cohen 1960), by the distance or its square (Cohen 1968),
            or a (k, k) matrix. With squares it is close to an intraclass correlation (Fleiss and Cohen 1973).
        seed: As for `alpha`.
    """
    named = weights if isinstance(weights, str) else "custom"
    if len(ratings.annotators) > 2:
        return Coefficient(None, None, None, "more_annotators", named, len(ratings.records), 0, 0)
    k = len(ratings.categories)
    both = ratings.table.sum(axis=1) == 2
    sides = np.zeros((2, len(ratings.records)), dtype=np.int64)
    sides[ratings.rater, ratings.unit] = ratings.code
    codes = np.eye(k, dtype=np.int64)[sides[:, both]]
    cost = costs(ratings, weights) if isinstance(weights, str) else weights
    rows = np.concatenate([codes[0], codes[1]], axis=1)
    return _measured(ratings, both, rows, partial(kappas, cost=cost), scale=named, seed=seed)


def costs(ratings: Ratings, weights: Weights) -> Floats:
    """(k, k) what each disagreement costs under a kappa's weights."""
    if weights == "none":
        return 1 - np.eye(len(ratings.categories))
    gaps = np.abs(ratings.values[:, None] - ratings.values)
    return gaps if weights == "linear" else gaps**2


def kappas(weights: Floats, patterns: Whole, *, cost: Floats) -> Floats:
    """(d,) weighted kappas of d sets of records; NaN where both annotators always said one and the same thing.

    Args:
        weights: (d, p) how often each pattern occurs.
        patterns: (p, 2k) one-hot answer of the first annotator, then of the second.
        cost: (k, k) of a disagreement.
    """
    k = len(cost)
    first, second = patterns[:, :k], patterns[:, k:]
    n = weights.sum(axis=1)
    observed = weights @ ((first @ cost) * second).sum(axis=1)
    rows, columns = weights @ first, weights @ second
    expected = ((rows @ cost) * columns).sum(axis=1)
    return _one_minus(observed * n, expected, (rows + columns > 0).sum(axis=1) > 1)


def wilson(right: int, of: int) -> Interval:
    """95% interval of a share (Wilson 1927; method 3 of Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8)."""
    z = 1.959964  # 97.5% of the standard normal distribution
    middle = (right + z * z / 2) / (of + z * z)
    reach = z / (of + z * z) * float(np.sqrt(right * (of - right) / of + z * z / 4))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _measured(
    ratings: Ratings,
    chosen: NDArray[np.bool_],
    rows: Whole,
    formula: Formula,
    *,
    scale: str = "nominal",
    seed: int | None,
) -> Coefficient:
    """A formula on the chosen records, one row of `rows` each, with its interval."""
    units, pairable = len(ratings.records), int(chosen.sum())
    raters = len(np.unique(ratings.rater[chosen[ratings.unit]]))
    if not pairable:
        some = "one_annotator" if len(ratings.annotators) == 1 else "no_overlap" if units else "no_answers"
        return Coefficient(None, None, None, some, scale, units, 0, 0)  # type: ignore[arg-type]
    value = float(formula(np.ones((1, pairable)), rows)[0])
    if np.isnan(value):
        return Coefficient(None, None, None, "one_category", scale, units, pairable, raters)
    ends, undefined = (None, 0) if seed is None else _interval(rows, formula, seed)
    low, high = ends or (None, None)
    return Coefficient(value, low, high, None, scale, units, pairable, raters, undefined)


def _interval(rows: Whole, formula: Formula, seed: int) -> tuple[Interval | None, int]:
    """Percentile interval over resampled records, and how many draws were undefined.

    Records with equal rows are one pattern: a resample is a multinomial draw of the patterns' counts. Draws in which
    everything is one category are undefined and left out. There is no interval when they are many, or when all draws
    say the same: it would have no width, which isn't certainty.
    """
    patterns, counts = np.unique(rows, axis=0, return_counts=True)
    source = np.random.default_rng(seed)
    step = max(1, CELLS // max(patterns.shape))
    found = []
    for start in range(0, DRAWS, step):
        drawn = source.multinomial(len(rows), counts / len(rows), size=min(step, DRAWS - start))
        found.append(formula(drawn.astype(np.float64), patterns))
    values = np.concatenate(found)
    defined = values[~np.isnan(values)]
    undefined = DRAWS - len(defined)
    if undefined > MOST_UNDEFINED * DRAWS or np.ptp(defined) < 1e-12:
        return None, undefined
    low, high = np.quantile(defined, [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    return (float(low), float(high)), undefined


def _alpha_of(ratings: Ratings) -> Formula:
    return partial(_alpha, values=ratings.values, distances=ratings.distances, level=ratings.level)


def _alpha(weights: Floats, patterns: Whole, *, values: Floats, distances: Floats, level: Level) -> Floats:
    sizes = patterns.sum(axis=1)
    totals = weights @ patterns
    n = totals.sum(axis=1)
    if level in {"nominal", "set"}:
        observed = weights @ (((patterns @ distances) * patterns).sum(axis=1) / (sizes - 1))
        expected = ((totals @ distances) * totals).sum(axis=1)
    else:
        places = np.cumsum(totals, axis=1) - totals / 2 if level == "ordinal" else np.broadcast_to(values, totals.shape)
        places = places - ((totals * places).sum(axis=1) / n)[:, None]  # about 0, which keeps the sums exact
        within = sizes * (places**2 @ patterns.T) - (places @ patterns.T) ** 2
        observed = (weights * within / (sizes - 1)).sum(axis=1)
        expected = n * (totals * places**2).sum(axis=1)
    return _one_minus(observed * (n - 1), expected, (totals > 0).sum(axis=1) > 1)


def _fleiss(weights: Floats, patterns: Whole) -> Floats:
    size = int(patterns[0].sum())
    n = weights.sum(axis=1)
    agreed = weights @ ((patterns**2).sum(axis=1) - size) / (size * (size - 1) * n)
    totals = weights @ patterns
    chance = ((totals / totals.sum(axis=1)[:, None]) ** 2).sum(axis=1)
    return _one_minus(1 - agreed, 1 - chance, (totals > 0).sum(axis=1) > 1)


def _percent(weights: Floats, patterns: Whole) -> Floats:
    sizes = patterns.sum(axis=1)
    return np.asarray(weights @ ((patterns**2).sum(axis=1) - sizes) / (weights @ (sizes * (sizes - 1))))


def _one_minus(observed: Floats, expected: Floats, defined: NDArray[np.bool_]) -> Floats:
    """1 - observed / expected; NaN where it isn't defined."""
    return np.asarray(np.where(defined, 1 - observed / np.where(defined, expected, 1), np.nan))
