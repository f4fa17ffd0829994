"""What a metric is: a name, a direction, and a function from samples to one number for each of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Sample:
    """One item with one model's answer.

    Attributes:
        id: The item's id.
        question: The last user turn.
        context: What an answer may rest on: a passage, tool results, earlier turns; "" where there is nothing.
        reference: The right answer, or null.
        answer: What the model said.
        language: `zh`, `en` ... of the reference, else of the question.
        stop: Why the answer ended: `eos`, `length`, or `error`.
        tokens: Of the answer.
    """

    id: str
    question: str
    context: str
    reference: str | None
    answer: str
    language: str
    stop: str = "eos"
    tokens: int = 0


@dataclass(frozen=True)
class Column:
    """One number for each of n samples.

    Attributes:
        values: (n,) floats; NaN where a sample can't be scored.
        reasons: Place of each NaN -> why, a short name such as `no_reference`.
        weights: (n,) what the mean is weighted with (bytes, for bits per byte); null counts every sample once.
        found: Place -> what the number rests on, for people: such as the unsupported numbers of an answer.
    """

    values: NDArray[np.float64]
    reasons: Mapping[int, str] = field(default_factory=dict)
    weights: NDArray[np.float64] | None = None
    found: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Metric:
    """A number that is measured for every sample.

    Attributes:
        name: Its key in scores.
        better: Which direction is good; `neither` is never judged.
        unit: `share` (0 to 1), `bits/byte`, `points` (0 to 100), `tokens` ...
        margin: The largest loss that is acceptable where the recipe names none, in the metric's unit.
        signature: Tokenizer, library and version, settings: all that must be equal for two scores to be compared.
        binary: True where each value is 0 or 1.
    """

    name: str
    better: Better
    unit: str
    margin: float
    signature: str
    binary: bool = False


@dataclass(frozen=True)
class Family:
    """Metrics that are computed together.

    Attributes:
        metrics: What it gives.
        score: n samples -> a column of n for each metric's name.
    """

    metrics: tuple[Metric, ...]
    score: Callable[[Sequence[Sample]], dict[str, Column]]


def mean(told: Column) -> float:
    """The plain mean of what could be scored; 0 where nothing could."""
    known = told.values[~np.isnan(told.values)]
    return float(known.mean()) if len(known) else 0.0


def column(values: Sequence[float | None], *, reason: str = "", **parts: Any) -> Column:
    """A column from plain numbers: each null becomes NaN with the same reason."""
    reasons = {place: reason for place, value in enumerate(values) if value is None}
    told = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return Column(told, reasons, **parts)
