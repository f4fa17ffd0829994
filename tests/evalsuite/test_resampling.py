"""Bootstrap intervals, equal to scipy's on the same seed."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import bootstrap as theirs

from evalsuite import resampling
from evalsuite.resampling import DRAWS, bootstrap

SKEWED = np.random.default_rng(5).exponential(1.0, 40) - 0.7


@pytest.mark.parametrize(
    ("differences", "clusters", "ends"),
    [
        ([], None, (math.nan, math.nan)),
        ([0.3], None, (math.nan, math.nan)),
        ([0.3, 0.5], ["a", "a"], (math.nan, math.nan)),
        ([0.0, 0.0, 0.0], None, (0.0, 0.0)),
        ([0.25, 0.25, 0.25], None, (0.25, 0.25)),
    ],
)
@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_edges(differences: list[float], clusters: list[str] | None, ends: tuple[float, float], method: str) -> None:
    found = bootstrap(np.zeros(len(differences)), differences, clusters=clusters, method=method, seed=1)
    assert found == pytest.approx(ends, nan_ok=True)


@pytest.mark.parametrize("method", ["BCa", "percentile"])
@pytest.mark.parametrize("differences", [SKEWED, np.round(SKEWED)], ids=["skewed", "ties"])
@pytest.mark.parametrize("level", [0.95, 0.8])
@pytest.mark.parametrize("cells", [1 << 22, 1000], ids=["at once", "in pieces"])
def test_is_scipys(
    method: str, differences: NDArray[np.float64], level: float, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "CELLS", cells)
    source = np.random.default_rng(11)
    interval = theirs(
        (differences,), np.mean, n_resamples=DRAWS, method=method, confidence_level=level, rng=source
    ).confidence_interval
    found = bootstrap(np.zeros(40), differences, method=method.lower(), level=level, seed=11)
    assert found == pytest.approx((interval.low, interval.high), rel=1e-9)


def test_bca_follows_the_skew() -> None:
    plain = bootstrap(np.zeros(40), SKEWED, method="percentile", seed=2)
    moved = bootstrap(np.zeros(40), SKEWED, method="bca", seed=2)
    assert moved[0] > plain[0]
    assert moved[1] > plain[1]


@pytest.mark.parametrize("method", ["bca", "percentile"])
def test_a_seed_decides(method: str) -> None:
    first, again, other = (bootstrap(np.zeros(40), SKEWED, method=method, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_clusters_are_drawn_whole() -> None:
    shared = np.repeat(np.random.default_rng(3).normal(0, 1, 12), 5)
    alone = bootstrap(np.zeros(60), shared, seed=1)
    whole = bootstrap(np.zeros(60), shared, clusters=np.repeat(np.arange(12), 5), seed=1)
    assert (whole[1] - whole[0]) > 1.8 * (alone[1] - alone[0])  # sqrt(5) = 2.2 in theory


def test_weights_repeat_items() -> None:
    found = bootstrap([0, 0, 0], [0.1, 0.5, 0.9], weights=[1, 1, 1e6], method="percentile", level=0.5, seed=1)
    assert found[1] == pytest.approx(0.9, abs=1e-3)
