"""Score cards made by hand."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from evalsuite.metrics.metric import Better, Column, Metric
from evalsuite.scorecard import ITEMS, ScoreCard, Series

MODEL = {"base": "tiny", "dtype": "float32", "bits": None}
SETTINGS = {
    "generation": {"temperature": 0.0, "max_new_tokens": 64},
    "template": "t1",
    "data": "d1",
    "versions": {"torch": "2.13.0"},
}
DIRECTIONS: dict[str, Better] = {"bits_per_byte": "lower", "looped": "lower", "empty": "lower", "cut": "lower"}


def items(n: int, **columns: Sequence[str] | str) -> pl.DataFrame:
    """n items of the eval set in English; each given column holds n values or one for all."""
    plain = {"id": [f"i{place}" for place in range(n)], "set": "eval", "language": "en"}
    told = {**dict.fromkeys(ITEMS, ""), **plain, **columns}
    return pl.DataFrame(
        {name: [value] * n if isinstance(value, str) else value for name, value in told.items()}, schema=ITEMS
    )


def card(
    name: str,
    over: pl.DataFrame,
    scores: Mapping[str, Any],
    *,
    weights: Mapping[str, Any] | None = None,
    signatures: Mapping[str, str] | None = None,
    **parts: Any,
) -> ScoreCard:
    """A card with these numbers: `stopped`, `looped`, `empty`, `cut` are 0/1, margins are 0.05."""
    series = {}
    for key, values in scores.items():
        told = np.asarray(values, dtype=np.float64)
        binary = key in {"stopped", "looped", "empty", "cut"}
        better = "neither" if key == "answer_tokens" else DIRECTIONS.get(key, "higher")
        metric = Metric(key, better, "share", 0.05, (signatures or {}).get(key, f"{key}|1"), binary)
        series[key] = Series(metric, Column(told, weights=(weights or {}).get(key)))
    model, settings = {**MODEL, **parts.pop("model", {})}, {**SETTINGS, **parts.pop("settings", {})}
    return ScoreCard(name, model, settings, over, series, **parts)
