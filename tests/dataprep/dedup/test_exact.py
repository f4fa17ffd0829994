"""Exact duplicates: what is equal, who stays, what the ledger says."""

from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.dedup import exact
from dataprep.families import family_keys
from dataprep.recipe import Dedup
from schemas.frames import FRAME, empty
from schemas.records import Record
from schemas.results import StageResult
from schemas.text.normalise import digest
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user


def are_equal(one: Record, other: Record, **settings: Any) -> bool:
    first, second = exact.keys(framed(one, other), Dedup(**settings))["key"]
    return bool(first == second)


SAME: dict[str, tuple[Record, Record]] = {
    "blanks at the ends": (ask("水？", "软"), ask(" 水？\n", "软　")),
    "composed accents": (ask("café", "x"), ask("cafe\u0301", "x")),
    "context on its own line": (sft(user("译", context="水"), bot("water")), ask("译\n水", "water")),
    "empty context": (sft(user("译", context=""), bot("water")), ask("译", "water")),
    "other meta": (ask("水？", "软", meta={"a": 1}), ask("水？", "软")),
    "texts": (plain("泠泉"), plain("泠泉\n")),
}

DIFFERENT: dict[str, tuple[Record, Record]] = {
    "case": (ask("Tea?", "x"), ask("tea?", "x")),
    "numbers": (ask("第1条", "x"), ask("第2条", "x")),
    "inner whitespace": (ask("a b", "x"), ask("a  b", "x")),
    "answers": (ask("水？", "软"), ask("水？", "硬")),
    "system": (ask("水？", "软"), sft(system("你是茶师"), user("水？"), bot("软"))),
    "turn borders": (sft(user("a"), bot("b")), sft(user("ab"), bot(""))),
    "roles": (sft(user("a"), tool("b")), sft(user("a"), bot("b"))),
    "kinds": (kto("问", "答"), ask("问", "答")),
    "labels": (kto("问", "答", label=True), kto("问", "答", label=False)),
    "chosen and rejected": (preference("问", "好", "坏"), preference("问", "坏", "好")),
    "tools": (ask("问", "答"), ask("问", "答", tools='[{"name": "a"}]')),
    "calls": (sft(user("查"), calls("a")), sft(user("查"), calls("b"))),
    "thoughts": (ask("问", "答"), sft(user("问"), bot("答", reasoning="想"))),
    "trained turns": (sft(user("问"), bot("答", weight=0.0)), sft(user("问"), bot("答", weight=1.0))),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_equal_contents(one: Record, other: Record) -> None:
    assert are_equal(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_different_contents(one: Record, other: Record) -> None:
    assert not are_equal(one, other)


def test_case_and_numbers_count_unless_told_otherwise() -> None:
    assert are_equal(*DIFFERENT["case"], ignore_case=True)
    assert are_equal(*DIFFERENT["numbers"], ignore_numbers=True)


def test_keys_are_digests_of_the_content_alone() -> None:
    keys = exact.keys(framed(ask("水？ ", "软", meta={"a": 1})), Dedup())
    prompt = "user\x1f水？" + "\x1f" * 5
    whole = f"sft\x1d{prompt}\x1eassistant\x1f软" + "\x1f" * 5 + "\x1d" * 5
    assert keys.schema == exact.KEYS
    assert keys.select("key", "prompt_key").row(0) == (digest(whole), digest(f"{prompt}\x1d"))


def run(frame: pl.DataFrame, order: dict[str, int], config: Dedup | None = None) -> StageResult:
    config = config or Dedup()
    frame = family_keys(frame, None).kept
    keys = exact.keys(frame, config)
    decisions = exact.decide(keys, order=order)
    rivals = exact.conflicts(keys.join(decisions, on=["source", "row"], how="anti"), order=order)
    result = exact.apply(frame, decisions, rivals, config)
    result.conserve(frame.height, stage=exact.STAGE)
    return result


def test_nothing_in_nothing_out() -> None:
    result = run(empty(FRAME), {})
    assert (result.kept.height, result.dropped.height, result.events.height) == (0, 0, 0)


def test_the_first_source_in_order_wins_not_the_first_name() -> None:
    frame = pl.concat(framed(ask("水？", "软"), source=name) for name in ("a", "b"))
    assert run(frame, {"b": 0, "a": 1}).kept["source"].to_list() == ["b"]
    assert run(frame, {"a": 0, "b": 1}).kept["source"].to_list() == ["a"]


def test_duplicates_are_merged_into_the_first() -> None:
    frame = framed(ask("水？", "软", meta={"k": 1}), ask("茶？", "绿"), ask("水？ ", "软"), ask("水？", "软\n"))
    result = run(frame, {"a.jsonl": 0})
    assert result.kept["row"].to_list() == [1, 2]
    assert [meta and orjson.loads(meta) for meta in result.kept["meta"]] == [
        {"k": 1, "merged_from": ["a.jsonl:3", "a.jsonl:4"]},
        None,
    ]
    assert result.dropped.select("row", "stage", "reasons").rows() == [
        (3, "exact_dedup", ["duplicate"]),
        (4, "exact_dedup", ["duplicate"]),
    ]
    assert result.events.select("id", "verdict", "reason", "detail", "into").rows() == [
        ("a.jsonl:3", "merged", "duplicate", "a.jsonl:1", "a.jsonl:1"),
        ("a.jsonl:4", "merged", "duplicate", "a.jsonl:1", "a.jsonl:1"),
    ]


@pytest.mark.parametrize(("earlier", "merged"), [(["old:9"], ["old:9", "a.jsonl:2"]), ("x", ["x", "a.jsonl:2"])])
def test_an_earlier_provenance_stays(earlier: object, merged: list[str]) -> None:
    frame = framed(ask("水？", "软", meta={"merged_from": earlier}), ask("水？", "软"))
    assert orjson.loads(run(frame, {"a.jsonl": 0}).kept["meta"][0]) == {"merged_from": merged}


CONFLICTING = (ask("水？", "软"), ask("水？", "硬"), ask("水？", "软"), ask("茶？", "绿"))


def test_other_answers_to_the_same_prompt_are_reported_and_kept() -> None:
    result = run(framed(*CONFLICTING), {"a.jsonl": 0})
    assert result.kept["row"].to_list() == [1, 2, 4]
    flagged = result.events.filter(pl.col("verdict") == "flagged")
    assert flagged.select("row", "reason", "into").rows() == [
        (1, "same_prompt_other_answer", "a.jsonl:1"),
        (2, "same_prompt_other_answer", "a.jsonl:1"),
    ]


def test_other_answers_can_be_dropped() -> None:
    result = run(framed(*CONFLICTING), {"a.jsonl": 0}, Dedup(conflicts="drop"))
    assert result.kept["row"].to_list() == [1, 4]
    assert result.dropped.select("row", "reasons").rows() == [(3, ["duplicate"]), (2, ["same_prompt_other_answer"])]
    assert result.events["verdict"].to_list() == ["merged", "dropped"]


@pytest.mark.parametrize(
    "rows",
    [
        (sft(system("你是茶师"), user("水？"), bot("软")), ask("水？", "硬")),
        (sft(user("一"), bot("二"), user("水？"), bot("软")), sft(user("一"), bot("三"), user("水？"), bot("硬"))),
        (ask("水？", "软", tools='[{"name": "a"}]'), ask("水？", "硬")),
        (preference("水？", "软", "硬"), preference("水？", "甜", "苦")),
        (kto("水？", "软"), kto("水？", "硬", label=False)),
        (ask("水？", "软"), preference("水？", "甜", "苦")),
        (sft(), sft(user("水？"))),
    ],
    ids=["system", "history", "tools", "preference", "kto", "kinds", "no answer"],
)
def test_what_is_no_conflict(rows: tuple[Record, ...]) -> None:
    assert run(framed(*rows), {"a.jsonl": 0}).events.height == 0


def test_conflicts_count_duplicates_once() -> None:
    keys = exact.keys(framed(ask("水？", "软"), ask("水？", "软")), Dedup())
    assert exact.conflicts(keys, order={"a.jsonl": 0}).height == 0


def test_decisions_carry_both_families() -> None:
    frame = family_keys(framed(ask("水？", "软", meta={"book": 1}), ask("水？", "软", meta={"book": 2})), "book").kept
    (line,) = exact.decide(exact.keys(frame, Dedup()), order={"a.jsonl": 0}).to_dicts()
    assert (line["into_family"], line["family"]) == tuple(frame["family"])
    assert line["family"] != line["into_family"]
