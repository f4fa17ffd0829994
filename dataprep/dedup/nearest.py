"""Pairs of near vectors: all of them in small sets, approximate nearest neighbours in large ones, each one verified."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dataprep.embeddings import Vectors
from schemas.errors import MissingExtra

Rows = NDArray[np.int64]
Shares = NDArray[np.float64]

_EXACT = 20_000
"""Vectors that are compared each with each: 12 CPU seconds at 384 dimensions, where the graph takes 60."""

_BLOCK = 1024
_NEIGHBOURS = 16
_DECIMALS = 5  # the same vectors multiplied in blocks of another size differ in the seventh


def cosines(vectors: Vectors, i: Rows, j: Rows) -> Shares:
    """The cosine similarity of pairs of vectors of length 1; 0 where one is all zeros."""
    found = np.zeros(len(i))
    for start in range(0, len(i), 1 << 16):
        cut = slice(start, start + (1 << 16))
        found[cut] = np.einsum("nd,nd->n", vectors[i[cut]], vectors[j[cut]], dtype=np.float64)
    return found.round(_DECIMALS)


def near_pairs(vectors: Vectors, *, threshold: float) -> tuple[Rows, Rows]:
    """Pairs of vectors at or above a similarity, of each vector's 16 nearest.

    Args:
        vectors: float32, n lines of length 1.
        threshold: Cosine similarity.

    Returns:
        Row numbers i < j, each pair once.

    Raises:
        MissingExtra: If there are more than 20,000 vectors and usearch is absent.
    """
    if len(vectors) < 2:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    rows, others = _each_with_each(vectors) if len(vectors) <= _EXACT else _approximate(vectors)
    i, j = np.minimum(rows, others), np.maximum(rows, others)
    code = np.unique((i * len(vectors) + j)[i != j])
    i, j = np.divmod(code, len(vectors))
    near = cosines(vectors, i, j) >= threshold
    return i[near], j[near]


def _each_with_each(vectors: Vectors) -> tuple[Rows, Rows]:
    count = min(_NEIGHBOURS + 1, len(vectors))
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(vectors), _BLOCK):
        similar = vectors[start : start + _BLOCK] @ vectors.T
        found.append(np.argpartition(similar, -count, axis=1)[:, -count:].ravel())
    return np.repeat(np.arange(len(vectors)), count), np.concatenate(found)


def _approximate(vectors: Vectors) -> tuple[Rows, Rows]:
    """By a graph of small worlds (HNSW, Malkov and Yashunin 2016); one thread, or the graph is another every time."""
    try:
        from usearch.index import Index
    except ImportError:
        raise MissingExtra("Semantic duplicates among so many rows", package="usearch", extra="semantic") from None
    index = Index(ndim=vectors.shape[1], metric="ip", dtype="f32")
    index.add(np.arange(len(vectors)), vectors, threads=1)
    found: Any = index.search(vectors, _NEIGHBOURS + 1, threads=1)
    counts = np.asarray(found.counts, np.int64)
    keys = np.asarray(found.keys, np.int64)
    met = np.arange(keys.shape[1]) < counts[:, None]
    return np.repeat(np.arange(len(vectors)), counts), keys[met]
