"""How many characters and words of each script n texts hold, in one pass over their code points."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.language import points
from dataprep.language.points import Points, blocks, classes

_LATIN_START, _OTHER_START = 11, 12
"""The first letter of a word, told apart from the others of its class."""
_KINDS = 13

COLUMNS: dict[str, tuple[int, ...]] = {
    "han": (points.HAN, points.TRADITIONAL_HAN, points.SIMPLIFIED_HAN),
    "kana": (points.KANA,),
    "hangul": (points.HANGUL,),
    "latin": (points.LATIN, _LATIN_START),
    "digit": (points.DIGIT,),
    "other": (points.OTHER, _OTHER_START),
    "traditional": (points.TRADITIONAL_HAN,),
    "simplified": (points.SIMPLIFIED_HAN,),
    "latin_words": (_LATIN_START,),
    "other_words": (_OTHER_START,),
}


def count_scripts(texts: pl.Series) -> pl.DataFrame:
    """Count n texts.

    Args:
        texts: n strings; null counts as empty.

    Returns:
        n lines. `han, kana, hangul, latin, digit, other`: letters and digits of each script (the classes of
        `schemas.text.script`). `traditional, simplified`: Han characters that only one of the two scripts has.
        `latin_words, other_words`: runs of letters; an apostrophe or a hyphen inside a Latin word doesn't end it.
    """
    counts = np.zeros((len(texts), _KINDS), np.int64)
    for block in blocks(texts):
        rows = len(block.offsets) - 1
        kinds = _with_starts(block, classes(block))
        keys = np.repeat(np.arange(rows, dtype=np.int64) * _KINDS, block.lengths) + kinds
        found = np.bincount(keys, minlength=rows * _KINDS).reshape(rows, _KINDS)
        counts[block.first : block.first + rows] = found
    return pl.DataFrame({name: counts[:, list(kinds)].sum(axis=1) for name, kinds in COLUMNS.items()})


def _with_starts(block: Points, kinds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if not len(kinds):
        return kinds
    latin, other, mark = kinds == points.LATIN, kinds == points.OTHER, kinds == points.MARK
    started = kinds.copy()
    started[_starts(latin, latin | mark, block) & ~_joined(latin | mark, kinds == points.JOINER, block)] = _LATIN_START
    if other.any():
        started[_starts(other, other | mark, block)] = _OTHER_START
    return started


def _starts(letter: NDArray[np.bool_], word: NDArray[np.bool_], block: Points) -> NDArray[np.bool_]:
    """Letters that no letter or mark of their text stands before."""
    starts = letter.copy()
    starts[1:] &= ~word[:-1]
    firsts = block.offsets[:-1][block.lengths > 0]
    starts[firsts] = letter[firsts]
    return starts


def _joined(word: NDArray[np.bool_], joiner: NDArray[np.bool_], block: Points) -> NDArray[np.bool_]:
    """What follows a joiner that follows a word, all in one text."""
    joined = np.zeros_like(word)
    joined[2:] = joiner[1:-1] & word[:-2]
    firsts = block.offsets[:-1][block.lengths > 0]
    joined[firsts] = False
    joined[np.minimum(firsts + 1, len(joined) - 1)] = False
    return joined
