"""Families: which rows belong together, and how merging joins them."""

import polars as pl
import pytest

from dataprep.families import family_keys, fold, relabel
from schemas.frames import FRAME, empty
from schemas.records import Record
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, system, user


def families(*records: Record, column: str | None = None) -> list[str]:
    return family_keys(framed(*records), column).kept["family"].to_list()


@pytest.mark.parametrize(
    "records",
    [
        (ask("水硬度多少合适？", "一"), ask("水硬度，多少合适", "二")),
        (ask("What's this?", "a"), ask("WHATS THIS", "b")),
        (ask("问", "答"), preference("问？", "好", "坏"), kto("问!", "答")),
        (sft(user("译", context="水"), bot("a")), ask("译\n水", "b")),
        (sft(system("你是"), user("一"), bot("二"), user("三"), bot("四")), ask("一", "五")),
        (plain("泠泉" * 150 + "甲"), plain("泠泉" * 150 + "乙")),
        (plain("泠泉"), ask("泠泉！", "答")),
    ],
    ids=["punctuation", "case", "kinds", "context", "first user turn", "openings of texts", "text and prompt"],
)
def test_one_family(records: tuple[Record, ...]) -> None:
    assert len(set(families(*records))) == 1


@pytest.mark.parametrize(
    "records",
    [
        (ask("第1条", "x"), ask("第2条", "x")),
        (sft(user("译", context="水"), bot("a")), sft(user("译", context="茶"), bot("a"))),
        (ask("？", "x"), ask("！", "x")),
        (plain("泠泉"), plain("泠水")),
        (ask("泠泉" * 150 + "甲", "x"), ask("泠泉" * 150 + "乙", "x")),
        (sft(bot("您好")), sft(bot("再见"))),
    ],
    ids=["numbers", "contexts", "punctuation alone", "texts", "whole prompts count", "no user turn"],
)
def test_different_families(records: tuple[Record, ...]) -> None:
    assert len(set(families(*records))) == len(records)


def test_every_row_has_a_family_and_nothing_else_changes() -> None:
    frame = framed(sft(), plain(""), {"kind": "text"}, ask("", ""))
    made = family_keys(frame, None).kept
    assert made["family"].null_count() == 0
    assert made.drop("family").equals(frame.drop("family"))
    assert family_keys(empty(FRAME), "book").kept.schema == FRAME


def test_a_column_can_name_the_family() -> None:
    one, two, three, four, five = families(
        ask("甲", "x", meta={"book": "茶经"}),
        ask("乙", "x", meta={"book": "茶经"}),
        ask("甲", "x", meta={"book": ["茶经"]}),
        ask("甲", "x", meta={"book": None}),
        ask("甲", "x"),
        column="book",
    )
    assert one == two
    assert len({one, three, four}) == 3
    assert four == five == families(ask("甲", "x"))[0]


def test_a_row_without_the_column_is_flagged() -> None:
    result = family_keys(framed(ask("甲", "x", meta={"book": "茶经"}), ask("乙", "x")), "book")
    assert result.events.select("row", "stage", "verdict", "reason").rows() == [(2, "families", "flagged", "no_family")]
    assert family_keys(framed(ask("乙", "x")), None).events.is_empty()


def pairs(*edges: tuple[str, str]) -> pl.DataFrame:
    return pl.DataFrame(edges, schema=["family", "into_family"], orient="row")


@pytest.mark.parametrize(
    ("edges", "labels"),
    [
        ((), {}),
        ((("a", "a"),), {}),
        ((("b", "a"),), {"a": "a", "b": "a"}),
        ((("a", "b"), ("c", "b"), ("d", "c")), dict.fromkeys("abcd", "a")),
        ((("d", "c"), ("b", "a")), {"a": "a", "b": "a", "c": "c", "d": "c"}),
        ((("z", "y"), ("y", "x"), ("x", "z")), dict.fromkeys("xyz", "x")),
    ],
    ids=["none", "to itself", "pair", "chain", "two groups", "ring"],
)
def test_fold_takes_the_smallest_name_of_each_group(edges: tuple[tuple[str, str], ...], labels: dict[str, str]) -> None:
    frame = pl.DataFrame(edges, schema={"family": pl.String, "into_family": pl.String}, orient="row")
    assert dict(fold(frame).iter_rows()) == labels
    assert fold(frame.reverse()).equals(fold(frame))


def test_relabel_carries_it_out_in_the_old_order() -> None:
    frame = pl.DataFrame({"family": ["c", "b", "x", "a"], "row": [1, 2, 3, 4]})
    done = relabel(frame, fold(pairs(("b", "a"), ("c", "b"))))
    assert done.rows() == [("a", 1), ("a", 2), ("x", 3), ("a", 4)]
    assert relabel(frame, fold(pairs(("a", "a")))).equals(frame)
