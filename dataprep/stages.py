"""What a stage is: a row-local step, a measure that is judged, or a decision over keys that is then carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from dataprep.recipe import DataRecipe
from schemas.results import StageResult

if TYPE_CHECKING:
    from dataprep.decontaminate import Benchmarks
    from dataprep.embeddings import Embedder

Tables = Mapping[str, pl.DataFrame]
"""The small tables that a decision leaves behind, by name."""


def always(_: DataRecipe) -> bool:
    """For stages that every recipe has."""
    return True


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
        benchmarks: What rows are compared with; None without any.
        digests: Of what lies outside the recipe and the rows: benchmark files, models.
        embedder: Makes the vectors of semantic deduplication, and where they are kept; None without it.
        answers: The file that keeps what endpoints answered; None keeps nothing.
        labels: What people decided (schema `applying.LABELS`); None without `labels` in the recipe.
        root: The working folder: models that the recipe names are relative to it.
        tokens: `source, row, tokens` of every judged row.
        placed: `family, label, split` of every family once the split is drawn, or None.
    """

    recipe: DataRecipe
    seed: int
    order: Mapping[str, int]
    pinned: pl.DataFrame | None = None
    flags: pl.DataFrame = field(default_factory=NO_FLAGS.clone)
    benchmarks: "Benchmarks | None" = None
    digests: Mapping[str, str] = field(default_factory=dict)
    embedder: "tuple[Embedder, Path] | None" = None
    answers: Path | None = None
    labels: pl.DataFrame | None = None
    root: Path = Path()
    tokens: pl.DataFrame | None = None
    placed: pl.DataFrame | None = None


@dataclass(frozen=True)
class MapStage:
    """A row-local stage: it must not see where the frame was cut.

    Attributes:
        name: Its name in the ledger.
        apply: The work.
        settings: What of the context changes its result; part of the shard's key.
        wanted: Whether a recipe has this stage at all.
    """

    name: str
    apply: Callable[[pl.DataFrame, Context], StageResult]
    settings: Callable[[Context], object]
    wanted: Callable[[DataRecipe], bool] = always


@dataclass(frozen=True)
class SignalStage:
    """A row-local stage that measures first and judges then: a threshold can move without measuring again.

    Attributes:
        name: Its name in the ledger.
        measure: One line of signals for each row, in the rows' order; sealed beside the shard.
        measured: What of the context changes the signals.
        judge: Rows and their signals -> the stage's result.
        settings: What of the context changes the judgement.
        wanted: Whether a recipe has this stage at all.
    """

    name: str
    measure: Callable[[pl.DataFrame, Context], pl.DataFrame]
    measured: Callable[[Context], object]
    judge: Callable[[pl.DataFrame, pl.DataFrame, Context], StageResult]
    settings: Callable[[Context], object]
    wanted: Callable[[DataRecipe], bool] = always


@dataclass(frozen=True)
class KeyedStage:
    """A stage with one global step, right whenever equal keys are together.

    Attributes:
        name: Its name in the ledger.
        view: The few columns that the decision needs; row-local.
        decide: The decision over the views of all rows.
        apply: Carries the decision out; row-local.
        settings: What of the context changes its result.
        wanted: Whether a recipe has this stage at all.
    """

    name: str
    view: Callable[[pl.DataFrame, Context], pl.DataFrame]
    decide: Callable[[pl.DataFrame, Context], Tables]
    apply: Callable[[pl.DataFrame, Tables, Context], StageResult]
    settings: Callable[[Context], object]
    wanted: Callable[[DataRecipe], bool] = always


Stage = MapStage | SignalStage | KeyedStage
