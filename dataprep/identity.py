"""Ids that stay: equal contents get the same hash, and the n-th equal row a suffix."""

from collections.abc import Mapping

import polars as pl

from schemas.results import StageResult


def view(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that numbering needs: `id, source, row`."""
    return frame.select("id", "source", "row")


def number(rows: pl.DataFrame, *, order: Mapping[str, int]) -> pl.DataFrame:
    """Give the second and every later row of equal content its own id, `HASH-2`, `HASH-3` ...

    Args:
        rows: `id, source, row` of all rows; equal ids must be together.
        order: Source name -> place; the first row by (place, source, row) keeps the bare hash.

    Returns:
        `source, row, id` of the renamed rows only.
    """
    rank = pl.col("source").replace_strict(dict(order), default=len(order), return_dtype=pl.Int64)
    twins = rows.filter(pl.col("id").is_duplicated()).with_columns(rank=rank).sort("id", "rank", "source", "row")
    place = pl.col("row").cum_count().over("id")
    numbered = twins.with_columns(place=place).filter(pl.col("place") > 1)
    return numbered.select("source", "row", id=pl.format("{}-{}", "id", "place"))


def rename(frame: pl.DataFrame, renamed: pl.DataFrame) -> StageResult:
    """Carry the numbering out; row-local."""
    new = renamed.rename({"id": "new_id"})
    joined = frame.join(new, on=["source", "row"], how="left", maintain_order="left")
    return StageResult(joined.with_columns(id=pl.coalesce("new_id", "id")).drop("new_id"))
