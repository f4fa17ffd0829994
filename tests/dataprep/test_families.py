"""Families: which rows belong together, and how merging joins them."""

import polars as pl
import pytest

from dataprep.families import VIEW, census, common_events, decide, family_keys, fold, join, relabel, view
from dataprep.recipe import Split
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
    return pl.DataFrame(edges, schema={"family": pl.String(), "into_family": pl.String()}, orient="row")


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


TEA = "红茶的水温要在九十五度以上，绿茶则不宜超过八十五度，乌龙茶介于两者之间。"
RENT = "The deposit is returned within fourteen days after the flat was handed over without damage to the walls."
NONE = pairs()


def joined(frame: pl.DataFrame, config: Split | None = None, known: pl.DataFrame = NONE) -> list[str]:
    config = config or Split()
    keyed = family_keys(frame, config.family).kept
    tables = decide(view(keyed, config), config, pairs=known.select("family", "into_family"))
    return relabel(keyed, tables["families"])["family"].to_list()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ask("泡茶要多热？", TEA), ask("水温怎么定", TEA.replace("乌龙茶", "白茶"))),
        (ask("How about the deposit?", RENT), preference("押金呢", RENT + " Yes.", "No.")),
        (ask(TEA + "请概括。", "好"), ask(TEA + "请翻译。", "行")),
        (plain(TEA * 3), ask("问" * 3, TEA * 3)),
        (kto(RENT, "yes"), ask(RENT + " Is it?", "no")),
    ],
    ids=["answers", "kinds and answers", "prompts", "text and dialogue", "kinds and prompts"],
)
def test_near_rows_are_kin(one: Record, other: Record) -> None:
    far = ask("完全不同的另一个问题，说的是火车时刻表。", "The train leaves at nine from platform four, daily.")
    first, second, third = joined(framed(one, other, far))
    assert first == second != third
    assert len(set(joined(framed(one, other, far), Split(near=None)))) == 3


@pytest.mark.parametrize(
    "records",
    [
        (ask("甲怎么走", "好的，没问题"), ask("乙是什么", "好的，没问题")),
        (ask("判断情感：今天很开心啊", "正面"), ask("判断情感：这家店真难吃", "负面")),
        (ask("1+1=?", "2"), ask("2+3=?", "5")),
        (sft(system(TEA), user("甲"), bot("子")), sft(system(TEA), user("乙"), bot("丑"))),
        (ask("甲", "😀" * 20), ask("乙", "😀" * 20)),
    ],
    ids=["short answer", "short template", "numbers", "system prompt", "no words"],
)
def test_not_kin(records: tuple[Record, ...]) -> None:
    assert len(set(joined(framed(*records)))) == len(records)


def four(**columns: list[str | None]) -> pl.DataFrame:
    """Four rows that nothing links but what is given: columns, and chats 1, 1, 2, 2 in meta."""
    frame = framed(*(ask(f"第{word}个问题", word, meta={"chat": place // 2}) for place, word in enumerate("甲乙丙丁")))
    return frame.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in columns.items())


def groups(names: list[str]) -> list[int]:
    """Each row's family as the place of its first row."""
    return [names.index(name) for name in names]


def test_parents_columns_and_merged_rows_link() -> None:
    children = four(id=["a", "b", "c-2", "d"], parent_id=[None, "c", None, "a"])
    assert groups(joined(children)) == [0, 1, 1, 0]
    assert groups(joined(four(), Split(linked_by=["absent", "chat"]))) == [0, 0, 2, 2]
    assert groups(joined(four())) == [0, 1, 2, 3]
    first, _, third, _ = names = family_keys(four(), None).kept["family"].to_list()
    assert groups(joined(four(), known=pairs((first, third)))) == [0, 1, 0, 3]
    assert joined(four(), known=pairs((first, third)))[0] == min(first, third)
    assert joined(four(), known=pairs((first, third)))[1] == names[1]


@pytest.mark.parametrize(("source", "kinds"), [("书.md", 1), ("书.TXT.gz", 1), ("书.jsonl", 2)])
def test_rows_of_a_document_link_when_asked(source: str, kinds: int) -> None:
    cut = framed(plain("甲"), plain("乙"), source=source)
    assert len(set(joined(cut, Split(document=True)))) == kinds
    assert len(set(joined(cut))) == 2


def test_siblings_of_a_parent_that_left_are_kin() -> None:
    frame = framed(ask("甲问", "一"), ask("乙问", "二")).with_columns(parent_id=pl.lit("gone"))
    assert len(set(joined(frame))) == 1


def test_a_crowd_of_like_answers_links_nobody_and_is_flagged() -> None:
    stock = "抱歉，这个问题超出了我的服务范围，请联系人工客服处理。"
    frame = framed(*(ask(f"第{number}号问题", stock) for number in range(60)))
    keyed = family_keys(frame, None).kept
    tables = decide(view(keyed, Split()), Split(), pairs=NONE)
    assert relabel(keyed, tables["families"])["family"].n_unique() == 60
    flagged = common_events(tables["common"]).sort("row")
    assert flagged.select("row", "verdict", "reason").rows() == [
        (row, "flagged", "common_answer") for row in range(1, 61)
    ]
    assert len(set(joined(frame.head(50)))) == 1  # as many as that still link


def test_view_is_row_local_and_decide_sees_no_order() -> None:
    records = [ask(f"{TEA[n:]}{n}", RENT[n:]) for n in range(0, 30, 3)] + [ask(f"问{n}", "答") for n in range(9)]
    frame = family_keys(framed(*records, plain(TEA), sft()), None).kept
    whole = view(frame, Split(linked_by=["x"]))
    pieces = pl.concat(view(part, Split(linked_by=["x"])) for part in (frame[:0], frame[:4], frame[4:5], frame[5:]))
    assert pieces.equals(whole) and whole.schema == VIEW
    tables, backwards = (decide(rows, Split(), pairs=NONE) for rows in (whole, whole.reverse()))
    assert tables["families"].height >= 10
    assert all(tables[name].equals(backwards[name]) for name in tables)
    assert view(empty(FRAME), Split()).schema == VIEW
    assert decide(whole.clear(), Split(), pairs=NONE)["families"].is_empty()


def test_census() -> None:
    assert census(pl.Series(["a", "b", "a", "c", "a"])) == {
        "families": 3, "rows": 5, "largest": 3, "largest_share": 0.6, "linked": 3
    }  # fmt: skip
    assert census(pl.Series([], dtype=pl.String)) == {
        "families": 0, "rows": 0, "largest": 0, "largest_share": 0, "linked": 0
    }  # fmt: skip


def test_further_pairs_join_what_was_folded() -> None:
    folded = fold(pairs(("b", "a"), ("d", "c")))
    assert dict(join(folded, pairs(("a", "c"))).iter_rows()) == dict.fromkeys("abcd", "a")
    assert join(folded, NONE).equals(folded)
