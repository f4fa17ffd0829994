"""Placement: every family of the surviving rows gets its split, and what an older run pins is held."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dataprep import families, leaks, split
from dataprep.intake import Opened
from dataprep.shards import Shard, keyed, small
from dataprep.stages import Context, Tables
from schemas.errors import UserError
from schemas.frames import FRAME, empty


@dataclass(frozen=True)
class Placement:
    """Families and their splits.

    Attributes:
        families: `family, label, split`: the name that rows have in the shards, the one of the family that it was
            folded into, and its split; every label stands under its own name too.
        common: `id, source, row` of rows whose answer links nobody, because too many answer alike.
        moved: `old, new, rows`: pinned rows that had to change sides with their family.
    """

    families: pl.DataFrame
    common: pl.DataFrame
    moved: pl.DataFrame

    def events(self) -> pl.DataFrame:
        """Ledger lines of the rows in `common`."""
        return families.common_events(self.common)


def place(
    before: Sequence[Shard], shards: Sequence[Shard], tables: Mapping[str, Tables], context: Context
) -> Placement:
    """Join families, and draw the split over them.

    The search for kin finds nearly all pairs, not all: whatever a draw has parted is joined, and the draw repeated,
    until nothing is left.

    Args:
        before: The rows before any duplicate went: an old eval row may have been merged into a new twin.
        shards: The rows that are left.
        tables: What the stages that merge rows decided.
        context: Shares, seed and pinned rows.
    """
    config = context.recipe.split
    rows = keyed((families.view(shard.table("kept"), config) for shard in shards), families.view(empty(FRAME), config))
    decided = families.decide(rows, config, pairs=_merged(tables))
    every = keyed((shard.table("kept", "id", "family") for shard in before), empty(FRAME).select("id", "family"))
    folded, settled = decided["families"], None
    while True:
        placed, moved = _draw(rows, every, folded, context)
        named = families.relabel(rows, folded)
        parted = leaks.kin_across(named, placed, config, common=decided["common"], settled=settled)
        if parted.is_empty():
            return Placement(_sides(rows, folded, placed), decided["common"], moved)
        folded = families.join(folded, parted)
        settled = named.join(placed, on="family", how="left", maintain_order="left")["split"]


def _merged(tables: Mapping[str, Tables]) -> pl.DataFrame:
    """`family, into_family` of rows that were merged, or would be."""
    pairs = [tables["exact_dedup"]["linked"]]
    pairs += [tables[stage]["duplicates"] for stage in ("near_dedup", "semantic_dedup") if stage in tables]
    return pl.concat(table.select("family", "into_family") for table in pairs)


def _draw(
    rows: pl.DataFrame, every: pl.DataFrame, folded: pl.DataFrame, context: Context
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`family, split` of the joined families, and `old, new, rows` of pinned rows that had to move."""
    named = families.relabel(every, folded)
    nothing = pl.DataFrame(schema={"id": pl.String(), "family": pl.String(), "split": pl.String()})
    old = nothing if context.pinned is None else families.relabel(context.pinned, folded)
    pinned = split.pin(named, old) if old.height else None
    kept = families.relabel(rows.select("family"), folded)
    placed = split.assign(kept, context.recipe.split, seed=context.seed, pinned=pinned)
    return placed, split.moves(named, old, placed)


def _sides(rows: pl.DataFrame, folded: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Every family of the shards, and every label, with its label and split."""
    named = families.relabel(rows.select("family", base="family"), folded).select(family="base", label="family")
    both = pl.concat([named, named.select(family="label", label="label")]).unique("family", maintain_order=True)
    return both.join(placed.rename({"family": "label"}), on="label", how="left", maintain_order="left")


def check_family(column: str, opened: Sequence[Opened], everything: Sequence[Shard]) -> None:
    """Stop when the column that shall name the families stands in no row at all: most likely it is misspelt.

    Args:
        column: As the recipe has it.
        opened: Every input.
        everything: The shards of every pass.

    Raises:
        UserError: With the nearest of the columns that went to `meta`.
    """
    unnamed = small(everything, "events", lambda frame: frame.filter(pl.col("reason") == families.UNNAMED)).height
    counts = [count for shard in everything for count in shard.counts if count["stage"] == "families"]
    judged = sum(int(count["rows_in"]) for count in counts)
    if not judged or unnamed < judged:
        return
    matches = [entry.plan.match for entry in opened if entry.plan and entry.plan.match]
    seen = sorted({name for match in matches for name in match.unmapped})
    near = difflib.get_close_matches(column, seen, n=1)
    raise UserError(
        f"data.split.family: no row has a column {column!r}" + (f"; did you mean {near[0]!r}?" if near else ""),
        hint=f"columns that can name families: {', '.join(seen) or 'none; leave family out'}",
    )
