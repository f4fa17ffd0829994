"""Texts that end in a loop: the same characters over and over, as a model writes that can't stop."""

import numpy as np

from dataprep.language.points import Points
from dataprep.rules.text_hash import Hashed, Places

SHORTEST, REPEATS, LONGEST_UNIT = 10, 3, 2000
"""A loop is at least so many characters, repeats its unit so often, and its unit is no longer than this."""

_BY_HAND = 4
"""Units up to here are looked for one by one; a longer one repeats the text's last `SHORTEST` characters."""


def tail_loop(text: str) -> float:
    """The longest end of a text that repeats one unit three times or more, by characters of the text, 0 to 1.

    The first repeat may be cut off. Loops under 10 characters (1000, "!!!", 哈哈哈) don't count.
    """
    size, longest = len(text), 0
    if size < SHORTEST:
        return 0.0
    for unit in _units(text):
        # What is periodic already can't be longer with another unit that fits into it three times.
        if REPEATS * unit <= longest or text[size - 2 * unit :] != text[size - 3 * unit : size - unit]:
            continue
        longest = max(longest, unit + _same_end(text, unit))
    return longest / size if longest >= SHORTEST else 0.0


def _units(text: str) -> list[int]:
    """Lengths that a unit may have, shortest first."""
    size = len(text)
    most = min(size // REPEATS, LONGEST_UNIT)
    units = list(range(1, min(_BY_HAND, most) + 1))
    end, at = text[-SHORTEST:], size - SHORTEST
    while (at := text.rfind(end, max(0, size - SHORTEST - most), max(0, at + SHORTEST - 1))) != -1:
        units.append(size - SHORTEST - at)
    return [unit for at, unit in enumerate(units) if at < _BY_HAND or unit > _BY_HAND]


def _same_end(text: str, by: int) -> int:
    """How many characters at a text's end equal those that stand `by` places before them."""
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    other = np.flatnonzero(points[by:] != points[:-by])
    return len(text) - by - (int(other[-1]) + 1 if len(other) else 0)


def likely_loops(block: Points, text: Hashed, repeated: Places) -> Places:
    """The places of the block's texts for which `tail_loop` may be above 0.

    Args:
        block: The texts.
        text: Their characters.
        repeated: Where those windows of `SHORTEST` characters start that occur more than once in their text.
    """
    rows = np.flatnonzero(block.lengths >= SHORTEST)
    ends = block.offsets[1:][rows]
    found = np.zeros(len(block.values), np.bool_)
    found[repeated] = True
    likely = found[ends - SHORTEST]
    for unit in range(1, _BY_HAND + 1):
        least = max(SHORTEST, REPEATS * unit)
        long = ends - block.offsets[:-1][rows] >= least
        stops = ends[long]
        likely[long] |= text.keys(stops - least, stops - unit) == text.keys(stops - least + unit, stops)
    return rows[likely]
