"""k-means: some seeded runs, the tightest of which counts; the same for any number of threads."""

import numpy as np
from numpy.typing import NDArray

RUNS = 5
SEED = 17

Floats = NDArray[np.float64]


def kmeans(points: Floats, size: int) -> NDArray[np.int64]:
    """The cluster of each of n points (n x d), 0 to `size` - 1; fewer clusters where points coincide, none is empty."""
    runs = [_lloyd(points, _starts(points, size, np.random.default_rng(SEED + run))) for run in range(RUNS)]
    found = min(runs, key=lambda run: round(run[1], 9))[0]
    used = np.bincount(found) > 0
    return (used.cumsum() - 1)[found]


def _starts(points: Floats, size: int, draw: np.random.Generator) -> Floats:
    """k-means++ (Arthur and Vassilvitskii 2007): each next start drawn by its squared distance from those before."""
    starts = [int(draw.integers(len(points)))]
    near = ((points - points[starts[0]]) ** 2).sum(axis=1)
    while len(starts) < size:
        heap = near.cumsum()
        starts.append(min(int(np.searchsorted(heap, draw.random() * heap[-1], side="right")), len(points) - 1))
        near = np.minimum(near, ((points - points[starts[-1]]) ** 2).sum(axis=1))
    return points[starts]


def _lloyd(points: Floats, middles: Floats) -> tuple[NDArray[np.int64], float]:
    """Clusters and the sum of squared distances from their middles."""
    for _ in range(50):
        distance = np.round(((points[:, None, :] - middles[None]) ** 2).sum(axis=2), 9)
        found = distance.argmin(axis=1)
        counts = np.bincount(found, minlength=len(middles))[:, None]
        sums = np.stack([np.bincount(found, column, len(middles)) for column in points.T], axis=1)
        moved = np.where(counts > 0, sums / np.maximum(counts, 1), middles)
        if np.allclose(moved, middles, atol=1e-9):
            break
        middles = moved
    return found, float(distance.min(axis=1).sum())
