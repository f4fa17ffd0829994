"""The tokens of many texts in place, and their n-grams: one Han character or one word a token."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dataprep.language.points import Points
from dataprep.rules.parts import segments
from dataprep.rules.text_hash import Hashed, Places
from schemas.text.hashing import Hashes
from schemas.text.ngrams.characters import HAN, WORD, characters

HAN_OF_WORDS = {2: 3, 3: 5, 4: 7, 5: 8, 6: 10, 7: 12, 8: 14, 9: 15, 10: 17}
"""Words of an n-gram -> its length where it begins at a Han character, kana or hangul syllable. A Chinese word has
1.7 characters (jieba on two sets of Chinese answers: 1.62 and 1.81), and the thresholds of FineWeb-2 count words."""


@dataclass(frozen=True)
class Words:
    """The m tokens of a block of n texts.

    Attributes:
        hashes: uint64, m: a hash of each token.
        starts: int64, m: the character at which each starts.
        stops: int64, m: the character behind each.
        offsets: int64, n + 1: text i owns `hashes[offsets[i]:offsets[i + 1]]`.
        rows: int64, m: the text of each token.
        han: m booleans: whether it is a single Han character, kana or hangul syllable.
    """

    hashes: Hashes
    starts: Places
    stops: Places
    offsets: Places
    rows: Places
    han: NDArray[np.bool_]

    def ngrams(self, starts: Places, words: int) -> tuple[Places, Places]:
        """The n-grams of so many words that start at these tokens and end in their text: from where to where."""
        stops = starts + np.where(self.han.take(starts), HAN_OF_WORDS[words], words)
        whole = np.flatnonzero(stops <= self.offsets[1:].take(self.rows.take(starts)))
        return starts.take(whole), stops.take(whole)


def word_tokens(block: Points, text: Hashed) -> Words:
    """Cut a block into tokens as `schemas.text.ngrams` does, and tell where they stand.

    Args:
        block: The texts.
        text: Their characters.
    """
    kinds = characters().kinds.take(block.values, mode="clip")
    starts, stops = segments(block, kinds != WORD)
    single = np.flatnonzero(kinds == HAN)
    han = np.zeros(len(starts) + len(single), np.bool_)
    if len(single):
        starts = np.concatenate([starts, single])
        order = np.argsort(starts, kind="stable")
        han, starts, stops = order >= len(stops), starts[order], np.concatenate([stops, single + 1])[order]
    offsets = np.searchsorted(starts, block.offsets)
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return Words(text.pieces(starts, stops), starts, stops, offsets, rows, han)


def distinct_tokens(words: Words) -> Places:
    """How many distinct tokens each of n texts has."""
    row_bits = np.uint64(len(words.offsets).bit_length())
    packed = words.rows.astype(np.uint64) << (np.uint64(64) - row_bits) | words.hashes >> row_bits
    packed.sort()
    fresh = np.ones(len(packed), np.bool_)
    np.not_equal(packed[1:], packed[:-1], out=fresh[1:])
    return np.diff(np.searchsorted(np.flatnonzero(fresh), words.offsets))
