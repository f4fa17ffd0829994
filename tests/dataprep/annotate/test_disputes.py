"""One decision for each record and question, or a dispute; ground truth, rounds, ratings, several choices."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.annotate.answers import ANSWERS, answer_frame
from dataprep.annotate.disputes import DECISIONS, DISPUTES, How, disputed, resolve
from tests.dataprep.annotate.said import said


def told(values: list[Any], question: str = "verdict", **more: Any) -> pl.DataFrame:
    """What annotators A, B, C ... said about one record."""
    return answer_frame(said("r", "ABCDEFG"[place], value, question, **more) for place, value in enumerate(values))


@pytest.mark.parametrize(
    ("values", "question", "majority", "strict"),
    [
        (["accept"], "verdict", ('"accept"', 1, 1), ('"accept"', 1, 1)),
        (["accept", "accept"], "verdict", ('"accept"', 2, 2), ('"accept"', 2, 2)),
        (["accept", "reject"], "verdict", "accept ×1; reject ×1", "accept ×1; reject ×1"),
        (["fix", "accept", "fix"], "verdict", ('"fix"', 2, 3), "fix ×2; accept ×1"),
        (["fix", "accept", "fix", "reject"], "verdict", ('"fix"', 2, 4), "fix ×2; accept ×1; reject ×1"),
        (["采纳", "不采纳"], "结论", "不采纳 ×1; 采纳 ×1", "不采纳 ×1; 采纳 ×1"),
        (["a", "tie", "a"], "preferred", ('"a"', 2, 3), "a ×2; tie ×1"),
        ([4, 5], "rating", ("4", 1, 2), "4 ×1; 5 ×1"),
        (["clear", "slight"], "strength", ('"slight"', 1, 2), "clear ×1; slight ×1"),
        (["clear", "both_bad"], "strength", "both_bad ×1; clear ×1", "both_bad ×1; clear ×1"),
        ([5, 4, 4, 5], "rating", ("4", 2, 4), "4 ×2; 5 ×2"),
        ([3, 5], "rating", "3 ×1; 5 ×1", "3 ×1; 5 ×1"),
        ([3, 4, 5], "rating", "3 ×1; 4 ×1; 5 ×1", "3 ×1; 4 ×1; 5 ×1"),
        ([["x", "y"], ["x"], ["x", "z"]], "tags", ('["x"]', 2, 3), "x, y ×1; x, z ×1; x ×1"),
        ([["x"], ["y"], ["z"]], "tags", ("[]", 2, 3), "x ×1; y ×1; z ×1"),
        ([["x"], []], "tags", "x ×1; [] ×1", "x ×1; [] ×1"),
        ([[], []], "tags", ("[]", 2, 2), ("[]", 2, 2)),
        ([["x"], "x"], "tags", ('["x"]', 2, 2), "x ×1; x ×1"),
        (["是的。", "是的。"], "corrected", ('"是的。"', 2, 2), ('"是的。"', 2, 2)),
        ([" ", "好" * 80], "corrected", "  ×1; " + "好" * 60 + " … ×1", "  ×1; " + "好" * 60 + " … ×1"),
    ],
)
def test_one_record(values: list[Any], question: str, majority: Any, strict: Any) -> None:
    for how, expected in (("majority", majority), ("strict", strict)):
        decisions, disputes = resolve(told(values, question), how=how)  # type: ignore[arg-type]
        found = disputes["votes"].to_list() if isinstance(expected, str) else decisions.rows()
        assert found == ([expected] if isinstance(expected, str) else [("r", question, *expected)]), how
        assert decisions.height + disputes.height == 1


@pytest.mark.parametrize("how", ["majority", "strict"])
def test_no_answers(how: How) -> None:
    nothing = pl.DataFrame(schema=ANSWERS)
    silent = told(["accept"]).with_columns(value=pl.lit(None, pl.String))
    for answers in (nothing, silent):
        decisions, disputes = resolve(answers, how=how)
        assert (decisions.schema, disputes.schema) == (DECISIONS, DISPUTES)
        assert decisions.is_empty() and disputes.is_empty()
        assert disputed(answers) == []


LATER = {"updated": "2026-01-02T00:00:00Z", "annotation": "x"}


@pytest.mark.parametrize(
    ("answers", "value", "of"),
    [
        # The latest of one annotator.
        ([said("r", "A", "accept"), said("r", "A", "reject", **LATER)], '"reject"', 1),
        # Ground truth settles it alone.
        ([said("r", "A", "accept"), said("r", "B", "accept"), said("r", "C", "fix", gold=True)], '"fix"', 1),
        # An adjudicator's second round settles the first, also under strict.
        ([said("r", "A", "accept"), said("r", "B", "reject"), said("r", "C", "fix", round=2)], '"fix"', 1),
        # A second round about another question leaves this one alone.
        ([said("r", "A", "accept"), said("r", "A", 3, "rating", round=2)], '"accept"', 1),
    ],
)
@pytest.mark.parametrize("how", ["majority", "strict"])
def test_which_answers_count(answers: list[dict[str, Any]], value: str, of: int, how: How) -> None:
    decisions, _ = resolve(answer_frame(answers), how=how)
    found = decisions.filter(question="verdict")
    assert found.select("value", "of").rows() == [(value, of)]


def test_ground_truths_that_differ_are_a_dispute() -> None:
    _, disputes = resolve(told(["accept", "fix"], gold=True), how="majority")
    assert disputes["votes"].to_list() == ["accept ×1; fix ×1"]


def test_disputed_records_stand_in_the_order_of_their_distance() -> None:
    answers = answer_frame(
        [
            *(said("agreed", who, "accept") for who in "ABC"),
            *(said("split", who, value) for who, value in zip("ABC", ["accept", "accept", "fix"], strict=True)),
            *(said("torn", who, value) for who, value in zip("ABC", ["accept", "reject", "fix"], strict=True)),
            *(said("near", who, value, "rating") for who, value in zip("AB", [4, 5], strict=True)),
            *(said("far", who, value, "rating") for who, value in zip("AB", [1, 4], strict=True)),
            *(said("words", who, value, "corrected") for who, value in zip("AB", ["x", "y"], strict=True)),
            *(said("degrees", who, value, "strength") for who, value in zip("AB", ["clear", "slight"], strict=True)),
            *(said("torn", who, value, "rating") for who, value in zip("AB", [1, 3], strict=True)),
        ]
    )
    found = disputed(answers)
    assert [each.record for each in found] == ["torn", "far", "split"]
    assert [each.score for each in found] == pytest.approx([1, 3 / 4, 2 / 3])
    assert found[0].questions == ("verdict", "rating")
    assert ("verdict", "B", '"reject"') in found[0].answers
    assert found[1].to_dict()["answers"] == [
        {"question": "rating", "annotator": "A", "value": "1"},
        {"question": "rating", "annotator": "B", "value": "4"},
    ]


def test_a_second_round_can_settle_a_dispute() -> None:
    first = [said("r", "A", "accept"), said("r", "B", "reject")]
    second = [said("r", who, "fix", round=2, annotation=f"2{who}") for who in "AB"]
    assert [each.record for each in disputed(answer_frame(first))] == ["r"]
    assert disputed(answer_frame(first + second)) == []


VALUES = {"verdict": ["accept", "fix"], "rating": [1, 2, 4], "tags": [[], ["x"], ["x", "y"]], "corrected": ["好", ""]}


@st.composite
def several(draw: st.DrawFn) -> pl.DataFrame:
    lines = []
    for place in range(draw(st.integers(0, 25))):
        question = draw(st.sampled_from(sorted(VALUES)))
        more = {"round": draw(st.integers(1, 2)), "gold": draw(st.booleans()), "annotation": str(place)}
        record, who = draw(st.sampled_from("rst")), draw(st.sampled_from("ABC"))
        lines.append(said(record, who, draw(st.sampled_from(VALUES[question])), question, **more))
    return answer_frame(lines)


@settings(max_examples=40)
@given(answers=several(), how=st.sampled_from(["majority", "strict"]), seed=st.integers(0, 9))
def test_every_record_and_question_ends_once_however_the_answers_are_cut(
    answers: pl.DataFrame, how: How, seed: int
) -> None:
    decisions, disputes = resolve(answers, how=how)
    ends = [*decisions.select("record", "question").rows(), *disputes.select("record", "question").rows()]
    assert sorted(ends) == sorted(set(answers.select("record", "question").iter_rows()))
    shuffled = answers.sample(fraction=1, shuffle=True, seed=seed)
    parts = [resolve(shuffled.filter(pl.col("record").is_in(some)), how=how) for some in (["r"], ["s", "t"])]
    assert pl.concat(part for part, _ in parts).equals(decisions)
    assert pl.concat(part for _, part in parts).equals(disputes)
