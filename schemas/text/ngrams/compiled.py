"""The loops of the n-gram kernel compiled by numba (extra `fast`): bit for bit what the numpy kernel computes."""

import os
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

_P = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)
_WORD, _HAN = 1, 2
_WORTH_LOADING = 8_000_000
"""Loading numba and its stored loops takes 0.7 s; numpy needs that long for 30 MB of English, 10 MB of Chinese."""

_seen = [0]
"""Characters and hashes that this process was to go through so far: what shards bring adds up."""

Loop = Callable[..., Any]


class Loops(NamedTuple):
    """The compiled functions of this module, by name."""

    scan: Loop
    join: Loop
    minimums: Loop
    common: Loop


def loops(*, work: int) -> Loops | None:
    """The compiled loops; None without numba, and until a process has had as much to do as loading numba takes.

    The environment variable `GRISTMILL_KERNEL` may ask for `numpy` or `numba` whatever the task.

    Args:
        work: Characters or hashes to go through.
    """
    asked = os.environ.get("GRISTMILL_KERNEL")
    _seen[0] += work
    if asked == "numpy" or (asked != "numba" and _seen[0] < _WORTH_LOADING):
        return None
    return _compiled()


@cache
def _compiled() -> Loops | None:
    if find_spec("numba") is None:
        return None
    from numba import njit

    def compiled(function: Loop) -> Loop:
        try:
            made: Loop = njit(nogil=True, cache=True)(function)
        except RuntimeError:  # neither the package's folder nor the user's cache can be written
            made = njit(nogil=True)(function)
        return made

    return Loops(compiled(_scan), compiled(_join), compiled(_minimums), compiled(_common))


def _scan(points: Any, borders: Any, kinds: Any, folded: Any, values: Any, han: Any, offsets: Any) -> int:
    """Write the hash of every token, whether it is Han, and where each row's tokens end; return their number."""
    count, row, value, power, inside = 0, 1, np.uint64(0), np.uint64(1), False
    for place in range(len(points)):
        kind = kinds[points[place]]
        if kind == _WORD:
            value += np.uint64(folded[points[place]]) * power
            power *= _P
            inside = True
            continue
        if inside:
            values[count] = value
            han[count] = False
            count += 1
            value, power, inside = np.uint64(0), np.uint64(1), False
        if kind == _HAN:
            values[count] = np.uint64(folded[points[place]])
            han[count] = True
            count += 1
        while row < len(borders) and borders[row] <= place + 1:
            offsets[row] = count
            row += 1
    for token in range(count):
        value = values[token]
        value = (value ^ (value >> _30)) * _MIX_1
        value = (value ^ (value >> _27)) * _MIX_2
        values[token] = value ^ (value >> _31)
    return count


def _join(tokens: Any, han: Any, offsets: Any, sizes: Any, weights: Any, values: Any, ends: Any) -> int:
    """Write the hash of every n-gram and where each row's end; `sizes` are those of words and of Han."""
    count = 0
    for row in range(len(offsets) - 1):
        stop, open_end = offsets[row + 1], True
        for place in range(offsets[row], stop):
            size = sizes[1] if han[place] else sizes[0]
            if place + size >= stop:
                if place + size > stop and not open_end:
                    continue
                open_end = False
                size = stop - place
            value = tokens[place]
            for k in range(1, size):
                value += tokens[place + k] * weights[k]
            value = (value ^ (value >> _30)) * _MIX_1
            value = (value ^ (value >> _27)) * _MIX_2
            values[count] = value ^ (value >> _31)
            count += 1
        ends[row + 1] = count
    return count


def _minimums(hashes: Any, starts: Any, factors: Any, addends: Any, found: Any) -> None:
    """Lower each row of `found` to the least value of every hash function over the row's hashes."""
    for row in range(len(starts) - 1):
        least = found[row]
        for place in range(starts[row], starts[row + 1]):
            for k in range(len(factors)):
                value = np.uint32(np.uint32(hashes[place] * factors[k]) + addends[k])
                least[k] = min(least[k], value)


def _common(values: Any, offsets: Any, i: Any, j: Any, found: Any) -> None:
    """Count the hashes that both sorted rows of each pair hold."""
    for pair in range(len(i)):
        one, one_end = offsets[i[pair]], offsets[i[pair] + 1]
        other, other_end = offsets[j[pair]], offsets[j[pair] + 1]
        count = 0
        while one < one_end and other < other_end:
            left, right = values[one], values[other]
            count += left == right
            one += left <= right
            other += right <= left
        found[pair] = count
