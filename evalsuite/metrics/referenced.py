"""Scores against a reference: for every sample one number, or the reason why there is none."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from evalsuite.metrics.metric import Column, Sample

Score = Callable[[str, Sample], Mapping[str, float | str]]
"""A reference and its sample -> each metric's number, or a reason such as `no_tokens`."""


def referenced(samples: Sequence[Sample], names: Sequence[str], score: Score) -> dict[str, Column]:
    """Score each sample that has a reference; the others are NaN, `no_reference`.

    Args:
        samples: n of them.
        names: The metrics' names, all of which `score` gives.
        score: What scores one sample.

    Returns:
        A column of n for each name.
    """
    none = dict.fromkeys(names, "no_reference")
    rows = [none if sample.reference is None else score(sample.reference, sample) for sample in samples]
    return {name: _column([row[name] for row in rows]) for name in names}


def _column(found: Sequence[float | str]) -> Column:
    values = np.array([np.nan if isinstance(value, str) else value for value in found], dtype=np.float64)
    return Column(values, {place: value for place, value in enumerate(found) if isinstance(value, str)})
