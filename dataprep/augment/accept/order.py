"""Whether two things of a text changed places: `from {a} to {b}` is not `from {b} to {a}`."""

import re
from collections.abc import Sequence
from itertools import combinations

from dataprep.augment.accept.bonds import exchanged

_ROLES = {
    **dict.fromkeys(("从", "從", "由", "自", "from"), "from"),
    **dict.fromkeys(("到", "去", "往", "至", "to", "into"), "to"),
}
_BEFORE = re.compile(r"([A-Za-z]+)[^\w.,;!?。，；！？\n]{0,3}$|([一-鿿□]{1,2}?)(?:[是为為]|[:：] ?)?$")
_AFTER = re.compile(r"[^\w.,;!?。，；！？\n]{0,2}([A-Za-z]+)|([一-鿿□]{2})")
_SILENT = frozenset(str.split("the a an and or of is are compare difference between 和 与 及 是 的 约 或"))
_WEAK = frozenset(str.split("for in at on with by 在 给 对 为 把 将 用"))
_WIDTH = 24
_MOST = 8
"""Things that are compared two by two."""
_DIGITS = frozenset("0123456789")
_MORE = _DIGITS | {"."}
_JOINS = re.compile(r"[\s,，、/&\"'“”「」()]*(?:and|or|vs|with|和|与|與|及|或|跟)?[\s,，、/&\"'“”「」()]*")
_ENDS = re.compile(r"[.?!。？！\n]")


def swapped(source: str, rewrite: str, marks: Sequence[tuple[str, str]]) -> str | None:
    """Find two things that stand where the other one stood.

    Args:
        source: One text.
        rewrite: The other.
        marks: Each thing as the source and as the rewrite write it; what occurs twice is left out.

    Returns:
        Both of them, or null.
    """
    if len(marks) < 2:
        return None
    places = []
    for one, other in marks[:_MOST]:
        first, second = _find(source, one), _find(rewrite, other)
        if first is not None and second is not None:
            places.append((one, _around(source, first, one), _around(rewrite, second, other), other))
    for (one, was, now, _), (other, other_was, other_now, _) in combinations(places, 2):
        if _crossed(was, now, other_was, other_now):
            return f"{one} <-> {other}"
    loose = [(one, other) for one, was, now, other in places if not _kept(was, now, [place[1] for place in places])]
    return exchanged(source, rewrite, loose)


def turned(source: str, rewrite: str, marks: Sequence[str]) -> str | None:
    """Find two things with the same words between them but the other way round: `{a} > {b}` and `{b} > {a}`."""
    for one, other in combinations(marks[:_MOST], 2):
        between = _between(source, one, other)
        first, second = (one, other) if between is not None else (other, one)
        between = between if between is not None else _between(source, other, one)
        if between and between == _between(rewrite, second, first):
            return f"{one} <-> {other}"
    return None


def _between(text: str, one: str, other: str) -> str | None:
    """What stands between two things on one line; null if it is long, or only joins them."""
    start = text.find(one) + len(one)
    end = text.find(other, start)
    words = " ".join(text[start:end].lower().split()) if start >= len(one) and start <= end <= start + _WIDTH else ""
    return None if _JOINS.fullmatch(words) or _ENDS.search(words) else words


def _find(text: str, mark: str) -> int | None:
    """Where a thing stands, if it stands there once; 3 doesn't stand in 30."""
    found, start = None, text.find(mark)
    while start >= 0:
        end = start + len(mark)
        inside = (mark[0] in _DIGITS and text[start - 1 : start] in _MORE) or (
            mark[-1] in _DIGITS and text[end : end + 1] in _DIGITS
        )
        if not inside:
            if found is not None:
                return None
            found = start
        start = text.find(mark, end)
    return found


def _around(text: str, start: int, mark: str) -> tuple[str, str]:
    """The words before and after; those that tell nothing are empty."""
    end = start + len(mark)
    return _before(text[max(0, start - _WIDTH) : start]), _after(text[end : end + _WIDTH])


def _kept(was: tuple[str, str], now: tuple[str, str], all_were: Sequence[tuple[str, str]]) -> bool:
    """Whether a thing has kept a neighbour that no other thing had."""
    return any(
        word and word == now[side] and word not in _WEAK and sum(word == were[side] for were in all_were) == 1
        for side, word in enumerate(was)
    )


def _crossed(
    was: tuple[str, str], now: tuple[str, str], other_was: tuple[str, str], other_now: tuple[str, str]
) -> bool:
    """Whether each has a neighbour that the other one had, on the same side, and has lost it itself."""
    strong, moves = False, 0
    for mine, moved, kept in ((was, other_now, now), (other_was, now, other_now)):
        words = [
            word
            for side, word in enumerate(mine)
            if word and word == moved[side] and word != kept[side] and word != (other_was if mine is was else was)[side]
        ]
        moves += bool(words)
        strong = strong or any(word not in _WEAK for word in words)
    return moves == 2 and strong


def _before(text: str) -> str:
    match = _BEFORE.search(text)
    word = (match[1] or match[2]).lower() if match else ""
    last = word if word.isascii() else word[-1:]
    if last in _WEAK and word not in _ROLES and last not in _ROLES:
        return last
    return _ROLES.get(word, _ROLES.get(last, "" if word in _SILENT or last in _SILENT else word))


def _after(text: str) -> str:
    match = _AFTER.match(text)
    word = (match[1] or match[2]).lower() if match else ""
    return "" if word in _SILENT else word
