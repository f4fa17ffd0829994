import time
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.augment.accept import RULES, judge_rewrites
from dataprep.recipe.augment import Accept
from schemas.errors import UserError

OPEN = Path(__file__).parents[4] / "benchmarks" / "rewrites" / "open.jsonl"


def judge(source: str | None, rewrite: str | None, style: str = "plain", finish: str = "stop", **more) -> list[str]:
    pairs = pl.DataFrame({"source": [source], "rewrite": [rewrite], "style": [style], "finish": [finish]})
    return judge_rewrites(pairs, Accept(**more))["reasons"][0].to_list()


@pytest.fixture(scope="module")
def labelled() -> pl.DataFrame:
    return pl.read_ndjson(OPEN)


def test_empty_frame() -> None:
    pairs = pl.DataFrame(schema=dict.fromkeys(("source", "rewrite", "style", "finish"), pl.String))
    judged = judge_rewrites(pairs, Accept())
    assert judged.schema == {"reasons": pl.List(pl.String), "detail": pl.String}
    assert judged.height == 0


@pytest.mark.parametrize(
    ("source", "rewrite", "reason"),
    [
        ("How do I pay?", "", "empty"),
        ("How do I pay?", None, "empty"),
        ("How do I pay?", " \n\u3000", "empty"),
        ("{name}", "{name}", "identical"),
        ("😀", "😀", "identical"),
        ("怎么付款？", "怎么付款", "identical"),
        ("How do I pay?", "HOW do I pay", "identical"),
        ("{name} {city}", "{name} {town}", "placeholders"),
        ("What does `ls -l` do?", "Explain what `ls -a` does.", "code"),
        ("看看 https://a.cn/x 写了啥", "https://a.cn/y 里写的是什么？", "urls"),
        ("《红楼梦》的作者是谁？", "谁写了《西游记》？", "names"),
        ("怎么去北京的机场？", "去南京的机场怎么走？", "names"),
        ("Ask Priya about the lease.", "Check with Prisha regarding the lease.", "names"),
        ("怎么退货？", "How do I return goods?", "language"),
        ("Where is my parcel now?", "Où est le colis que je vous ai envoyé pour la fête ?", "language"),
        ("这个怎么用？", "這個該怎麼使用呢？", "script"),
        ("Where is my parcel now?", "I'm sorry, but I can't help with that.", "refusal"),
        ("怎样退货？", "好的，改写如下：退货要怎么办理？", "preamble"),
        ("Which foods contain gluten?", "What foods do not have gluten in them?", "negation"),
        ("饭前吃药可以吗？", "这药能不能饭后吃？", "negation"),
        ("- a\n- b\n做成表格", "- a\n请列个表格", "lines"),
    ],
)
def test_rejects(source: str, rewrite: str | None, reason: str) -> None:
    assert reason in judge(source, rewrite)


@pytest.mark.parametrize(
    ("source", "rewrite", "style"),
    [
        ("Send {name} a note about the {item}.", "Write {name} a short message on the {item}.", "plain"),
        ("请把“你好”译成英文。", "請將「你好」翻譯成英文。", "traditional"),
        ("买3个要多少钱？", "三个一共要花多少钱？", "plain"),
        ("List the rules except the last one.", "Give me every rule but not the last.", "plain"),
    ],
)
def test_accepts(source: str, rewrite: str, style: str) -> None:
    assert judge(source, rewrite, style) == []


def test_cut_off_is_told_once() -> None:
    assert judge("How do I pay by card?", "Which way can I pay with a", finish="length").count("finish") == 1


def test_off_rules_are_not_applied() -> None:
    assert judge("How do I pay?", "How do I pay?", without=["identical", "near_identical"]) == []


def test_unknown_rule_is_named() -> None:
    with pytest.raises(UserError, match="did you mean 'numbers'"):
        judge("a", "b", without=["number"])


def test_limits_must_leave_room() -> None:
    with pytest.raises(ValueError, match="shorter: shortest 2 is above longest 1"):
        Accept(by_style={"shorter": (2.0, 1.0)})


def test_every_rule_rejects_some_labelled_rewrite(labelled: pl.DataFrame) -> None:
    seen = set(judge_rewrites(labelled, Accept())["reasons"].explode().drop_nulls())
    assert seen == set(RULES) - {"empty"}  # no labelled rewrite is empty


def test_labelled_rewrites(labelled: pl.DataFrame) -> None:
    accepted = judge_rewrites(labelled, Accept())["reasons"].list.len() == 0
    assert labelled.filter(accepted & ~labelled["good"])["id"].to_list() == []
    assert labelled.filter(~accepted & labelled["good"])["id"].to_list() == []


@given(st.integers(1, 109))
@settings(max_examples=3, deadline=None)
def test_cuts_of_the_frame_change_nothing(cut: int) -> None:
    pairs = pl.read_ndjson(OPEN)
    parts = pl.concat([judge_rewrites(pairs[:cut], Accept()), judge_rewrites(pairs[cut:], Accept())])
    assert parts.equals(judge_rewrites(pairs, Accept()))


@given(st.text(max_size=80))
@settings(max_examples=40, deadline=None)
def test_no_text_is_its_own_rewrite(text: str) -> None:
    assert judge(text, text) != []


@given(st.integers(0, 41), st.sampled_from(["{zone}", " 8713", "<zone>", "8713%"]))
@settings(max_examples=40, deadline=None)
def test_an_addition_spoils_an_accepted_rewrite(place: int, more: str) -> None:
    row = pl.read_ndjson(OPEN).filter("good").row(place, named=True)
    assert judge(row["source"], row["rewrite"], row["style"]) == []
    assert judge(row["source"], row["rewrite"] + more, row["style"]) != []


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "一",
        "{",
        "<",
        "`",
        '"',
        "'",
        "a-",
        "1,",
        "1.",
        "不",
        "not ",
        "A ",
        "a.b",
        "\n",
        "張",
        "@",
        "__",
        "[a",
        "/a",
        ":a",
        "#",
    ],
)
def test_hostile_repetition_takes_no_long(piece: str) -> None:
    start = time.process_time()
    judge(piece * 8_000, piece * 8_001)
    assert time.process_time() - start < 2


def test_many_numbers_take_no_long() -> None:
    start = time.process_time()
    assert "numbers" in judge(" ".join(map(str, range(9_000))), " ".join(map(str, range(9_001, 0, -1))))
    assert time.process_time() - start < 5
