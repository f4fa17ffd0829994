"""Rows with similar n-gram sets: candidates by MinHash-LSH, every pair verified by its true Jaccard similarity."""

from dataclasses import dataclass
from math import ceil, log, log1p

import numpy as np
from numpy.typing import NDArray

from dataprep.dedup.blocks import BLOCK, cuts, places, threaded
from schemas.text.ngrams import HASH_BITS, Grams
from schemas.text.ngrams.compiled import Loops, loops

Rows = NDArray[np.int64]
Shares = NDArray[np.float64]
Hashes = NDArray[np.uint64]

_HASHES = 126
"""Minimums that a sketch may cost: 25 bands of 5 at 0.7. datasketch takes 128 for its 14 bands of 9."""
_FOUND = 0.98
_NEIGHBOURS = 8
# A similarity that was rounded down must still reach a threshold of the same fraction.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Pairs:
    """Verified pairs of rows, each once, sorted by `i`, then `j`.

    Attributes:
        i: int64, the smaller row number of each pair.
        j: int64, the larger one.
        similarity: float64, their true Jaccard similarity.
    """

    i: Rows
    j: Rows
    similarity: Shares


def bands(threshold: float) -> tuple[int, int]:
    """How many bands of how many minimums find a pair at the threshold with a probability of at least 0.98.

    A pair of similarity t agrees in at least one of b bands of r minimums with probability 1 - (1 - t^r)^b
    (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4.2). The longest bands that fit the budget
    of 126 minimums: 25 of 5 at 0.7 (0.99), 18 of 7 at 0.8 (0.99), 11 of 11 at 0.9 (0.98).

    Returns:
        Bands b and rows r.
    """
    for rows in range(_HASHES, 0, -1):
        if 1 - (1 - threshold**rows) ** (_HASHES // rows) >= _FOUND:
            return _HASHES // rows, rows
    return ceil(log(1 - _FOUND) / log1p(-threshold)), 1


def similar_pairs(grams: Grams, *, threshold: float | Shares, beside: Hashes | None = None) -> Pairs:
    """The pairs of rows whose sets reach a similarity.

    Rows that share a band are a bucket. In a bucket each row is compared with the first one and with its eight
    next: all pairs of small buckets, and linear cost in large ones.

    Args:
        grams: The n-gram sets of n rows, from `shingles`. Rows without any are in no pair.
        threshold: Jaccard similarity, over 0 to 1; or one for each row, of which the stricter of the two counts.
        beside: One number for each row; in a bucket, rows with equal numbers stand side by side. Else rows stand in
            their order.
    """
    i, j = _candidates(grams, threshold=float(np.min(threshold, initial=1)), neighbours=_NEIGHBOURS, beside=beside)
    return _reaching(i, j, jaccard(grams, i, j), threshold)


def linked_pairs(grams: Grams, *, threshold: float | Shares) -> Pairs:
    """Enough verified pairs to join all rows that a chain of similar pairs connects.

    Pairs inside a component that is already joined aren't compared any more. Arguments as for `similar_pairs`.
    """
    rows = len(grams.counts)
    i, j = _candidates(grams, threshold=float(np.min(threshold, initial=1)), neighbours=1)
    labels, found = np.arange(rows), [_reaching(i[:0], j[:0], np.zeros(0), threshold)]
    for turn in range(3):
        apart = labels[i] != labels[j]
        i, j = i[apart], j[apart]
        # One pair for each row, then one for each two components, then whatever may still join two.
        ends = j if turn == 0 else _packed(labels[i], labels[j], rows)
        chosen = np.unique(ends, return_index=True)[1] if turn < 2 else np.arange(len(i))
        pairs = _reaching(i[chosen], j[chosen], jaccard(grams, i[chosen], j[chosen]), threshold)
        found.append(pairs)
        i, j = np.delete(i, chosen), np.delete(j, chosen)
        labels = components(rows, np.concatenate([p.i for p in found]), np.concatenate([p.j for p in found]))
    i, j = np.concatenate([p.i for p in found]), np.concatenate([p.j for p in found])
    return _reaching(i, j, np.concatenate([p.similarity for p in found]), threshold)


def components(rows: int, i: Rows, j: Rows) -> Rows:
    """The connected components of a graph over `rows` nodes.

    Returns:
        int64 of that length: the smallest member of each node's component.
    """
    labels = np.arange(rows)
    while len(i):
        one, other = labels[i], labels[j]
        apart = one != other
        i, j, one, other = i[apart], j[apart], one[apart], other[apart]
        np.minimum.at(labels, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(shorter := labels[labels], labels):
            labels = shorter
    return labels


def jaccard(grams: Grams, i: Rows, j: Rows) -> Shares:
    """The similarity |A and B| / |A or B| of pairs of rows; 0 where a row has no n-gram.

    Args:
        grams: The n-gram sets of the rows.
        i: int64, m row numbers.
        j: int64, their partners.

    Returns:
        float64, m shares.
    """
    sizes, shared = grams.counts, common(grams, i, j)
    shares: Shares = shared / np.maximum(sizes[i] + sizes[j] - shared, 1)
    return shares


def common(grams: Grams, i: Rows, j: Rows) -> Rows:
    """How many n-grams the two rows of each pair share; arguments as for `jaccard`."""
    sizes = grams.counts
    both = sizes[i] + sizes[j]
    fast = loops(work=int(both.sum()))
    parts = threaded(lambda cut: _common(grams, i[cut], j[cut], fast), cuts(both, most=1 << (64 - HASH_BITS)))
    return np.concatenate([np.zeros(0, np.int64), *parts])


def reaches(i: Rows, j: Rows, similarity: Shares, threshold: float | Shares) -> NDArray[np.bool_]:
    """Which of m pairs reach the threshold, or the stricter of their rows' thresholds."""
    needed = np.maximum(threshold[i], threshold[j]) if isinstance(threshold, np.ndarray) else threshold
    reached: NDArray[np.bool_] = similarity >= needed - TOLERANCE
    return reached


def _common(grams: Grams, i: Rows, j: Rows, fast: Loops | None) -> Rows:
    """Of one block of pairs: what stands twice in the sorted union of two sets is in both."""
    if fast:
        found = np.empty(len(i), np.int64)
        fast.common(grams.values, grams.offsets, i, j, found)
        return found
    number = np.arange(len(i), dtype=np.uint64) << np.uint64(HASH_BITS)
    sides = [
        grams.values[places(grams, rows)] | np.repeat(number, grams.offsets[rows + 1] - grams.offsets[rows])
        for rows in (i, j)
    ]
    merged = np.concatenate(sides)
    merged.sort()
    twice = merged[1:][merged[1:] == merged[:-1]] >> np.uint64(HASH_BITS)
    return np.bincount(twice.astype(np.int64), minlength=len(i))


def subset(grams: Grams, rows: Rows) -> Grams:
    """The sets of some rows, in that order."""
    if np.array_equal(rows, np.arange(len(grams.offsets) - 1)):
        return grams
    counts = grams.offsets[rows + 1] - grams.offsets[rows]
    return Grams(grams.values[places(grams, rows)], np.append(0, np.cumsum(counts)))


def _candidates(grams: Grams, *, threshold: float, neighbours: int, beside: Hashes | None = None) -> tuple[Rows, Rows]:
    """Pairs of rows that share a band, each once: with the first of their bucket and with their next ones."""
    filled = np.flatnonzero(grams.counts)
    if len(filled) < 2:
        return filled[:0], filled[:0]
    bits = np.uint64(len(filled).bit_length())
    order = np.arange(len(filled)) if beside is None else np.argsort(beside[filled], kind="stable")
    rank = np.empty(len(filled), np.uint64)
    rank[order] = np.arange(len(filled), dtype=np.uint64)

    def paired(keys: Hashes) -> Rows:
        # Hash and row in one number: sorting groups the buckets and orders the rows of each.
        key = ((keys >> bits) << bits) | rank
        key.sort()
        same = (key[1:] ^ key[:-1]) >> bits == 0
        key = key[np.append(same, False) | np.append(False, same)]  # most buckets hold one row
        rows = order[(key & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)]
        return _distinct(_mates(key >> bits, rows, neighbours, len(filled)))

    found = list(threaded(paired, band_keys(grams, filled, *bands(threshold))))
    i, j = np.divmod(_distinct(np.concatenate([np.zeros(0, np.int64), *found])), len(filled))
    return filled[i], filled[j]


def _mates(bucket: Hashes, rows: Rows, neighbours: int, count: int) -> Rows:
    """Packed pairs of rows with the first of their bucket and with their next ones; equal buckets are together."""
    fresh = np.append(True, bucket[1:] != bucket[:-1])[: len(bucket)]
    first = rows[np.flatnonzero(fresh)[np.cumsum(fresh) - 1]]
    pairs = [_packed(first[~fresh], rows[~fresh], count)]
    for step in range(1, neighbours + 1):
        same = bucket[step:] == bucket[:-step]
        pairs.append(_packed(rows[:-step][same], rows[step:][same], count))
    return np.concatenate(pairs)


def _distinct(values: Rows) -> Rows:
    """The values once each, sorted; `np.unique` hashes integers, which takes 10 times as long for 4 times as many."""
    values.sort()
    fresh: Rows = values[np.append(True, values[1:] != values[:-1])[: len(values)]]
    return fresh


def _packed(i: Rows, j: Rows, rows: int) -> Rows:
    """Each pair, smaller number first, in one number."""
    return np.minimum(i, j) * rows + np.maximum(i, j)


def _reaching(i: Rows, j: Rows, similarity: Shares, threshold: float | Shares) -> Pairs:
    good = reaches(i, j, similarity, threshold)
    order = np.lexsort((j[good], i[good]))
    return Pairs(i[good][order], j[good][order], similarity[good][order])


def band_keys(grams: Grams, filled: Rows, number: int, rows: int) -> Hashes:
    """One key for each band and row: rows with equal keys agree in all minimums of the band.

    Args:
        grams: The n-gram sets.
        filled: The m row numbers that have n-grams.
        number: Bands.
        rows: Minimums in a band.

    Returns:
        uint64, (number, m).
    """
    draw = np.random.default_rng(5)
    factors = draw.integers(0, 1 << 32, number * rows, dtype=np.uint32) | np.uint32(1)
    addends = draw.integers(0, 1 << 32, number * rows, dtype=np.uint32)

    fast = loops(work=len(grams.values))

    def work(cut: slice) -> Hashes:
        return _folded(_minimums(grams, filled[cut], factors, addends, fast), rows)

    parts = threaded(work, cuts(grams.counts[filled], most=BLOCK))
    return np.concatenate([np.zeros((number, 0), np.uint64), *parts], axis=1)


def _minimums(
    grams: Grams, rows: Rows, factors: NDArray[np.uint32], addends: NDArray[np.uint32], fast: Loops | None
) -> NDArray[np.uint32]:
    """The least value of every hash function over each row's set: (functions, rows)."""
    counts = grams.offsets[rows + 1] - grams.offsets[rows]
    hashes = (grams.values[places(grams, rows)] >> np.uint64(HASH_BITS - 32)).astype(np.uint32)
    if fast:
        least = np.full((len(rows), len(factors)), 0xFFFFFFFF, np.uint32)
        fast.minimums(hashes, np.append(0, np.cumsum(counts)), factors, addends, least)
        return np.ascontiguousarray(least.T)
    starts = np.cumsum(counts) - counts
    found = np.empty((len(factors), len(rows)), np.uint32)
    scratch = np.empty_like(hashes)
    for k, (factor, addend) in enumerate(zip(factors, addends, strict=True)):
        np.multiply(hashes, factor, out=scratch)
        scratch += addend
        np.minimum.reduceat(scratch, starts, out=found[k])
    return found


def _folded(minimums: NDArray[np.uint32], rows: int) -> Hashes:
    """The minimums of each band in one hash."""
    keys = np.repeat(np.arange(1, len(minimums) // rows + 1, dtype=np.uint64)[:, None], minimums.shape[1], axis=1)
    for k in range(rows):
        keys ^= minimums[k::rows]
        keys *= np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    return keys
