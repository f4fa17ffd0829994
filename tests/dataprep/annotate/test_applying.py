import itertools
import random
from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.applying import LABELS, apply_labels, label_table
from dataprep.reasons.labelling import REASONS
from dataprep.recipe.labels import Labels
from schemas.frames import FRAME, empty, frame_of, records_of
from schemas.records import Record, content_id
from schemas.results import StageResult
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, user

ROW = ask("二加二？", "五")
INDENTED = ask("代码？", "    return 5")
PAIR = preference("水温？", "100 °C", "80 °C")
THOUGHT = sft(user("2+2?"), bot("5", reasoning="2+2=5", weight=1.0), meta={"page": 3})


def said(
    record: Record, *values: Any, question: str = "verdict", content: str | None = "", **more: Any
) -> list[dict[str, Any]]:
    """One answer of each of several annotators about the first row."""
    about = {
        "record": "a.jsonl:1",
        "content": content_id(record) if content == "" else content,
        "round": 1,
        "gold": False,
    }
    kind = {"rating": "rating", "corrected": "text", "preferred": "pairwise"}.get(question, "choices")
    return [
        {**about, "question": question, "kind": kind, "annotator": f"p{place}", "annotation": f"{question}{place}",
         "value": orjson.dumps(value).decode(), **more}
        for place, value in enumerate(values)
    ]  # fmt: skip


def applied(
    record: Record, *answers: Sequence[dict[str, Any]], disputed: str = "keep", how: Any = "majority"
) -> StageResult:
    labels = label_table(answer_frame([line for lines in answers for line in lines]), how=how)
    frame = framed(record, ask("其他", "不动"))
    result = apply_labels(frame, labels, Labels(disputed=disputed))  # type: ignore[arg-type]
    result.conserve(2, stage="labels")
    assert result.kept.schema == FRAME
    assert set(result.events["reason"]) <= set(REASONS)
    assert result.kept.row(-1) == frame.row(-1)
    return result


def told(result: StageResult) -> list[tuple[str, str]]:
    return [line for line in result.events.select("verdict", "reason").rows() if line[1] != "label_noted"]


def fixed(record: Record, text: str, **more: Any) -> list[dict[str, Any]]:
    return said(record, "fix", **more) + said(record, text, question="corrected", **more)


def test_no_rows_and_no_labels() -> None:
    nothing = pl.DataFrame(schema=LABELS)
    assert apply_labels(empty(FRAME), nothing, Labels()).kept.is_empty()
    frame = framed(ROW)
    assert apply_labels(frame, nothing, Labels()).kept.equals(frame)
    assert label_table(answer_frame([]), how="strict").schema == LABELS


SPLIT = said(ROW, "四", "4", question="corrected")


@pytest.mark.parametrize(
    ("record", "answers", "events", "kept"),
    [
        (ROW, [said(ROW, "accept")], [], True),
        (ROW, [said(ROW, "reject")], [("dropped", "label_rejected")], False),
        (ROW, [said(ROW, "reject", content=None)], [("dropped", "label_rejected")], False),
        (ROW, [said(ROW, "reject", content="old")], [("dropped", "label_rejected")], False),
        (ROW, [said(ROW, "accept", "accept", "reject")], [], True),
        (ROW, [said(ROW, "accept", "reject")], [("flagged", "label_disputed")], True),
        (ROW, [fixed(ROW, "四")], [("changed", "label_fixed")], True),
        (ROW, [fixed(ROW, "四", content="old")], [("flagged", "label_outdated")], True),
        (ROW, [fixed(ROW, "四", content=None)], [("flagged", "label_outdated")], True),
        (ROW, [fixed(ROW, "五")], [("flagged", "label_no_fix")], True),
        (INDENTED, [fixed(INDENTED, "return 5")], [("flagged", "label_no_fix")], True),
        (ROW, [said(ROW, "fix")], [("flagged", "label_no_fix")], True),
        (ROW, [said(ROW, "accept"), said(ROW, "四", question="corrected")], [], True),
        (ROW, [said(ROW, "fix", "fix"), SPLIT], [("flagged", "label_disputed")], True),
        (ROW, [said(ROW, "accept", "accept"), SPLIT], [], True),
        (ROW, [said(ROW, "a", question="preferred")], [("flagged", "label_misfit")], True),
        (PAIR, [said(PAIR, "a", question="preferred")], [], True),
        (PAIR, [said(PAIR, "b", question="preferred")], [("changed", "label_flipped")], True),
        (PAIR, [said(PAIR, "b", question="preferred", content="old")], [("flagged", "label_outdated")], True),
        (PAIR, [said(PAIR, "tie", question="preferred")], [("dropped", "label_tie")], False),
        (PAIR, [said(PAIR, "a", "b", question="preferred")], [("flagged", "label_disputed")], True),
        (PAIR, [fixed(PAIR, "四")], [("flagged", "label_misfit")], True),
        (kto("q", "a"), [fixed(kto("q", "a"), "b")], [("flagged", "label_misfit")], True),
        (plain("文"), [said(plain("文"), "reject")], [("dropped", "label_rejected")], False),
    ],
)  # fmt: skip
def test_what_becomes_of_a_row(record: Record, answers: Any, events: list[tuple[str, str]], kept: bool) -> None:
    result = applied(record, *answers)
    assert told(result) == events
    assert (result.kept.height == 2) == kept


@pytest.mark.parametrize(
    ("answers", "dropped"),
    [
        ([said(ROW, "accept", "reject")], True),
        ([said(ROW, "fix", "fix"), SPLIT], True),
        ([said(ROW, "accept", "accept"), SPLIT], False),
        ([said(ROW, "accept", "accept"), said(ROW, 1, 5, question="rating")], False),
        ([fixed(ROW, "四"), said(ROW, 1, 5, question="rating")], False),
    ],
)  # fmt: skip
def test_disputed_rows_can_be_dropped(answers: Any, dropped: bool) -> None:
    result = applied(ROW, *answers, disputed="drop")
    assert result.dropped["reasons"].to_list() == ([["label_disputed"]] if dropped else [])


def test_strict_takes_no_majority() -> None:
    result = applied(ROW, said(ROW, "accept", "accept", "reject"), how="strict")
    assert told(result) == [("flagged", "label_disputed")]


def test_a_mended_answer() -> None:
    result = applied(THOUGHT, fixed(THOUGHT, "4 😀"), said(THOUGHT, 4, 4, question="rating"))
    (record, _) = records_of(result.kept)
    assert record["messages"] == [user("2+2?"), bot("4 😀", weight=1.0)]
    assert record["meta"] == {"page": 3, "labels": {"rating": 4, "verdict": "fix"}}
    line = result.events.row(0, named=True)
    assert (line["stage"], line["before"], line["after"]) == ("labels", "5", "4 😀")
    assert line["detail"] == "corrected: 1 of 1; its reasoning is gone"


def test_a_turned_pair() -> None:
    result = applied(PAIR, said(PAIR, "b", question="preferred"), said(PAIR, "clear", question="strength"))
    (record, _) = records_of(result.kept)
    assert record["chosen"] == PAIR["rejected"]
    assert record["rejected"] == PAIR["chosen"]
    assert record["meta"] == {"labels": {"preferred": "a", "strength": "clear"}}


def test_tags_go_to_meta() -> None:
    result = applied(ROW, said(ROW, ["off_topic", "unsafe"], question="tags"))
    assert orjson.loads(result.kept["meta"][0]) == {"labels": {"tags": ["off_topic", "unsafe"]}}
    assert told(result) == []
    assert result.events["after"].to_list() == ['{"tags":["off_topic","unsafe"]}']


def test_a_mended_row_that_was_shown_again() -> None:
    mended = ask("二加二？", "四")
    later = said(mended, "reject", round=1)
    assert told(applied(ROW, fixed(ROW, "四"), later)) == [("dropped", "label_rejected")]
    later = said(mended, "accept")
    assert records_of(applied(ROW, fixed(ROW, "四"), later).kept)[0]["messages"] == mended["messages"]


def test_a_pair_that_was_turned_to_and_fro_ends() -> None:
    turned: Record = {**PAIR, "chosen": PAIR["rejected"], "rejected": PAIR["chosen"]}
    answers = said(PAIR, "b", question="preferred"), said(turned, "b", question="preferred")
    assert told(applied(PAIR, *answers)) == [("changed", "label_flipped")] * 2


def test_a_second_round_decides() -> None:
    result = applied(ROW, said(ROW, "accept", "reject"), said(ROW, "reject", round=2))
    assert told(result) == [("dropped", "label_rejected")]


def test_equal_rows_share_their_labels() -> None:
    name = content_id(ROW)
    frame = framed(ROW, ROW, ask("q", "a")).with_columns(id=pl.Series([name, f"{name}-2", "other"]))
    rejected = [line | {"record": f"{name}-2"} for line in said(ROW, "reject")]
    result = apply_labels(frame, label_table(answer_frame(rejected), how="majority"), Labels())
    assert result.kept["id"].to_list() == ["other"]
    assert result.events["id"].to_list() == [name, f"{name}-2"]


@pytest.mark.parametrize("seed", range(3))
def test_where_the_frame_is_cut_changes_nothing(seed: int) -> None:
    draw = random.Random(seed)
    records = [ask(f"问 {number}", "五") for number in range(30)]
    frame = frame_of(records, sources=["a.jsonl"] * 30, rows=list(range(1, 31)))
    answers = [
        {**line, "record": content_id(record)}
        for record in records[::2]
        for line in draw.choice([fixed(record, "四"), said(record, "reject"), said(record, "accept", "reject")])
    ]
    labels = label_table(answer_frame(answers), how="majority")
    whole = apply_labels(frame, labels, Labels())
    ends = [0, *sorted(draw.sample(range(1, 30), 4)), 30]
    parts = [apply_labels(frame[begin:end], labels, Labels()) for begin, end in itertools.pairwise(ends)]
    for name in ("kept", "dropped", "events"):
        joined = pl.concat([getattr(part, name) for part in parts])
        assert joined.sort("source", "row", maintain_order=True).equals(
            getattr(whole, name).sort("source", "row", maintain_order=True)
        )
    assert whole.kept["row"].is_sorted()
