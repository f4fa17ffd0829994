"""Principal axes against numpy's own decomposition, and clusters of points that are known."""

import numpy as np
import pytest

from dataprep.topics.axes import Matrix, plane, principal
from dataprep.topics.kmeans import kmeans


def sparse(dense: np.ndarray) -> Matrix:  # type: ignore[type-arg]
    rows, columns = np.nonzero(dense)
    return Matrix(rows, columns, dense[rows, columns], len(dense), [f"t{n}" for n in range(dense.shape[1])])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_scores_are_those_of_the_singular_value_decomposition(seed: int) -> None:
    draw = np.random.default_rng(seed)
    dense = draw.random((40, 25)) * (draw.random((40, 25)) < 0.3) * np.geomspace(8, 0.1, 25)
    u, values, _ = np.linalg.svd(dense - dense.mean(axis=0), full_matrices=False)
    expected = np.abs((u * values)[:, :3])
    assert np.abs(principal(sparse(dense)))[:, :3] == pytest.approx(expected, abs=1e-3)


def test_one_column_has_one_axis_and_a_flat_plane() -> None:
    scores = principal(sparse(np.array([[1.0], [0.0], [3.0]])))
    assert scores.shape == (3, 1)
    assert scores[:, 0] == pytest.approx([-1 / 3, -4 / 3, 5 / 3])
    assert plane(scores)[:, 1] == pytest.approx([0, 0, 0])


def test_clusters_of_points() -> None:
    middles = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0], [9.0, 9.0]])
    points = np.repeat(middles, 30, axis=0) + np.random.default_rng(5).normal(0, 0.3, (120, 2))
    found = kmeans(points, 4)
    assert [len(set(found[start : start + 30].tolist())) for start in range(0, 120, 30)] == [1, 1, 1, 1]
    assert set(found.tolist()) == {0, 1, 2, 3}


@pytest.mark.parametrize("count", [1, 2, 30])
def test_points_that_coincide_are_one_cluster(count: int) -> None:
    assert kmeans(np.ones((count, 3)), 4).tolist() == [0] * count
