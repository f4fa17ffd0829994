"""Hashes of any pieces of many texts, by prefix sums over a block of code points, and which of them are equal."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dataprep.language.points import Points
from schemas.text.hashing import Hashes, mixed, powers_of

Places = NDArray[np.int64]

_MULTIPLIER = 0x9E3779B97F4A7C15
_ROW = np.uint64(0xD6E8FEB86659FD93)
_KEPT = 1 << 19
"""Powers that are kept; a longer text has its own."""


@dataclass(frozen=True)
class Hashed:
    """A sequence of symbols whose pieces can be hashed.

    Attributes:
        sums: uint64, m + 1: sums of the m symbols, each times a power of the multiplier.
        inverses: uint64, m or more: powers of the multiplier's inverse, which make a piece's hash free of its place.
        rows: int64, m: the text of each symbol.
    """

    sums: Hashes
    inverses: Hashes
    rows: Places

    def keys(self, starts: Places, stops: Places) -> Hashes:
        """A hash of every piece; pieces of two texts differ even where they are equal."""
        pieces = (self.sums[stops] - self.sums[starts]) * self.inverses[starts]
        return mixed(pieces + self.rows[starts].astype(np.uint64) * _ROW)

    def windows(self, size: int) -> tuple[Places, Hashes]:
        """Where every window of so many symbols of one text starts, and its key."""
        count = max(len(self.rows) - size + 1, 0)
        pieces = (self.sums[size:] - self.sums[:count]) * self.inverses[:count]
        pieces += self.rows[:count].astype(np.uint64) * _ROW
        whole = np.flatnonzero(self.rows[:count] == self.rows[size - 1 :])
        return whole, mixed(pieces[whole])

    def over(self, starts: Places, stops: Places) -> "Hashed":
        """The sequence in which these pieces are the symbols."""
        pieces = (self.sums[stops] - self.sums[starts]) * self.inverses[starts]
        return _sequence(mixed(pieces), self.rows[starts])


@dataclass(frozen=True)
class Repeats:
    """The keys that occur more than once.

    Attributes:
        at: int64: places in the array of keys, in its order.
        kind: int64: a number for each distinct key.
        counts: int64: how often that key occurs.
    """

    at: Places
    kind: Places
    counts: Places


def repeats(keys: Hashes) -> Repeats:
    """Which keys occur more than once."""
    suspects = _suspects(keys)
    order = suspects[np.argsort(keys[suspects])]
    ordered = keys[order]
    fresh = np.ones(len(ordered), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    sizes = np.diff(np.append(np.flatnonzero(fresh), len(ordered)))
    kind = np.repeat(np.arange(len(sizes)), sizes)
    counts = np.repeat(sizes, sizes)
    repeated = np.flatnonzero(counts > 1)
    repeated = repeated[np.argsort(order[repeated])]
    return Repeats(order[repeated], kind[repeated], counts[repeated])


def _suspects(keys: Hashes) -> Places:
    """All keys that occur more than once, in order, and hardly any other: those that share their upper bits.

    Sorting a key and its place in one number costs half of an argsort.
    """
    bits = np.uint64(max(len(keys), 1).bit_length())
    packed = keys >> bits << bits
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    upper = packed >> bits
    same = np.zeros(len(keys) + 1, np.bool_)
    np.equal(upper[1:], upper[:-1], out=same[1:-1])
    shared = packed[same[1:] | same[:-1]]
    return (shared & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)


def hashed(block: Points, folded: NDArray[np.uint32]) -> Hashed:
    """The characters of a block, each replaced by what `folded` has for its code point."""
    rows = np.repeat(np.arange(len(block.lengths)), block.lengths)
    return _sequence(folded[block.values].astype(np.uint64) + np.uint64(1), rows)


def segments(block: Points, breaks: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Where the runs of other characters between `breaks` start and stop; none goes over the end of its text."""
    inside = ~breaks
    starts, lasts = inside.copy(), inside.copy()
    starts[1:] &= breaks[:-1]
    lasts[:-1] &= breaks[1:]
    filled = block.lengths > 0
    first, last = block.offsets[:-1][filled], block.offsets[1:][filled] - 1
    starts[first], lasts[last] = inside[first], inside[last]
    return np.flatnonzero(starts), np.flatnonzero(lasts) + 1


def _sequence(symbols: Hashes, rows: Places) -> Hashed:
    powers, inverses = _powers(len(symbols))
    sums = np.zeros(len(symbols) + 1, np.uint64)
    np.cumsum(powers[: len(symbols)] * symbols, out=sums[1:])
    return Hashed(sums, inverses, rows)


def _powers(count: int) -> tuple[Hashes, Hashes]:
    if count <= _KEPT:
        return _kept_powers()
    return powers_of(_MULTIPLIER, count), powers_of(pow(_MULTIPLIER, -1, 1 << 64), count)


@cache
def _kept_powers() -> tuple[Hashes, Hashes]:
    return powers_of(_MULTIPLIER, _KEPT), powers_of(pow(_MULTIPLIER, -1, 1 << 64), _KEPT)
