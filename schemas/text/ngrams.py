"""N-grams over script-aware tokens, as 64-bit hashes over contiguous buffers: one Han character or one word a token."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class Grams:
    """Hashes of many rows in one array.

    Attributes:
        values: uint64, the rows' hashes one after the other.
        offsets: int64, n + 1: row i owns `values[offsets[i]:offsets[i + 1]]`.
    """

    values: NDArray[np.uint64]
    offsets: NDArray[np.int64]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Hashes of each row."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class Tokens:
    """The tokens of many rows, in text order.

    Attributes:
        grams: One hash a token.
        han: True where the token is one Han, kana or hangul character; as long as `grams.values`.
    """

    grams: Grams
    han: NDArray[np.bool_]


def tokens(texts: pl.Series) -> Tokens:
    """Cut n texts into tokens: Han, kana and hangul by character, other runs of letters, marks and digits as one.

    Lower case; digits count; punctuation and space only separate. A null text has no token.
    """
    raise NotImplementedError


def ngrams(found: Tokens, *, han: int, words: int) -> Grams:
    """Every n-gram in text order, repeats included; a row with fewer tokens than n has one of all its tokens.

    Args:
        found: Tokens of n rows.
        han: Tokens of an n-gram that begins at a Han character.
        words: Tokens of an n-gram that begins at a word.
    """
    raise NotImplementedError


def shingles(texts: pl.Series, *, han: int, words: int) -> Grams:
    """The set of n-grams of each of n texts, sorted and without repeats; a text without a token has none."""
    raise NotImplementedError
