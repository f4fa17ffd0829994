"""The story: the only file that knows the order of the stages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import polars as pl

from dataprep import families, identity
from dataprep.augment.grow import grow
from dataprep.clean import clean
from dataprep.convert import convert
from dataprep.decisions import (
    apply_what_people_said,
    decide_duplicates,
    decide_meanings,
    drop_duplicates,
    drop_meanings,
    mix_rows,
    plan_mix,
    take_out_benchmarks,
    view_duplicates,
    view_meanings,
    view_train,
)
from dataprep.dedup import minhash
from dataprep.files import Discovery
from dataprep.intake import Opened, open_all
from dataprep.ledger import excerpt
from dataprep.outside import Outside
from dataprep.passes import passes, run_pass, signals_of
from dataprep.pii import screen
from dataprep.placement import Placement, check_family, place
from dataprep.recipe import DataRecipe
from dataprep.rules import judge, measure
from dataprep.shards import Shard, Store, small
from dataprep.stages import Context, KeyedStage, MapStage, SignalStage, Stage, Tables
from dataprep.validate import validate
from dataprep.validate.length import tokenizer_digest
from dataprep.workers import Crew

RULES = SignalStage(
    "rules",
    measure=lambda frame, context: measure(frame, context.recipe, answers=context.answers),
    measured=lambda context: [
        context.recipe.language.model_dump(mode="json"),
        context.recipe.rules.model_dump(mode="json", exclude={"verdicts", "thresholds"}),
        [context.digests.get(name) for name in ("perplexity", "ifd")],
    ],
    judge=lambda frame, signals, context: judge(frame, signals, context.recipe.rules),
    settings=lambda context: context.recipe.rules.model_dump(mode="json"),
)

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
        "pii",
        apply=lambda frame, context: screen(frame, context.recipe.pii, seed=context.seed),
        settings=lambda context: [context.recipe.pii.model_dump(mode="json"), context.seed],
    ),
    MapStage(
        "labels",
        apply=apply_what_people_said,
        settings=lambda context: [context.recipe.labels.model_dump(mode="json"), context.digests],
        wanted=lambda recipe: bool(recipe.labels.files),
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
    RULES,
    KeyedStage(
        "exact_dedup",
        view=view_duplicates,
        decide=decide_duplicates,
        apply=drop_duplicates,
        settings=lambda context: context.recipe.dedup.model_dump(mode="json", exclude={"near", "semantic"}),
    ),
    KeyedStage(
        "near_dedup",
        view=lambda frame, context: minhash.view(frame, context.recipe.dedup.near),
        decide=lambda view, context: {
            "duplicates": minhash.decide(view, context.recipe.dedup.near, order=context.order, flags=context.flags)
        },
        apply=lambda frame, tables, context: minhash.apply(frame, tables["duplicates"], context.recipe.dedup.near),
        settings=lambda context: context.recipe.dedup.near.model_dump(mode="json"),
        wanted=lambda recipe: recipe.dedup.near.enabled,
    ),
    KeyedStage(
        "semantic_dedup",
        view=view_meanings,
        decide=decide_meanings,
        apply=drop_meanings,
        settings=lambda context: [context.recipe.dedup.model_dump(mode="json")["semantic"], context.digests],
        wanted=lambda recipe: recipe.dedup.semantic is not None,
    ),
    MapStage(
        "decontaminate",
        apply=take_out_benchmarks,
        settings=lambda context: [context.recipe.decontaminate.model_dump(mode="json"), context.digests],
        wanted=lambda recipe: bool(recipe.decontaminate.against),
    ),
]
"""After `read` and `convert`, which make the first shards. The split is drawn over what these leave."""

MIX = KeyedStage(
    "mix",
    view=view_train,
    decide=plan_mix,
    apply=mix_rows,
    settings=lambda context: [context.recipe.mix.model_dump(mode="json"), context.seed],
    wanted=lambda recipe: bool(recipe.mix.groups or recipe.mix.rows or recipe.mix.tokens),
)
"""After the split: what of train goes in, and how often."""


@dataclass(frozen=True)
class Curated:
    """What the stages made of the sources, still in shards.

    Attributes:
        opened: Every input that was read, in order.
        shards: The surviving rows, in input order.
        placement: Families and the split that each one got.
        events: The ledger so far.
        dropped: `source, row, stage, reasons, shown` of every row that left.
        counts: The balance: `stage, source, rows_in, kept, dropped`, one line for each shard and stage.
        tables: What each global decision left, by stage.
        signals: Makes the signals of every judged row, shard by shard.
        benchmarks: Names of the files that rows were compared with.
        drafts: Every rewrite that was asked for (schema `DRAFTS`), or None where nothing was.
        balance: Slice by slice, what the rewrites did to train; empty where the recipe aimed at none.
    """

    opened: Sequence[Opened]
    shards: Sequence[Shard]
    placement: Placement
    events: pl.DataFrame
    dropped: pl.DataFrame
    counts: pl.DataFrame
    tables: Mapping[str, Tables]
    signals: Callable[[], Iterable[pl.DataFrame]]
    benchmarks: Sequence[str]
    drafts: pl.DataFrame | None = None
    balance: Sequence[Mapping[str, Any]] = ()


def curate(
    recipe: DataRecipe,
    found: Discovery,
    digests: Mapping[str, str],
    *,
    seed: int,
    store: Store,
    outside: Outside,
    crew: Crew,
) -> Curated:
    """Run every stage of a recipe.

    Args:
        recipe: The `data:` section.
        found: The inputs, in order, and the files that no door takes.
        digests: Input name -> hash of its bytes.
        seed: For whatever is drawn.
        store: Where shards are kept between runs.
        outside: What lies outside the recipe and the rows.
        crew: Who works on the shards.

    Raises:
        UserError: For a file of unknown or ambiguous format.
    """
    opened = open_all(found.inputs, digests, store, crew)
    context = outside.context(recipe, seed=seed, order=found.order)
    run = _Run(store, crew, [[shard for entry in opened for shard in entry.shards]], {})
    for stages in passes([stage for stage in STAGES if stage.wanted(recipe)]):
        context = run.advance(stages, context)
    if recipe.split.family is not None:
        check_family(recipe.split.family, opened, run.everything)
    placement = place(run.before("exact_dedup"), run.ended[-1], run.tables, context)

    def read_signals() -> Iterable[pl.DataFrame]:
        return (signals_of(shard, RULES, context, store) for shard in run.before("rules"))

    grown = grow(run.ended[-1], placement, read_signals, context, store, crew)
    placement, left = grown.placement, [*run.ended[-1], *grown.shards]
    run.ended.append(list(grown.shards))

    def signals() -> Iterable[pl.DataFrame]:
        return chain(read_signals(), grown.signals)

    if MIX.wanted(recipe):
        tokens = pl.concat(table.select("source", "row", "tokens") for table in signals())
        told = replace(context, placed=placement.families, tokens=tokens)
        run.advance([MIX], told, left)
        left = run.ended[-1]
    refused = convert(found.refused, {})  # files that no door takes: row 0 of each stands for the whole file
    return Curated(
        opened=opened,
        shards=left,
        placement=placement,
        events=pl.concat([refused.events, small(run.everything, "events", lambda frame: frame), placement.events()]),
        dropped=pl.concat([_left(refused.dropped), small(run.everything, "dropped", _left)]),
        counts=pl.DataFrame([count for shard in run.everything for count in shard.counts]),
        tables=run.tables,
        signals=signals,
        benchmarks=outside.benchmarks.names if outside.benchmarks else (),
        drafts=grown.drafts,
        balance=grown.balance,
    )


@dataclass
class _Run:
    """The passes so far.

    Attributes:
        store: Where shards live.
        crew: Who works on them.
        ended: The shards that each pass left, those that were read first.
        tables: What each global decision left, by stage.
        starts: Stage that began a pass -> its place in `ended`.
    """

    store: Store
    crew: Crew
    ended: list[list[Shard]]
    tables: dict[str, Tables]
    starts: dict[str, int] = field(default_factory=dict)

    def advance(self, stages: Sequence[Stage], context: Context, shards: Sequence[Shard] | None = None) -> Context:
        """Run one pass over some shards, those of the last pass if none are given.

        The context that the next pass sees knows which rows were flagged.
        """
        shards, tables = run_pass(self.ended[-1] if shards is None else shards, stages, context, self.store, self.crew)
        self.starts[stages[0].name] = len(self.ended)
        self.ended.append(shards)
        self.tables.update(tables)
        flags = small(shards, "events", lambda frame: frame.filter(verdict="flagged").select("source", "row"))
        counted = flags.group_by("source", "row", maintain_order=True).agg(flags=pl.len().cast(pl.Int64))
        known = pl.concat([context.flags, counted]).group_by("source", "row", maintain_order=True)
        return replace(context, flags=known.agg(pl.col("flags").sum()))

    def before(self, stage: str) -> list[Shard]:
        """The shards that the pass of a stage began with."""
        return self.ended[self.starts[stage] - 1]

    @property
    def everything(self) -> list[Shard]:
        """The shards of every pass."""
        return [shard for shards in self.ended for shard in shards]


def _left(dropped: pl.DataFrame) -> pl.DataFrame:
    """What the driver keeps of a dropped row."""
    return dropped.select("source", "row", "stage", "reasons", shown=excerpt())
