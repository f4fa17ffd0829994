"""What a stage is: a row-local step, or a decision over keys that a row-local step then carries out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from dataprep.recipe import DataRecipe
from schemas.results import StageResult

Tables = Mapping[str, pl.DataFrame]
"""The small tables that a decision leaves behind, by name."""


@dataclass(frozen=True)
class Context:
    """What every stage may look at beside the rows.

    Attributes:
        recipe: The `data:` section.
        seed: For whatever is drawn.
        order: Source name -> its place in the recipe's order; breaks every tie, with path and row.
        pinned: `family, id, split` rows of an older run that must hold, or None.
    """

    recipe: DataRecipe
    seed: int
    order: Mapping[str, int]
    pinned: pl.DataFrame | None = None


@dataclass(frozen=True)
class MapStage:
    """A row-local stage: it must not see where the frame was cut.

    Attributes:
        name: Its name in the ledger.
        apply: The work.
        settings: What of the context changes its result; part of the shard's key.
    """

    name: str
    apply: Callable[[pl.DataFrame, Context], StageResult]
    settings: Callable[[Context], object]


@dataclass(frozen=True)
class KeyedStage:
    """A stage with one global step, right whenever equal keys are together.

    Attributes:
        name: Its name in the ledger.
        view: The few columns that the decision needs; row-local.
        decide: The decision over the views of all rows.
        apply: Carries the decision out; row-local.
        settings: What of the context changes its result.
    """

    name: str
    view: Callable[[pl.DataFrame, Context], pl.DataFrame]
    decide: Callable[[pl.DataFrame, Context], Tables]
    apply: Callable[[pl.DataFrame, Tables, Context], StageResult]
    settings: Callable[[Context], object]


Stage = MapStage | KeyedStage
