"""Adjust p for how many questions were asked: Holm where numbers gate, Benjamini-Hochberg where they only hint."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]


def holm(values: Sequence[float]) -> list[float]:
    """Holm's step-down p (1979): the chance of any false alarm among them stays below alpha.

    Args:
        values: m p-values; a NaN stays NaN and doesn't count.
    """
    return _adjusted(values, _step_down)


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's step-up p (1995): the expected share of false alarms among hits stays below alpha.

    Args:
        values: m p-values; a NaN stays NaN and doesn't count.
    """
    return _adjusted(values, _step_up)


def _step_down(ordered: _Array) -> _Array:
    return np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1))


def _step_up(ordered: _Array) -> _Array:
    scaled = ordered * len(ordered) / np.arange(1, len(ordered) + 1)
    return np.minimum.accumulate(scaled[::-1])[::-1]


def _adjusted(values: Sequence[float], step: Callable[[_Array], _Array]) -> list[float]:
    told = np.array(values, dtype=np.float64)
    order = np.argsort(told, kind="stable")[: int((~np.isnan(told)).sum())]  # NaN sorts last
    told[order] = np.minimum(step(told[order]), 1.0)
    return [float(value) for value in told]
