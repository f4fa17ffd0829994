"""The lines and paragraphs of many texts, and how much of them is there more than once."""

import numpy as np
from numpy.typing import NDArray

from dataprep.language.points import Points
from dataprep.rules.text_hash import Hashed, Places, repeated_kinds

Shares = NDArray[np.float64]


def segments(block: Points, breaks: NDArray[np.bool_]) -> tuple[Places, Places]:
    """Where the runs of other characters between `breaks` start and stop; none goes over the end of its text."""
    inside = ~breaks
    starts, lasts = inside.copy(), inside.copy()
    starts[1:] &= breaks[:-1]
    lasts[:-1] &= breaks[1:]
    filled = block.lengths > 0
    first, last = block.offsets[:-1][filled], block.offsets[1:][filled] - 1
    starts[first], lasts[last] = inside[first], inside[last]
    return np.flatnonzero(starts), np.flatnonzero(lasts) + 1


def line_breaks(block: Points) -> NDArray[np.bool_]:
    """What parts lines."""
    breaks: NDArray[np.bool_] = block.values == ord("\n")
    return breaks


def paragraph_breaks(block: Points) -> NDArray[np.bool_]:
    """What parts paragraphs: two line breaks or more."""
    breaks = line_breaks(block)
    after = np.zeros_like(breaks)
    after[1:] = breaks[1:] & breaks[:-1]
    after[block.offsets[:-1][block.lengths > 0]] = False
    apart = after.copy()
    apart[:-1] |= after[1:]
    return apart


def repeated_parts(block: Points, text: Hashed, breaks: NDArray[np.bool_]) -> tuple[Shares, Shares]:
    """Of each text the share of parts that stood before, and the share of its characters in them.

    Args:
        block: n texts.
        text: Their characters.
        breaks: Which characters part them.
    """
    starts, stops = segments(block, breaks)
    texts = len(block.lengths)
    at, counts = repeated_kinds(text.keys(starts, stops))
    rows = text.rows[starts[at]]
    again = np.bincount(rows, counts - 1, minlength=texts)
    held = np.bincount(rows, (counts - 1) * (stops - starts)[at], minlength=texts)
    parts = np.bincount(text.rows[starts], minlength=texts)
    return again / np.maximum(parts, 1), held / np.maximum(block.lengths, 1)
