"""Mix over shards of all splits: train is mixed, dev and eval are only asked as train is."""

import polars as pl

from dataprep import families
from dataprep.mix.apply import apply, prompted
from dataprep.mix.groups import check
from dataprep.mix.plan import plan, view
from dataprep.recipe import Mix
from schemas.results import StageResult


def train_view(frame: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """The rows of train as a plan needs them, under their final families.

    Args:
        frame: Rows of schema `FRAME`.
        placed: `family, label, split`.
    """
    labels = placed.filter(split="train").select("family", new="label")
    rows = frame.join(labels, on="family", how="inner", maintain_order="left")
    return view(rows.with_columns(family="new"))


def decide(rows: pl.DataFrame, config: Mix, *, tokens: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The plan of the mix, from `train_view` of all rows and `source, row, tokens`.

    Raises:
        UserError: If a group has no row, or shares can't be met.
    """
    check(rows, config)
    return plan(rows, config, tokens=tokens, seed=seed)


def apply_sides(frame: pl.DataFrame, planned: pl.DataFrame, placed: pl.DataFrame, config: Mix) -> StageResult:
    """Carry a plan out on any rows of all splits; they come back in the order of their row numbers."""
    named = families.relabel(frame, placed)
    train = named["family"].is_in(placed.filter(split="train")["label"].implode())
    parts = [apply(named.filter(train), planned, config), prompted(named.filter(~train), config)]
    return StageResult(
        pl.concat(part.kept for part in parts).sort("row"),
        pl.concat(part.dropped for part in parts),
        pl.concat(part.events for part in parts),
    )
