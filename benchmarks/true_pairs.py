"""The truth about near-duplicates: every pair of texts at or above a Jaccard similarity, without hashing tricks.

An exact all-pairs join by the prefix filter (Chaudhuri, Ganti and Kaushik, 2006): with the n-grams of every text
sorted rarest first, two texts of similarity t share one among their first |x| - ceil(t |x|) + 1. Texts with equal sets
are compared once.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.dedup.pairs import jaccard
from schemas.text.ngrams import Grams, shingles

Numbers = NDArray[np.int64]

_BLOCK = 20_000_000
"""Candidate pairs that are held at once."""


def true_pairs(texts: pl.Series, *, size: int, threshold: float) -> tuple[Numbers, Numbers]:
    """All pairs of texts whose sets of n-grams reach the threshold.

    Args:
        texts: n texts.
        size: Tokens of an n-gram, of words and Han characters alike.
        threshold: Jaccard similarity.

    Returns:
        Row numbers i < j of each pair. Texts without a token are in none.
    """
    grams = shingles(texts, han=size, words=size)
    first, members = _equal_sets(grams)
    found = [_within(members)]
    for one, other in _candidates(grams, first, threshold):
        similar = jaccard(grams, one, other) >= threshold - 1e-9
        found.append(_across(one[similar], other[similar], members))
    pairs = np.concatenate(found, axis=1)
    return pairs.min(axis=0), pairs.max(axis=0)


def _equal_sets(grams: Grams) -> tuple[Numbers, dict[int, Numbers]]:
    """The first row of every distinct set, and the rows that share it."""
    keys = [grams.values[start:stop].tobytes() for start, stop in zip(grams.offsets, grams.offsets[1:], strict=False)]
    rows: dict[bytes, list[int]] = {}
    for row, key in enumerate(keys):
        if key:
            rows.setdefault(key, []).append(row)
    members = {group[0]: np.array(group) for group in rows.values()}
    return np.array(sorted(members)), members


def _within(members: dict[int, Numbers]) -> Numbers:
    groups = [group for group in members.values() if len(group) > 1]
    pairs = [np.stack([group[:, None].repeat(len(group), 1), group[None].repeat(len(group), 0)]) for group in groups]
    flat = [pair[:, np.triu_indices(pair.shape[1], 1)[0], np.triu_indices(pair.shape[1], 1)[1]] for pair in pairs]
    return np.concatenate([np.zeros((2, 0), np.int64), *flat], axis=1)


def _across(one: Numbers, other: Numbers, members: dict[int, Numbers]) -> Numbers:
    """Pairs of sets as pairs of all their rows."""
    flat = [
        np.stack([np.repeat(members[a], len(members[b])), np.tile(members[b], len(members[a]))])
        for a, b in zip(one.tolist(), other.tolist(), strict=True)
    ]
    return np.concatenate([np.zeros((2, 0), np.int64), *flat], axis=1)


def _candidates(grams: Grams, rows: Numbers, threshold: float) -> Iterator[tuple[Numbers, Numbers]]:
    """Pairs of rows that share an n-gram of both prefixes and are of like size, each once, in blocks."""
    _unique, places, counts = np.unique(grams.values, return_inverse=True, return_counts=True)
    rarity = np.argsort(np.argsort(counts, kind="stable"), kind="stable")[places]
    prefixes, owners = [], []
    for row in rows.tolist():
        own = np.sort(rarity[grams.offsets[row] : grams.offsets[row + 1]])
        length = len(own) - int(np.ceil(threshold * len(own) - 1e-9)) + 1
        prefixes.append(own[:length])
        owners.append(np.full(length, row))
    gram, owner = np.concatenate(prefixes), np.concatenate(owners)
    order = np.argsort(gram, kind="stable")
    gram, owner = gram[order], owner[order]
    starts = np.flatnonzero(np.append(True, gram[1:] != gram[:-1]))
    sizes = np.diff(np.append(starts, len(gram)))
    length = grams.counts
    seen, held = np.zeros(0, np.int64), 0
    block: list[Numbers] = []
    for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        group = owner[start : start + size]
        i, j = np.triu_indices(size, 1)
        one, other = group[i], group[j]
        alike = np.minimum(length[one], length[other]) >= threshold * np.maximum(length[one], length[other]) - 1e-9
        block.append(one[alike] * len(length) + other[alike])
        held += len(block[-1])
        if held > _BLOCK:
            fresh = np.setdiff1d(np.concatenate(block), seen)
            seen, block, held = np.union1d(seen, fresh), [], 0
            yield np.divmod(fresh, len(length))
    if block:
        yield np.divmod(np.setdiff1d(np.concatenate(block), seen), len(length))
