"""Words with their places: what `words` finds in a text, and where each stands in the text as written."""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from schemas.text.words import words


class Place(NamedTuple):
    """One word of a text.

    Attributes:
        word: In normal form, as `words` gives it.
        start: Place of its first character in the text as written.
        end: One past its last.
    """

    word: str
    start: int
    end: int


def word_places(text: str) -> list[Place]:
    """The same words as `words(text)`, in order, with their places in the text as written."""
    folded, starts, ends = _folded(text)
    found, place = [], 0
    for word in words(text):
        at = folded.find(word, place)
        if at >= 0:
            place = at + len(word)
            found.append(Place(word, starts[at], ends[place - 1]))
        else:  # a normal form of its own: no width, after the word before it
            here = found[-1].end if found else 0
            found.append(Place(word, here, here))
    return found


def _folded(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """The text as `words` reads it, and for each of its characters the borders in `text` of what it came from."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if all(map(_stays_one, set(text))):
        return folded, range(len(text)), range(1, len(text) + 1)
    pieces = _clusters(text)
    if "".join(map(_fold, pieces)) != folded:
        pieces = re.findall(r"\s+|\S+", text)  # scripts whose vowels compose across our borders: whole runs
        folded = "".join(map(_fold, pieces))
    starts: list[int] = []
    ends: list[int] = []
    place = 0
    for piece in pieces:
        width, end = len(_fold(piece)), place + len(piece)
        starts += [place] * width
        ends += [end] * width
        place = end
    return folded, starts, ends


def _clusters(text: str) -> list[str]:
    """Characters with the marks that NFKC may merge into them."""
    found: list[str] = []
    for character in text:
        if found and _joins(character):
            found[-1] += character
        else:
            found.append(character)
    return found


@lru_cache(maxsize=1 << 16)
def _stays_one(character: str) -> bool:
    return len(_fold(character)) == 1 and not _joins(character)


@lru_cache(maxsize=1 << 16)
def _joins(character: str) -> bool:
    """Marks, half-width kana's voicing marks, and the vowels and finals of decomposed hangul."""
    marks = unicodedata.category(unicodedata.normalize("NFKC", character)[0])[0] == "M"
    return marks or "\u1160" <= character <= "\u11ff"


@lru_cache(maxsize=1 << 16)
def _fold(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece).lower()
