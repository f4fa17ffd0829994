"""What a quality rule is: a name, and an expression over signals that is true for a good row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from dataprep.recipe import Verdict
from schemas.records import Kind

_NO_MEASURES = frozenset({"id", "source", "row", "kind", "language", "prompt_language"})
"""Signals that say which row it is and how to judge it; being null there says nothing of a measure."""


@dataclass(frozen=True)
class Thresholds:
    """The numbers of one rule, by name; some for one language only.

    Attributes:
        values: `name` -> number for every language; `name.LANGUAGE` -> number for that one.
    """

    values: Mapping[str, float]

    def __call__(self, name: str) -> pl.Expr:
        """The threshold that holds for a row's language (column `language`), as an expression."""
        value = pl.lit(self.values[name])
        for key, special in sorted(self.values.items()):
            stem, _, language = key.rpartition(".")
            if stem == name:
                value = pl.when(pl.col("language") == language).then(pl.lit(special)).otherwise(value)
        return value


@dataclass(frozen=True)
class Rule:
    """One named rule over the columns of the signals.

    A null measure means that the rule doesn't apply to the row, which is then good. A verdict that is
    null although every measure has a value is bad, as everywhere in this house.

    Attributes:
        name: The reason in the ledger.
        good: Thresholds -> an expression over signals that is true for a good row. What it reads are the rule's
            measures; the first one is told beside a flag.
        verdict: What happens to a bad row unless the recipe says otherwise.
        kinds: Kinds of rows that can break it; none names all of them.
        thresholds: `name` and `name.LANGUAGE` -> default; usually `name` is the rule's own.
        unit: Of the thresholds: `share` (0 to 1), `characters`, `tokens`, `count`, `score` or "" for a yes or no.
    """

    name: str
    good: Callable[[Thresholds], pl.Expr]
    verdict: Verdict = "drop"
    kinds: tuple[Kind, ...] = ()
    thresholds: Mapping[str, float] = field(default_factory=dict)
    unit: str = ""

    def measures(self) -> list[str]:
        """The signal columns that the rule compares, in the order of its expression."""
        return [name for name in self._roots() if name not in _NO_MEASURES]

    def _roots(self) -> list[str]:
        return list(dict.fromkeys(self.good(Thresholds(self.thresholds)).meta.root_names()))

    def verdict_of(self, thresholds: Thresholds) -> pl.Expr:
        """True where a row is good or the rule doesn't apply to it."""
        applies = pl.all_horizontal(pl.col(name).is_not_null() for name in self.measures())
        if self.kinds:
            applies &= pl.col("kind").cast(pl.String).is_in(self.kinds)
        return ~applies | self.good(thresholds).fill_null(value=False)


def at_least(measure: str, name: str) -> Callable[[Thresholds], pl.Expr]:
    """Good is what reaches the threshold `name`."""
    return lambda thresholds: pl.col(measure) >= thresholds(name)


def at_most(measure: str, name: str) -> Callable[[Thresholds], pl.Expr]:
    """Good is what doesn't exceed the threshold `name`."""
    return lambda thresholds: pl.col(measure) <= thresholds(name)


def never(measure: str) -> Callable[[Thresholds], pl.Expr]:
    """Good is where a boolean signal is false."""
    return lambda _: ~pl.col(measure)
