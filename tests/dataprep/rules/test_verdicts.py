"""Judging: verdicts, thresholds, what doesn't apply, faults of the recipe, and rows cut anywhere."""

import re
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dataprep.reasons import reason_sentence
from dataprep.reasons.web import REASONS as WEB
from dataprep.recipe import Rules
from dataprep.rules import RULES, Rule, Thresholds, check, judge, measure
from dataprep.rules.rule import at_least
from schemas.errors import UserError
from schemas.frames import DROPPED, EVENTS
from tests.dataprep.rows import ask, framed, kto, plain, preference
from tests.dataprep.rules.measured import RECIPE, breaks

MIXED = framed(
    ask("水箱多大？", "抱歉，我无法回答这个问题。"),
    ask("水箱多大？", "The water tank holds two litres and is cleaned once a week."),
    ask("水箱多大？", "容量两升。"),
    ask("", ""),
    ask("   ", "\n"),
    ask("😀", "😀"),
    preference("How large is the tank?", "Two litres.", "I don't know."),
    kto("水箱多大？", "不知道", label=False),
    plain("水箱每周清洗一次，先把水倒掉，再用清水冲两遍，最后晾干。"),
    ask("写一封信。", "尊敬的[客户姓名]：您好！"),
)


def test_no_rows() -> None:
    empty = MIXED.clear()
    signals = measure(empty, RECIPE)
    result = judge(empty, signals, Rules())
    assert signals.schema == measure(MIXED, RECIPE).schema
    assert (result.kept.height, result.dropped.schema, result.events.schema) == (0, DROPPED, EVENTS)


def test_signals_stand_in_the_rows_order_with_a_column_for_every_measure() -> None:
    signals = measure(MIXED, RECIPE)
    assert signals.select("id", "source", "row", "kind").equals(MIXED.select("id", "source", "row", "kind"))
    measures = {name for rule in RULES.values() if rule.name not in ("perplexity", "ifd", "judge_score")
                for name in rule.measures()}  # fmt: skip
    assert measures <= set(signals.columns)
    assert signals.select("chars", "prompt_chars", "answer_chars", "tokens", "turns").row(2) == (10, 5, 5, 6, 2)
    assert signals.schema["turns"] == pl.Int32


def test_drop_flag_and_off() -> None:
    result = judge(MIXED, measure(MIXED, RECIPE), Rules())
    result.conserve(MIXED.height, stage="rules")
    assert result.dropped.select("row", "stage", "reasons").rows() == [
        (1, "rules", ["refusal"]),
        (2, "rules", ["answer_language"]),
    ]
    assert result.kept.columns == MIXED.columns
    flagged = result.events.filter(verdict="flagged")
    assert ("placeholder", "1") in set(flagged.filter(row=10).select("reason", "detail").rows())
    swapped = Rules.model_validate({"verdicts": {"refusal": "flag", "answer_language": "off", "placeholder": "drop"}})
    other = judge(MIXED, measure(MIXED, RECIPE), swapped)
    assert other.dropped.select("row", "reasons").rows() == [(10, ["placeholder"])]
    assert other.events.filter(row=1).select("verdict", "reason", "detail").row(0) == ("flagged", "refusal", "13")
    assert other.events.filter(row=2).is_empty()


@settings(max_examples=5, deadline=None)
@given(cuts=st.lists(st.integers(0, MIXED.height), max_size=2), order=st.permutations(range(MIXED.height)))
def test_rows_may_be_cut_and_come_in_any_order(cuts: list[int], order: list[int]) -> None:
    shuffled = MIXED[list(order)]
    edges = [0, *sorted(cuts), MIXED.height]
    parts = [shuffled[a:b] for a, b in pairwise(edges)]
    measured = [measure(part, RECIPE) for part in parts]
    whole = measure(MIXED, RECIPE)
    assert_frame_equal(pl.concat(measured).sort("row"), whole)
    events = pl.concat([judge(*part, Rules()).events for part in zip(parts, measured, strict=True)])
    assert_frame_equal(events.sort("row", "reason"), judge(MIXED, whole, Rules()).events.sort("row", "reason"))


@pytest.mark.parametrize(
    ("thresholds", "answer", "short"),
    [
        ({}, "两升", True),
        ({}, "两升水", False),
        ({"too_short_answer": 2}, "两升", False),
        ({"too_short_answer": 9}, "两升水", True),
        ({"too_short_answer.zh": 5}, "两升水。", True),
        ({"too_short_answer.en": 5}, "两升水。", False),
        ({"too_short_answer": 2, "too_short_answer.zh": 5}, "两升水。", True),
    ],
)
def test_a_recipes_threshold_holds_for_all_languages_or_for_one(
    thresholds: dict[str, float], answer: str, short: bool
) -> None:
    assert breaks("too_short_answer", ask("水箱多大？", answer), thresholds=thresholds) == [short]


@pytest.mark.parametrize(
    ("row", "good"),
    [
        ({"kind": "sft", "language": "zh", "chars": 1}, True),
        ({"kind": "sft", "language": "en", "chars": 1}, False),
        ({"kind": "sft", "language": None, "chars": 1}, False),
        ({"kind": "sft", "language": None, "chars": None}, True),
        ({"kind": "text", "language": "en", "chars": 1}, True),
    ],
)
def test_a_rule_applies_where_its_kind_and_measure_are(row: dict[str, object], good: bool) -> None:
    rule = Rule("r", at_least("chars", "r"), kinds=("sft",), thresholds={"r": 3, "r.zh": 1})
    frame = pl.DataFrame([row], schema={"kind": pl.String, "language": pl.String, "chars": pl.Int64})
    assert rule.measures() == ["chars"]
    assert frame.select(rule.verdict_of(Thresholds(rule.thresholds))).item() is good


def test_a_null_verdict_of_a_measured_row_is_bad() -> None:
    rule = Rule("r", lambda _: pl.when(pl.col("chars") > 5).then(pl.lit(value=True)))
    frame = pl.DataFrame({"kind": ["sft", "sft"], "chars": [9, 1]})
    assert frame.select(rule.verdict_of(Thresholds({}))).to_series().to_list() == [True, False]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"verdicts": {"refusals": "off"}}, "no such rule: 'refusals'; did you mean 'refusal'?"),
        ({"thresholds": {"ecko": 0.5}}, "no such threshold: 'ecko'; did you mean 'echo'?"),
        ({"thresholds": {"eco.zh": 0.5}}, "no such threshold: 'eco.zh'"),
        ({"thresholds": {"echo": 1.5}}, "echo is 1.5"),
        ({"thresholds": {"echo.zh": -0.1}}, "echo.zh is -0.1"),
        ({"thresholds": {"too_short_answer": -1}}, "too_short_answer is -1"),
        ({"thresholds": {"too_short_answer": float("nan")}}, "too_short_answer is nan"),
        ({"thresholds": {"perplexity": 50}}, "perplexity needs a model"),
        ({"verdicts": {"judge_score": "drop"}}, "judge_score needs a model"),
    ],
)
def test_faults_of_the_recipe_are_told_before_a_row_is_read(rules: dict[str, object], told: str) -> None:
    with pytest.raises(UserError, match=re.escape(told)) as caught:
        check(Rules.model_validate(rules))
    assert caught.value.hint


def test_what_a_recipe_may_say() -> None:
    check(Rules())
    check(Rules.model_validate({"verdicts": {"ifd": "off"}, "thresholds": {"echo": 1, "echo.zh": 0, "too_long": 9e9}}))


@pytest.mark.parametrize("name", [name for name in RULES if name not in WEB])
def test_every_rule_has_a_sentence_and_thresholds_of_its_own_name(name: str) -> None:
    assert reason_sentence(name).endswith(".")
    assert reason_sentence(name, "zh").endswith("。")
    assert {key.partition(".")[0] for key in RULES[name].thresholds} <= {name}
