"""Principal axes of sparse rows, by subspace iteration.

Sums run in one fixed order, without BLAS: the axes are the same for any number of threads.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

AXES, ROUNDS = 10, 30
SEED = 17

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Matrix:
    """A sparse matrix as triples of row, column and value.

    Attributes:
        rows: int64.
        columns: int64, as long as `rows`.
        values: float64, as long as `rows`.
        height: Rows of the matrix, those without a value included.
        terms: Names of the columns.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    values: Floats
    height: int
    terms: list[str]


def principal(matrix: Matrix) -> Floats:
    """Scores of n rows on their first principal axes (columns centred), n x `AXES` or less; signs made definite."""
    mean = np.bincount(matrix.columns, matrix.values, len(matrix.terms)) / matrix.height
    axes = min(AXES, len(matrix.terms), matrix.height - 1)
    basis = np.random.default_rng(SEED).standard_normal((len(matrix.terms), axes))
    scores = np.zeros((matrix.height, axes))
    for _ in range(ROUNDS):
        basis = _orthonormal(basis)
        scores = times(matrix.rows, matrix.columns, matrix.values, basis, matrix.height)
        scores -= (mean[:, None] * basis).sum(axis=0)
        basis = times(matrix.columns, matrix.rows, matrix.values, scores, len(matrix.terms))
        basis -= mean[:, None] * scores.sum(axis=0)
    return _turned(scores, axes)


def times(out: NDArray[np.int64], into: NDArray[np.int64], values: Floats, dense: Floats, height: int) -> Floats:
    """A sparse matrix times a dense one, column by column, in one fixed order.

    Args:
        out: Row of each value.
        into: Column of each value; with the two exchanged, the transposed matrix is meant.
        values: As many.
        dense: Columns x d.
        height: Rows of the product.
    """
    return np.stack([np.bincount(out, values * column[into], height) for column in dense.T], axis=1)


def _orthonormal(basis: Floats) -> Floats:
    """Modified Gram-Schmidt; a column that is nothing but the others becomes zero."""
    done: list[Floats] = []
    for column in basis.T:
        rest = column.copy()
        for other in done:
            rest -= (other * rest).sum() * other
        length = math.sqrt(float((rest * rest).sum()))
        before = math.sqrt(float((column * column).sum()))
        done.append(rest / length if length > 1e-9 * before and length > 0 else np.zeros_like(rest))
    return np.stack(done, axis=1)


def _definite(scores: Floats) -> Floats:
    """Every axis turned so that its farthest point lies on the positive side."""
    far = np.abs(np.round(scores, 9)).argmax(axis=0)
    return scores * np.where(scores[far, np.arange(scores.shape[1])] < 0, -1.0, 1.0)


def plane(unit: Floats) -> Floats:
    """The two directions along which points of length one lie farthest apart, n x 2."""
    flat = _turned(unit - unit.mean(axis=0), 2)
    return np.pad(flat, ((0, 0), (0, 2 - flat.shape[1])))


def _turned(scores: Floats, size: int) -> Floats:
    """Scores on the axes of their own spread, the widest first, as many as `size`."""
    spread = (scores[:, :, None] * scores[:, None, :]).sum(axis=0)
    # LAPACK on ten columns at most: too small for it to share out between threads.
    axes = np.linalg.eigh(spread).eigenvectors[:, ::-1][:, :size]
    return _definite((scores[:, :, None] * axes[None]).sum(axis=1))
