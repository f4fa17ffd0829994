import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from evalsuite.config import EvalRecipe, Questions
from evalsuite.items import Item, frame_of_items, gather, languages_of, read_questions, read_rows, sample, spread
from evalsuite.scorecard import ITEMS
from schemas.errors import UserError
from schemas.frames import frame_of
from schemas.records import Record
from tests.train.tiny import write_artifact

USER: Any = {"role": "user", "content": "水箱多大？"}
SAID: Any = {"role": "assistant", "content": "1.8升。"}


def frame(records: list[Any]) -> pl.DataFrame:
    return frame_of(records, sources=["a.jsonl"] * len(records), rows=range(1, len(records) + 1))


@pytest.mark.parametrize(
    ("record", "asked"),
    [
        ({"kind": "sft", "messages": [SAID]}, None),
        ({"kind": "sft", "messages": [USER]}, None),
        ({"kind": "sft", "messages": [USER, SAID]}, 1),
        ({"kind": "sft", "messages": [USER, SAID, USER, SAID, USER]}, 3),
        ({"kind": "preference", "messages": [USER], "chosen": [SAID], "rejected": [SAID]}, 1),
        ({"kind": "kto", "messages": [USER], "chosen": [SAID], "label": True}, 1),
        ({"kind": "kto", "messages": [USER], "chosen": [SAID], "label": False}, None),
    ],
)
def test_rows_are_asked_at_their_last_answer(record: Any, asked: int | None) -> None:
    found = read_rows(frame([record]), "eval", EvalRecipe())
    assert [len(item.asked) for item in found] == ([] if asked is None else [asked])
    if found:
        assert found[0].reference == "1.8升。"
        assert found[0].question == "水箱多大？"


def test_raw_text_is_a_set_of_its_own() -> None:
    found = read_rows(frame([{"kind": "text", "text": "茶要趁热喝。"}]), "eval", EvalRecipe())
    assert [(item.set, item.reference, item.question) for item in found] == [("text", "茶要趁热喝。", "")]


def test_context_is_what_an_answer_may_rest_on() -> None:
    messages: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hi", "context": None},
        {"role": "assistant", "content": "Hello!"},
        {"role": "user", "content": "How big?", "context": "It holds 2 l."},
        {"role": "assistant", "content": "2 l"},
    ]
    item = read_rows(frame([{"kind": "sft", "messages": messages}]), "eval", EvalRecipe())[0]
    assert item.question == "How big?"
    assert item.context.split("\n") == ["It holds 2 l.", "Be brief.", "Hi", "Hello!"]


@pytest.mark.parametrize(
    ("texts", "told"),
    [([], []), (["", "7升"], ["und", "zh"]), (["The tank holds 2 l.", "用 GPT-4 回答"], ["en", "zh"])],
)
def test_languages(texts: list[str], told: list[str]) -> None:
    assert languages_of(texts) == told


def items(count: int) -> list[Item]:
    return [Item(f"i{number}", "eval", "sft", "a", number, f"c{number}", (USER, SAID)) for number in range(count)]


def test_a_sample_doesnt_hang_on_the_order() -> None:
    every = items(40)
    drawn = sample(every, 7, seed=1)
    assert {item.id for item in drawn} == {item.id for item in sample(every[::-1], 7, seed=1)}
    assert drawn != sample(every, 7, seed=2)
    assert len(drawn) == 7
    assert [item.row for item in drawn] == sorted(item.row for item in drawn)
    assert spread(every, None) == every
    assert spread(every, 99) == every


def artifact(tmp_path: Path, held: list[Record]) -> Path:
    learned: list[Any] = [{"kind": "sft", "messages": [USER, SAID], "meta": {"fact": "tank"}}]
    return write_artifact(tmp_path / "data", {"train": learned, "dev": [], "eval": held})


def test_an_empty_eval_split_is_told(tmp_path: Path) -> None:
    data = artifact(tmp_path, [{"kind": "sft", "messages": [USER]}])
    with pytest.raises(UserError, match="no row with a question and an answer, and no text") as told:
        gather(EvalRecipe(), data, root=tmp_path, seed=1)
    assert "data.split.eval" in told.value.hint


def test_raw_text_alone_will_do(tmp_path: Path) -> None:
    found = gather(EvalRecipe(), artifact(tmp_path, [{"kind": "text", "text": "x"}]), root=tmp_path, seed=1)
    assert [item.set for item in found] == ["text", "train"]


def test_only_facts_that_were_taught_are_asked_again(tmp_path: Path) -> None:
    lines = [{"question": "多大？", "answer": "1.8升", "fact": fact} for fact in ("tank", "warranty")]
    (tmp_path / "q.jsonl").write_text("\n\n".join(map(json.dumps, lines)), encoding="utf-8")
    data = artifact(tmp_path, [{"kind": "sft", "messages": [USER, SAID], "meta": {"team": "north"}}])
    recipe = EvalRecipe(reasked=Questions(path="q.jsonl", key="fact"), slices=("team",), cluster="team")
    found = gather(recipe, data, root=tmp_path, seed=1)
    assert [(item.set, item.id) for item in found if item.set == "reasked"] == [("reasked", "reasked-1")]
    assert len({item.id for item in found}) == len(found) == 3  # the row of eval equals the row of train
    table = frame_of_items(found)
    assert table.columns == [*ITEMS, "team"]
    assert table["team"].to_list() == ["north", None, None]
    assert table["cluster"].to_list()[0] == "north"
    assert table["length"].unique().to_list() == ["short"]


@pytest.mark.parametrize("line", ["{", '{"question": "x"}', "[1]", '"x"'])
def test_a_bad_line_of_questions_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text('{"question": "a", "answer": "b"}\n' + line, encoding="utf-8")
    with pytest.raises(UserError, match=r"q\.jsonl:2"):
        read_questions(path, "general", Questions(path="q.jsonl"), None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", {}),
        ("\n\n", {}),
        ('{"question": "a", "answer": "b"}', {"languages": ("zh",)}),
        ('{"question": "a", "answer": "b", "fact": "x"}', {"key": "fact"}),
    ],
)
def test_nothing_to_ask_is_told(tmp_path: Path, text: str, parts: dict[str, Any]) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="no question to ask"):
        read_questions(path, "general", Questions(path="q.jsonl", **parts), frozenset() if "key" in parts else None)


def test_absent_questions_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        read_questions(tmp_path / "q.jsonl", "general", Questions(path="q.jsonl"), None)
