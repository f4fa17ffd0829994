"""What the rows say: no accident among the clean ones, and each planted defect is really one."""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from examples.mill.defects.bench import Bench
from examples.mill.entries import Entry
from examples.mill.layout import World, load_world, prepare
from examples.mill.shapes import Pair
from examples.mill.talks import Talk

FACTS = Path(__file__).parents[2] / "examples" / "facts"

# Kinds whose text itself is marked, so that a search finds them and nothing else.
MARKS = {
    "html_tag": r"</(p|b|span|div)>",
    "html_entity": r"&(#[0-9]+|[a-z]+);",
    "zero_width": r"[\u200b\u2060\ufeff]",
    "template_token": r"<\|(im_start|user|assistant)\|>",
    "stop_token": r"<\|(endoftext|eot_id)\|>",
    "open_think": r"<think>",
    "open_fence": r"```",
    "lone_surrogate": r"\\ud83c",
    "pii": r"1380000[0-9]{4}|138[ -]0000[ -][0-9]{4}|[a-z.]+@example\.com|192\.0\.2\.|990101[0-9]{11}[0-9X]",
    "refusal": r"I'm sorry, but|cannot assist|am unable to|I apologize|抱歉，我无法|我不能提供|我没有办法回答",
}


@pytest.fixture(scope="module")
def world() -> World:
    return load_world(FACTS)


@pytest.fixture(scope="module")
def bench(world: World) -> Bench:
    return prepare(world)


def _all(bench: Bench) -> list[Entry]:
    return [entry for entries in bench.filled.values() for entry in entries]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _grams(text: str) -> set[str]:
    folded = _folded(text)
    return {folded[place : place + 5] for place in range(len(folded) - 4)}


def _said(entry: Entry) -> str:
    said: Any = entry.said
    if isinstance(said, Talk):
        return "\n".join(turn.text for turn in said.turns)
    return f"{said.question}\n{said.chosen if isinstance(said, Pair) else said.answer}"


def test_there_are_more_than_900_rows_that_ask_and_answer(bench: Bench) -> None:
    talks = [entry for entry in _all(bench) if isinstance(entry.said, Talk) and not entry.defect]
    assert len(talks) >= 1200
    assert sum(len(entry.said.turns) > 2 for entry in talks) >= 150
    assert sum(bool(entry.said.tools) for entry in talks) >= 60


def test_there_are_150_preference_pairs(bench: Bench) -> None:
    assert sum(isinstance(entry.said, Pair) and not entry.defect for entry in _all(bench)) == 150


def test_every_fact_is_said_at_least_four_times_and_in_both_languages(world: World, bench: Bench) -> None:
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in _all(bench):
        if isinstance(entry.said, Talk) and not entry.defect:
            said[entry.said.fact][entry.said.lang] += 1
    assert [fact.id for fact in world.facts if min(said[fact.id]["en"], said[fact.id]["zh"]) < 2] == []


def test_every_row_carries_its_fact_but_paragraphs(bench: Bench) -> None:
    without = {path for path, entries in bench.filled.items() for entry in entries if "fact" not in entry.row}
    assert without == {"texts/care_en.txt", "texts/care_zh.md"}


def test_no_question_of_a_clean_row_stands_in_another_row(bench: Bench) -> None:
    repeating = {"exact_duplicate", "conflicting_answer"}
    asked = Counter(
        _folded(entry.said.question)
        for entry in _all(bench)
        if hasattr(entry.said, "question") and entry.defect not in repeating
    )
    assert [question for question, times in asked.items() if times > 1] == []


def test_a_reasked_question_is_in_no_row(world: World, bench: Bench) -> None:
    asked = {_folded(entry.said.question) for entry in _all(bench) if hasattr(entry.said, "question")}
    reasked = {_folded(fact.side(lang).reask) for fact in world.facts for lang in ("en", "zh")}
    assert asked & reasked == set()


def test_a_benchmark_question_is_only_in_the_rows_that_leak_it(bench: Bench) -> None:
    questions = {_folded(spare.ask) for spare in bench.hand.benchmark}
    found = [
        entry for entry in _all(bench) if hasattr(entry.said, "question") and _folded(entry.said.question) in questions
    ]
    assert {entry.defect for entry in found} == {"benchmark_leak"}
    assert len(found) == 8


def test_no_two_rows_of_one_fact_are_nearly_equal_but_the_planted_ones(bench: Bench) -> None:
    said: dict[tuple[str, str], list[tuple[set[str], Entry]]] = defaultdict(list)
    for entry in _all(bench):
        if isinstance(entry.said, Talk) and entry.defect not in ("exact_duplicate", "near_duplicate"):
            said[entry.said.fact, entry.said.lang].append((_grams(_said(entry)), entry))
    near = [
        (_said(one), _said(two))
        for rows in said.values()
        for place, (left, one) in enumerate(rows)
        for right, two in rows[:place]
        if len(left & right) / len(left | right) >= 0.7
    ]
    assert near == []


def test_a_near_duplicate_is_near_and_not_equal(bench: Bench) -> None:
    likeness = []
    for entry in _all(bench):
        if entry.defect == "near_duplicate":
            assert entry.of is not None
            left, right = _grams(_said(entry)), _grams(_said(entry.of))
            likeness.append(len(left & right) / len(left | right))
    assert len(likeness) == 16
    assert 0.7 <= min(likeness) <= max(likeness) < 1


def test_a_repeat_stands_behind_the_row_that_it_repeats(bench: Bench) -> None:
    order = {id(entry): place for place, entry in enumerate(_all(bench))}
    planted = [entry for entry in _all(bench) if entry.of is not None]
    assert [entry.detail for entry in planted if order[id(entry)] < order[id(entry.of)]] == []
    assert len({id(entry.of) for entry in planted}) == len(planted)


def test_a_contradiction_asks_the_same_and_answers_otherwise(bench: Bench) -> None:
    planted = [
        (entry.said, entry.of.said) for entry in _all(bench) if entry.defect == "conflicting_answer" and entry.of
    ]
    assert len(planted) == 8
    assert [said for said, first in planted if said.question != first.question] == []
    assert [said for said, first in planted if said.answer == first.answer] == []


@pytest.mark.parametrize("kind", MARKS)
def test_a_marked_defect_is_in_the_planted_rows_and_in_no_other(bench: Bench, kind: str) -> None:
    mark = re.compile(MARKS[kind])
    found = [entry for entry in _all(bench) if mark.search(_whole(entry))]
    planted = [entry for entry in _all(bench) if entry.defect == kind]
    assert planted
    assert {id(entry) for entry in found} == {id(entry) for entry in planted}


def _whole(entry: Entry) -> str:
    """The row as text, with tool arguments and schemas unpacked as they are."""
    return entry.text() if entry.line is not None else json.dumps(entry.row, ensure_ascii=False)


def test_an_answer_in_the_wrong_language_has_no_letter_of_the_right_one(bench: Bench) -> None:
    planted: list[Any] = [entry.said for entry in _all(bench) if entry.defect == "wrong_language"]
    han = re.compile(r"[\u4e00-\u9fff]")
    assert [talk for talk in planted if bool(han.search(talk.answer)) == (talk.lang == "zh")] == []
