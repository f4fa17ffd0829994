"""Answers and likelihoods into score cards: every metric for every item, base and tuned in the same order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from evalsuite.items import Item
from evalsuite.metrics.likelihood import METRICS as LIKELIHOOD
from evalsuite.metrics.likelihood import Likelihood, columns
from evalsuite.metrics.metric import Column, Family, Metric, Sample, column
from evalsuite.metrics.repetition import matched
from evalsuite.metrics.selfcheck import unigram_selfcheck
from evalsuite.predict import Answer
from evalsuite.recall_of_training import VERBATIM, Index, Recall, recall
from evalsuite.scorecard import ScoreCard, Series

SELFCHECK = Metric("inconsistency", "lower", "nats", 0.2, "unigram SelfCheck (max), draws at temperature 1")
"""Of closed-book answers: what a model makes up it makes up differently each time (arXiv 2303.08896)."""

DOUBT = Metric("doubt", "neither", "nats/token", 0.2, "mean -log p of the answer's own tokens")
"""Not judged: a model that was tuned is surer of itself, right or wrong."""

NOT_ASKED = "not_asked"
"""Why an item whose likelihood alone is measured has no score of its answer."""

FAILED = "error"
"""How an answer stops that was never given, and why it has no score: a server's fault is no worse answer."""


@dataclass(frozen=True)
class Heard:
    """What one model gave.

    Attributes:
        name: `base`, or the run's name.
        model: Its identity, for people and for the comparison's checks.
        answers: (item id, seed) -> answer.
        likelihoods: Item id -> sums, or why there are none; empty for a model behind an endpoint.
        extra: What a report shows beside scores.
    """

    name: str
    model: Mapping[str, Any]
    answers: Mapping[tuple[str, int], Answer]
    likelihoods: Mapping[str, Likelihood | str]
    extra: Mapping[str, Any]


def draws(items: Sequence[Item], heard: Heard) -> list[tuple[Item, int]]:
    """The rows of a card: each item once, and once more for every further seed of its answers."""
    seeds: dict[str, list[int]] = {}
    for name, seed in heard.answers:
        seeds.setdefault(name, []).append(seed)
    return [(item, seed) for item in items for seed in seeds.get(item.id, [0])]


def samples_of(rows: Sequence[tuple[Item, int]], heard: Heard) -> dict[int, Sample]:
    """Place of a row -> its sample, for rows that were answered."""
    told = ((place, item, heard.answers.get((item.id, seed))) for place, (item, seed) in enumerate(rows))
    return {place: sample_of(item, answer) for place, item, answer in told if answer is not None}


def sample_of(item: Item, answer: Answer) -> Sample:
    """An item with an answer, as metrics see it."""
    parts = (item.question, item.context, item.reference or None)
    return Sample(item.id, *parts, answer.text, item.language, answer.stop, answer.tokens)


def score(
    items: Sequence[Item],
    frame: pl.DataFrame,
    pair: tuple[Heard, Heard],
    chosen: Mapping[str, Family],
    settings: Mapping[str, Any],
    training: Index | None = None,
) -> tuple[ScoreCard, ScoreCard]:
    """Score base and tuned.

    Args:
        items: n items.
        frame: The same as a frame of schema `ITEMS`, further slice columns behind.
        pair: Base and tuned.
        chosen: The families of metrics to compute on answers.
        settings: What both sides share.
        training: The training answers, to find what is recited; null leaves that out.

    Raises:
        ValueError: If the two didn't answer the same items.
    """
    rows = draws(items, pair[1])
    if rows != draws(items, pair[0]):
        raise ValueError("base and tuned answered different items")
    places = {item.id: place for place, item in enumerate(items)}
    first = {item.id: seed for item, seed in reversed(rows)}
    names = [item.id if seed == first[item.id] else f"{item.id}#{seed}" for item, seed in rows]
    shared = frame[[places[item.id] for item, _ in rows]].with_columns(id=pl.Series(names, dtype=pl.String))
    whole = [samples_of(rows, heard) for heard in pair]
    short = _matched(*whole)
    cards = []
    for heard, samples, cut in zip(pair, whole, short, strict=True):
        series: dict[str, Series] = {}
        for name, family in chosen.items():
            series |= _series(family, cut if name == "repetition" else samples, len(rows))
        if heard.likelihoods:
            found = [heard.likelihoods[item.id] if seed == first[item.id] else "scored_once" for item, seed in rows]
            told = columns(found, [item.language for item, _ in rows])
            series |= {metric.name: Series(metric, told[metric.name]) for metric in LIKELIHOOD}
        extra = {name: value for name, value in heard.extra.items() if name not in ("draws", "doubt", "harness")}
        series |= _sureness(samples, heard.extra, len(rows))
        if training is not None:
            given = list(_given(samples).values())
            recited = recall(training, given)
            series[VERBATIM.name] = Series(VERBATIM, _placed(recited.column, samples, len(rows)))
            extra["memory"] = _spans(recited, given)
        cards.append(ScoreCard(heard.name, heard.model, settings, shared, series, extra))
    return cards[0], cards[1]


def _series(family: Family, samples: Mapping[int, Sample], count: int) -> dict[str, Series]:
    told = family.score(list(_given(samples).values()))
    return {metric.name: Series(metric, _placed(told[metric.name], samples, count)) for metric in family.metrics}


def _given(samples: Mapping[int, Sample]) -> dict[int, Sample]:
    """Those that got an answer, be it an empty one."""
    return {place: sample for place, sample in samples.items() if sample.stop != FAILED}


def _matched(base: Mapping[int, Sample], tuned: Mapping[int, Sample]) -> list[dict[int, Sample]]:
    """Both answers cut to the shorter one, for repetition: long texts repeat more, whoever writes them."""
    texts = matched([sample.answer for sample in base.values()], [sample.answer for sample in tuned.values()])
    return [
        {place: replace(sample, answer=text) for (place, sample), text in zip(side.items(), cut, strict=True)}
        for side, cut in zip((base, tuned), texts, strict=True)
    ]


def _sureness(samples: Mapping[int, Sample], extra: Mapping[str, Any], count: int) -> dict[str, Series]:
    """How far an answer's words differ from those of further draws, and how likely the model finds them itself."""
    given, found = _given(samples).values(), {}
    if drawn := extra.get("draws"):
        values = [unigram_selfcheck(sample.answer, drawn.get(sample.id, ())) for sample in given]
        empty = {place: "too_short" for place, value in enumerate(values) if np.isnan(value)}
        told = Column(np.array(values, dtype=np.float64), empty)
        found[SELFCHECK.name] = Series(SELFCHECK, _placed(told, samples, count))
    if "doubt" in extra:
        told = column([extra["doubt"].get(sample.id) for sample in given], reason="too_short")
        found[DOUBT.name] = Series(DOUBT, _placed(told, samples, count))
    return found


def _spans(recited: Recall, samples: Sequence[Sample]) -> list[dict[str, Any]]:
    """What was recited, worst first, as plain values."""
    found = []
    for place in recited.worst_first():
        span = recited.spans[place]
        assert span is not None
        told = {"id": samples[place].id, "span": span.text, "tokens": span.tokens, "train_id": span.row}
        found.append({**told, "personal": list(span.personal), "in_reference": span.in_reference})
    return found


def _placed(told: Column, samples: Mapping[int, Sample], count: int) -> Column:
    """A column of the rows that got an answer, laid out over all rows."""
    places = list(_given(samples))
    values = np.full(count, np.nan)
    values[places] = told.values
    weights = None
    if told.weights is not None:
        weights = np.zeros(count)
        weights[places] = told.weights
    unscored = sorted(set(range(count)) - set(places))
    reasons = {place: FAILED if place in samples else NOT_ASKED for place in unscored}
    reasons |= {places[place]: reason for place, reason in told.reasons.items()}
    found = {places[place]: lines for place, lines in told.found.items()}
    return Column(values, reasons, weights, found)
