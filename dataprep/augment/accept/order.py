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
_SILENT = frozenset(str.split("the a an and of is are for in at on with or 和 与 及 是 的 在 约"))


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
            left = _before(source[max(0, first - 24) : first]), _before(rewrite[max(0, second - 24) : second])
            ends = first + len(one), second + len(other)
            right = _after(source[ends[0] : ends[0] + 24]), _after(rewrite[ends[1] : ends[1] + 24])
            places.append((one, left, right))
    for (one, *mine), (other, *theirs) in combinations(places, 2):
        for (was, now), (other_was, other_now) in zip(mine, theirs, strict=True):
            if was and other_was and was != other_was and was == other_now and other_was == now:
                return f"{one} <-> {other}"
    return None


def _before(text: str) -> str:
    match = _BEFORE.search(text)
    word = (match[1] or match[2]).lower() if match else ""
    return _ROLES.get(word, _ROLES.get(word[-1:] if not word.isascii() else word, "" if word in _SILENT else word))


def _after(text: str) -> str:
    match = _AFTER.match(text)
    word = (match[1] or match[2]).lower() if match else ""
    return "" if word in _SILENT else word
