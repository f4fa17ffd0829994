"""The story: the only file that knows the order of the stages."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from dataprep import families, identity, split
from dataprep.clean import clean
from dataprep.convert import convert
from dataprep.dedup import exact
from dataprep.files import Discovery, Input
from dataprep.intake import Opened, open_input
from dataprep.ledger import excerpt
from dataprep.passes import Progress, passes, run_pass
from dataprep.recipe import DataRecipe
from dataprep.shards import Shard, Store, keyed, small
from dataprep.stages import Context, KeyedStage, MapStage, Stage, Tables
from dataprep.validate import validate
from dataprep.validate.length import tokenizer_digest
from schemas.errors import InputError, UserError
from schemas.results import StageResult


def _decide_duplicates(view: pl.DataFrame, context: Context) -> Tables:
    duplicates = exact.decide(view, order=context.order)
    folded = families.fold(duplicates)  # equal rows are one family, also where they all stay
    if not context.recipe.dedup.exact:
        duplicates = duplicates.clear()
    survivors = view.join(duplicates, on=["source", "row"], how="anti")
    return {
        "duplicates": duplicates,
        "conflicts": exact.conflicts(survivors, order=context.order),
        "families": folded,
    }


def _drop_duplicates(frame: pl.DataFrame, tables: Tables, context: Context) -> StageResult:
    result = exact.apply(frame, tables["duplicates"], tables["conflicts"], context.recipe.dedup)
    return StageResult(families.relabel(result.kept, tables["families"]), result.dropped, result.events)


STAGES: list[Stage] = [
    KeyedStage(
        "identity",
        view=lambda frame, _: identity.view(frame),
        decide=lambda view, context: {"renamed": identity.number(view, order=context.order)},
        apply=lambda frame, tables, _: identity.rename(frame, tables["renamed"]),
        settings=lambda _: None,
    ),
    MapStage(
        "clean",
        apply=lambda frame, context: clean(frame, context.recipe.clean),
        settings=lambda context: context.recipe.clean.model_dump(mode="json"),
    ),
    MapStage(
        "validate",
        apply=lambda frame, context: validate(frame, context.recipe.validate_),
        settings=lambda context: [
            context.recipe.validate_.model_dump(mode="json"),
            tokenizer_digest(context.recipe.validate_.tokenizer),
        ],
    ),
    MapStage(
        "families",
        apply=lambda frame, context: families.family_keys(frame, context.recipe.split.family),
        settings=lambda context: context.recipe.split.family,
    ),
    KeyedStage(
        "exact_dedup",
        view=lambda frame, context: exact.keys(frame, context.recipe.dedup),
        decide=_decide_duplicates,
        apply=_drop_duplicates,
        settings=lambda context: context.recipe.dedup.model_dump(mode="json"),
    ),
]
"""After `read` and `convert`, which make the first shards. The split is drawn over what these leave."""


@dataclass(frozen=True)
class Curated:
    """What the stages made of the sources, still in shards.

    Attributes:
        opened: Every input that was read, in order.
        shards: The surviving rows, in input order.
        placed: `family, split` of every surviving family.
        moved: `old, new, rows`: pinned rows that had to change sides with their family.
        events: The ledger so far.
        dropped: `source, row, stage, reasons, shown` of every row that left.
        counts: The balance: `stage, source, rows_in, kept, dropped`, one line for each shard and stage.
    """

    opened: Sequence[Opened]
    shards: Sequence[Shard]
    placed: pl.DataFrame
    moved: pl.DataFrame
    events: pl.DataFrame
    dropped: pl.DataFrame
    counts: pl.DataFrame


def curate(
    recipe: DataRecipe,
    found: Discovery,
    digests: Mapping[str, str],
    *,
    seed: int,
    store: Store,
    pinned: pl.DataFrame | None,
    progress: Progress,
) -> Curated:
    """Run every stage of a recipe.

    Args:
        recipe: The `data:` section.
        found: The inputs, in order, and the files that no door takes.
        digests: Input name -> hash of its bytes.
        seed: For the split.
        store: Where shards are kept between runs.
        pinned: `id, family, split` of an older run, or None.
        progress: Told of finished rows.

    Raises:
        UserError: For a file of unknown or ambiguous format.
    """
    opened = open_all(found.inputs, digests, store, progress)
    context = Context(
        recipe=recipe,
        seed=seed,
        order={item.name: place for place, item in enumerate(found.inputs)},
        pinned=pinned,
    )
    refused = convert(found.refused, {})  # files that no door takes: row 0 of each stands for the whole file
    shards = [shard for entry in opened for shard in entry.shards]
    ended, decided = [shards], {}
    for stages in passes(STAGES):
        shards, tables = run_pass(shards, stages, context, store, progress)
        ended.append(shards)
        decided.update(tables)
    everything = [shard for stage_shards in ended for shard in stage_shards]
    if recipe.split.family is not None:
        check_family(recipe.split.family, opened, everything)
    placed, moved = place(ended[-2], decided["exact_dedup"]["families"], context)
    return Curated(
        opened=opened,
        shards=shards,
        placed=placed,
        moved=moved,
        events=pl.concat([refused.events, small(everything, "events", lambda frame: frame)]),
        dropped=pl.concat([_left(refused.dropped), small(everything, "dropped", _left)]),
        counts=pl.DataFrame([count for shard in everything for count in shard.counts]),
    )


def _left(dropped: pl.DataFrame) -> pl.DataFrame:
    """What the driver keeps of a dropped row."""
    return dropped.select("source", "row", "stage", "reasons", shown=excerpt())


def open_all(items: Sequence[Input], digests: Mapping[str, str], store: Store, progress: Progress) -> list[Opened]:
    """Read and convert every input; the faults of all files are told at once."""
    opened, faults = [], []
    for item in items:
        try:
            opened.append(open_input(item, digests[item.name], store, progress))
        except InputError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError("\n".join(fault.message for fault in faults), hint=faults[0].hint)
    return opened


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


def place(shards: Sequence[Shard], folded: pl.DataFrame, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Draw the split over the families.

    Args:
        shards: The rows before duplicates went: an old eval row may have been merged into a new twin.
        folded: Families that became one, `family, label`.
        context: Shares, seed and pinned rows.

    Returns:
        `family, split`; and `old, new, rows` of pinned rows that had to move.
    """
    rows = families.relabel(keyed(shards, lambda frame: frame.select("id", "family")), folded)
    nothing = pl.DataFrame(schema={"id": pl.String, "family": pl.String, "split": pl.String})
    old = nothing if context.pinned is None else families.relabel(context.pinned, folded)
    pinned = split.pin(rows, old) if old.height else None
    placed = split.assign(rows.select("family"), context.recipe.split, seed=context.seed, pinned=pinned)
    return placed, split.moves(rows, old, placed)
