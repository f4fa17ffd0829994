"""The topic map: TF-IDF over script-aware terms, principal axes, clusters, and the terms that label them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataprep.topics.axes import Floats, plane, principal
from dataprep.topics.kmeans import kmeans
from dataprep.topics.terms import terms_of
from dataprep.topics.weights import label, tfidf

MOST, LEAST = 2000, 12  # rows drawn, and rows below which there is no map


@dataclass(frozen=True)
class Topics:
    """A map of n rows.

    Attributes:
        points: n x 2, float64.
        clusters: n, int64: the cluster of each row, the largest one first.
        centres: k x 2: where each cluster lies.
        labels: k lists of terms that set the cluster apart.
        nearest: k rows, each the nearest to its cluster's middle.
    """

    points: Floats
    clusters: NDArray[np.int64]
    centres: Floats
    labels: list[list[str]]
    nearest: list[int]


def map_topics(texts: Sequence[str]) -> Topics | None:
    """Place texts on a plane by the rare words that they share.

    Args:
        texts: n texts.

    Returns:
        The map; None for fewer than `LEAST` texts, or when they share no terms.
    """
    matrix = tfidf([terms_of(text) for text in texts])
    if matrix is None or matrix.height < LEAST:
        return None
    scores = principal(matrix)
    lengths = np.sqrt((scores * scores).sum(axis=1, keepdims=True))
    unit = scores / np.where(lengths > 1e-9, lengths, 1.0)
    found = kmeans(unit, max(2, min(8, round(math.sqrt(matrix.height / 8)))))
    order = np.argsort(-np.bincount(found), kind="stable")
    clusters = np.argsort(order, kind="stable")[found]
    size = len(order)
    middles = np.stack([unit[clusters == k].mean(axis=0) for k in range(size)])
    distance = ((unit[:, None, :] - middles[None]) ** 2).sum(axis=2)
    points = plane(unit)
    return Topics(
        points=points,
        clusters=clusters,
        centres=np.stack([np.median(points[clusters == k], axis=0) for k in range(size)]),
        labels=[label(matrix, clusters == k, texts) for k in range(size)],
        nearest=[int(np.where(clusters == k, distance[:, k], np.inf).argmin()) for k in range(size)],
    )
