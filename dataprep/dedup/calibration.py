"""The similarity at which an embedding model says "the same": measured on the set, because every model has its own.

Two samples are compared: rows with a lightly edited copy of themselves (every tenth word or Han character left out),
which ought to be found, and random pairs of rows, which ought not. The threshold is the similarity that 95 % of the
edited copies reach; where more than one in a thousand random pairs reaches that too, it is raised until they don't,
and the model is said not to tell the two apart. The idea of a threshold from a labelled sample's score distribution
is that of pair-wise record linkage (Fellegi and Sunter 1969); only the labels are made here.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Shares = NDArray[np.float64]

_FOUND, _MISTAKEN = 0.95, 0.001
_STEP = 10
_FEWEST = 8
"""Edited copies below which nothing is measured."""

UNMEASURED = 0.95
"""The threshold of sets too small to measure on: that of semhash and distilabel (0.9), and some caution."""

_WORD = re.compile(r"[\u3400-\u9fff]|[^\s\u3400-\u9fff]+\s*|\s+")


@dataclass(frozen=True)
class Calibration:
    """What was measured.

    Attributes:
        threshold: Cosine similarity.
        separates: Whether edited copies and random pairs lie apart; None where too few rows were there.
        curve: `threshold, edited, random`: the share of either that reaches a threshold.
    """

    threshold: float
    separates: bool | None
    curve: pl.DataFrame


def lightly_edited(text: str) -> str:
    """The text without every tenth word or Han character; a shorter one loses its last."""
    pieces = _WORD.findall(text)
    kept = [piece for place, piece in enumerate(pieces) if (place + 1) % _STEP]
    return "".join(kept if len(kept) < len(pieces) else pieces[:-1])


def calibrate(edited: Shares, unlike: Shares) -> Calibration:
    """Find the threshold.

    Args:
        edited: Similarities of rows and their edited copies.
        unlike: Similarities of random pairs of rows.
    """
    steps = np.round(np.arange(0.5, 1.0001, 0.01), 2)
    curve = pl.DataFrame(
        {
            "threshold": steps,
            "edited": [float(np.mean(edited >= step)) if len(edited) else None for step in steps],
            "random": [float(np.mean(unlike >= step)) if len(unlike) else None for step in steps],
        },
        schema={"threshold": pl.Float64, "edited": pl.Float64, "random": pl.Float64},
    )
    if len(edited) < _FEWEST or not len(unlike):
        return Calibration(UNMEASURED, None, curve)
    sought = float(np.quantile(edited, 1 - _FOUND, method="lower"))
    ceiling = float(np.quantile(unlike, 1 - _MISTAKEN, method="higher"))
    apart = ceiling < sought
    threshold = sought if apart else min(1.0, ceiling + 0.01)
    return Calibration(round(threshold, 4), apart, curve)
