"""How much was found, for the manifest."""

import polars as pl

from dataprep.pii.screen import PREFIX, STAGE


def tally(events: pl.DataFrame) -> list[dict[str, str | int]]:
    """Count the stage's events.

    Args:
        events: Schema `EVENTS`, of any stages.

    Returns:
        `kind, action, spans, rows` for each kind and action, the most spans first.
    """
    mine = events.filter((pl.col("stage") == STAGE) & pl.col("reason").str.starts_with(PREFIX))
    counted = mine.select(
        kind=pl.col("reason").str.strip_prefix(PREFIX),
        action=pl.col("detail").str.extract(r"^(\w+) \d+: "),
        spans=pl.col("detail").str.extract(r"^\w+ (\d+): ").cast(pl.Int64),
    )
    grouped = counted.group_by("kind", "action", maintain_order=True).agg(pl.col("spans").sum(), rows=pl.len())
    return grouped.sort("spans", "kind", "action", descending=[True, False, False]).to_dicts()
