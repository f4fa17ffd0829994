"""Plans become drafts: the texts are sent to whoever rewords them, and what comes back stands beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dataprep.augment import answer, rewording
from dataprep.augment.drafts import DRAFTS, PARTS, UNJUDGED
from dataprep.augment.rewriters import Rewrite, Wish, backtranslate, paraphrase
from dataprep.augment.texts import answer as answer_of
from dataprep.augment.texts import prompt as prompt_of
from dataprep.recipe import Augment
from dataprep.workers import Crew
from schemas.endpoint import Cache, Endpoint


@dataclass(frozen=True)
class Makers:
    """Who makes drafts, and with what.

    Attributes:
        config: The section `augment`.
        root: The working folder: local models are relative to it.
        cache: Keeps what was paid for.
        crew: Told of what is going on.
        seed: Of the draws.
    """

    config: Augment
    root: Path
    cache: Cache
    crew: Crew
    seed: int


def make_drafts(planned: pl.DataFrame, parents: pl.DataFrame, makers: Makers) -> pl.DataFrame:
    """Let every draft be written.

    Args:
        planned: Schema `PLAN`.
        parents: Rows of schema `FRAME`: all parents and seeds.
        makers: Who writes.

    Returns:
        Schema `DRAFTS` in the order of their numbers; nothing is judged yet.

    Raises:
        UserError: If an endpoint can't be used at all, or its budget is spent; what came so far is in the cache.
    """
    lines = texts_of(planned, parents)
    parts = [pl.DataFrame(schema=DRAFTS)]
    for origin, maker in (("paraphrase", _paraphrased), ("back_translation", _translated)):
        own = lines.filter(origin=origin)
        if own.height:
            parts.append(_reworded(own, *maker(own, makers)))
    own = planned.filter(origin="self_instruct")
    if own.height:
        parts.append(_invented(own, parents, makers))
    return pl.concat(parts).sort("number")


def texts_of(planned: pl.DataFrame, parents: pl.DataFrame) -> pl.DataFrame:
    """The plan with `prompt_before` and `answer_before` of each parent."""
    texts = parents.select("id", prompt_before=prompt_of(), answer_before=answer_of())
    return planned.join(texts, left_on="parent_id", right_on="id", how="left", maintain_order="left")


def wishes_of(lines: pl.DataFrame) -> tuple[list[tuple[int, str]], list[Wish]]:
    """What is asked for, and for which line and part.

    Args:
        lines: Schema `PLAN` with `prompt_before` and `answer_before`.
    """
    places, wishes = [], []
    for at, line in enumerate(lines.iter_rows(named=True)):
        for part in PARTS if line["target"] == "both" else (line["target"],):
            pivots = tuple(line["pivots"].split("+")) if line["pivots"] else ()
            wishes.append(Wish(line[f"{part}_before"], line["language"], line["style"], line["sample"], pivots))
            places.append((at, part))
    return places, wishes


_Made = tuple[Sequence[tuple[int, str]], Sequence[Rewrite], str]


def _paraphrased(lines: pl.DataFrame, makers: Makers) -> _Made:
    places, wishes = wishes_of(lines)
    endpoint = writer(makers.config)
    crew, seed = makers.crew, makers.seed
    made = paraphrase(endpoint, wishes, cache=makers.cache, tell=crew.tell, seed=seed, watch=crew.watch)
    return places, made, endpoint.model


def _translated(lines: pl.DataFrame, makers: Makers) -> _Made:
    config = makers.config.backtranslate
    assert config is not None
    places, wishes = wishes_of(lines)
    if config.models:
        from dataprep.augment.translator import backtranslate_locally

        made = backtranslate_locally(wishes, config.models, root=makers.root, cache=makers.cache)
        return places, made, "+".join(sorted(path.name for path in config.models.values()))
    endpoint = writer(makers.config)
    crew, seed = makers.crew, makers.seed
    found = backtranslate(endpoint, wishes, cache=makers.cache, tell=crew.tell, seed=seed, watch=crew.watch)
    return places, found, endpoint.model


def _reworded(
    lines: pl.DataFrame, places: Sequence[tuple[int, str]], made: Sequence[Rewrite], model: str
) -> pl.DataFrame:
    """Drafts of rewrites; of two parts the worse end, both faults, and all tokens count."""
    texts: dict[str, list[str | None]] = {part: [None] * lines.height for part in PARTS}
    ends = [Rewrite("", "stop")] * lines.height
    for (at, part), rewrite in zip(places, made, strict=True):
        texts[part][at] = rewrite.text
        ends[at] = _together(ends[at], rewrite)
    targets = lines["target"]
    befores = [
        pl.select(pl.when(targets.is_in([part, "both"])).then(lines[f"{part}_before"])).to_series() for part in PARTS
    ]
    return lines.with_columns(
        befores[0].alias("prompt_before"),
        befores[1].alias("answer_before"),
        pl.Series("prompt_after", texts["prompt"], pl.String),
        pl.Series("answer_after", texts["answer"], pl.String),
        *(
            pl.Series(name, [getattr(end, name) for end in ends], DRAFTS[name])
            for name in ("finish", "fault", "key", "tokens_in", "tokens_out")
        ),
        model=pl.lit(model),
        prompt_version=pl.lit(rewording.version()),
        **_unjudged(),
    ).select(DRAFTS.names())


_WORSE = ("stop", "length", "error")


def _together(one: Rewrite, other: Rewrite) -> Rewrite:
    return Rewrite(
        "",
        max(one.finish, other.finish, key=_WORSE.index),
        "; ".join(fault for fault in (one.fault, other.fault) if fault),
        other.key,
        one.tokens_in + other.tokens_in,
        one.tokens_out + other.tokens_out,
    )


def _invented(planned: pl.DataFrame, parents: pl.DataFrame, makers: Makers) -> pl.DataFrame:
    crew = makers.crew
    made = answer.invent(
        writer(makers.config), planned, parents, cache=makers.cache, tell=crew.tell, seed=makers.seed, watch=crew.watch
    )
    joined = planned.join(made, on="number", how="left", maintain_order="left")
    blank = {name: pl.lit(None, DRAFTS[name]) for name in ("prompt_before", "answer_before")}
    return joined.with_columns(**blank, **_unjudged()).select(DRAFTS.names())


def _unjudged() -> dict[str, pl.Expr]:
    """The columns of those who look, before they have."""
    blank = {name: pl.lit(None, DRAFTS[name]) for name in UNJUDGED}
    return {**blank, "reasons": pl.lit([], DRAFTS["reasons"])}


def writer(config: Augment) -> Endpoint:
    """The endpoint that writes."""
    assert config.endpoint is not None  # the section doesn't validate without it
    return config.endpoint
