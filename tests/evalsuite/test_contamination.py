from typing import Any

import polars as pl
import pytest

from evalsuite.contamination import certificate, leaks
from schemas.frames import frame_of

H = "0123456789abcdef0123456789abcdef"
K = "fedcba9876543210fedcba9876543210"
DESK = "Write the support desk's answer to the question below."


def user(content: str, context: str | None = None) -> dict[str, Any]:
    return {"role": "user", "content": content, "context": context}


def assistant(content: str) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    records = [
        {"kind": row.get("kind", "sft"), **{k: v for k, v in row.items() if k in ("messages", "text", "chosen")}}
        for row in rows
    ]
    built = frame_of(records, sources=["f"] * len(rows), rows=list(range(1, len(rows) + 1)))  # type: ignore[arg-type]
    ids = [row.get("id", f"{name}") for row, name in zip(rows, built["id"], strict=True)]
    parents = pl.Series([row.get("parent") for row in rows], dtype=pl.String)
    return built.with_columns(id=pl.Series(ids, dtype=pl.String), parent_id=parents)


def talk(*messages: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"messages": list(messages), **parts}


TWO = (user("你好"), assistant("您好"), user("怎么退货？"), assistant("请填表。"))


@pytest.mark.parametrize(
    ("item", "row", "hows"),
    [
        (talk(user("甲")), talk(user("乙")), []),
        (talk(user("甲"), assistant("1"), id=H), talk(user("乙"), assistant("2"), id=f"{H}-2"), ["id"]),
        (talk(user("甲"), assistant("1"), id=H), talk(user("乙"), assistant("2"), id=K, parent=H), ["lineage"]),
        (talk(user("甲"), assistant("1"), parent=f"{K}-3"), talk(user("乙"), assistant("2"), id=K), ["lineage"]),
        (talk(user("甲"), assistant("1"), parent=H), talk(user("乙"), assistant("2"), parent=H), ["lineage"]),
        # ids that people gave are taken as they are
        (talk(user("甲"), assistant("1"), id="a-1"), talk(user("乙"), assistant("2"), id="a-2"), []),
        (talk(user("怎么退货？"), assistant("1")), talk(user(" 怎么退货 "), assistant("2")), ["prompt"]),
        (talk(user("HOW?"), assistant("1")), talk(user("ｈｏｗ"), assistant("2")), ["prompt"]),
        # one instruction, two questions
        (talk(user(DESK, "Where is it?"), assistant("1")), talk(user(DESK, "How much?"), assistant("2")), []),
        (talk(user(DESK, "Where is it?"), assistant("1")), talk(user(DESK, "where is it"), assistant("2")), ["prompt"]),
        # a later answer of a training conversation
        (talk(*TWO[:3], assistant("别的")), talk(*TWO, user("谢谢"), assistant("不客气")), ["prompt"]),
        (talk(user("你好"), assistant("嗨")), talk(*TWO), ["prompt"]),
        # an item is asked at its last answer only
        (talk(*TWO), talk(user("你好"), assistant("嗨")), []),
        (talk(user("甲"), assistant("1")), talk(user("甲"), kind="preference", chosen=[assistant("2")]), ["prompt"]),
        ({"kind": "text", "text": "一篇文章。"}, {"kind": "text", "text": "一篇 文章"}, ["prompt"]),
        ({"kind": "text", "text": " "}, {"kind": "text", "text": "  "}, []),
    ],
)
def test_ways_to_leak(item: dict[str, Any], row: dict[str, Any], hows: list[str]) -> None:
    items, train = frame(item), frame(row)
    found = leaks(items, train)
    assert found["how"].to_list() == hows
    assert set(found["item"]) <= set(items["id"])
    assert set(found["train_id"]) <= set(train["id"])


def test_one_line_for_each_item_and_way_with_the_smallest_row() -> None:
    items = frame(talk(user("甲"), assistant("1"), id="x"), talk(user("丙"), assistant("1"), id="w"))
    rows = [talk(user("甲"), assistant(name), id=name) for name in ("r3", "r1", "x")]
    found = leaks(items, frame(*rows))
    assert found.rows() == [("x", "x", "id"), ("x", "r1", "prompt")]


def test_empty_sides() -> None:
    one = frame(talk(user("甲"), assistant("1")))
    assert leaks(one.clear(), one).height == leaks(one, one.clear()).height == 0


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({}, None),
        ({"leak_certificate": None}, None),
        ({"leak_certificate": {"passed": True, "method": "13-gram"}}, {"passed": True, "method": "13-gram"}),
        ({"leak_certificate": {"passed": "yes"}}, {"passed": False}),
        ({"leak_certificate": {}}, {"passed": False}),
        ({"leak_certificate": True}, {"passed": True}),
        ({"leak_certificate": "ok"}, {"passed": False}),
    ],
)
def test_certificate(manifest: dict[str, Any], expected: dict[str, Any] | None) -> None:
    assert certificate(manifest) == expected
