"""Topics of any number of texts: clusters are learnt from some of them, every text goes to the nearest one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataprep.topics.axes import Floats, Matrix, principal, times
from dataprep.topics.kmeans import kmeans
from dataprep.topics.terms import terms_of
from dataprep.topics.weights import label, tfidf, weighed

_BATCH = 20_000  # texts whose weights are held in memory at once


@dataclass(frozen=True)
class Clusters:
    """Clusters that texts can be told apart by.

    Attributes:
        terms: t terms.
        idf: t weights.
        axes: t x d: what each term adds to a text's place.
        zero: d: the place of no terms at all, to be subtracted.
        middles: k x d: where the clusters lie, among points of length one.
        labels: k lists of terms that set the cluster apart.
    """

    terms: list[str]
    idf: list[float]
    axes: Floats
    zero: Floats
    middles: Floats
    labels: list[list[str]]


def learn_clusters(texts: Sequence[str], size: int) -> Clusters | None:
    """Find the topics of texts: k-means on the principal axes of their TF-IDF weights.

    Args:
        texts: n texts; their order may change what is found.
        size: Clusters at most; never more than sqrt(n / 2) (Mardia, Kent and Bibby 1979, 13.3).

    Returns:
        The clusters; None for texts too few to be two clusters, or that share no terms.
    """
    size = min(size, round(math.sqrt(len(texts) / 2)))
    matrix = tfidf([terms_of(text) for text in texts])
    if matrix is None or size < 2:
        return None
    axes, zero = _axes(matrix)
    points = _points(matrix, axes, zero)
    found = kmeans(points, size)
    held = np.bincount(matrix.columns, minlength=len(matrix.terms))
    members = [found == cluster for cluster in range(int(found.max()) + 1)]
    return Clusters(
        terms=matrix.terms,
        idf=[math.log(matrix.height / rows) for rows in held.tolist()],
        axes=axes,
        zero=zero,
        middles=np.stack([points[inside].mean(axis=0) for inside in members]),
        labels=[label(matrix, inside, texts) for inside in members],
    )


def nearest(texts: Sequence[str], clusters: Clusters) -> NDArray[np.int64]:
    """The cluster of each text; row-local: it depends on no other text.

    Args:
        texts: n texts.
        clusters: From `learn_clusters`.

    Returns:
        n numbers from 0; -1 for a text that has none of the terms.
    """
    parts = [_nearest(texts[start : start + _BATCH], clusters) for start in range(0, len(texts), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _nearest(texts: Sequence[str], clusters: Clusters) -> NDArray[np.int64]:
    matrix = weighed([terms_of(text) for text in texts], clusters.terms, clusters.idf)
    points = _points(matrix, clusters.axes, clusters.zero)
    # Squared distances without the point's own square, which is the same for every middle.
    far = np.stack([((middle - 2 * points) * middle).sum(axis=1) for middle in clusters.middles], axis=1)
    found = np.round(far, 9).argmin(axis=1)
    return np.where(np.bincount(matrix.rows, minlength=matrix.height) > 0, found, -1)


def _axes(matrix: Matrix) -> tuple[Floats, Floats]:
    """What places any text on the principal axes of these: centred rows times their scores, over the axis' spread."""
    scores = principal(matrix)
    mean = np.bincount(matrix.columns, matrix.values, len(matrix.terms)) / matrix.height
    axes = times(matrix.columns, matrix.rows, matrix.values, scores, len(matrix.terms))
    axes -= mean[:, None] * scores.sum(axis=0)
    spread = (scores * scores).sum(axis=0)
    axes = np.where(spread > 1e-9, axes / np.where(spread > 1e-9, spread, 1.0), 0.0)
    return axes, (mean[:, None] * axes).sum(axis=0)


def _points(matrix: Matrix, axes: Floats, zero: Floats) -> Floats:
    """Places of the rows, drawn out to length one."""
    scores = times(matrix.rows, matrix.columns, matrix.values, axes, matrix.height) - zero
    lengths = np.sqrt((scores * scores).sum(axis=1, keepdims=True))
    return scores / np.where(lengths > 1e-9, lengths, 1.0)
