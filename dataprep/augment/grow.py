"""Augmentation among the stages: shards and their split go in, shards of new rows come out."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dataprep.augment.story import STAGE, events_of
from dataprep.placement import Placement
from dataprep.shards import Shard, Store, key_of
from dataprep.stages import Context
from dataprep.workers import Crew
from schemas.artifacts import digest_json
from schemas.endpoint import Cache
from schemas.frames import EVENTS, empty
from schemas.results import StageResult

# The rules of rewrites compile thousands of patterns; most recipes make no rewrite.
if TYPE_CHECKING:
    from dataprep.augment.making import Makers
    from dataprep.augment.widen import Sides, Widened

Signals = Callable[[], Iterable[pl.DataFrame]]


@dataclass(frozen=True)
class Grown:
    """What augmentation leaves to the stages behind it.

    Attributes:
        placement: With new rows among those of stock phrases.
        shards: The new rows, a shard for each source; their events are in the first.
        signals: Of the new rows.
        drafts: Schema `DRAFTS`; None where the recipe makes none.
        balance: As in `Widened`.
    """

    placement: Placement
    shards: Sequence[Shard] = ()
    signals: Sequence[pl.DataFrame] = ()
    drafts: pl.DataFrame | None = None
    balance: Sequence[Mapping[str, Any]] = ()


def grow(
    shards: Sequence[Shard], placement: Placement, signals: Signals, context: Context, store: Store, crew: Crew
) -> Grown:
    """Widen the train side of a split, if the recipe says so.

    Args:
        shards: All rows that are left.
        placement: Where each family goes.
        signals: Of all judged rows, read anew with each call.
        context: Recipe, seed, order, working folder.
        store: Takes the new shards.
        crew: Told of what is going on.

    Raises:
        UserError: As `widen`.
    """
    if not context.recipe.augment.wanted:
        return Grown(placement)
    from dataprep.augment.widen import widen

    sides = sides_of(shards, placement, signals)
    with makers_of(context, crew) as makers:
        widened = widen(sides, context, makers)
    crew.progress(STAGE, widened.rows.height)
    common = pl.concat([placement.common, widened.common])
    return Grown(
        replace(placement, common=common),
        list(_sealed(widened, store)),
        [widened.signals],
        widened.drafts,
        widened.balance,
    )


def sides_of(shards: Sequence[Shard], placement: Placement, signals: Signals) -> "Sides":
    """The rows on each side, read from their shards."""
    from dataprep.augment.widen import Sides

    labels = placement.families.select("family", "split", final="label")

    def rows(*splits: str) -> Iterator[pl.DataFrame]:
        wanted = labels.filter(pl.col("split").is_in(splits))
        for shard in shards:
            joined = shard.table("kept").join(wanted, on="family", how="inner", maintain_order="left")
            yield joined.with_columns(family="final").drop("final")

    return Sides(
        train=lambda: (frame.drop("split") for frame in rows("train")),
        held=lambda: rows("eval", "dev"),
        signals=signals,
        common=placement.common,
    )


@contextmanager
def makers_of(context: Context, crew: Crew) -> "Iterator[Makers]":
    """Who writes, with the cache open."""
    from dataprep.augment.making import Makers

    with Cache(context.answers or Path(":memory:")) as cache:
        yield Makers(context.recipe.augment, context.root, cache, crew, context.seed)


def _sealed(widened: "Widened", store: Store) -> Iterator[Shard]:
    """The new rows as shards, one for each source as all shards are."""
    events = pl.concat([events_of(widened.drafts), widened.events])
    sources = widened.rows["source"].unique(maintain_order=True).to_list() or [""]
    for number, source in enumerate(sources):
        rows = widened.rows.filter(source=source)
        told = empty(EVENTS) if number else events
        key = key_of(STAGE, source, digest_json([rows.to_dicts(), told.to_dicts()]))
        counts = {"stage": STAGE, "source": source, "rows_in": 0, "kept": rows.height, "dropped": 0}
        yield store.get(key) or store.put(key, StageResult(rows, events=told, created=rows.height), [counts])
