"""Paired tests of tuned against base: difference, interval and p, for plain, weighted, clustered and 0/1 scores."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Test:
    """What a paired test says; NaN where it can say nothing.

    Attributes:
        delta: Mean of tuned - base; weighted, where weights are given.
        se: Its standard error.
        low: Lower end of its interval.
        high: Upper end.
        p: Two-sided, of no difference.
        df: Degrees of freedom; infinite for McNemar.
        name: Of the test.
        n: Pairs.
    """

    delta: float
    se: float
    low: float
    high: float
    p: float
    df: float
    name: str
    n: int


def paired(
    base: ArrayLike,
    tuned: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    clusters: Sequence[str] | NDArray[np.generic] | None = None,
    binary: bool = False,
    level: float = 0.95,
) -> Test:
    """Test n pairs.

    The difference is the ratio sum(w d) / sum(w), with w = 1 unless weights are given: bits per byte weigh with bytes.
    Its standard error is the linearised one (Cochran 1977, Sampling Techniques, chapter 6), summed within clusters
    with the correction G / (G - 1) for G clusters (CR1), and t has G - 1 degrees of freedom. Without weights and
    clusters this is the paired t test. Plain 0/1 scores go to `mcnemar`.

    Args:
        base: (n,) finite scores.
        tuned: (n,) finite scores of the same items.
        weights: (n,) not negative.
        clusters: (n,) names of what makes items alike, such as their document.
        binary: Each score is 0 or 1.
        level: Of the interval.

    Returns:
        Interval and p are NaN for fewer than two pairs or clusters, or when all weights are 0.

    Raises:
        ValueError: If lengths differ or a score is not finite.
    """
    first, second = _pairs(base, tuned)
    codes, groups = cluster_codes(clusters, len(first))
    if binary and weights is None and groups == len(first):
        return mcnemar(first, second, level=level)
    shares = np.ones(len(first)) if weights is None else np.asarray(weights, dtype=np.float64)
    name = f"cluster-robust t ({groups} clusters)" if groups < len(first) else "paired t"
    if weights is not None:
        name = f"weighted {name}"
    total = float(shares.sum())
    if not total > 0:
        return Test(np.nan, np.nan, np.nan, np.nan, np.nan, max(groups - 1, 0), name, len(first))
    differences = second - first
    delta = float(shares @ differences) / total
    if groups < 2:
        return Test(delta, np.nan, np.nan, np.nan, np.nan, max(groups - 1, 0), name, len(first))
    sums = np.bincount(codes, weights=shares * (differences - delta), minlength=groups)
    se = float(np.sqrt(groups / (groups - 1) * (sums @ sums)) / total)
    if se <= 1e-12 * max(np.abs(first).max(), np.abs(second).max()):
        return _constant(delta, groups, name, len(first))
    return _t(delta, se, groups - 1, name=name, n=len(first), level=level)


def mcnemar(base: ArrayLike, tuned: ArrayLike, *, level: float = 0.95) -> Test:
    """McNemar's test with the mid-p, for n pairs of 0 and 1.

    p is exact and rests on the flipped pairs alone (Fagerland, Lydersen and Laake 2013, doi:10.1186/1471-2288-13-91).
    The interval is Bonett and Price's adjusted Wald (J. Educ. Behav. Stat. 37, 2012, 479-488), which adds one pair to
    each kind of flip. Its exact coverage of .95, over nine pairs of flip rates of 0 to 20%, is at least .941 from 10
    to 200 pairs; the paired t interval falls to .46 at 10, .78 at 30 and .92 at 50, because pairs that never flip leave
    it no width.

    Raises:
        ValueError: If lengths differ or a score is neither 0 nor 1.
    """
    from scipy.special import bdtr, ndtri

    first, second = _pairs(base, tuned)
    if not (np.isin(first, (0.0, 1.0)).all() and np.isin(second, (0.0, 1.0)).all()):
        raise ValueError("McNemar's test takes scores of 0 and 1")
    n = len(first)
    won, lost = int((second > first).sum()), int((second < first).sum())
    name = "McNemar mid-p"
    if n < 2:
        return Test(float(won - lost) if n else np.nan, np.nan, np.nan, np.nan, np.nan, np.inf, name, n)
    flips, fewer = won + lost, min(won, lost)
    p = bdtr(fewer, flips, 0.5) + (bdtr(fewer - 1, flips, 0.5) if fewer else 0.0)
    up, down = (won + 1) / (n + 2), (lost + 1) / (n + 2)
    se = float(np.sqrt((up + down - (up - down) ** 2) / (n + 2)))
    reach = ndtri(0.5 + level / 2) * se
    low, high = max(-1.0, up - down - reach), min(1.0, up - down + reach)
    return Test((won - lost) / n, se, float(low), float(high), min(1.0, float(p)), np.inf, name, n)


def cluster_codes(clusters: Sequence[str] | NDArray[np.generic] | None, n: int) -> tuple[NDArray[np.intp], int]:
    """Number n items' clusters from 0; without names each item is its own.

    Returns:
        (n,) numbers, and how many clusters there are.

    Raises:
        ValueError: If there are not n names.
    """
    if clusters is None:
        return np.arange(n), n
    if len(clusters) != n:
        raise ValueError(f"{len(clusters)} clusters for {n} pairs")
    codes = pl.Series(clusters).rank("dense").to_numpy().astype(np.intp) - 1
    return codes, int(codes.max(initial=-1)) + 1


def _pairs(base: ArrayLike, tuned: ArrayLike) -> tuple[Floats, Floats]:
    first, second = np.asarray(base, dtype=np.float64), np.asarray(tuned, dtype=np.float64)
    if first.shape != second.shape or first.ndim != 1:
        raise ValueError(f"scores don't pair: {first.shape} and {second.shape}")
    if not (np.isfinite(first).all() and np.isfinite(second).all()):
        raise ValueError("a score is not finite: leave such pairs out")
    return first, second


def _constant(delta: float, groups: int, name: str, n: int) -> Test:
    """All differences are equal: t is undefined, and the sign-flip permutation test has p = 2 / 2^groups."""
    p = 1.0 if delta == 0 else 2.0 ** (1 - groups)
    return Test(delta, 0.0, delta, delta, p, groups - 1, name, n)


def _t(delta: float, se: float, df: int, *, name: str, n: int, level: float) -> Test:
    from scipy.special import stdtr, stdtrit

    reach = float(stdtrit(df, 0.5 + level / 2)) * se
    p = float(2 * stdtr(df, -abs(delta) / se))
    return Test(delta, se, delta - reach, delta + reach, p, df, name, n)
