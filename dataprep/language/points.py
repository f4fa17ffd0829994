"""The code points of many texts in blocks that fit the cache, and the class of every code point."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.language.variants import SIMPLIFIED, TRADITIONAL

NONE, HAN, TRADITIONAL_HAN, SIMPLIFIED_HAN, KANA, HANGUL, LATIN, DIGIT, OTHER, MARK, JOINER = range(11)
"""Classes of `class_table`; Han characters that belong to one of the two scripts only have classes of their own;
`JOINER` are the apostrophes and the hyphen."""

_PATTERNS = {
    HAN: r"\p{Han}",
    KANA: r"[\p{Hiragana}\p{Katakana}ー]",
    HANGUL: r"\p{Hangul}",
    LATIN: r"\p{Latin}",
    DIGIT: r"\p{Nd}",
    MARK: r"\p{M}",
    JOINER: r"['’-]",
}
_LAST = 0x32400  # the last letters of Unicode 17 end below it
_BLOCK_BYTES, _BLOCK_ROWS = 1 << 17, 1 << 16


@dataclass(frozen=True)
class Points:
    """The code points of consecutive texts.

    Attributes:
        first: The place of the first of m texts among all.
        values: uint8 where every text of the block is ASCII, else uint32.
        offsets: int64, m + 1: text i owns `values[offsets[i]:offsets[i + 1]]`.
    """

    first: int
    values: NDArray[np.uint8] | NDArray[np.uint32]
    offsets: NDArray[np.int64]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Characters of each text."""
        return np.diff(self.offsets)


def blocks(texts: pl.Series) -> Iterator[Points]:
    """Cut n texts into blocks of about 128 KiB, none of them split; a null text is empty."""
    data, offsets = _bytes(texts)
    first = 0
    while first < len(texts):
        wanted = int(np.searchsorted(offsets, offsets[first] + _BLOCK_BYTES, side="right")) - 1
        end = min(max(first + 1, wanted), first + _BLOCK_ROWS, len(texts))
        yield _points(first, data[offsets[first] : offsets[end]], offsets[first : end + 1] - offsets[first])
        first = end


def _bytes(texts: pl.Series) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The UTF-8 of all texts in one buffer, and where each begins; no copy of the bytes."""
    array = texts.fill_null("").rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    if not len(array):
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    _, places, data = array.buffers()
    offsets = np.frombuffer(places, np.int64)[array.offset : array.offset + len(array) + 1]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.empty(0, np.uint8)
    return raw, offsets


def _points(first: int, raw: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Points:
    text = raw.tobytes()
    if text.isascii():
        return Points(first, raw, offsets)
    further = np.flatnonzero((raw & 0xC0) == 0x80)
    places = offsets - np.searchsorted(further, offsets)
    return Points(first, np.frombuffer(text.decode().encode("utf-32-le"), np.uint32), places)


@cache
def class_table() -> NDArray[np.uint8]:
    """The class of every code point below the last letter; what lies above counts as `NONE`."""
    codes = np.concatenate([np.arange(0xD800), np.arange(0xE000, _LAST)])
    characters = pl.Series([chr(code) for code in codes.tolist()])
    table = np.zeros(_LAST + 1, np.uint8)
    table[codes[characters.str.contains(r"\p{L}").to_numpy()]] = OTHER
    for kind, pattern in _PATTERNS.items():
        table[codes[characters.str.contains(pattern).to_numpy()]] = kind
    table[[ord(character) for character in TRADITIONAL]] = TRADITIONAL_HAN
    table[[ord(character) for character in SIMPLIFIED]] = SIMPLIFIED_HAN
    table.flags.writeable = False
    return table


def look_up(points: Points, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a table has for every code point of a block; its last entry counts for whatever lies above."""
    if points.values.dtype == np.uint8:
        # As bytes, a quarter of what an index of numpy costs.
        return np.frombuffer(points.values.tobytes().translate(table[:256].tobytes()), np.uint8)
    return table.take(points.values, mode="clip")


def count(mask: NDArray[np.bool_], points: Points) -> NDArray[np.int64]:
    """How many characters of each text of a block a mask marks."""
    # Far cheaper than a sum over every character: of most classes a block has hardly any.
    return np.diff(np.searchsorted(np.flatnonzero(mask), points.offsets))
