"""The ledger's lines of drafts: who was made of whom and how, or why it was not."""

import polars as pl

from dataprep.augment.drafts import SUFFIX
from dataprep.ledger import EXCERPT
from dataprep.reasons.augmentation import REASONS
from schemas.frames import EVENTS

STAGE = "augment"
KEY = 12
"""Characters of the cache's key that a line shows."""

_OWN = {name.removeprefix("rewrite_"): name for name in REASONS if name.startswith("rewrite_")}
"""Reasons that mean something else to a stage have another name in the ledger."""


def events_of(drafts: pl.DataFrame) -> pl.DataFrame:
    """Ledger lines of drafts (schema `DRAFTS`).

    Returns:
        A line `created` under the id of every new row, with its parent as `into` and how it was made in `detail`; a
        line `rejected` for each reason of every other draft, under its parent's id. `before` and `after` are the
        beginnings of the texts.
    """
    made = pl.concat_str(
        pl.format("{}:{}", "source", pl.col("row")),
        *("style", "pivots", "model", "prompt_version"),
        pl.col("key").str.slice(0, KEY),
        separator=", ",
        ignore_nulls=True,
    )
    lines = drafts.with_columns(
        made=made,
        source=pl.col("source") + SUFFIX,
        row="number",
        stage=pl.lit(STAGE),
        before=pl.coalesce("prompt_before", "answer_before").str.slice(0, EXCERPT),
        after=pl.coalesce("prompt_after", "answer_after").str.slice(0, EXCERPT),
        into="parent_id",
    )
    created = lines.drop_nulls("id").with_columns(verdict=pl.lit("created"), reason="origin", detail="made")
    gone = lines.filter(pl.col("id").is_null()).explode("reasons", empty_as_null=True)
    rejected = gone.with_columns(verdict=pl.lit("rejected"), reason=pl.col("reasons").replace(_OWN), id="parent_id")
    return pl.concat([part.select(EVENTS.names()) for part in (created, rejected)])
