"""Train is widened: planned, written, judged by every rule, and what stands becomes rows of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from dataprep import pii
from dataprep.augment import balance, slices, texts
from dataprep.augment.drafts import DRAFTS
from dataprep.augment.leaking import leaking
from dataprep.augment.looks import Looks, judged, wordings
from dataprep.augment.making import Makers, make_drafts
from dataprep.augment.plan import plan
from dataprep.augment.repeats import repeats
from dataprep.augment.translator import check_models
from dataprep.recipe import Pii
from dataprep.stages import Context
from schemas.frames import FRAME, empty

Frames = Callable[[], Iterable[pl.DataFrame]]


@dataclass(frozen=True)
class Sides:
    """The rows that a split has parted, under their final families; each call reads them anew, in parts.

    Attributes:
        train: Rows of train.
        held: Rows of eval and dev, with a column `split`.
        signals: Of all judged rows.
        common: `id, source, row` of rows whose answers are stock phrases.
    """

    train: Frames
    held: Frames
    signals: Frames
    common: pl.DataFrame


@dataclass(frozen=True)
class Widened:
    """What came of it.

    Attributes:
        rows: New rows of schema `FRAME`, in the order of their drafts.
        drafts: Schema `DRAFTS`.
        signals: Of the new rows.
        events: What rules noted of the new rows.
        common: Those of the new rows whose answers are stock phrases, as in `Sides`.
        balance: Slice by slice: `slice, rows, drafts, accepted, after`; empty without `balance`.
    """

    rows: pl.DataFrame
    drafts: pl.DataFrame
    signals: pl.DataFrame
    events: pl.DataFrame
    common: pl.DataFrame
    balance: list[dict[str, Any]]


def plan_drafts(sides: Sides, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What shall be written, and of which rows.

    Args:
        sides: The rows.
        context: Recipe, seed, order of the sources, working folder.

    Returns:
        The plan (schema `PLAN`), and the view of every row of train with its `slice`.

    Raises:
        UserError: If a local model is missing, or none serves a language.
    """
    config = context.recipe.augment
    signals = pl.concat([table.select("source", "row", "language", "prompt_language") for table in sides.signals()])
    rows = pl.concat([empty(FRAME), *sides.train()])
    view = texts.view_of(rows, signals)
    if config.backtranslate and config.backtranslate.models:
        spoken = view["prompt_language"].drop_nulls().value_counts(sort=True)
        check_models(config.backtranslate, spoken["prompt_language"][:1], context.root)
    named = pl.lit("") if config.balance is None else slices.slices(rows, view, config.balance)
    view = view.with_columns(slice=named)
    return plan(view, config, seed=context.seed, order=context.order), view


def widen(sides: Sides, context: Context, makers: Makers) -> Widened:
    """Widen train.

    Args:
        sides: The rows.
        context: Recipe, seed and order of the sources.
        makers: Who writes.

    Raises:
        UserError: If an endpoint can't be used at all, or a budget is spent; what came so far is in the cache.
    """
    recipe, config = context.recipe, context.recipe.augment
    planned, view = plan_drafts(sides, context)
    parents = parents_of(sides.train(), planned)
    looks = Looks(judged(make_drafts(planned, parents, makers), parents, config.accept))
    rows = texts.children(parents, looks.standing)
    rows, signals, events = looks.by_rules(rows, context)
    looks.reject("duplicate", repeats(rows, looks.standing, sides.train(), recipe.dedup.near))
    rows = looks.left(rows)
    common = _common(rows, looks.standing, sides.common)
    everyone = pl.concat([sides.common, common]).select("source", "row")
    looks.reject("near_eval", leaking(rows, sides.held(), recipe.split, common=everyone))
    if config.meaning is not None:
        looks.reject("meaning", wordings(looks.standing, config.meaning, root=makers.root))
    if config.judge is not None:
        looks.by_judge(parents, makers)
    rows = looks.left(rows)
    drafts = looks.drafts.join(rows.select(number="row", child="id"), on="number", how="left", maintain_order="left")
    drafts = _redacted(drafts.with_columns(id="child").select(DRAFTS.names()), recipe.pii)
    kept = [
        table.join(rows, on=["source", "row"], how="semi", maintain_order="left") for table in (signals, events, common)
    ]
    shared = [] if config.balance is None else balance.shares_of(drafts, view)
    return Widened(rows, drafts, signals=kept[0], events=kept[1], common=kept[2], balance=shared)


def parents_of(train: Iterable[pl.DataFrame], planned: pl.DataFrame) -> pl.DataFrame:
    """The rows that a plan names, as parents or seeds."""
    wanted = pl.concat([planned["parent_id"], planned["seeds"].explode(empty_as_null=True).drop_nulls()]).unique(
        maintain_order=True
    )
    return pl.concat([empty(FRAME), *(frame.filter(pl.col("id").is_in(wanted.implode())) for frame in train)])


_SHOWN = ("prompt_before", "prompt_after", "answer_before", "answer_after", "detail", "fault")


def _redacted(drafts: pl.DataFrame, config: Pii) -> pl.DataFrame:
    """The drafts without what may not be seen: a model may have put in what no row had."""
    return drafts.with_columns(pii.redact(drafts[name], config).alias(name) for name in _SHOWN)


def _common(rows: pl.DataFrame, drafts: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """New rows that kept the stock phrase of their parent."""
    kept = drafts.filter(pl.col("answer_after").is_null()).select("number", "parent_id")
    heirs = kept.join(known.select(parent_id="id"), on="parent_id", how="semi")
    return rows.filter(pl.col("row").is_in(heirs["number"].implode())).select("id", "source", "row")
