"""The quantities of a text: numbers in digits and in words, with their units, dates and times."""

import re

from dataprep.augment.accept.dates import DATE_HINTS, take_dates
from dataprep.augment.accept.figures import figures
from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.reading import Reading
from dataprep.augment.accept.spelled import HINTS, SOFT, spelled

_SIGNS = frozenset("0123456789零〇一二三四五六七八九十百千万亿两兩萬億半")
_ANY = DATE_HINTS | _SIGNS
_SURE = (HINTS - SOFT) | frozenset(hint for hint in DATE_HINTS if len(hint) > 1)
_LETTERS = re.compile("[a-z]+")


_HARD = (_SIGNS - {"一"}) | frozenset("周週星拜月刻")


def may_differ(text: Reading) -> bool:
    """Whether a text may hold a number that can't come and go: more than 一, `one`, `once` and the like."""
    if text.quotes or "-" in text.characters or not text.characters.isdisjoint(_HARD):
        return True
    return not text.vocabulary.isdisjoint(_SURE)


def quantities(text: Reading) -> list[Quantity]:
    """Every number, date and time of a text without code, addresses and placeholders."""
    words = _words(text)
    characters = frozenset(text.prose) if text.quotes else text.characters
    if characters.isdisjoint(_ANY) and words.isdisjoint(HINTS) and words.isdisjoint(DATE_HINTS):
        return []
    found, rest = take_dates(text.prose, characters | words)
    if not characters.isdisjoint(_SIGNS):
        found.extend(figures(rest))
    if words:
        found.extend(spelled(rest, words))
    return found


def _words(text: Reading) -> frozenset[str]:
    """Unique Latin words, those of quotations and the parts of hyphenated ones among them."""
    if text.quotes:
        return frozenset(_LETTERS.findall(text.prose.lower())) | text.vocabulary
    if "-" in text.characters:
        return text.vocabulary | frozenset(part for word in text.vocabulary for part in word.split("-"))
    return text.vocabulary
