"""What a stage is: a row-local step, a measure that is judged, or a decision over keys that is then carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl

from dataprep.recipe import DataRecipe
from schemas.results import StageResult

Tables = Mapping[str, pl.DataFrame]
"""The small tables that a decision leaves behind, by name."""

NO_FLAGS = pl.DataFrame(schema={"source": pl.String(), "row": pl.Int64(), "flags": pl.Int64()})


@dataclass(frozen=True)
class Context:
    """What every stage may look at beside the rows.

    Attributes:
        recipe: The `data:` section.
        seed: For whatever is drawn.
        order: Source name -> its place in the recipe's order; breaks every tie, with path and row.
        pinned: `family, id, split` rows of an older run that must hold, or None.
        flags: `source, row, flags`: how many rules flagged a row in earlier passes; rows without a flag are absent.
        benchmarks: Digests of the benchmark files, for the shards' keys.
    """

    recipe: DataRecipe
    seed: int
    order: Mapping[str, int]
    pinned: pl.DataFrame | None = None
    flags: pl.DataFrame = field(default_factory=NO_FLAGS.clone)
    benchmarks: Mapping[str, str] = field(default_factory=dict)


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
class SignalStage:
    """A row-local stage that measures first and judges then: a threshold can move without measuring again.

    Attributes:
        name: Its name in the ledger.
        measure: One line of signals for each row, in the rows' order; sealed beside the shard.
        measured: What of the context changes the signals.
        judge: Rows and their signals -> the stage's result.
        settings: What of the context changes the judgement.
    """

    name: str
    measure: Callable[[pl.DataFrame, Context], pl.DataFrame]
    measured: Callable[[Context], object]
    judge: Callable[[pl.DataFrame, pl.DataFrame, Context], StageResult]
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


Stage = MapStage | SignalStage | KeyedStage
