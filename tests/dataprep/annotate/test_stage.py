import random
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.applying import LABELS, label_table
from dataprep.annotate.stage import carry_out
from dataprep.decisions import apply_what_people_said
from dataprep.recipe import DataRecipe
from dataprep.stages import Context
from schemas.frames import DROPPED, EVENTS, FRAME, empty, frame_of, records_of
from schemas.records import Record, content_id
from schemas.results import StageResult
from tests.dataprep.annotate.said import said
from tests.dataprep.contract import cut
from tests.dataprep.rows import ask, framed, preference

ROW = ask("邮箱？", "不知道")
LEAKY = ask("写给 li.lei@example.com 可以吗？", "不知道", meta={"note": "13812345678"})


def recipe(**sections: Any) -> DataRecipe:
    return DataRecipe.model_validate({"sources": [{"path": "raw"}], **sections})


def fix(record: Record, text: str, row: int = 1, **more: Any) -> list[dict[str, Any]]:
    about = {"content": content_id(record), **more}
    return [said(f"a.jsonl:{row}", "a", "fix", **about), said(f"a.jsonl:{row}", "a", text, "corrected", **about)]


def table(*answers: Sequence[dict[str, Any]]) -> pl.DataFrame:
    return label_table(answer_frame([line for lines in answers for line in lines]), how="majority")


def carried(frame: pl.DataFrame, decided: pl.DataFrame, /, **sections: Any) -> StageResult:
    result = carry_out(frame, decided, recipe(**sections), seed=1)
    result.conserve(frame.height, stage="labels")
    assert (result.kept.schema, result.dropped.schema, result.events.schema) == (FRAME, DROPPED, EVENTS)
    return result


def answer(result: StageResult, row: int = 0) -> str:
    return records_of(result.kept)[row]["messages"][-1]["content"]


def reasons(result: StageResult) -> list[tuple[str, str]]:
    return result.events.select("stage", "reason").rows()


@pytest.mark.parametrize("labels", [empty(LABELS), table(fix(ROW, "x", row=9))], ids=["none", "of other rows"])
@pytest.mark.parametrize("frame", [empty(FRAME), framed(ROW, LEAKY)], ids=["no rows", "rows"])
def test_nothing_to_do(frame: pl.DataFrame, labels: pl.DataFrame) -> None:
    result = carried(frame, labels)
    assert result.kept.equals(frame)
    assert result.events.is_empty()


def test_the_stage_asks_its_context() -> None:
    context = Context(recipe(), seed=1, order={}, labels=table(fix(ROW, "见官网")))
    assert answer(apply_what_people_said(framed(ROW), context)) == "见官网"


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("mask", "写到 [邮箱] 就行\n\n谢谢"),
        ("flag", "写到 li.lei@example.com 就行\n\n谢谢"),
    ],
)
def test_a_fixed_answer_is_cleaned_and_masked(action: str, told: str) -> None:
    labels = table(fix(ROW, "写到 li.lei@example.com 就行\r\n<br>谢谢 \n"))
    result = carried(framed(ROW, ask("别的？", "不动 \r\n")), labels, pii={"action": action})
    assert (answer(result), answer(result, 1)) == (told, "不动 \r\n")
    assert reasons(result)[:2] == [("labels", "label_fixed"), ("labels", "label_noted")]
    assert ("pii", "pii_email") in reasons(result)
    assert ("clean", "line_ending") in reasons(result)


def test_a_fix_with_forbidden_data_costs_the_row_its_place() -> None:
    labels = table(fix(ROW, "写到 li.lei@example.com"), fix(ROW, "见官网", row=2))
    result = carried(framed(ROW, ROW, ROW), labels, pii={"action": "drop"})
    assert result.dropped.select("row", "stage", "reasons").rows() == [(1, "pii", ["pii_email"])]
    assert result.kept["row"].to_list() == [2, 3]


def test_pseudonyms_depend_on_the_seed() -> None:
    labels = table(fix(ROW, "写到 li.lei@example.com"))
    made = {answer(carry_out(framed(ROW), labels, recipe(pii={"action": "pseudonymise"}), seed=n)) for n in (1, 1, 2)}
    assert len(made) == 2


def test_what_was_flagged_before_is_not_flagged_twice() -> None:
    result = carried(framed(LEAKY), table(fix(LEAKY, "可以")))
    assert reasons(result) == [("labels", "label_fixed"), ("labels", "label_noted")]


def test_notes_are_masked_in_meta() -> None:
    labels = table([said("a.jsonl:1", "a", "问 li.lei@example.com", "remark", kind="text", content=None)])
    result = carried(framed(ROW), labels, pii={"action": "mask"})
    assert result.kept["meta"][0] == '{"labels":{"remark":"问 [邮箱]"}}'
    assert ("pii", "pii_email") in reasons(result)


@pytest.mark.parametrize(("action", "seen"), [("mask", False), ("flag", True)])
@pytest.mark.parametrize("disputed", ["keep", "drop"])
def test_votes_are_masked(action: str, seen: bool, disputed: str) -> None:
    about = {"content": content_id(ROW)}
    lines = [said("a.jsonl:1", who, "fix", **about) for who in "ab"]
    texts = [("a", "问 li.lei@example.com"), ("b", "见官网")]
    lines += [said("a.jsonl:1", who, text, "corrected", **about) for who, text in texts]
    result = carried(framed(ROW), table(lines), pii={"action": action}, labels={"disputed": disputed})
    assert "label_disputed" in result.events["reason"]
    assert ("li.lei" in str(result.events["detail"].to_list())) == seen
    assert result.dropped.height == (disputed == "drop")


def test_the_next_round_decides_about_a_fix_that_was_cleaned() -> None:
    first = fix(ROW, "见官网 \n")
    shown = records_of(carried(framed(ROW), table(first)).kept)[0]
    assert shown["messages"][-1]["content"] == "见官网"
    rejected = [said("a.jsonl:1", "b", "reject", content=content_id(shown), round=2)]
    result = carried(framed(ROW, ROW), table(first, rejected))
    assert result.dropped.select("row", "reasons").rows() == [(1, ["label_rejected"])]
    assert result.kept["row"].to_list() == [2]
    better = fix(shown, "见官网首页。\t", round=2)
    result = carried(framed(ROW, ROW), table(first, better))
    assert (answer(result), answer(result, 1)) == ("见官网首页。", "不知道")


def test_fixes_that_lead_back_end() -> None:
    first = fix(ROW, "甲 ")
    shown = records_of(carried(framed(ROW), table(first)).kept)[0]
    result = carried(framed(ROW), table(first, fix(shown, "甲 \n", round=2)))
    assert answer(result) == "甲"


def some_labels(frame: pl.DataFrame, dice: random.Random) -> pl.DataFrame:
    """Labels of all sorts about every other row."""
    lines: list[dict[str, Any]] = []
    for record, name in zip(records_of(frame), frame["id"], strict=True):
        about: dict[str, Any] = {"content": dice.choice([content_id(record), "old", None])}
        word = dice.choice(["accept", "reject", "fix", "", ""])
        if word:
            lines += [said(name, "a", word, **about), said(name, "b", dice.choice([word, "reject"]), **about)]
        if word == "fix":
            text = dice.choice(["好 \r\n", "打 13812345678", "写到 li.lei@example.com<br>"])
            lines.append(said(name, "a", text, "corrected", **about))
        if record["kind"] == "preference":
            lines.append(said(name, "a", dice.choice(["a", "b", "tie"]), "preferred", **about))
    dice.shuffle(lines)
    return label_table(answer_frame(lines), how="majority")


@pytest.mark.parametrize("seed", range(4))
def test_cuts_and_order_do_not_matter(seed: int) -> None:
    dice = random.Random(seed)
    records = [dice.choice([ROW, LEAKY, preference("水温？", "95 度", "80 度")]) for _ in range(40)]
    frame = frame_of(records, sources=["a.jsonl"] * 40, rows=list(range(1, 41)))
    frame = frame.with_columns(id=pl.format("{}:{}", "source", "row"))
    labels = some_labels(frame, dice)
    sections = {"pii": {"action": dice.choice(["mask", "drop", "pseudonymise", "flag"])}}
    whole = carried(frame, labels, **sections)
    assert whole.events.height > 5
    assert whole.kept["row"].is_sorted()
    parts = [carried(part, labels, **sections) for part in cut(frame, dice)]
    assert pl.concat(part.kept for part in parts).equals(whole.kept)
    order = ["source", "row", "stage", "reason", "detail"]
    for name in ("dropped", "events"):
        told = pl.concat(getattr(part, name) for part in parts)
        key = order if name == "events" else order[:3]
        assert told.sort(key).equals(getattr(whole, name).sort(key))
    mixed = carried(frame.sample(fraction=1.0, shuffle=True, seed=seed), labels, **sections)
    assert mixed.kept.sort("row").equals(whole.kept)


@pytest.mark.parametrize("fixed", [True, False])
def test_what_was_looked_at_before_is_not_looked_at_again(fixed: bool) -> None:
    """A pseudonym that is searched again would be exchanged again, and the row's hash with it."""
    answers = fix(LEAKY, "写到 13800138000") if fixed else [said("a.jsonl:1", "a", "accept", content=content_id(LEAKY))]
    result = carried(framed(LEAKY), table(answers), pii={"action": "pseudonymise"})
    [record] = records_of(result.kept)
    assert record["messages"][0] == LEAKY["messages"][0]
    assert record["meta"]["note"] == "13812345678"
    assert ("13800138000" in answer(result)) is False
    assert (answer(result) == "不知道") is not fixed
