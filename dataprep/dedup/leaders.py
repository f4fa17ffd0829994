"""Leader election: who stays of rows that similar pairs connect, so that every row that goes has a kept row near it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dataprep.dedup.pairs import Pairs, Rows, Shares, components

# Real sets end after some 10 rounds of the first pass. Larger knots cost so many comparisons a row at most, then
# the pairs that stand side by side in their buckets decide: time stays linear.
_ROUNDS, _PASSES = 32, 3


@dataclass(frozen=True)
class Matches:
    """m pairs of rows that were compared.

    Attributes:
        i: int64, row numbers.
        j: int64, their partners.
        similarity: float64, the similarity that counts.
        key: int64, by which key they are near; -1 where they are not.
    """

    i: Rows
    j: Rows
    similarity: Shares
    key: Rows


@dataclass(frozen=True)
class Elected:
    """What became of n rows.

    Attributes:
        into: int64, the kept row near which each row is; -1 for rows that stay.
        similarity: float64, the similarity of the two; 1 for rows that stay.
        key: int64, by which key they are near; -1 for rows that stay.
    """

    into: Rows
    similarity: Shares
    key: Rows


Links = Callable[[Rows], Pairs | Matches]
Compare = Callable[[Rows, Rows], Matches]


def elect(rows: int, *, link: Links, compare: Compare, neighbours: Links | None = None) -> Elected:
    """Keep the first row of every component and drop what is near it; the others elect again among themselves.

    A component alone would not do: in a chain of similar rows the ends have nothing in common. Nobody goes
    without having been compared with the row that stays.

    Args:
        rows: How many; the lower the number, the better the claim to stay.
        link: Pairs (`i` < `j`) that connect all rows which may be near, of some rows in ascending order.
        compare: Compares pairs of rows.
        neighbours: Pairs (`i` < `j`) that are likely to be near, of such rows; those of `link` unless given.
    """
    elected = Elected(np.full(rows, -1), np.ones(rows), np.full(rows, -1))
    active = np.arange(rows)
    for _ in range(_PASSES):
        links = link(active)
        active = _rounds(active, components(rows, links.i, links.j), compare, elected)
        if not len(active):
            return elected
    links = (neighbours or link)(active)
    _decide_by(compare(links.i, links.j), elected)
    return elected


def _rounds(active: Rows, labels: Rows, compare: Compare, elected: Elected) -> Rows:
    """Some rounds of elections; returns the rows that are still undecided."""
    for _ in range(_ROUNDS):
        groups, first = np.unique(labels[active], return_index=True)
        leader = np.full(len(labels), -1)
        leader[groups] = active[first]
        leads = np.zeros(len(labels), np.bool_)
        leads[active[first]] = True
        active = active[~leads[active]]
        if not len(active):
            return active
        met = compare(leader[labels[active]], active)
        _merge(met, elected)
        active = active[met.key < 0]
    return active


def _merge(matches: Matches, elected: Elected) -> None:
    near = matches.key >= 0
    gone = matches.j[near]
    elected.into[gone], elected.similarity[gone] = matches.i[near], matches.similarity[near]
    elected.key[gone] = matches.key[near]


def _decide_by(links: Matches, elected: Elected) -> None:
    """Let each row that stays drop those that a known pair ties to it."""
    order = np.lexsort((links.j, links.i))
    for place in order.tolist():
        i, j = links.i[place], links.j[place]
        if links.key[place] >= 0 and elected.into[i] < 0 and elected.into[j] < 0:
            elected.into[j], elected.similarity[j] = i, links.similarity[place]
            elected.key[j] = links.key[place]
