"""Curriculum: the order in which train is written."""

from collections.abc import Mapping

import polars as pl

from dataprep.recipe import Mix
from schemas.errors import UserError

DIFFICULTY = ("ifd", "perplexity")
"""Signals that tell how hard a row is, the better one first."""


def curriculum(signals: pl.DataFrame, config: Mix, *, order: Mapping[str, int]) -> pl.DataFrame:
    """Say which place every row has in train.

    Args:
        signals: Of the rows of train: `source, row, tokens`, and for `easy_first` a column of `DIFFICULTY`.
        config: `order`.
        order: Source name -> its place in the recipe; breaks ties, with source and row.

    Returns:
        `source, row, place`, places from 0; empty for the order of the input. Rows without a measure come last.

    Raises:
        UserError: If no signal tells how hard a row is.
    """
    if config.order == "input":
        return pl.DataFrame(schema={"source": pl.String(), "row": pl.Int64(), "place": pl.Int64()})
    measured = [name for name in DIFFICULTY if name in signals.columns and signals[name].count()]
    if config.order == "easy_first" and not measured:
        raise UserError(
            "data.mix.order: easy_first needs a measure of difficulty, and none was taken",
            hint="set data.rules.ifd or data.rules.perplexity to a model folder, or order: short_first",
        )
    by = "tokens" if config.order == "short_first" else measured[0]
    rank = pl.col("source").replace_strict(dict(order), default=len(order), return_dtype=pl.Int64)
    ranked = signals.sort(by, rank, "source", "row", nulls_last=True)
    return ranked.select("source", "row", place=pl.int_range(pl.len(), dtype=pl.Int64))
