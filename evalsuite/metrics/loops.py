"""Answers that end in a loop: a phrase said again and again until the text breaks off."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from evalsuite.metrics.metric import Column, Family, Metric, Sample, column
from evalsuite.metrics.repetition import zlib_ratio
from evalsuite.metrics.word_places import Place, word_places
from schemas.text.words import words

_LONGEST = 90  # tokens of a phrase: Holtzman et al. 2020, degen/metrics/repetition.py
_SHORTEST = 3  # same source
_SURPLUS = 12
"""Tokens that the copies after the first one must add.

Holtzman's rule, any phrase of three tokens said twice at the end, is made for subwords; in characters it fires on 9 of
3,729 lines of dialogue that people wrote, this one on none (docs/repetition.md).
"""
_WORDS = 5  # different words of a phrase whose numbers change: "2024年1月2日" has three, an item of a list more
_SQUEEZED = 3.0  # bytes / zlib bytes: human p95 is 1.4 to 2.5, a numbered near-loop measured 8.5

_NUMBER = re.compile(r"[\d,.]*\d[\d,.]*|[〇零一二两三四五六七八九十百千]")
_RULES = re.compile(r"([^\w\s\U0001f000-\U0001faff])(?:\s*\1)+|\s{2,}|[-|=+:_*~#.\s]{4,}")
_PICTURE = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf]")
_MASK = "#"


class Loop(NamedTuple):
    """A loop at the end of a text, by places in the text as written.

    Attributes:
        start: Where its phrase begins for the first time.
        again: Where the first copy ends.
        copies: How often it is said, the first time included; a broken-off last copy doesn't count.
    """

    start: int
    again: int
    copies: int


def tail_loop(text: str) -> Loop | None:
    """The loop that a text ends in, after Holtzman et al. 2020.

    Units are Han characters, words and pictures, so that rules such as `|---|---|` are no loops; runs of numerals
    count as one, whatever their value, so that `1. X 2. X 3. X` is one.

    Returns:
        The loop with the shortest phrase of 3 to 90 units whose further copies add 12 units, or null.
    """
    if not _PICTURE.search(text):  # the quick look: words alone, of the last part
        ends = [Place(word, 0, 0) for word in words(text)[-4 * _LONGEST :]]
        if _loop(_masked(ends)) is None:
            return None
    found = word_places(text)
    if pictures := [Place(seen[0], seen.start(), seen.end()) for seen in _PICTURE.finditer(text)]:
        found = sorted({*found, *pictures}, key=lambda unit: unit.start)
    return _loop(_masked(found))


def _loop(found: Sequence[Place]) -> Loop | None:
    tokens = [unit.word for unit in found]
    count = len(tokens)
    for period in range(_SHORTEST, min(_LONGEST, count - 1) + 1):
        same = 0
        while same + period < count and tokens[-1 - same] == tokens[-1 - same - period]:
            same += 1
        if same < max(_SURPLUS, period):
            continue
        first = count - same - period
        phrase = tokens[first : first + period]
        if _MASK not in phrase or len(set(phrase)) > _WORDS:
            return Loop(found[first].start, found[first + period - 1].end, same // period + 1)
    return None


def looped(text: str) -> bool:
    """True where a text ends in a loop, or compresses to a third: loops with small changes, or before the end."""
    return tail_loop(text) is not None or squeezed(text)


def squeezed(text: str) -> bool:
    """True where the text without its rules and runs of punctuation compresses to a third."""
    whole = zlib_ratio(text)
    if whole is None or whole < _SQUEEZED:  # rules only add to it
        return False
    ratio = zlib_ratio(_RULES.sub(" ", text))
    return ratio is not None and ratio >= _SQUEEZED


def _masked(found: Sequence[Place]) -> list[Place]:
    """The units with each run of numerals as one."""
    masked: list[Place] = []
    for unit in found:
        if not _NUMBER.fullmatch(unit.word):
            masked.append(unit)
        elif masked and masked[-1].word == _MASK:
            masked[-1] = masked[-1]._replace(end=unit.end)
        else:
            masked.append(unit._replace(word=_MASK))
    return masked


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    values: list[float] = []
    found: dict[int, list[str]] = {}
    for place, sample in enumerate(samples):
        loop = tail_loop(sample.answer)
        values.append(float(loop is not None or squeezed(sample.answer)))
        if loop is not None:
            found[place] = [sample.answer[loop.start : loop.again]]
    return {"looped": column(values, found=found)}


LOOPS = Family(
    # 2 points: people loop in 0.0 to 0.3% of texts, so one looping answer in fifty is a broken model.
    (Metric("looped", "lower", "share", 0.02, "tail loop (Holtzman 2020; 3-90 units, +12) or zlib >= 3", binary=True),),
    _score,
)
"""Of whole answers, not of matched ones: a cut list looks like a loop."""
