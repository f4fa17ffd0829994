"""Numbers that are written in English words."""

import re
from collections.abc import Iterator

from dataprep.augment.accept.measures import measured, with_unit
from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.units import unit_at
from schemas.text.numerals import FRACTIONS, NUMBER_WORDS, ORDINALS, words_values

_ONE_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_NUMERAL = rf"\b(?:{_ONE_WORD})(?:(?:[ -]|[ -]and[ -])(?:{_ONE_WORD})){{0,12}}\b"
_SMALL = dict.fromkeys(("once", "single"), 1.0) | dict.fromkeys(
    ("both", "pair", "couple", "double", "twofold", "twin"), 2.0
)
_PARTS = FRACTIONS | {f"{name}s": part for name, part in FRACTIONS.items()} | {"halves": 2}
_COUNTS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}
_TIMES = {"twice": 2.0, "thrice": 3.0, "triple": 3.0, "dozen": 12.0}
_LONG = "hour|day|week|month|year|minute|kilo|kilogram|mile|dozen|decade|century|fortnight|litre|liter|metre|meter"
_WORDS = re.compile(
    r"(?P<fraction>\b(?P<fn>a|one|two|three|four)[ -](?P<fd>half|halves|thirds?|quarters?|fifths?|tenth)\b"
    r"(?! of an? (?:hour|year|day)\b)(?! (?:past|to) ))"
    r"|(?P<timely>\b(?:(?P<three>three[ -]quarters?)|half|(?:a )?quarter)(?: of)? an?"
    r" (?:hour|day|year|kilo|dozen|mile)\b"
    r"|\bhalf[ -](?:hour|day|year|kilo)\b)"
    r"|(?P<bare_half>\bhalf\b(?! past))"
    rf"|(?P<and_half>\ban? (?P<unit>{_LONG}) and a half\b)"
    rf"|(?P<an>\ban? (?=(?:{_LONG}|hundred|thousand|million)\b))"
    r"|(?P<small>\b(?:once|single|both|pair|couple|double|twofold)\b)|(?P<times>\b(?:twice|thrice|triple|dozen)\b)"
    rf"|(?P<english>{_NUMERAL})"
)
_LETTERS = re.compile("[a-z]+")
_ARTICLES = frozenset(("a", "an"))
_COUNTED = frozenset(_LONG.split("|"))
_DIGITS = re.compile(r"\d[\d.,]* ?(?:hundred|thousand|million|billion)\b")
_STARTS = NUMBER_WORDS | _SMALL.keys() | _TIMES.keys() | {"half", "quarter"}
SOFT: frozenset[str] = _COUNTED | _SMALL.keys() | {"one", "first", "second"}
"""Of these, words that spell what may come and go when nothing else is counted: `an hour`, `both`."""
HINTS: frozenset[str] = _STARTS | _COUNTED
"""A text without any of these words spells out no number."""


def spelled(text: str, words: frozenset[str]) -> Iterator[Quantity]:
    """Quantities in the order of the text, of which `words` are the Latin words, lower case."""
    if words.isdisjoint(_STARTS) and (words.isdisjoint(_ARTICLES) or words.isdisjoint(_COUNTED)):
        return
    low, end = _DIGITS.sub(lambda match: "\ufffe" * len(match[0]), text.lower()), 0
    for start in _LETTERS.finditer(low):
        if start.start() < end or (start[0] not in _STARTS and start[0] not in _ARTICLES):
            continue
        match = _WORDS.match(low, start.start())
        if match is None:
            continue
        end = match.end()
        for quantity in _read(match, low):
            yield quantity
            end = max(end, match.start() + len(quantity.shown))


def _read(match: re.Match[str], text: str) -> Iterator[Quantity]:
    kind, low = match.lastgroup, match[0].strip()
    if kind == "english":
        yield from _numeral(match, text)
    elif kind == "fraction":
        yield Quantity(_COUNTS[match["fn"]] / _PARTS[match["fd"]], "share", None, False, low)
    elif kind == "timely":
        value = 0.75 if match["three"] else 0.25 if "quarter" in low else 0.5
        if low.endswith("dozen"):
            yield Quantity(12 * value, "", 12 * value, False, low)
            return
        yield measured(value, re.split("[ -]", low)[-1], low, bare="share")
    elif kind == "bare_half":
        yield Quantity(0.5, "share", None, False, low)
    elif kind == "and_half":
        yield measured(1.5, match["unit"], low)
    elif kind == "an":
        unit = unit_at(text, match.end())
        yield measured(1.0, unit[0] if unit else None, low, soft=True)
    elif kind == "small":
        yield Quantity(_SMALL[low], "", _SMALL[low], True, low)
    else:
        yield Quantity(_TIMES[low], "", _TIMES[low], False, low)


def _numeral(match: re.Match[str], text: str) -> Iterator[Quantity]:
    words, values = match[0], words_values(match[0])
    soft = words in {"one", "first", "second"}
    for value in values[:-1]:
        yield Quantity(value, "", value, False, words)
    if words in ORDINALS:
        yield Quantity(values[-1], "", values[-1], soft, words)
        return
    yield with_unit(values[-1], text, match.start(), match.end(), soft=soft)
