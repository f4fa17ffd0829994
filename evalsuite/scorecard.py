"""What a model scored: one number for every item and metric, with all that must be equal before two may be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray

from evalsuite.metrics.metric import Column, Metric
from schemas.artifacts import write_file
from schemas.errors import UserError

ITEMS = pl.Schema(
    {
        "id": pl.String(),
        "set": pl.String(),  # eval (held out), train, reasked, general
        "language": pl.String(),
        "kind": pl.String(),
        "source": pl.String(),
        "length": pl.String(),  # a bucket of the reference's length: short, medium, long
        "cluster": pl.String(),  # what correlates items: document, conversation, family
        "prompt": pl.String(),  # digest of the rendered prompt
    }
)
"""What both sides share about each item; a recipe's own slices are further columns of strings behind these."""


@dataclass(frozen=True)
class Series:
    """One metric's numbers over all n items of a card; NaN where an item was not scored, with the reason.

    Attributes:
        metric: What was measured.
        column: n values.
    """

    metric: Metric
    column: Column


@dataclass(frozen=True)
class ScoreCard:
    """One model's scores.

    Attributes:
        name: `base`, or the run's name.
        model: What it is: `base`, `revision`, `adapter` (digest or null), `dtype`, `bits`, `run`.
        settings: What must be equal on both sides: `generation`, `template` (digest), `data` (digest), `versions` ...
        items: Schema `ITEMS`, one row for each item.
        series: Metric name -> numbers, in the items' order.
        extra: Anything a report shows beside them.
    """

    name: str
    model: Mapping[str, Any]
    settings: Mapping[str, Any]
    items: pl.DataFrame
    series: Mapping[str, Series]
    extra: Mapping[str, Any] = field(default_factory=dict)


def write_cards(path: Path, cards: Mapping[str, ScoreCard]) -> None:
    """Write the cards of one evaluation, which share their items, as `scores.json`."""
    first = next(iter(cards.values()))
    told = {
        "format": 1,
        "items": first.items.to_dict(as_series=False),
        "sides": {name: _side(card) for name, card in cards.items()},
    }
    write_file(path, orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY) + b"\n")


def read_cards(path: Path) -> dict[str, ScoreCard]:
    """Read `scores.json`.

    Raises:
        UserError: If it is absent, damaged, or of another format.
    """
    try:
        told = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        raise UserError(f"no scores at {path}", hint="gristmill eval RUN") from None
    except OSError as fault:
        raise UserError(f"{path} can't be read: {fault.strerror}", hint="gristmill eval RUN") from None
    except orjson.JSONDecodeError as fault:
        raise UserError(f"{path} is damaged: {fault}", hint="gristmill eval RUN") from None
    if not isinstance(told, dict) or told.get("format") != 1:
        raise UserError(f"{path} is not a scores.json of this version", hint="gristmill eval RUN")
    try:
        return _cards(told)
    except (KeyError, TypeError, ValueError, AttributeError, pl.exceptions.PolarsError) as fault:
        raise UserError(f"{path} is damaged: {type(fault).__name__}: {fault}", hint="gristmill eval RUN") from None


def _cards(told: Mapping[str, Any]) -> dict[str, ScoreCard]:
    items = pl.DataFrame(told["items"], schema={name: pl.String() for name in told["items"]})
    if absent := set(ITEMS) - set(items.columns):
        raise ValueError(f"its items have no {', '.join(sorted(absent))}")
    found = {
        name: ScoreCard(name, side["model"], side["settings"], items, _series(side["metrics"]), side["extra"])
        for name, side in told["sides"].items()
    }
    for card in found.values():
        for name, series in card.series.items():
            if len(series.column.values) != len(items):
                raise ValueError(f"{name} has {len(series.column.values)} values for {len(items)} items")
    return found


def _side(card: ScoreCard) -> dict[str, Any]:
    return {
        "model": card.model,
        "settings": card.settings,
        "extra": card.extra,
        "metrics": {name: _told(series) for name, series in card.series.items()},
    }


def _told(series: Series) -> dict[str, Any]:
    metric, column = series.metric, series.column
    return {
        "better": metric.better,
        "unit": metric.unit,
        "margin": metric.margin,
        "signature": metric.signature,
        "binary": metric.binary,
        "values": _numbers(column.values),
        "weights": None if column.weights is None else _numbers(column.weights),
        "reasons": {str(place): reason for place, reason in column.reasons.items()},
        "found": {str(place): list(told) for place, told in column.found.items()},
    }


def _series(metrics: Mapping[str, Any]) -> dict[str, Series]:
    found = {}
    for name, told in metrics.items():
        metric = Metric(name, told["better"], told["unit"], told["margin"], told["signature"], told["binary"])
        weights = None if told["weights"] is None else _array(told["weights"])
        reasons = {int(place): reason for place, reason in told["reasons"].items()}
        details = {int(place): lines for place, lines in told["found"].items()}
        found[name] = Series(metric, Column(_array(told["values"]), reasons, weights, details))
    return found


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    """JSON has no NaN: null. Nine digits are more than any score means."""
    return [None if np.isnan(value) else float(f"{value:.9g}") for value in values]


def _array(values: list[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
