"""Crossing pairs: for held-out texts the similar ones of another split, found exactly, a piece of the other at a time.

Two sets whose Jaccard similarity reaches t must share one of the (1 - t) rarest of their n-grams (the prefix filter
of Chaudhuri, Ganti and Kaushik 2006), and what follows the first n-gram they share bounds what they can still have in
common (the positional filter of Xiao et al. 2008). Neither loses a pair at or above t; every pair that is left is
verified. Rare is what few held-out texts have.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataprep.dedup.pairs import TOLERANCE, Pairs, jaccard, subset
from dataprep.kinship import Numbers
from schemas.text.ngrams import HASH_BITS, Grams, concatenated

_BUCKETS_BITS = 22
_COMMON_BITS = np.uint64(16)
_COMMON = np.uint32((1 << 16) - 1)
"""From so many texts on all n-grams are equally common."""
_HITS = 4_000_000
"""Shared n-grams that are looked at in one go: bounds the memory."""


@dataclass(frozen=True)
class Index:
    """The rare n-grams of the held-out texts.

    Attributes:
        grams: The n-gram sets of the held-out texts.
        floor: The similarity from which no pair is lost.
        counts: How many held-out texts have an n-gram, by the first bits of its hash.
        known: Whether some rare n-gram has these first bits: most others are told apart without a search.
        hashes: The rare n-grams, sorted.
        rows: The text of each.
        places: Its place among its text's n-grams, the rarest at 0.
    """

    grams: Grams
    floor: float
    counts: NDArray[np.uint32]
    known: NDArray[np.bool_]
    hashes: NDArray[np.uint64]
    rows: Numbers
    places: Numbers


def index(grams: Grams, floor: float) -> Index:
    """Prepare held-out texts for `matches`.

    Args:
        grams: Their n-gram sets.
        floor: Jaccard similarity, over 0 to 1.
    """
    counts = np.bincount(_bucket(grams.values, _BUCKETS_BITS), minlength=1 << _BUCKETS_BITS).astype(np.uint32)
    hashes, rows, places = _rarest(grams, counts, floor)
    known = np.zeros(1 << (max(16, len(hashes).bit_length()) + 3), np.bool_)
    known[_bucket(hashes, len(known).bit_length() - 1)] = True
    order = np.argsort(hashes, kind="stable")
    return Index(grams, floor, counts, known, hashes[order], rows[order], places[order])


def matches(held: Index, others: Grams) -> Pairs:
    """The pairs of a held-out text and another one that may be similar, with their true similarity.

    Args:
        held: From `index`.
        others: The n-gram sets of m other texts.

    Returns:
        `i` the held-out text, `j` the other; every pair at or above the floor, and those below it that no filter
        could tell from them.
    """
    some = np.flatnonzero(_touched(held, others))
    if len(some) < len(others.counts) / 2:  # few held-out texts share nothing at all with most others
        few = matches(held, subset(others, some))
        return Pairs(few.i, some[few.j], few.similarity)
    hashes, rows, places = _rarest(others, held.counts, held.floor)
    known = held.known[_bucket(hashes, len(held.known).bit_length() - 1)]
    hashes, rows, places = hashes[known], rows[known], places[known]
    starts = np.searchsorted(held.hashes, hashes, side="left")
    found = np.searchsorted(held.hashes, hashes, side="right") - starts
    pairs = [np.zeros(0, np.int64)]
    for cut in _cuts(found):
        at = np.repeat(np.arange(cut.start, cut.stop), found[cut])
        ends = np.cumsum(found[cut])
        met = np.arange(len(at)) - np.repeat(ends - found[cut], found[cut]) + starts[at]
        i, j = held.rows[met], rows[at]
        possible = _possible(held, others, i, j, held.places[met], places[at])
        pairs.append(np.unique(i[possible] * len(others.counts) + j[possible]))
    i, j = np.divmod(np.unique(np.concatenate(pairs)), max(len(others.counts), 1))
    return Pairs(i, j, _similarity(held.grams, others, i, j))


def _touched(held: Index, others: Grams) -> NDArray[np.bool_]:
    """Which texts have an n-gram that may be a rare one of the held-out texts."""
    known = held.known[_bucket(others.values, len(held.known).bit_length() - 1)]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])
    touched: NDArray[np.bool_] = before[others.offsets[1:]] > before[others.offsets[:-1]]
    return touched


def _bucket(hashes: NDArray[np.uint64], bits: int) -> Numbers:
    return (hashes >> np.uint64(HASH_BITS - bits)).astype(np.int64)


def _rarest(grams: Grams, counts: NDArray[np.uint32], floor: float) -> tuple[NDArray[np.uint64], Numbers, Numbers]:
    """Of each text the n-grams of which a similar one must have at least one; with text and place.

    The order among n-grams is the same for all texts: by count, then by hash.
    """
    sizes = grams.counts
    rows = np.repeat(np.arange(len(sizes)), sizes)
    inside = np.arange(len(rows)) - np.repeat(grams.offsets[:-1], sizes)
    # Text, count and place in one number: sorting them costs a fifth of a lexsort. Equal counts stay sorted by hash.
    bits = np.uint64(int(np.max(sizes, initial=1)).bit_length())
    rare = np.minimum(counts[_bucket(grams.values, _BUCKETS_BITS)], _COMMON).astype(np.uint64)
    packed = ((rows.astype(np.uint64) << _COMMON_BITS | rare) << bits) | inside.astype(np.uint64)
    packed.sort()
    enough = sizes - np.ceil(floor * sizes - TOLERANCE).astype(np.int64) + 1
    chosen = inside < enough[rows]  # texts stay in their order, so `inside` now tells the place by rarity
    found = (packed[chosen] & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    rows = rows[chosen]
    return grams.values[grams.offsets[rows] + found], rows, inside[chosen]


def _possible(held: Index, others: Grams, i: Numbers, j: Numbers, here: Numbers, there: Numbers) -> NDArray[np.bool_]:
    """Whether a pair can reach the floor if this shared n-gram is the first of all that it shares.

    For later ones of the same pair the bound is too low, but the first of the pair is among those judged.
    """
    left, right = held.grams.counts[i], others.counts[j]
    most = 1 + np.minimum(left - here - 1, right - there - 1)
    possible: NDArray[np.bool_] = most >= held.floor / (1 + held.floor) * (left + right) - TOLERANCE
    return possible


def _cuts(found: Numbers) -> Iterator[slice]:
    """Slices of about `_HITS` hits."""
    ends = np.cumsum(found)
    start = 0
    while start < len(found):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _HITS, side="right")))
        yield slice(start, stop)
        start = stop


def _similarity(left: Grams, right: Grams, i: Numbers, j: Numbers) -> NDArray[np.float64]:
    """The true Jaccard similarity of pairs across two sets of texts."""
    ours, at_left = np.unique(i, return_inverse=True)
    theirs, at_right = np.unique(j, return_inverse=True)
    return jaccard(
        concatenated([subset(left, ours), subset(right, theirs)]),
        at_left.astype(np.int64),
        at_right.astype(np.int64) + len(ours),
    )
