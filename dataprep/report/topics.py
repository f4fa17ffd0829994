"""The topic map: TF-IDF over script-aware terms, principal axes, clusters, and the terms that label them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataprep.report.axes import Floats, Matrix, plane, principal
from dataprep.report.kmeans import kmeans
from dataprep.report.terms import joined, terms_of, wide

MOST, LEAST = 2000, 12  # rows drawn, and rows below which there is no map
TERMS = 4000  # most frequent terms that count
COMMON = 0.5  # a term in more of the rows of its script than that tells nothing apart
LABEL = 4  # terms that label a cluster


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
    matrix = _tfidf([terms_of(text) for text in texts])
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
        labels=[_label(matrix, clusters == k, texts) for k in range(size)],
        nearest=[int(np.where(clusters == k, distance[:, k], np.inf).argmin()) for k in range(size)],
    )


def _tfidf(found: Sequence[Sequence[str]]) -> Matrix | None:
    """Rows of (1 + log tf) x idf, of length one; terms in two rows at least, but not in most rows of their script."""
    sets = [dict.fromkeys(terms) for terms in found]
    held: dict[str, int] = {}
    for own in sets:
        for term in own:
            held[term] = held.get(term, 0) + 1
    scripts = {script: sum(any(wide(term) == script for term in terms) for terms in sets) for script in (True, False)}
    useful = [term for term, rows in held.items() if 2 <= rows <= max(2, COMMON * scripts[wide(term)])]
    chosen = sorted(sorted(useful, key=lambda term: (-held[term], term))[:TERMS])
    if not chosen:
        return None
    column = {term: place for place, term in enumerate(chosen)}
    triples: list[tuple[int, int, float]] = []
    for row, terms in enumerate(found):
        counts: dict[int, int] = {}
        for term in terms:
            if (place := column.get(term)) is not None:
                counts[place] = counts.get(place, 0) + 1
        weights = {c: (1 + math.log(n)) * math.log(len(found) / held[chosen[c]]) for c, n in counts.items()}
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        triples += [(row, c, weight / length) for c, weight in weights.items()]
    rows, columns, values = zip(*triples, strict=True)
    return Matrix(np.array(rows), np.array(columns), np.array(values, np.float64), len(found), chosen)


def _label(matrix: Matrix, inside: NDArray[np.bool_], texts: Sequence[str]) -> list[str]:
    """The terms whose weight in the cluster stands out most from their weight elsewhere."""
    here = inside[matrix.rows]
    sums = [np.bincount(matrix.columns, matrix.values * part, len(matrix.terms)) for part in (here, ~here)]
    lift = sums[0] / max(1, inside.sum()) - sums[1] / max(1, (~inside).sum())
    ranked = np.argsort(-np.round(lift, 9), kind="stable")[: 3 * LABEL]
    chosen = [matrix.terms[place] for place in ranked if lift[place] > 0]
    return joined(chosen, [text for text, there in zip(texts, inside, strict=True) if there])[:LABEL]
