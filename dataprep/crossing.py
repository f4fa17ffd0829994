"""Crossing pairs: for held-out texts the similar ones of another split, found exactly, a piece of the other at a time.

Two sets whose Jaccard similarity reaches t must share one of the (1 - t) rarest of their n-grams, their prefixes
(Chaudhuri, Ganti and Kaushik 2006). What two prefixes share, and what is left of the sets behind the last n-gram that
they share there, bounds what the two have in common (after the positional filter of Xiao et al. 2008). Neither loses a
pair at or above t; every pair that is left is verified. Rare is what few held-out texts have.
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
_RANKED = np.uint64(HASH_BITS - 48)
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
        ends: The rank of the last n-gram of each held-out text's prefix.
    """

    grams: Grams
    floor: float
    counts: NDArray[np.uint32]
    known: NDArray[np.bool_]
    hashes: NDArray[np.uint64]
    rows: Numbers
    places: Numbers
    ends: NDArray[np.uint64]


@dataclass(frozen=True)
class _Prefixes:
    """The prefixes of texts, one after the other.

    Attributes:
        hashes: Their n-grams.
        rows: The text of each.
        places: Its place among its text's n-grams, the rarest at 0.
        ends: The rank of the last one of each text: the first bits of its count and of its hash.
    """

    hashes: NDArray[np.uint64]
    rows: Numbers
    places: Numbers
    ends: NDArray[np.uint64]


def index(grams: Grams, floor: float) -> Index:
    """Prepare held-out texts for `matches`.

    Args:
        grams: Their n-gram sets.
        floor: Jaccard similarity, over 0 to 1.
    """
    counts = np.bincount(_bucket(grams.values, _BUCKETS_BITS), minlength=1 << _BUCKETS_BITS).astype(np.uint32)
    found = _prefixes(grams, counts, floor)
    known = np.zeros(1 << (max(16, len(found.hashes).bit_length()) + 3), np.bool_)
    known[_bucket(found.hashes, len(known).bit_length() - 1)] = True
    order = np.argsort(found.hashes, kind="stable")
    return Index(grams, floor, counts, known, found.hashes[order], found.rows[order], found.places[order], found.ends)


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
    theirs = _prefixes(others, held.counts, held.floor)
    known = np.flatnonzero(held.known[_bucket(theirs.hashes, len(held.known).bit_length() - 1)])
    rows, places = theirs.rows[known], theirs.places[known]
    starts, found = _met(held.hashes, theirs.hashes[known])
    pairs = [np.zeros(0, np.int64)]
    for cut in _cuts(rows, found):
        at = np.repeat(np.arange(cut.start, cut.stop), found[cut])
        ends = np.cumsum(found[cut])
        met = np.arange(len(at)) - np.repeat(ends - found[cut], found[cut]) + starts[at]
        fitting = _of_like_size(held.grams.counts[held.rows[met]], others.counts[rows[at]], held.floor)
        met, at = met[fitting], at[fitting]
        hits = held.rows[met] * len(others.counts) + rows[at]
        pairs.append(_possible(held, others, theirs.ends, hits, (held.places[met], places[at])))
    i, j = np.divmod(np.sort(np.concatenate(pairs)), max(len(others.counts), 1))
    return Pairs(i, j, _similarity(held.grams, others, i, j))


def _of_like_size(left: Numbers, right: Numbers, floor: float) -> Numbers:
    """Which pairs are not kept apart by their sizes alone."""
    return np.flatnonzero(np.minimum(left, right) >= floor * np.maximum(left, right) - TOLERANCE)


def _met(hashes: NDArray[np.uint64], asked: NDArray[np.uint64]) -> tuple[Numbers, Numbers]:
    """Where the equals of each asked hash begin among sorted hashes, and how many there are."""
    order = np.argsort(asked)  # a search in order stays in the cache: an eighth of the time
    ordered = asked[order]
    starts, found = np.empty(len(asked), np.int64), np.empty(len(asked), np.int64)
    starts[order] = left = np.searchsorted(hashes, ordered, side="left")
    found[order] = np.searchsorted(hashes, ordered, side="right") - left
    return starts, found


def _touched(held: Index, others: Grams) -> NDArray[np.bool_]:
    """Which texts have an n-gram that may be a rare one of the held-out texts."""
    known = held.known[_bucket(others.values, len(held.known).bit_length() - 1)]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(known)])
    touched: NDArray[np.bool_] = before[others.offsets[1:]] > before[others.offsets[:-1]]
    return touched


def _bucket(hashes: NDArray[np.uint64], bits: int) -> Numbers:
    return (hashes >> np.uint64(HASH_BITS - bits)).astype(np.int64)


def _lengths(sizes: Numbers, floor: float) -> Numbers:
    """How many of the rarest n-grams of each text a similar one must have at least one of."""
    lengths: Numbers = (sizes - np.ceil(floor * sizes - TOLERANCE).astype(np.int64) + 1) * (sizes > 0)
    return lengths


def _prefixes(grams: Grams, counts: NDArray[np.uint32], floor: float) -> _Prefixes:
    """The order among n-grams is the same for all texts: by count, then by hash."""
    sizes = grams.counts
    rows = np.repeat(np.arange(len(sizes)), sizes)
    inside = np.arange(len(rows)) - np.repeat(grams.offsets[:-1], sizes)
    # Text, count and place in one number: sorting them costs a fifth of a lexsort. Equal counts stay sorted by hash.
    bits = _bits(sizes)
    rare = np.minimum(counts[_bucket(grams.values, _BUCKETS_BITS)], _COMMON).astype(np.uint64)
    packed = ((rows.astype(np.uint64) << _COMMON_BITS | rare) << bits) | inside.astype(np.uint64)
    packed.sort()
    lengths = _lengths(sizes, floor)
    chosen = inside < lengths[rows]  # texts stay in their order, so `inside` now tells the place by rarity
    packed, rows = packed[chosen], rows[chosen]
    hashes = grams.values[grams.offsets[rows] + (packed & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)]
    ends, filled = np.zeros(len(sizes), np.uint64), sizes > 0
    last = np.cumsum(lengths)[filled] - 1
    ends[filled] = (packed[last] >> bits << (np.uint64(64) - _COMMON_BITS)) | hashes[last] >> _RANKED
    return _Prefixes(hashes, rows, inside[chosen], ends)


def _bits(sizes: Numbers) -> np.uint64:
    """Bits of a place in the longest text."""
    return np.uint64(int(np.max(sizes, initial=1)).bit_length())


def _possible(
    held: Index, others: Grams, ends: NDArray[np.uint64], hits: Numbers, places: tuple[Numbers, Numbers]
) -> Numbers:
    """Which pairs can reach the floor, of pairs that stand once for each n-gram that their prefixes share.

    Whatever else the two share lies behind the last of these in both, and behind the prefix of the one whose prefix
    ends first.
    """
    sides, lasts = (held.grams.counts, others.counts), []
    for sizes, place in zip(sides, places, strict=True):
        bits = _bits(sizes)
        packed = hits.astype(np.uint64) << bits | place.astype(np.uint64)
        packed.sort()
        found = (packed >> bits).astype(np.int64)
        stops = np.flatnonzero(np.append(found[1:] != found[:-1], True)[: len(found)])
        lasts.append((packed[stops] & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64))
    pairs, shared = found[stops], np.diff(np.append(-1, stops))
    i, j = np.divmod(pairs, max(len(others.counts), 1))
    left, right = held.grams.counts[i], others.counts[j]
    here, there = left - _lengths(left, held.floor), right - _lengths(right, held.floor)
    one, other = held.ends[i], ends[j]
    behind = np.where(one < other, here, np.where(one > other, there, np.maximum(here, there)))
    behind = np.minimum(behind, np.minimum(left - lasts[0], right - lasts[1]) - 1)
    possible: Numbers = pairs[shared + behind >= held.floor / (1 + held.floor) * (left + right) - TOLERANCE]
    return possible


def _cuts(rows: Numbers, found: Numbers) -> Iterator[slice]:
    """Slices of whole texts with about `_HITS` hits."""
    ends, start = np.cumsum(found), 0
    while start < len(found):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + _HITS, side="right")))
        stop = int(np.searchsorted(rows, rows[min(stop, len(rows)) - 1], side="right"))
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
