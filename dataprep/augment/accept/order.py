"""Whether two things of a text changed places: `from {a} to {b}` is not `from {b} to {a}`."""

import re
from collections.abc import Sequence
from itertools import combinations

_ROLES = {
    **dict.fromkeys(("从", "從", "由", "自", "from"), "from"),
    **dict.fromkeys(("到", "去", "往", "至", "to", "into"), "to"),
}
_BEFORE = re.compile(r"([A-Za-z]+)\W{0,3}$|([一-鿿□]{1,2})$")
_AFTER = re.compile(r"\W{0,2}([A-Za-z]+)|([一-鿿□]{2})")
_SILENT = frozenset(str.split("the a an and of is are 和 与 及 是 的 约 或"))
_WEAK = frozenset(str.split("for in at on with by 在 给 对 为 把 将 用"))
_WIDTH = 24


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
    for one, other in marks[:8]:
        first, second = source.find(one), rewrite.find(other)
        if first >= 0 and second >= 0 and source.find(one, first + 1) < 0:
            places.append((one, _around(source, first, one), _around(rewrite, second, other)))
    for (one, was, now), (other, other_was, other_now) in combinations(places, 2):
        if _crossed(was, now, other_was, other_now):
            return f"{one} <-> {other}"
    return None


def _around(text: str, start: int, mark: str) -> tuple[str, str]:
    """The words before and after; those that tell nothing are empty."""
    end = start + len(mark)
    return _before(text[max(0, start - _WIDTH) : start]), _after(text[end : end + _WIDTH])


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
