"""The normal form of prompts, made of most texts by one look-up for each of their characters."""

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

MARKS = r"[\s\p{P}\p{Cf}\p{Cc}]+"
"""What a form leaves out: whitespace, punctuation and invisible characters."""

_GONE, _HARD = 0, 1
"""In the table, in place of control characters, which no form holds."""
_FOLDING = (
    *(range(0x3400), range(0x4DC0, 0x4E00), range(0xA000, 0xAC00), range(0xD7A4, 0xD800)),
    *(range(0xF900, 0x20000), range(0x2F800, 0x2FA20), range(0xE0000, 0xE1000)),
)
"""Code points that may fold: not Han and hangul, private ones and most of what is beyond the second plane."""
_JAMO = (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3))
"""Vowels and finals of hangul, which compose by a formula that no decomposition tells."""
_BLOCK = 1 << 16
"""Characters that are looked up at once: what a block touches must fit into the L2 cache."""


def fold(text: str) -> str:
    """NFKC of a text, case folded."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def simple_forms(texts: Sequence[str]) -> list[str]:
    """The forms of texts whose characters fold one by one.

    Args:
        texts: n texts.

    Returns:
        n texts: `fold` without `MARKS`; "" for a text that has to be folded as a whole, because of a character that
        composes with the one before it or becomes several, and for one of nothing but marks.
    """
    found: list[str] = []
    for block in _blocks(texts):
        borders = np.cumsum([0, *map(len, block)])
        folded = _table().take(np.frombuffer("".join(block).encode("utf-32-le"), np.uint32))
        gone = np.flatnonzero(folded == _GONE)
        form = folded[folded != _GONE].tobytes().decode("utf-32-le")
        forms = [form[start:stop] for start, stop in pairwise((borders - np.searchsorted(gone, borders)).tolist())]
        for row in (np.searchsorted(borders, np.flatnonzero(folded == _HARD), side="right") - 1).tolist():
            forms[row] = ""
        found += forms
    return found


def _blocks(texts: Sequence[str]) -> Iterator[list[str]]:
    block: list[str] = []
    size = 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    yield block


@cache
def _table() -> NDArray[np.uint32]:
    """What every code point folds to; made once a process, in some 0.1 s."""
    table, letters = np.arange(0x110000, dtype=np.uint32), [chr(code) for part in _FOLDING for code in part]
    parts = {letter: told.split() for letter in letters if (told := unicodedata.decomposition(letter))}
    seconds = {chr(int(pair[1], 16)) for pair in parts.values() if len(pair) == 2 and not pair[0].startswith("<")}
    joining = {*seconds, *map(chr, _JAMO), *(letter for letter in letters if unicodedata.combining(letter))}
    marks = pl.Series(letters).str.contains(MARKS)
    changing = {*parts, *joining, *(letter for letter in letters if letter.casefold() != letter)}
    changing |= set(pl.Series(letters).filter(marks))
    folded = [fold(letter) for letter in changing]
    for letter, whole, left in zip(changing, folded, pl.Series(folded).str.replace_all(MARKS, ""), strict=True):
        simple = len(left) < 2 and _is_apart(letter, joining) and _is_apart(whole, joining)
        table[ord(letter)] = (ord(left) if left else _GONE) if simple else _HARD
    return table


def _is_apart(text: str, joining: set[str]) -> bool:
    """True where no character of a text composes with one before it, or changes places with it, whatever that is."""
    return joining.isdisjoint(unicodedata.normalize("NFKD", text)[:1]) and joining.isdisjoint(text)
