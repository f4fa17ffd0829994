"""What augmentation will ask for and cost, before any request is sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from dataprep.augment import answer, judging
from dataprep.augment.grow import makers_of, sides_of
from dataprep.augment.making import Makers, texts_of, wishes_of, writer
from dataprep.augment.rewriters import drawn, leg, reworded
from dataprep.augment.widen import parents_of, plan_drafts
from dataprep.files import discover
from dataprep.outside import open_outside
from dataprep.pipeline import curate
from dataprep.recipe import Augment, DataRecipe, Mix
from dataprep.shards import Store
from dataprep.workers import Crew
from schemas.endpoint import Endpoint, Request
from schemas.endpoint.estimate import Estimate, estimate


@dataclass(frozen=True)
class Ahead:
    """Requests of one kind.

    Attributes:
        what: `paraphrase`, `back_translation`, `self_instruct` or `judge`.
        drafts: Rewrites that they are for, at most.
        model: Who will be asked.
        estimate: Calls, tokens, cost.
        currency: Of the cost; null without a price.
    """

    what: str
    drafts: int
    model: str
    estimate: Estimate
    currency: str | None


def forecast(recipe: DataRecipe, *, seed: int, root: Path, crew: Crew) -> list[Ahead]:
    """Run everything up to the split and count what augmentation would ask for then.

    Shards are kept for the run that may follow; nothing is published and no endpoint is asked.

    Args:
        recipe: The `data:` section.
        seed: Of the run.
        root: The working folder.
        crew: Who works on the shards.

    Returns:
        What is ahead, kind by kind; empty where the recipe widens nothing, or by local models alone.

    Raises:
        UserError: As a run would before it asks.
    """
    if not recipe.augment.wanted:
        return []
    found = discover(recipe.sources, root=root)
    outside = open_outside(recipe, root=root)
    bare = recipe.model_copy(update={"augment": Augment(), "mix": Mix()})
    store = Store(root / ".gristmill")
    curated = curate(bare, found, found.digests(), seed=seed, store=store, outside=outside, crew=crew)
    context = outside.context(recipe, seed=seed, order=found.order)
    sides = sides_of(curated.shards, curated.placement, curated.signals)
    planned, _ = plan_drafts(sides, context)
    with makers_of(context, crew) as makers:
        return list(_ahead(planned, parents_of(sides.train(), planned), makers))


def _ahead(planned: pl.DataFrame, parents: pl.DataFrame, makers: Makers) -> Iterator[Ahead]:
    config = makers.config
    lines = texts_of(planned, parents)
    local = config.backtranslate is not None and config.backtranslate.models
    for origin in ("paraphrase", "back_translation", "self_instruct"):
        own = lines.filter(origin=origin)
        if own.height and not (origin == "back_translation" and local):
            told = _counted(origin, own.height, _requests(origin, own, parents), writer(config), makers)
            yield told if origin != "self_instruct" else replace(told, estimate=_twice(told.estimate))
    if config.judge is not None and planned.height:
        requests = judging.requests(lines, parents, makers.seed)
        yield _counted("judge", planned.height, requests, config.judge.endpoint or writer(config), makers)


def _requests(origin: str, lines: pl.DataFrame, parents: pl.DataFrame) -> list[Request]:
    """What will be sent, as far as it is known: later steps of a back-translation are as long as the first."""
    if origin == "self_instruct":
        return answer.questions(lines, parents)
    _, wishes = wishes_of(lines)
    if origin == "paraphrase":
        return reworded(wishes)
    return [leg(wish, wish.text, step) for wish in wishes for step in range(1 + len(wish.pivots))]


def _twice(one: Estimate) -> Estimate:
    """A question is asked for, then its answer, with the same rows before it."""
    money = None if one.cost is None else 2 * one.cost
    return Estimate(2 * one.calls, 2 * one.known, 2 * one.tokens_in, 2 * one.tokens_out, money)


def _counted(what: str, drafts: int, requests: Sequence[Request], endpoint: Endpoint, makers: Makers) -> Ahead:
    sent = [drawn(endpoint, request, makers.seed) for request in requests]
    currency = endpoint.price.currency if endpoint.price else None
    return Ahead(what, drafts, endpoint.model, estimate(endpoint, sent, cache=makers.cache), currency)
