"""Paired tests against scipy, statsmodels, published tables and hand-worked values."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_rel

from evalsuite import stats

DIFFERENCES = [0.10, -0.20, 0.30, 0.05, 0.00, -0.15, 0.22, 0.31, -0.05, 0.12]
CLUSTERS = ["a", "a", "b", "b", "b", "c", "c", "d", "d", "d"]
WEIGHTS = [10, 40, 25, 5, 60, 33, 21, 8, 90, 12]
ZEROS = [0.0] * 10


@pytest.mark.parametrize(
    ("base", "tuned", "delta", "low", "p", "name"),
    [
        ([], [], math.nan, math.nan, math.nan, "paired t"),
        ([0.5], [0.7], 0.2, math.nan, math.nan, "paired t"),
        ([0.5, 0.2], [0.5, 0.2], 0.0, 0.0, 1.0, "paired t"),
        ([0.1, 0.2], [0.4, 0.5], 0.3, 0.3, 0.5, "paired t"),  # equal but for rounding: of 4 sign flips 2 are as far
        ([1.0] * 40, [2.0] * 40, 1.0, 1.0, 2.0**-39, "paired t"),
    ],
)
def test_edges(base: list[float], tuned: list[float], delta: float, low: float, p: float, name: str) -> None:
    found = stats.paired(base, tuned)
    assert (found.n, found.name) == (len(base), name)
    assert [found.delta, found.low, found.p] == pytest.approx([delta, low, p], nan_ok=True)


@pytest.mark.parametrize("n", [2, 3, 30, 500])
def test_paired_t_is_scipys(n: int) -> None:
    source = np.random.default_rng(n)
    base, tuned = source.normal(0.4, 1, n), source.normal(0.5, 1, n)
    theirs, found = ttest_rel(tuned, base), stats.paired(base, tuned, level=0.9)
    interval = theirs.confidence_interval(0.9)
    assert [found.p, found.low, found.high] == pytest.approx([theirs.pvalue, interval.low, interval.high], rel=1e-9)
    assert found.df == n - 1


# statsmodels 0.14: OLS or WLS on a constant, cov_type "cluster" or "HC1" with use_t, of these ten differences.
@pytest.mark.parametrize(
    ("weights", "clusters", "se", "low", "high", "p", "name"),
    [
        (None, CLUSTERS, 0.03847077, -0.05243115, 0.19243115, 0.16639312, "cluster-robust t (4 clusters)"),
        (WEIGHTS, None, 0.04842633, -0.11007429, 0.10902166, 0.99156556, "weighted paired t"),
        (
            WEIGHTS,
            CLUSTERS,
            0.03980032,
            -0.12718871,
            0.12613608,
            0.99027941,
            "weighted cluster-robust t (4 clusters)",
        ),
    ],
)
def test_weights_and_clusters_are_statsmodels(
    weights: list[float] | None, clusters: list[str] | None, se: float, low: float, high: float, p: float, name: str
) -> None:
    found = stats.paired(ZEROS, DIFFERENCES, weights=weights, clusters=clusters)
    assert [found.se, found.low, found.high, found.p] == pytest.approx([se, low, high, p], abs=1e-7)
    assert found.name == name


def test_equal_weights_and_lone_clusters_change_nothing() -> None:
    plain = stats.paired(ZEROS, DIFFERENCES)
    lone = stats.paired(ZEROS, DIFFERENCES, clusters=list("abcdefghij"))
    heavy = stats.paired(ZEROS, DIFFERENCES, weights=[7] * 10)
    assert lone == plain
    assert [heavy.delta, heavy.se, heavy.p] == pytest.approx([plain.delta, plain.se, plain.p])


@pytest.mark.parametrize(
    ("weights", "clusters"),
    [([0.0] * 10, None), (None, ["one"] * 10)],
    ids=["no weight", "one cluster"],
)
def test_says_nothing(weights: list[float] | None, clusters: list[str] | None) -> None:
    found = stats.paired(ZEROS, DIFFERENCES, weights=weights, clusters=clusters)
    assert all(math.isnan(value) for value in (found.low, found.high, found.p))


# Airway reactivity (Fagerland, Lydersen, Laake 2013): 1, 1, 7, 12 pairs, mid-p .039; Bonett-Price worked by hand:
# up 2/23, down 8/23, -.2609 -+ 1.96 sqrt((.4348 - .0681) / 23).
@pytest.mark.parametrize(
    ("kept", "won", "lost", "delta", "low", "high", "p"),
    [
        (13, 1, 7, -6 / 21, -0.5083, -0.0134, 0.0390625),
        (30, 0, 0, 0.0, -0.08663, 0.08663, 1.0),
        (16, 2, 2, 0.0, -0.21823, 0.21823, 1.0),
        (0, 2, 0, 1.0, -0.34869, 1.0, 0.25),
        (0, 0, 2, -1.0, -1.0, 0.34869, 0.25),
    ],
)
def test_mcnemar(kept: int, won: int, lost: int, delta: float, low: float, high: float, p: float) -> None:
    base, tuned = [1] * kept + [0] * won + [1] * lost, [1] * kept + [1] * won + [0] * lost
    found = stats.paired(base, tuned, binary=True)
    assert [found.delta, found.p] == pytest.approx([delta, p])
    assert [found.low, found.high] == pytest.approx([low, high], abs=1e-4)


@given(won=st.integers(0, 60), lost=st.integers(0, 60))
def test_mid_p_counts_what_was_seen_half(won: int, lost: int) -> None:
    base, tuned = [1, 1, *[0] * won, *[1] * lost], [1, 1, *[1] * won, *[0] * lost]
    flips = won + lost
    at = math.comb(flips, won) / 2**flips
    mid = 1.0 if won == lost else binomtest(won, flips).pvalue - at
    assert stats.mcnemar(base, tuned).p == pytest.approx(mid, rel=1e-9)


def test_clustered_zeros_and_ones_use_clusters() -> None:
    found = stats.paired([0, 1, 1, 0], [1, 1, 0, 0], clusters=["a", "a", "b", "b"], binary=True)
    assert found.name == "cluster-robust t (2 clusters)"


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50), st.sampled_from("abc")), min_size=2, max_size=30))
def test_swapping_sides_mirrors(rows: list[tuple[int, int, str]]) -> None:
    base, tuned, names = zip(*rows, strict=True)
    there, back = stats.paired(base, tuned, clusters=names), stats.paired(tuned, base, clusters=names)
    mirrored = [-back.delta, back.p, -back.high, -back.low]
    assert [there.delta, there.p, there.low, there.high] == pytest.approx(mirrored, nan_ok=True)


@pytest.mark.parametrize(
    ("base", "tuned", "options", "told"),
    [
        ([1.0], [1.0, 2.0], {}, "don't pair"),
        ([1.0, math.nan], [1.0, 2.0], {}, "not finite"),
        ([1.0, 2.0], [1.0, 2.0], {"clusters": ["a"]}, "1 clusters for 2"),
        ([1.0, 0.5], [1.0, 0.0], {"binary": True}, "0 and 1"),
    ],
)
def test_refuses(base: list[float], tuned: list[float], options: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        stats.paired(base, tuned, **options)
