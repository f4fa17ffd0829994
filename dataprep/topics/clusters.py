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

_ROUNDS = 10  # on four samples, the mean cosine rose by less than 0.0005 after them
_BATCH = 20_000  # texts whose weights are held in memory at once


@dataclass(frozen=True)
class Clusters:
    """Clusters that texts can be told apart by.

    Attributes:
        terms: t terms.
        idf: t weights.
        centres: t x k, each column of length one.
        labels: k lists of terms that set the cluster apart.
    """

    terms: list[str]
    idf: list[float]
    centres: Floats
    labels: list[list[str]]


def learn_clusters(texts: Sequence[str], size: int) -> Clusters | None:
    """Find the topics of texts, by their TF-IDF weights.

    k-means on the principal axes finds a start, spherical k-means on the terms themselves (Dhillon and Modha 2001)
    goes on from there: texts of two languages share axes, but no terms.

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
    scores = principal(matrix)
    lengths = np.sqrt((scores * scores).sum(axis=1, keepdims=True))
    found = kmeans(scores / np.where(lengths > 1e-9, lengths, 1.0), size)
    size = int(found.max()) + 1
    for _ in range(_ROUNDS):
        found = _closest(matrix, _centres(matrix, found, size))
    rows = np.bincount(matrix.columns, minlength=len(matrix.terms)).tolist()
    return Clusters(
        terms=matrix.terms,
        idf=[math.log(matrix.height / held) for held in rows],
        centres=_centres(matrix, found, size),
        labels=[label(matrix, found == cluster, texts) for cluster in range(size)],
    )


def nearest(texts: Sequence[str], clusters: Clusters) -> NDArray[np.int64]:
    """The cluster of each text by its cosine with the centres; it depends on no other text.

    Args:
        texts: n texts.
        clusters: From `learn_clusters`.

    Returns:
        n numbers from 0; -1 for a text that has none of the terms.
    """
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(texts), _BATCH):
        batch = [terms_of(text) for text in texts[start : start + _BATCH]]
        found.append(_closest(weighed(batch, clusters.terms, clusters.idf), clusters.centres))
    return np.concatenate(found)


def _closest(matrix: Matrix, centres: Floats) -> NDArray[np.int64]:
    cosines = times(matrix.rows, matrix.columns, matrix.values, centres, matrix.height)
    told = np.bincount(matrix.rows, minlength=matrix.height) > 0
    return np.where(told, np.round(cosines, 9).argmax(axis=1), -1)


def _centres(matrix: Matrix, found: NDArray[np.int64], size: int) -> Floats:
    """The sum of each cluster's rows, drawn to length one; zero for a cluster that lost all of them."""
    own = found[matrix.rows]
    sums = [np.bincount(matrix.columns, matrix.values * (own == cluster), len(matrix.terms)) for cluster in range(size)]
    centres = np.stack(sums, axis=1)
    lengths = np.sqrt((centres * centres).sum(axis=0))
    return centres / np.where(lengths > 1e-9, lengths, 1.0)
