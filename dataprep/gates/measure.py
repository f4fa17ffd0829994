"""The number of a gate, for every slice that it asks about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import polars as pl

from dataprep.gates.artifact import Unmeasured
from dataprep.gates.catalogue import Found, find_metric, is_reason

if TYPE_CHECKING:
    from dataprep.gates.artifact import Artifact
    from dataprep.gates.settings import Gate, Only

Slice = tuple[tuple[str, str], ...]
"""Columns and their values, such as `(("language", "zh"),)`; empty for all rows."""


@dataclass(frozen=True)
class Measured:
    """One number.

    Attributes:
        slice: Which rows it is about.
        value: The number; null where there was nothing to measure.
        rows: How many rows the slice has; null for a number of the whole artifact.
    """

    slice: Slice
    value: float | None
    rows: int | None = None


def measure(artifact: "Artifact", gate: "Gate") -> list[Measured]:
    """Measure what a gate asks.

    Args:
        artifact: The data.
        gate: Any gate but one about drift, which needs two artifacts.

    Returns:
        One number for each slice that has enough rows, ordered by the slice; one without a value when there is none.

    Raises:
        Unmeasured: If the artifact can't tell.
    """
    found = find_metric(gate.metric)
    if found.metric.whole is not None:
        return [Measured((), found.metric.whole(artifact, found.argument))]
    _check_asked(artifact.manifest, found)
    asked = only_slice(gate.only)
    columns = [*gate.per, *(column for column, _ in asked)]
    table = artifact.table(list(dict.fromkeys([*found.metric.needs, *columns])), kept=found.metric.kept)
    table = table.filter(pl.col(column).is_not_null() for column in gate.per) if gate.per else table
    table = _fitting(table, gate.only)
    if found.metric.row is None:
        raise Unmeasured(f"{gate.metric} needs a baseline", f"{gate.metric} 需要基线")
    numbers = [found.metric.row(found.argument).cast(pl.Float64).alias("value"), pl.len().alias("count")]
    if not gate.per:
        value, rows = table.select(numbers).row(0)
        return [Measured(asked, value if rows >= gate.min_rows else None, rows)]
    lines = table.group_by(*gate.per, maintain_order=True).agg(numbers).sort(*gate.per)
    slices = [
        Measured((*zip(gate.per, line[:-2], strict=True), *_rest(asked, gate.per)), line[-2], line[-1])
        for line in lines.iter_rows()
        if line[-1] >= gate.min_rows and line[-2] is not None
    ]
    return slices or [Measured(asked, None, 0)]


def only_slice(only: "Only") -> Slice:
    """What a filter says, as a slice."""
    given = ((column, getattr(only, column)) for column in ("language", "source", "kind", "split"))
    return tuple((column, "|".join(names)) for column, names in given if names)


def _rest(asked: Slice, per: Sequence[str]) -> Slice:
    return tuple((column, names) for column, names in asked if column not in per)


def _fitting(table: pl.DataFrame, only: "Only") -> pl.DataFrame:
    for column in ("language", "kind", "split", "source"):
        names = getattr(only, column)
        if names:
            values = table[column].unique(maintain_order=True).drop_nulls()
            fits = [value for value in values if any(fnmatchcase(value, name) for name in names)]
            table = table.filter(pl.col(column).is_in(fits))
    return table


def _check_asked(manifest: Mapping[str, Any], found: Found) -> None:
    """A rule that was off found nothing: that is no pass.

    Raises:
        Unmeasured: If the metric counts the reason of such a rule.
    """
    reason = "refusal" if found.name == "refusals" else found.argument
    if not is_reason(reason):
        return
    recipe = manifest.get("recipe", {})
    asked = {**recipe.get("validate", {}).get("rules", {}), **recipe.get("rules", {}).get("verdicts", {})}
    if asked.get(reason) == "off":
        raise Unmeasured(
            f"the recipe turned the rule {reason} off, so nobody looked: set it to flag or drop",
            f"配方关闭了规则 {reason}，并未检查：请设为 flag 或 drop",
        )
