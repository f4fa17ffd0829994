"""The quantities of a text: numbers in digits and in words, with their units, dates and times."""

import re

from dataprep.augment.accept.dates import DATE_HINTS, take_dates
from dataprep.augment.accept.figures import figures
from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.reading import Reading
from dataprep.augment.accept.spelled import HINTS, spelled

_SIGNS = frozenset("0123456789零〇一二三四五六七八九十百千万亿两兩萬億半")
_ANY = DATE_HINTS | _SIGNS
_LETTERS = re.compile("[a-z]+")


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
