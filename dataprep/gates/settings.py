"""The `gates:` section of a recipe: which numbers are held against which limits."""

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, Field, field_validator, model_validator

from dataprep.gates.catalogue import CERTAIN, Metric, find_metric
from dataprep.gates.limit import Limit, parse_limit
from schemas.config import Section, load_recipe_section, load_yaml

Column = Literal["language", "source", "kind", "split"]
COLUMNS: tuple[Column, ...] = get_args(Column)


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Only(Section):
    """Which rows a gate looks at; a row must fit every field that is given."""

    language: Names = ()
    source: Names = ()
    """Globs over the files' names as the report prints them."""
    kind: Names = ()
    split: Names = ()


class Gate(Section):
    """One number and its limits."""

    metric: str
    """A name of `METRICS`, or a dotted path into manifest.json."""
    fail: str | None = None
    """The condition under which the gate fails, such as `"< 0.9"` or `"> 5%"`."""
    warn: str | None = None
    """The condition under which it warns."""
    slack: Annotated[float, Field(ge=0)] | None = None
    """How much worse than the baseline the number may be; null doesn't ask the baseline."""
    better: Literal["lower", "higher"] | None = None
    """Which way is better than the baseline, where the metric doesn't know."""
    per: Annotated[tuple[Column, ...], BeforeValidator(_listed)] = ()
    """Judge every value of these columns for itself."""
    only: Only = Only()
    min_rows: Annotated[int, Field(ge=1)] = 1
    """Slices of fewer rows are not judged: few rows make wild shares."""
    require: bool = False
    """Nothing to judge (no such row, no baseline) is a failure; else it is skipped."""
    why: str = ""
    """What to tell when it fails, instead of what the metric has to say."""

    @field_validator("fail", "warn")
    @classmethod
    def _is_a_limit(cls, text: str | None) -> str | None:
        if text is not None:
            parse_limit(text)
        return text

    @model_validator(mode="after")
    def _fits_its_metric(self) -> "Gate":
        found = find_metric(self.metric)
        if self.fail is None and self.warn is None and self.slack is None:
            raise ValueError(f"{self.metric} has no limit: give fail, warn or slack")
        for name, limit in self.limits.items():
            _check_range(name, limit, found.metric)
        sliced = [*self.per, *(column for column in COLUMNS if getattr(self.only, column))]
        if unfit := sorted({column for column in sliced if column not in found.metric.slices}):
            possible = f"only by {', '.join(found.metric.slices)}" if found.metric.slices else "it is about all rows"
            raise ValueError(f"{self.metric} can't be cut by {', '.join(unfit)}: {possible}")
        if self.slack is not None and self.direction is None:
            raise ValueError(f"{self.metric} doesn't know which way is better: add better: lower or higher")
        return self

    @property
    def limits(self) -> dict[str, Limit]:
        """`fail` and `warn` as far as they are given, the harder first."""
        given = {"fail": self.fail, "warn": self.warn}
        return {name: parse_limit(text) for name, text in given.items() if text is not None}

    @property
    def direction(self) -> Literal["lower", "higher"] | None:
        """Which way is better."""
        return self.better or find_metric(self.metric).metric.better


class Gates(Section):
    """What `gristmill gate` judges."""

    baseline: Path | None = None
    """A file that `gristmill gate --update-baseline` wrote, a manifest.json, or a run's folder."""
    topic: str | None = None
    """A source column that names a row's topic; null compares topics by the words of prompts."""
    checks: Annotated[list[Gate], Field(min_length=1)]


def load_gates(path: Path) -> tuple[Gates, list[int]]:
    """Read the `gates:` section of a recipe.

    Args:
        path: The YAML file.

    Returns:
        The section, and the line of each check.

    Raises:
        ConfigError: With every fault and its line.
    """
    _, gates = load_recipe_section(path, "gates", Gates)
    lines = load_yaml(path)[1]
    return gates, [lines.get(("gates", "checks", index), 0) for index in range(len(gates.checks))]


def _check_range(name: str, limit: Limit, metric: Metric) -> None:
    """Refuse a limit that lies outside what the metric can be."""
    low, high = CERTAIN.get(metric.unit, (float("-inf"), float("inf")))
    if not low <= limit.number <= high:
        told = f"from {low:g} to {high:g}" if high != float("inf") else f"{low:g} or more"
        raise ValueError(f"{name} {str(limit)!r} is out of range: {metric.unit} are {told}")
