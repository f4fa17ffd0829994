"""Benchmark files in any shape, packs, and what goes wrong with either."""

from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.decontaminate import (
    SALT,
    Benchmarks,
    Sizes,
    build_benchmarks,
    decontaminate,
    digests,
    load_benchmarks,
    open_benchmarks,
    read_pack,
    write_pack,
)
from dataprep.decontaminate.items import Item, items_of
from dataprep.recipe import Decontaminate
from schemas.errors import UserError
from schemas.frames import RAW
from tests.dataprep.decontaminate.files import LONG_EN, LONG_ZH, write
from tests.dataprep.rows import ask, framed


def packed(folder: Path, salt: str = "", target: str = "b.pack") -> Path:
    write(folder, {"id": "q1", "question": LONG_ZH}, {"id": "q2", "question": "温杯用多少热水合适？"})
    index = build_benchmarks(open_benchmarks(["bench.jsonl"], root=folder), Sizes(16, 10))
    write_pack(index, folder / target, salt=salt)
    return folder / target


@pytest.mark.parametrize(
    ("row", "item"),
    [
        ({"question": "问", "answer": "答"}, Item("1", ("问",))),
        ({"id": 7, "Question": "q", "choices": ["a", "b"]}, Item("7", ("q",), ("a", "b"))),
        ({"question": "问", "A": "甲", "B": "乙", "answer": "A"}, Item("1", ("问",), ("甲", "乙"))),
        ({"question": "q", "choices": {"text": ["x", "y"], "label": ["A", "B"]}}, Item("1", ("q",), ("x", "y"))),
        (
            {"task_id": "HumanEval/0", "prompt": "def f():", "canonical_solution": "x"},
            Item("HumanEval/0", ("def f():",)),
        ),
        ({"题目": "题", "答案": "略"}, Item("1", ("题",))),
        ({"instruction": "译", "input": "文", "output": "o"}, Item("1", ("译", "文"))),
        ({"foo": "任意", "bar": [{"baz": "嵌套"}], "n": 3, "id": "x"}, Item("x", ("任意", "嵌套"))),
        ({"id": "长" * 65, "question": "问"}, Item("1", ("问",))),
        ("光是一行字", Item("1", ("光是一行字",))),
        ({"question": " ", "answer": None}, None),
        ({}, None),
    ],
)
def test_items(row: Any, item: Item | None) -> None:
    raw = pl.DataFrame([("b", 1, orjson.dumps(row).decode(), None)], schema=RAW, orient="row")
    assert items_of(raw, None) == ([item] if item else [])


TURNS = [{"role": "system", "content": "客服"}, {"role": "user", "content": LONG_ZH}]
ANSWER, WORSE = {"role": "assistant", "content": "好"}, {"role": "assistant", "content": "坏"}


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [*TURNS, ANSWER]},
        {"conversations": [{"from": "human", "value": LONG_ZH}, {"from": "gpt", "value": "好"}]},
        {"prompt": TURNS[1:], "chosen": [ANSWER], "rejected": [WORSE]},
    ],
)
def test_conversations_ask_what_their_users_say(tmp_path: Path, row: dict[str, Any]) -> None:
    config = Decontaminate(against=[write(tmp_path, *[row] * 3)])
    known = load_benchmarks(config, root=tmp_path)
    assert decontaminate(framed(ask(LONG_ZH, "x"), ask("客服", "好")), known, config).dropped["row"].to_list() == [1]


def test_tables_and_prose(tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_text(f"id,问题,答案\n9,{LONG_ZH},无\n", encoding="gb18030")
    (tmp_path / "b.txt").write_text(LONG_EN, encoding="utf-8")
    known = load_benchmarks(Decontaminate(against=["b.*"]), root=tmp_path)
    assert known.names == ["b.csv", "b.txt"]
    found = decontaminate(framed(ask(LONG_ZH, "x"), ask(LONG_EN, "y")), known, Decontaminate(against=["b.*"]))
    assert found.events["detail"].to_list() == ["b.csv · 9 · 1.00", "b.txt · 1 · 1.00"]


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        ("nowhere.jsonl", None, "nowhere.jsonl"),
        ("none/*.jsonl", None, "none/*.jsonl"),
        ("empty.jsonl", b"", "nothing to look for"),
        ("broken.jsonl", b"{", "nothing to look for"),
        ("other.pack", b"PK\x03\x04", "no pack"),
        ("next.pack", b"gristmill pack 2\n{}\n", "version 2"),
        ("torn.pack", b"gristmill pack 1\n", "damaged"),
    ],
)
def test_what_cant_be_read_is_named(tmp_path: Path, path: str, content: bytes | None, told: str) -> None:
    if content is not None:
        (tmp_path / path).write_bytes(content)
    with pytest.raises(UserError) as fault:
        load_benchmarks(Decontaminate(against=[path]), root=tmp_path)
    assert told in fault.value.message
    assert fault.value.hint


@pytest.mark.parametrize("salt", ["", "一句很长的话"])
def test_a_pack_finds_what_its_file_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, salt: str) -> None:
    packed(tmp_path, salt)
    monkeypatch.setenv(SALT, salt)
    frame = framed(
        ask(LONG_ZH, "x"), ask("请问，温杯用多少热水合适？", "x"), ask("别的", "x"), ask(LONG_ZH[:-3] + "几元", "x")
    )
    results = []
    for path in ("bench.jsonl", "b.pack"):
        config = Decontaminate(against=[path], overlap=1.0)
        results.append(decontaminate(frame, load_benchmarks(config, root=tmp_path), config))
    assert results[0].events.equals(results[1].events)
    assert results[0].events["reason"].to_list() == ["benchmark_quote", "benchmark_quote", "benchmark_near"]


def test_a_pack_has_the_same_bytes_every_time_and_no_text(tmp_path: Path) -> None:
    first, salted = packed(tmp_path).read_bytes(), packed(tmp_path, "s").read_bytes()
    assert packed(tmp_path).read_bytes() == first
    assert "温杯" not in first.decode(errors="replace")
    keys = {bytes(index.units["key"].to_numpy()) for index in (read_pack(packed(tmp_path)),)}
    assert keys.isdisjoint({bytes(read_pack(packed(tmp_path, "s"), salt="s").units["key"].to_numpy())})
    assert salted != first


def test_a_pack_that_lost_a_byte_is_damaged(tmp_path: Path) -> None:
    path = packed(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match="damaged"):
        read_pack(path)


@pytest.mark.parametrize(("salt", "told"), [("", "not set"), ("falsch", "another salt")])
def test_a_salted_pack_needs_its_salt(tmp_path: Path, salt: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read_pack(packed(tmp_path, "richtig"), salt=salt)


def test_a_pack_of_a_pack_is_refused(tmp_path: Path) -> None:
    packed(tmp_path)
    with pytest.raises(UserError, match="already"):
        open_benchmarks(["b.pack"], root=tmp_path)


def test_digests_follow_the_bytes(tmp_path: Path) -> None:
    packed(tmp_path)
    before = digests(["*"], root=tmp_path)
    write(tmp_path, {"question": "别的题目，与前面完全不同"})
    after = digests(["*"], root=tmp_path)
    assert len(before) == 2
    assert sorted(name for name in before if before[name] != after[name]) == ["bench.jsonl"]


def test_files_and_packs_are_searched_together(tmp_path: Path) -> None:
    packed(tmp_path)
    config = Decontaminate(against=["*"], words=5, han=8)
    known = load_benchmarks(config, root=tmp_path)
    assert isinstance(known, Benchmarks)
    assert [index.sizes.han for index in known.indexes] == [8, 16]
