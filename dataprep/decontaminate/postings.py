"""Which of very many hashes an index has, and where: a table that fits the cache sorts most of them out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_MOST_BITS = 24
"""16 MB at most: larger tables leave the cache and cost more than they save."""

_ROOM = 16
"""Slots for each hash of the index, so that one foreign hash in 16 has to be looked up."""


@dataclass(frozen=True)
class Postings:
    """Hash -> the numbers of those that have it.

    Attributes:
        keys: The hashes, sorted, without repeats.
        offsets: Key k leads to `numbers[offsets[k]:offsets[k + 1]]`.
        numbers: int64.
        slots: True where some key has these low bits.
    """

    keys: Hashes
    offsets: Places
    numbers: Places
    slots: NDArray[np.bool_]


def postings(keys: Hashes, numbers: Places) -> Postings:
    """Make postings of n hashes and their n numbers."""
    order = np.argsort(keys, kind="stable")
    distinct, first = np.unique(keys[order], return_index=True)
    bits = min(_MOST_BITS, max(10, int(len(distinct) * _ROOM).bit_length()))
    slots = np.zeros(1 << bits, np.bool_)
    slots[distinct & np.uint64(len(slots) - 1)] = True
    return Postings(distinct, np.append(first, len(keys)), numbers[order], slots)


def met(values: Hashes, known: Postings) -> tuple[Places, Places]:
    """Where the values stand that the postings have, ascending, and the number of each of those that have it.

    A value that k of them have is listed k times.
    """
    likely = np.flatnonzero(known.slots[values & np.uint64(len(known.slots) - 1)])
    if not len(likely):
        return likely, likely
    place = np.minimum(np.searchsorted(known.keys, values[likely]), len(known.keys) - 1)
    sure = known.keys[place] == values[likely]
    at, place = likely[sure], place[sure]
    counts = known.offsets[place + 1] - known.offsets[place]
    inside = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.repeat(at, counts), known.numbers[np.repeat(known.offsets[place], counts) + inside]
