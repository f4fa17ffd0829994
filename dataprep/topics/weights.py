"""How much a term tells of a text (TF-IDF), and which terms set a group of texts apart."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dataprep.topics.axes import Matrix
from dataprep.topics.terms import joined, wide

TERMS = 4000  # most frequent terms that count
COMMON = 0.5  # a term in more of the rows of its script than that tells nothing apart
LABEL = 4  # terms that label a cluster


def tfidf(found: Sequence[Sequence[str]]) -> Matrix | None:
    """Weigh terms by how few of the texts have them.

    Args:
        found: n lists of terms, as in the texts.

    Returns:
        n rows of (1 + log tf) x idf, of length one, over the terms in two rows at least, but not in most rows of
        their script; None if there is no such term.
    """
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
    idf = [math.log(len(found) / held[term]) for term in chosen]
    return weighed(found, chosen, idf)


def weighed(found: Sequence[Sequence[str]], terms: list[str], idf: Sequence[float]) -> Matrix:
    """Weigh the terms of texts by an idf that is known.

    Args:
        found: n lists of terms; those that aren't among `terms` count for nothing.
        terms: The columns.
        idf: As many.

    Returns:
        n rows of (1 + log tf) x idf, each of length one.
    """
    column = {term: place for place, term in enumerate(terms)}
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, said in enumerate(found):
        counts: dict[int, int] = {}
        for term in said:
            if (place := column.get(term)) is not None:
                counts[place] = counts.get(place, 0) + 1
        weights = [(1 + math.log(n)) * idf[c] for c, n in counts.items()]
        length = math.sqrt(sum(weight * weight for weight in weights)) or 1.0
        rows += [row] * len(counts)
        columns += counts
        values += [weight / length for weight in weights]
    return Matrix(np.array(rows, np.int64), np.array(columns, np.int64), np.array(values), len(found), terms)


def label(matrix: Matrix, inside: NDArray[np.bool_], texts: Sequence[str]) -> list[str]:
    """The terms whose weight in a cluster stands out most from their weight elsewhere.

    Args:
        matrix: From `tfidf`.
        inside: Which of its rows are in the cluster.
        texts: Those that the rows stand for.

    Returns:
        `LABEL` terms or fewer, the most telling first.
    """
    here = inside[matrix.rows]
    sums = [np.bincount(matrix.columns, matrix.values * part, len(matrix.terms)) for part in (here, ~here)]
    lift = sums[0] / max(1, inside.sum()) - sums[1] / max(1, (~inside).sum())
    ranked = np.argsort(-np.round(lift, 9), kind="stable")[: 3 * LABEL]
    chosen = [matrix.terms[place] for place in ranked if lift[place] > 0]
    return joined(chosen, [text for text, there in zip(texts, inside, strict=True) if there])[:LABEL]
