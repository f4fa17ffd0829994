"""Hashes of any pieces of many texts, by prefix sums over a block of code points, and which of them are equal."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from dataprep.language.points import Points
from schemas.text.hashing import Hashes, mixed, powers_of
from schemas.text.ngrams.characters import characters

Places = NDArray[np.int64]

_MULTIPLIER = 0x9E3779B97F4A7C15
_ROW = np.uint64(0xD6E8FEB86659FD93)
_KEPT = 1 << 19
"""Powers that are kept; a longer text has its own."""

_HALF, _MOST = np.uint64(32), np.uint64((1 << 32) - 1)
_MARKS = 1 << 18
_SHIFT = np.uint32(32 - 18)
"""Marks of what may be repeated, by the upper bits of a hash: as many bytes, so that they stay in the cache."""


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

    def pieces(self, starts: Places, stops: Places) -> Hashes:
        """A hash of every piece, whatever text it is in."""
        return mixed(self._pieces(starts, stops))

    def keys(self, starts: Places, stops: Places) -> Hashes:
        """A hash of every piece; pieces of two texts differ even where they are equal."""
        pieces = self._pieces(starts, stops)
        pieces += self.rows.take(starts).astype(np.uint64) * _ROW
        return mixed(pieces)

    def _pieces(self, starts: Places, stops: Places) -> Hashes:
        # `take` costs a third of an index.
        pieces = self.sums.take(stops)
        pieces -= self.sums.take(starts)
        pieces *= self.inverses.take(starts)
        return pieces

    def likely_repeats(self, size: int) -> Places:
        """Where those windows of so many symbols of one text start that occur more than once, and hardly any other.

        Half of every hash is enough to tell, and half the work.
        """
        count = max(len(self.rows) - size + 1, 0)
        sums, rows = self.sums.astype(np.uint32), self.rows[:count]
        hashes = sums[size:] - sums[:count]
        hashes *= self.inverses[:count].astype(np.uint32)
        hashes += rows.astype(np.uint32) * np.uint32(_ROW >> _HALF)
        likely = _shared(hashes)
        starts: Places = likely[rows.take(likely) == self.rows.take(likely + (size - 1))]
        return starts


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


def repeat_counts(text: Hashed, starts: Places, stops: Places) -> tuple[Places, Places]:
    """The text of every piece that is there more than once, and how often; text by text, the most frequent first."""
    bits = np.uint64(int(text.rows[-1:].sum()).bit_length() or 1)
    # The text is the upper part of a key: to sort keys costs a fifth of sorting places by them.
    keys = text.rows.take(starts).astype(np.uint64) << (np.uint64(64) - bits)
    keys |= text.pieces(starts, stops) >> bits
    keys.sort()
    firsts, sizes = _runs(keys)
    several = sizes > 1
    found = keys[firsts[several]] >> (np.uint64(64) - bits) << _HALF
    found |= _MOST - sizes[several].astype(np.uint64)
    found.sort()
    return (found >> _HALF).astype(np.int64), (_MOST - (found & _MOST)).astype(np.int64)


def repeats(keys: Hashes) -> Repeats:
    """Which keys occur more than once."""
    order, _, sizes = _groups(keys)
    kind, counts = np.repeat(np.arange(len(sizes)), sizes), np.repeat(sizes, sizes)
    repeated = np.flatnonzero(counts > 1)
    repeated = repeated[np.argsort(order[repeated])]
    return Repeats(order[repeated], kind[repeated], counts[repeated])


def repeated_kinds(keys: Hashes) -> tuple[Places, Places]:
    """One place of each key that occurs more than once, and how often that key occurs."""
    order, starts, sizes = _groups(keys)
    several = sizes > 1
    return order[starts[several]], sizes[several]


def _groups(keys: Hashes) -> tuple[Places, Places, Places]:
    """Places of keys with those of equal keys side by side; where each group starts, and its size.

    All keys that occur more than once are there, and a few others.
    """
    suspects = _shared((keys >> _HALF).astype(np.uint32))
    order = suspects[np.argsort(keys[suspects])]
    return order, *_runs(keys[order])


def _runs(ordered: Hashes) -> tuple[Places, Places]:
    """Where each run of equal keys starts, and its length."""
    fresh = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    starts = np.flatnonzero(fresh)
    return starts, np.diff(np.append(starts, len(ordered)))


def _shared(hashes: NDArray[np.uint32]) -> Places:
    """The places of all hashes that occur more than once, in order, and hardly any other.

    To sort the hashes and to look each up among the repeated ones costs half of an argsort.
    """
    ordered = np.sort(hashes)
    marks = np.zeros(_MARKS, np.bool_)
    marks[ordered[1:][ordered[1:] == ordered[:-1]] >> _SHIFT] = True
    return np.flatnonzero(marks.take(hashes >> _SHIFT))


def hashed(block: Points) -> Hashed:
    """The characters of a block; upper and lower case, full and half width are the same."""
    rows = np.repeat(np.arange(len(block.lengths)), block.lengths)
    return sequence(_symbols().take(block.values, mode="clip"), rows)


def sequence(symbols: Hashes, rows: Places) -> Hashed:
    """A sequence of symbols, each of the text that `rows` says; a symbol is any number but 0."""
    powers, inverses = _powers(len(symbols))
    sums = np.zeros(len(symbols) + 1, np.uint64)
    np.cumsum(powers[: len(symbols)] * symbols, out=sums[1:])
    return Hashed(sums, inverses, rows)


@cache
def _symbols() -> Hashes:
    """The symbol of every code point."""
    return characters().folded.astype(np.uint64) + np.uint64(1)


def _powers(count: int) -> tuple[Hashes, Hashes]:
    if count <= _KEPT:
        return _kept_powers()
    return powers_of(_MULTIPLIER, count), powers_of(pow(_MULTIPLIER, -1, 1 << 64), count)


@cache
def _kept_powers() -> tuple[Hashes, Hashes]:
    return powers_of(_MULTIPLIER, _KEPT), powers_of(pow(_MULTIPLIER, -1, 1 << 64), _KEPT)
