"""Advice: facts in, choices out; what a data artifact says of itself."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from dataprep.advise import RULES, Facts, advise, facts_of
from schemas.errors import ArtifactError
from schemas.frames import frame_of
from schemas.records import Record

MILLION = 1_000_000


def choices(facts: Facts) -> dict[str, str]:
    return {advice.topic: advice.choice for advice in advise(facts)}


CASES: list[tuple[str, Facts, dict[str, str]]] = [
    ("nothing at all", Facts({}), {"approach": "few-shot", "pretraining": "no", "model": "chat", "settings": "none"}),
    ("12 rows", Facts({"sft": 12}), {"approach": "few-shot", "model": "chat", "replay": "none", "settings": "none"}),
    ("49 rows", Facts({"sft": 49}, task="style"), {"approach": "few-shot", "settings": "none"}),
    ("50 rows", Facts({"sft": 50}, task="style"), {"approach": "LoRA", "settings": "r 8, lr 2e-4, 4 epochs"}),
    ("299 rows", Facts({"sft": 299}, task="style", gap="large"), {"approach": "LoRA", "model": "chat"}),
    ("300 of style", Facts({"sft": 300}, task="style"), {"approach": "LoRA", "model": "chat", "replay": "none"}),
    ("300 settings", Facts({"sft": 300}, task="style"), {"settings": "r 16, lr 2e-4, 3 epochs"}),
    ("999, large gap", Facts({"sft": 999}, task="skill", gap="large"), {"model": "chat"}),
    ("1,000, large gap", Facts({"sft": 1000}, task="skill", gap="large"), {"approach": "LoRA", "model": "base"}),
    ("1,000, small gap", Facts({"sft": 1000}, task="skill", gap="small"), {"model": "chat"}),
    ("good already", Facts({"sft": 9000}, gap="none"), {"approach": "prompt", "replay": "none", "settings": "none"}),
    ("facts change", Facts({"sft": 5000}, task="chat", changing=True), {"approach": "RAG", "pretraining": "no"}),
    ("knowledge", Facts({"sft": 5000}, task="knowledge", gap="large"), {"approach": "RAG"}),
    ("99,999 rows", Facts({"sft": 99_999}, task="skill", gap="large"), {"approach": "LoRA"}),
    (
        "200k, large gap",
        Facts({"sft": 200_000}, task="skill", gap="large"),
        {"approach": "full", "model": "base", "replay": "1%", "settings": "lr 1e-5, 1 epoch"},
    ),
    (
        "200k, small gap",
        Facts({"sft": 200_000}, task="skill", gap="small"),
        {"approach": "LoRA", "model": "chat", "settings": "r 32, lr 1e-4, 1 epoch"},
    ),
    ("8 billion", Facts({"sft": 800}, task="format", parameters=8 * 10**9), {"approach": "QLoRA", "model": "chat"}),
    ("a tiny model", Facts({"sft": 800}, task="format", parameters=135 * MILLION), {"approach": "LoRA"}),
    ("14 billion", Facts({"sft": 9000}, task="chat", parameters=14 * 10**9), {"settings": "r 16, lr 1e-4, 2 epochs"}),
    ("preferences", Facts({"preference": 500}, task="style"), {"settings": "LoRA, lr 5e-6, 1 epoch, beta 0.1"}),
    (
        "12 M tokens of text",
        Facts({"sft": 2000, "text": 900}, text_chars=40 * MILLION, languages=("en",), task="skill"),
        {"approach": "LoRA", "pretraining": "first", "model": "base", "replay": "5%"},
    ),
    (
        "text alone",
        Facts({"text": 900}, text_chars=9 * MILLION, languages=("zh",)),
        {"approach": "RAG", "pretraining": "first", "model": "base", "settings": "r 16 + embeddings, lr 1e-4"},
    ),
    ("too little text", Facts({"text": 9}, text_chars=9 * MILLION, languages=("en",)), {"pretraining": "no"}),
    ("good, with text", Facts({"text": 9}, text_chars=90 * MILLION, gap="none"), {"pretraining": "no"}),
    ("changing text", Facts({"text": 9}, text_chars=90 * MILLION, changing=True), {"pretraining": "no"}),
]


@pytest.mark.parametrize(("facts", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_choices(facts: Facts, expected: dict[str, str]) -> None:
    found = choices(facts)
    assert {topic: found[topic] for topic in expected} == expected
    assert list(found) == ["approach", "pretraining", "model", "replay", "settings"]


def test_every_rule_is_reached_by_a_case() -> None:
    reached = {(advice.topic, advice.choice, advice.sources) for _, facts, _ in CASES for advice in advise(facts)}
    assert [rule[:3] for rule in RULES if (rule[0], rule[1], rule[4]) not in reached] == []


@pytest.mark.parametrize("facts", [case[1] for case in CASES], ids=[case[0] for case in CASES])
def test_sentences_in_both_languages(facts: Facts) -> None:
    for advice in advise(facts):
        english, chinese = advice.sentence("en"), advice.sentence("zh")
        assert english.startswith(f"{advice.topic.capitalize()}: {advice.choice}. ")
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in english)
        assert sum("\u4e00" <= letter <= "\u9fff" for letter in chinese) > 6
        for sentence in (english, chinese):
            assert all(source in sentence for source in advice.sources)
            assert "{" not in sentence


def test_sentences_name_the_numbers() -> None:
    by_topic = {advice.topic: advice for advice in advise(Facts({"sft": 1217, "text": 1}, text_chars=10_000))}
    for lang in ("en", "zh"):
        assert "1,217" in by_topic["approach"].sentence(lang)
        assert "3,000" in by_topic["pretraining"].sentence(lang)  # 0.3 tokens a character
    assert "16 GB" in advise(Facts({"sft": 800}, parameters=8 * 10**9))[0].sentence()


def test_a_guess_is_called_one() -> None:
    labels = Facts({"sft": 900}, distinct_answers=0.01)
    assert labels.aim == "format"
    assert "the data look like format" in advise(labels)[0].sentence()
    assert "从数据看属于格式" in advise(labels)[0].sentence("zh")
    assert Facts({"sft": 900}, distinct_answers=0.5).aim == "chat"
    given = Facts({"sft": 900}, distinct_answers=0.01, task="style")
    assert given.aim == "style"
    assert "not given" not in advise(given)[0].sentence()


def test_published_advice_names_its_publication() -> None:
    unnamed = {rule[2] for rule in RULES if not rule[4]}
    assert unnamed == {"no_text", "idle"}


def sft(question: str, answer: str) -> Record:
    return {
        "kind": "sft",
        "messages": [{"role": "user", "content": question}, {"role": "assistant", "content": answer}],
    }


def artifact(folder: Path, records: list[Record]) -> Path:
    numbers = list(range(1, len(records) + 1))
    frame_of(records, sources=["a.jsonl"] * len(records), rows=numbers).write_parquet(folder / "train.parquet")
    (folder / "manifest.json").write_bytes(orjson.dumps({"languages": ["zh", "en"]}))
    return folder


def test_facts_of_a_data_artifact(tmp_path: Path) -> None:
    user: Any = [{"role": "user", "content": "四个字吗"}]
    records: list[Record] = [
        sft("问", "是"),
        sft("问问", "是"),
        {"kind": "preference", "messages": user, "chosen": [{"role": "assistant", "content": "好的呀"}],
         "rejected": [{"role": "assistant", "content": "不"}]},
        {"kind": "text", "text": "山高水长"},
    ]  # fmt: skip
    facts = facts_of(artifact(tmp_path, records), task="style", gap="small", changing=True, parameters=7)
    assert facts == Facts(
        rows={"sft": 2, "preference": 1, "text": 1},
        answer_chars=1,
        prompt_chars=2,
        distinct_answers=2 / 3,
        text_chars=4,
        languages=("zh", "en"),
        task="style",
        gap="small",
        changing=True,
        parameters=7,
    )
    assert facts.examples == 3
    assert facts.tokens == 2  # 4 characters, 0.6 tokens each


@pytest.mark.parametrize("records", [[], [{"kind": "text", "text": "only text"}]])
def test_facts_without_an_answer(records: list[Record], tmp_path: Path) -> None:
    facts = facts_of(artifact(tmp_path, records))
    assert (facts.examples, facts.answer_chars, facts.prompt_chars, facts.distinct_answers) == (0, 0, 0, 1.0)
    assert facts.text_chars == sum(len(str(record.get("text"))) for record in records)


def test_no_artifact_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="No data artifact"):
        facts_of(tmp_path / "data")
