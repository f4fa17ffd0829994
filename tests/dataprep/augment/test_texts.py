"""What of a row is reworded, and the row that comes of it."""

from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.augment.drafts import DRAFTS
from dataprep.augment.texts import answer, children, prompt, view_of
from schemas.frames import FRAME, empty, records_of
from schemas.records import Record, content_id
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user

ROWS: list[tuple[Record, str | None, str | None]] = [
    (ask("", ""), "", ""),
    (ask("问？", "答。"), "问？", "答。"),
    (sft(system("s"), user("one"), bot("a"), user("two"), bot("b")), "one", "b"),
    (sft(user("q"), calls("f", ids=("1",), content="let me see")), "q", None),
    (sft(user("q"), calls("f", ids=("1",)), tool("42", "1"), bot("It is 42.")), "q", "It is 42."),
    (sft(user("q"), bot("a", weight=0.0)), "q", None),
    (sft(user("q"), bot("a", weight=0.5)), "q", "a"),
    (sft(user("q"), user("q2")), "q", None),
    (preference("q", "good", "bad"), "q", None),
    (kto("q", "good"), "q", None),
    (plain("text"), None, None),
    (sft(system("s"), bot("hello")), None, "hello"),
]


@pytest.mark.parametrize(("record", "asked", "told"), ROWS)
def test_what_is_reworded(record: Record, asked: str | None, told: str | None) -> None:
    assert framed(record).select(p=prompt(), a=answer()).row(0) == (asked, told)


def test_a_view_has_a_line_for_every_row() -> None:
    frame = framed(*(record for record, _, _ in ROWS))
    signals = frame.select("source", "row", language=pl.lit("zh"), prompt_language=pl.lit("en")).reverse()
    view = view_of(frame, signals)
    assert view["id"].to_list() == frame["id"].to_list()
    assert view["prompt_chars"].to_list() == [None if asked is None else len(asked) for _, asked, _ in ROWS]
    assert view["single"].to_list() == [True, True, False, True, True, True, True, False, True, True, False, False]
    assert view.select("answer_language", "prompt_language").row(3) == ("zh", "en")
    assert view_of(empty(FRAME), signals.clear()).height == 0


def drafted(frame: pl.DataFrame, **told: Any) -> pl.DataFrame:
    line = dict.fromkeys(DRAFTS) | {
        "number": 7,
        "parent_id": frame.item(0, "id"),
        "source": "a.jsonl",
        "row": 1,
        "family": "f",
        "origin": "paraphrase",
        "style": "plain",
        "model": "m",
        "prompt_version": "v",
        "key": "k",
    }
    return pl.DataFrame([line | told], schema=DRAFTS)


def child(record: Record, **told: Any) -> tuple[pl.DataFrame, Record]:
    frame = framed(record).with_columns(family=pl.lit("f"))
    made = children(frame, drafted(frame, **told))
    return made, records_of(made)[0]


def test_only_the_words_change() -> None:
    parent = sft(system("s"), user("one", context="c"), bot("a", weight=0.0), user("two"), bot("b", reasoning="why"))
    made, record = child(parent | {"meta": {"x": 1}}, prompt_after="ONE")
    assert (
        record["messages"]
        == sft(system("s"), user("ONE", context="c"), bot("a", weight=0.0), user("two"), bot("b", reasoning="why"))[
            "messages"
        ]
    )
    assert made.select("id", "parent_id", "origin", "source", "row", "family", "repeat").row(0) == (
        *(content_id(record), "a.jsonl:1", "paraphrase", "a.jsonl#augmented", 7, "f", 1),
    )
    assert orjson.loads(made.item(0, "meta")) == {
        "augmented": {"style": "plain", "model": "m", "prompt_version": "v", "key": "k"}
    }


def test_thoughts_go_with_the_answer_that_they_led_to() -> None:
    _, record = child(sft(user("q"), bot("b", reasoning="why")), answer_after="B")
    assert record["messages"] == [{"role": "user", "content": "q"}, {"role": "assistant", "content": "B"}]


def test_a_preference_keeps_its_answers() -> None:
    _, record = child(preference("q", "good", "bad"), prompt_after="Q")
    assert record == {**preference("Q", "good", "bad"), "meta": record["meta"]}


def test_a_new_question_takes_the_place_of_the_conversation() -> None:
    told = {
        "origin": "self_instruct",
        "prompt_after": "新问题？",
        "answer_after": "新答案。",
        "seeds": ["a.jsonl:1", "x"],
    }
    made, record = child(sft(system("s"), user("one"), bot("a"), user("two"), bot("b")), **told)
    assert record["messages"] == sft(system("s"), user("新问题？"), bot("新答案。"))["messages"]
    assert orjson.loads(made.item(0, "meta"))["augmented"]["seeds"] == ["a.jsonl:1", "x"]


def test_no_draft_no_row() -> None:
    assert children(framed(ask("a", "b")), pl.DataFrame(schema=DRAFTS)).schema == FRAME
