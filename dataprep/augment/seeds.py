"""Seeds: which rows a model is shown for a new question; every question gets others as far as rows go."""

import polars as pl

from dataprep.augment.balance import share_out
from dataprep.augment.drafts import PLAN
from dataprep.augment.ways import LONGEST
from dataprep.recipe.augment import Augment


def invent(rows: pl.DataFrame, config: Augment) -> pl.DataFrame:
    """Plan new questions.

    Only sft rows of one user turn are shown, those of one plan in one language and, with balance, of one slice: the
    thinnest slices are filled first. In a slice (or language) of n rows in their order, plan after plan takes the next
    `seeds` rows. Once all have been shown, it begins again one row later, so that other rows come first and are shown
    together; after n plans the same ones return as further samples.

    Args:
        rows: All rows that could be widened, in the order in which they come: `id, source, row, family, kind,
            prompt_language, prompt_chars, answer_chars, slice, single`.
        config: `invent`, `per_family`, and whether there is `balance`.

    Returns:
        Schema `PLAN` without numbers (0); fewer than asked for where families are full.
    """
    if config.invent is None:
        return pl.DataFrame(schema=PLAN)
    group = ["slice", "language"] if config.balance else ["language"]
    shown = rows.with_columns(language=pl.col("prompt_language").fill_null("und")).filter(
        pl.col("single")
        & (pl.col("kind").cast(pl.String) == "sft")
        & pl.col("prompt_chars").is_between(1, LONGEST)
        & pl.col("answer_chars").is_between(1, LONGEST)
    )
    shown = shown.with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64).over(group))
    circles = {key: part["id"].to_list() for key, part in shown.partition_by(group, as_dict=True).items()}
    offers = shown.sort(pl.col("at") % config.invent.seeds, maintain_order=True)
    offers = offers.with_columns(ways=pl.lit(config.per_family, pl.Int64))
    none = pl.Series([], dtype=pl.String)
    wanted, standing = config.invent.rows, rows["slice"]
    taken = share_out(offers, wanted=wanted, per_family=config.per_family, standing=standing, made=none)
    parents = offers[taken["place"]].with_columns(taken["turn"])
    seeds = [
        _next(circles[tuple(key)], at, config.invent.seeds) for *key, at in parents.select(*group, "at").iter_rows()
    ]
    return parents.select(
        *("source", "row", "family", "language", "slice"),
        number=pl.lit(0, pl.Int64),
        parent_id="id",
        origin=pl.lit("self_instruct"),
        target=pl.lit("both"),
        style=pl.lit("new"),
        pivots=pl.lit(None, pl.String),
        sample="turn",
        seeds=pl.Series(seeds, dtype=PLAN["seeds"]),
    ).select(PLAN.names())


def _next(circle: list[str], at: int, seeds: int) -> list[str]:
    return [circle[(at + step) % len(circle)] for step in range(min(seeds, len(circle)))]
