from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
import pytest

from evalsuite.items import Item, frame_of_items
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.exact import exact
from evalsuite.metrics.likelihood import Likelihood
from evalsuite.metrics.loops import LOOPS
from evalsuite.metrics.metric import Column, Family, Metric, Sample
from evalsuite.metrics.repetition import REPETITION
from evalsuite.metrics.selfcheck import unigram_selfcheck
from evalsuite.metrics.stopping import STOPPING
from evalsuite.predict import Answer
from evalsuite.recall_of_training import index
from evalsuite.score import Heard, draws, samples_of, score
from evalsuite.scorecard import ScoreCard
from tests.evalsuite.hearings import heard, item

FAILED = Answer("", "error", 0, "prompt_too_long")
SURE = Likelihood(8.0, 4, 16, 16, 0.5, 1)
LETTER = "Please write to anna.li@example.com or call her office before Friday noon."


def cards(items: Sequence[Item], base: Heard, tuned: Heard, **parts: Any) -> tuple[ScoreCard, ScoreCard]:
    chosen = {"exact": exact(), **parts.pop("chosen", {})}
    return score(items, frame_of_items(items), (base, tuned), chosen, {"data": "d"}, **parts)


def values(card: ScoreCard, name: str) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in card.series[name].column.values]


def test_nothing_was_asked() -> None:
    card, _ = cards([], heard("base", {}), heard("tea", {}))
    assert card.items.is_empty()
    assert values(card, "exact_match") == []


def test_each_item_stands_once_for_every_seed() -> None:
    items = [item("a"), item("b"), item("c")]
    told = heard("tea", {("c", 18): "x", ("a", 17): "x", ("c", 17): "y"})
    rows = [(one.id, seed) for one, seed in draws(items, told)]
    assert rows == [("a", 17), ("b", 0), ("c", 18), ("c", 17)]
    assert list(samples_of(draws(items, told), told)) == [0, 2, 3]


def test_a_sample_has_all_of_its_item_and_answer() -> None:
    one = item("a", "多大？", "1.8 升", context="水箱 1.8 升。", language="zh")
    told = heard("tea", {"a": Answer("两升", "length", 7)})
    assert samples_of(draws([one], told), told) == {
        0: Sample("a", "多大？", "水箱 1.8 升。", "1.8 升", "两升", "zh", "length", 7)
    }
    bare = samples_of([(item("b", reference=""), 0)], heard("tea", {"b": "x"}))
    assert bare[0].reference is None


def test_the_two_must_have_answered_the_same() -> None:
    with pytest.raises(ValueError, match="different items"):
        cards([item("a")], heard("base", {("a", 17): "x"}), heard("tea", {("a", 18): "x"}))


def test_why_an_item_has_no_score() -> None:
    items = [item("t", set="train"), item("a"), item("b"), item("c", reference=""), item("x", text="raw", set="text")]
    base = heard("base", {"a": "right", "b": "right", "c": "x"})
    tuned = heard("tea", {"a": "right", "b": FAILED, "c": "x"})
    family = {"stopping": STOPPING, "bleu": bleu()}
    one, other = cards(items, base, tuned, chosen=family)
    never = {0: "not_asked", 4: "not_asked"}
    assert values(one, "exact_match") == [None, 1, 1, None, None]
    assert one.series["exact_match"].column.reasons == {**never, 3: "no_reference"}
    assert values(other, "exact_match") == [None, 1, None, None, None]
    assert other.series["chrf"].column.reasons == {**never, 2: "error", 3: "no_reference"}
    assert other.series["stopped"].column.reasons == {**never, 2: "error"}
    assert (one.name, other.name, one.settings) == ("base", "tea", {"data": "d"})


def test_every_further_draw_is_a_row_of_its_own() -> None:
    items = [item("a", slices={"team": "red"}), item("t", set="train", slices={"team": "blue"})]
    told = {("a", seed): text for seed, text in ((17, "right"), (18, "wrong"), (19, "right"))}
    sure = {"a": SURE, "t": SURE}
    base, tuned = (heard(name, told, likelihoods=sure) for name in ("base", "tea"))
    _, card = cards(items, base, tuned)
    assert card.items["id"].to_list() == ["a", "a#18", "a#19", "t"]
    assert card.items["team"].to_list() == ["red", "red", "red", "blue"]
    assert card.items["cluster"].to_list() == ["a", "a", "a", "t"]
    assert values(card, "exact_match") == [1, 0, 1, None]
    column = card.series["bits_per_byte"].column
    assert column.reasons == {1: "scored_once", 2: "scored_once"}
    assert column.weights is not None
    assert column.weights.tolist() == [16, 0, 0, 16]


def test_a_likelihood_that_is_missing_says_why() -> None:
    items = [item("a"), item("b")]
    base, tuned = (heard(name, {}, likelihoods={"a": SURE, "b": "too_long"}) for name in ("base", "tea"))
    card, _ = cards(items, base, tuned)
    assert values(card, "bits_per_byte") == [pytest.approx(8 / np.log(2) / 16), None]
    assert card.series["bits_per_byte"].column.reasons == {1: "too_long"}
    assert "bits_per_byte" not in cards(items, heard("base", {}), heard("tea", {}))[0].series


def test_repetition_is_counted_at_matched_length() -> None:
    long, short = "one two three four " * 6, "one two three four five six"
    families = {"repetition": REPETITION, "loops": LOOPS}
    base, tuned = cards([item("a")], heard("base", {"a": short}), heard("tea", {"a": long}), chosen=families)
    assert values(base, "rep_4") == [0]
    assert values(tuned, "rep_4") == [0], "the first six words repeat nothing"
    assert values(tuned, "rep_2") == [0.2]
    assert values(tuned, "looped") == [1], "loops are looked for in whole answers"


def test_weights_and_findings_move_to_their_items() -> None:
    def odd(samples: Sequence[Sample]) -> dict[str, Column]:
        count = len(samples)
        return {"odd": Column(np.full(count, 3.0), {}, np.full(count, 2.0), {count - 1: ["here"]})}

    family = Family((Metric("odd", "higher", "points", 1.0, "odd"),), odd)
    items = [item("t", set="train"), item("a"), item("b"), item("c")]
    told = {"a": "x", "b": FAILED, "c": "y"}
    _, card = cards(items, heard("base", told), heard("tea", told), chosen={"odd": family})
    column = card.series["odd"].column
    assert column.weights is not None
    assert column.weights.tolist() == [0, 2, 0, 2]
    assert column.found == {3: ["here"]}


def test_recited_training_rows_come_worst_first() -> None:
    texts = {"r1": "南京长江大桥是长江上第一座双层桥梁", "r2": LETTER}
    trained = pl.DataFrame({"id": list(texts), "text": list(texts.values())})
    items = [item("t", set="train"), item("a"), item("f"), item("b", reference=LETTER), item("c")]
    base = heard("base", {"a": "no", "f": "no", "b": "no", "c": "no"}, notes=["served"], harness=1)
    tuned = heard(
        "tea", {"a": texts["r1"], "f": FAILED, "b": f"Sure. {LETTER}", "c": "nothing of what was ever learned"}
    )
    one, other = cards(items, base, tuned, training=index(trained))
    assert one.extra == {"notes": ["served"], "memory": []}
    spans = other.extra["memory"]
    assert [(span["id"], span["train_id"], span["in_reference"]) for span in spans] == [
        ("b", "r2", True),
        ("a", "r1", False),
    ]
    assert spans[0]["personal"] == ["email"]
    assert LETTER.startswith(spans[0]["span"])
    assert values(other, "verbatim") == [None, 17, None, spans[0]["tokens"], None]
    reasons = other.series["verbatim"].column.reasons
    assert reasons == {0: "not_asked", 2: "error", 4: "too_short"}
    assert "verbatim" not in cards(items, base, tuned)[0].series


def test_self_consistency_is_measured_against_further_draws() -> None:
    items = [item("t", set="train"), item("a"), item("b"), item("c"), item("d")]
    told = {"a": "blue", "b": "blue", "c": "", "d": FAILED}
    drawn = {"a": ["blue", "blue"], "b": ["red", "green"], "c": ["blue"], "d": ["blue"]}
    base, tuned = heard("base", told, draws=drawn), heard("tea", told)
    one, other = cards(items, base, tuned)
    found = values(one, "inconsistency")
    assert found == [None, unigram_selfcheck("blue", drawn["a"]), unigram_selfcheck("blue", drawn["b"]), None, None]
    assert found[1] == 0
    assert (found[2] or 0) > 0
    assert one.series["inconsistency"].column.reasons == {0: "not_asked", 3: "too_short", 4: "error"}
    assert "draws" not in one.extra
    assert "inconsistency" not in other.series
