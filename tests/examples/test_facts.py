"""The hand-written facts: complete, distinct, and clean, so that every defect in the raw files is a planted one."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.mill.facts import LANGS, Fact
from examples.mill.layout import World, load_world

FOLDER = Path(__file__).parents[2] / "examples" / "facts"

DIRT = {
    "html tag": re.compile(r"</?[a-zA-Z!][^<>]*>"),
    "html entity": re.compile(r"&(#\d+|#x[0-9a-fA-F]+|[a-zA-Z]{2,10});"),
    "template token": re.compile(r"<\||\|>|\[/?INST\]|</?s>|<<SYS>>|<think>|### "),
    "code fence": re.compile(r"```"),
    "invisible character": re.compile(
        r"[\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u00ad\ufffd\x00-\x08\x0b-\x1f\x7f-\x9f]"
    ),
    "mojibake": re.compile(r"Â|Ã|â€|ï¼|锟斤拷|æ[\u0080-\u00bf]"),
    "mobile number": re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])"),
    "mail address": re.compile(r"[\w.]+@(?!lingquan\.example)[\w.]+"),
    "identity number": re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])"),
    "outer blanks": re.compile(r"^\s|\s$|  "),
}


@pytest.fixture(scope="module")
def world() -> World:
    return load_world(FOLDER)


def _texts(fact: Fact) -> Iterator[str]:
    for side in (fact.en, fact.zh):
        yield from (*side.ask, side.answer, side.short, side.reask, side.wrong)


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def test_there_are_300_facts_in_nine_topics(world: World) -> None:
    assert len(world.facts) == 300
    assert len({fact.topic for fact in world.facts}) == 9
    assert max(Counter(fact.id for fact in world.facts).values()) == 1


def test_there_are_60_passages_in_both_languages(world: World) -> None:
    assert len(world.passages) == 60
    assert min(Counter(passage.lang for passage in world.passages).values()) >= 25
    assert not [passage.id for passage in world.passages if "\n" in passage.text]


def test_general_knowledge_is_half_english_half_chinese(world: World) -> None:
    assert Counter(item["lang"] for item in world.general) == {"en": 50, "zh": 50}
    assert max(Counter(_folded(item["question"]) for item in world.general).values()) == 1


def test_every_fact_has_three_questions_and_four_texts_in_both_languages(world: World) -> None:
    incomplete = [
        fact.id for fact in world.facts if not all(_texts(fact)) or {len(fact.en.ask), len(fact.zh.ask)} != {3}
    ]
    assert incomplete == []


def test_no_question_stands_twice(world: World) -> None:
    asked = Counter(
        (lang, _folded(question))
        for fact in world.facts
        for lang in LANGS
        for question in (*fact.side(lang).ask, fact.side(lang).reask)
    )
    assert [question for question, times in asked.items() if times > 1] == []


def test_a_wrong_answer_is_not_the_right_one(world: World) -> None:
    same = [
        fact.id
        for fact in world.facts
        for side in (fact.en, fact.zh)
        if len({_folded(side.wrong), _folded(side.answer), _folded(side.short)}) < 3
    ]
    assert same == []


@pytest.mark.parametrize("dirt", DIRT)
def test_nothing_written_by_hand_is_dirty(world: World, dirt: str) -> None:
    texts = [text for fact in world.facts for text in _texts(fact)]
    texts += [passage.text for passage in world.passages]
    texts += [item[key] for item in (*world.traditional, *world.general) for key in ("question", "answer")]
    assert [text for text in texts if DIRT[dirt].search(text)] == []


def test_english_is_english_and_chinese_is_chinese(world: World) -> None:
    han = re.compile(r"[\u4e00-\u9fff]")
    strays = [
        fact.id
        for fact in world.facts
        if any(han.search(text) for text in (*fact.en.ask, fact.en.answer, fact.en.short))
        or not all(han.search(text) for text in (*fact.zh.ask, fact.zh.answer))
    ]
    assert strays == []


def test_letters_in_traditional_characters_speak_of_known_facts(world: World) -> None:
    assert {item["fact"] for item in world.traditional} <= {fact.id for fact in world.facts}
