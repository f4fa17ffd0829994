"""Seeded bootstrap intervals of a paired difference: BCa and percentile, by item or by cluster."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evalsuite.stats import cluster_codes

DRAWS = 2000
"""Resamples."""
CELLS = 1 << 22
"""Numbers drawn at once: 32 MB."""


def bootstrap(
    base: ArrayLike,
    tuned: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: Sequence[str] | NDArray[np.generic] | None = None,
    method: Literal["bca", "percentile"] = "bca",
    level: float = 0.95,
    seed: int,
) -> tuple[float, float]:
    """Interval of the mean of tuned - base over n pairs, weighted where weights are given.

    Use it from 30 pairs on, where differences are skewed or heavy-tailed, as BCa follows the skew (Efron 1987,
    doi:10.1080/01621459.1987.10478410). Below 30 pairs t is better: with 20 skewed differences the percentile
    interval covers .897 and t .923 of a nominal .95.

    Args:
        base: (n,) finite scores.
        tuned: (n,) finite scores of the same items.
        weights: (n,) above 0.
        clusters: (n,) names; whole clusters are drawn.
        method: `bca` or `percentile`.
        level: Of the interval.
        seed: The same seed gives the same interval.

    Returns:
        Lower and upper end; NaN for fewer than two pairs or clusters.
    """
    differences = np.asarray(tuned, dtype=np.float64) - np.asarray(base, dtype=np.float64)
    shares = np.ones(len(differences)) if weights is None else np.asarray(weights, dtype=np.float64)
    codes, groups = cluster_codes(clusters, len(differences))
    if groups < 2:
        return np.nan, np.nan
    tops = np.bincount(codes, weights=shares * differences, minlength=groups).astype(np.float64)
    bottoms = np.bincount(codes, weights=shares, minlength=groups).astype(np.float64)
    drawn = _drawn(tops, bottoms, seed)
    ends = np.array([0.5 - level / 2, 0.5 + level / 2])
    if method == "bca":
        ends = _bca_ends(ends, tops, bottoms, drawn)
    low, high = np.quantile(drawn, ends)
    return float(low), float(high)


def _drawn(tops: NDArray[np.float64], bottoms: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """The ratio in each resample."""
    source = np.random.default_rng(seed)
    groups = len(tops)
    step = max(1, CELLS // groups)
    found = []
    for start in range(0, DRAWS, step):
        places = source.integers(0, groups, (min(step, DRAWS - start), groups))
        found.append(tops[places].sum(axis=1) / bottoms[places].sum(axis=1))
    return np.concatenate(found)


def _bca_ends(
    ends: NDArray[np.float64],
    tops: NDArray[np.float64],
    bottoms: NDArray[np.float64],
    drawn: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The quantiles of the resamples that BCa reads, from their bias and the jackknife's skew."""
    from scipy.special import ndtr, ndtri

    seen = tops.sum() / bottoms.sum()
    below = ((drawn < seen).mean() + (drawn <= seen).mean()) / 2  # ties count half
    left_out = (tops.sum() - tops) / (bottoms.sum() - bottoms)
    gaps = left_out.mean() - left_out
    spread = float((gaps**2).sum())
    if not 0 < below < 1 or spread <= 1e-24 * seen**2:
        return ends
    skew = (gaps**3).sum() / (6 * spread**1.5)
    bias = ndtri(below)
    moved = bias + ndtri(ends)
    return np.asarray(ndtr(bias + moved / (1 - skew * moved)), dtype=np.float64)
