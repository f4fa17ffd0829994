"""How many characters and words of each script n texts hold, in one pass over their code points."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.language import points
from dataprep.language.points import Points, blocks, class_table, count, look_up

_LATIN_START, _OTHER_START = 11, 12
"""The first letters of words, which count among the others of their class, too."""
_KINDS = 13

COLUMNS: dict[str, tuple[int, ...]] = {
    "han": (points.HAN, points.TRADITIONAL_HAN, points.SIMPLIFIED_HAN),
    "kana": (points.KANA,),
    "hangul": (points.HANGUL,),
    "latin": (points.LATIN,),
    "digit": (points.DIGIT,),
    "other": (points.OTHER,),
    "traditional": (points.TRADITIONAL_HAN,),
    "simplified": (points.SIMPLIFIED_HAN,),
    "latin_words": (_LATIN_START,),
    "other_words": (_OTHER_START,),
}
_COUNTED = sorted({kind for kinds in COLUMNS.values() for kind in kinds} - {_LATIN_START, _OTHER_START})


def count_scripts(texts: pl.Series) -> pl.DataFrame:
    """Count n texts.

    Args:
        texts: n strings; null counts as empty.

    Returns:
        n lines. `han, kana, hangul, latin, digit, other`: letters and digits of each script (the classes of
        `schemas.text.script`). `traditional, simplified`: Han characters that only one of the two scripts has.
        `latin_words, other_words`: runs of letters; an apostrophe or a hyphen inside a Latin word doesn't end it.
    """
    counts = np.zeros((_KINDS, len(texts)), np.int64)
    for block in blocks(texts):
        kinds = look_up(block, class_table())
        masks = {kind: kinds == kind for kind in _COUNTED} | _word_starts(block, kinds)
        for kind, mask in masks.items():
            counts[kind, block.first : block.first + len(block.lengths)] = count(mask, block)
    return pl.DataFrame({name: counts[list(kinds)].sum(axis=0) for name, kinds in COLUMNS.items()})


def _word_starts(block: Points, kinds: NDArray[np.uint8]) -> dict[int, NDArray[np.bool_]]:
    """Where words begin, of the classes that the block has."""
    starts = {}
    latin, other, mark = kinds == points.LATIN, kinds == points.OTHER, kinds == points.MARK
    if latin.any():
        joined = _joined(latin | mark, kinds == points.JOINER, block)
        starts[_LATIN_START] = _starts(latin, latin | mark, block) & ~joined
    if other.any():
        starts[_OTHER_START] = _starts(other, other | mark, block)
    return starts


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
