"""Words that turn a meaning into its opposite without a negation: `before` and `after`, 最高 and 最低."""

import re
from functools import lru_cache

from dataprep.augment.accept import opposites
from dataprep.augment.accept.reading import Reading

_LOOK = re.compile(r"\(\?<?[!=][^()]*\)")
_LAST = re.compile(r"(?:\[([一-鿿]+)\]|([一-鿿]))$")


def _ends(side: str) -> set[str]:
    """Characters of which every match of a side has one: the last of each alternative, or all of its characters."""
    ends: set[str] = set()
    for alternative in re.split(r"\|(?![^()]*\))", _LOOK.sub("", side)):
        last = _LAST.search(alternative)
        ends |= set((last[1] or last[2]) if last else re.findall("[一-鿿]", alternative))
    return ends


_ENDS: tuple[dict[str, int], dict[str, int]] = ({}, {})
"""For each side: character -> a bit for every contrast that it may belong to."""
for _place, _pair in enumerate(opposites.HAN):
    for _side in (0, 1):
        for _character in _ends(_pair[_side]):
            _ENDS[_side][_character] = _ENDS[_side].get(_character, 0) | 1 << _place
_SIDES: dict[str, list[tuple[int, int]]] = {}
for _place, _pair in enumerate(opposites.WORDS):
    for _side in (0, 1):
        for _word in _pair[_side].split("|"):
            _SIDES.setdefault(_word, []).append((_place, _side))
_PHRASES = re.compile(
    r"\b(?:" + "|".join(sorted((word for word in _SIDES if " " in word), key=len, reverse=True)) + r")\b"
)
_AROUND = re.compile(r"\b(bring|push|drive|turn)((?: (?!up\b|down\b)[a-z']+){1,4}) (up|down)\b")
"""`bring my blood pressure down` is `bring down my blood pressure`."""
_MOVES = frozenset(("bring", "push", "drive", "turn"))
_PHRASE_STARTS: dict[str, set[str]] = {}
for _word in _SIDES:
    if " " in _word:
        _PHRASE_STARTS.setdefault(_word.split()[0], set()).add(_word.split()[1])


def opposed(source: Reading, rewrite: Reading) -> str | None:
    """Find a contrast of which one text has only the one side and the other text only the other side.

    Returns:
        Both words, or null.
    """
    if source.chinese != rewrite.chinese:
        return None
    return _opposed_han(source, rewrite) if source.chinese else _opposed_words(_terms(source), _terms(rewrite))


@lru_cache(maxsize=1)
def _han() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """The contrasts of Chinese, compiled when the first text is compared: it takes longer than most imports."""
    return [(re.compile(one), re.compile(other)) for one, other in opposites.HAN]


def _opposed_han(source: Reading, rewrite: Reading) -> str | None:
    for side in (0, 1):
        places = _may_hold(source, side) & _may_hold(rewrite, 1 - side)
        while places:
            place = places.bit_length() - 1
            places ^= 1 << place
            mine, theirs = _han()[place][side], _han()[place][1 - side]
            here = mine.search(source.bare)
            there = theirs.search(rewrite.bare) if here else None
            if here and there and not theirs.search(source.bare) and not mine.search(rewrite.bare):
                return f"{here[0]} -> {there[0]}"
    return None


def _may_hold(text: Reading, side: int) -> int:
    """A bit for every contrast of which a text may have this side."""
    places, ends = 0, _ENDS[side]
    for character in text.characters & ends.keys():
        places |= ends[character]
    return places


def _terms(text: Reading) -> dict[str, str]:
    """Words and phrases of the table; those inside of a phrase don't count."""
    words = text.vocabulary
    if _MOVES.isdisjoint(words) and all(
        _PHRASE_STARTS[word].isdisjoint(words) for word in words & _PHRASE_STARTS.keys()
    ):
        return {word: word for word in words & _SIDES.keys()}
    low = _AROUND.sub(r"\1 \3\2", text.bare.lower())
    phrases = _PHRASES.findall(low)
    if phrases:
        words = frozenset(re.findall(r"[a-z]+(?:['-][a-z]+)*", _PHRASES.sub(" ", low)))
    return {word: word for word in (*phrases, *words) if word in _SIDES}


def _opposed_words(source: dict[str, str], rewrite: dict[str, str]) -> str | None:
    if not source or not rewrite:
        return None
    mine = {side: word for word in sorted(source) for side in _SIDES[word]}
    theirs = {side: word for word in sorted(rewrite) for side in _SIDES[word]}
    for (place, side), word in mine.items():
        other = (place, 1 - side)
        if other in theirs and other not in mine and (place, side) not in theirs:
            return f"{word} -> {theirs[other]}"
    return None
