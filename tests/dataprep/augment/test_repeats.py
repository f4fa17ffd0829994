"""Rewrites that repeat another row or rewrite, and those that only seem to."""

import polars as pl
import pytest

from dataprep.augment.drafts import DRAFTS
from dataprep.augment.leaking import leaking
from dataprep.augment.repeats import repeats
from dataprep.recipe import Near, Split
from schemas.frames import FRAME, empty
from schemas.records import Record
from tests.dataprep.rows import ask, bot, framed, sft, user

LONG = "Please explain to a beginner how compound interest makes savings grow over many years"
NEAR = "Please explain to a beginner how compound interest makes the savings grow over many years"
ZH = "请向初学者解释复利怎样让存款在很多年里不断增长"
CONTEXT = "The quick brown fox jumps over the lazy dog while seven wizards quietly boil tea in the garden shed. " * 3


def born(*records: tuple[Record, str], target: str = "prompt") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Children with their parents' ids, and their drafts."""
    rows = framed(*(record for record, _ in records), source="a.jsonl#augmented")
    rows = rows.with_columns(parent_id=pl.Series([parent for _, parent in records], dtype=pl.String))
    first = pl.col("messages").list.first().struct.field("content")
    last = pl.col("messages").list.last().struct.field("content")
    after = {"prompt_after": first} if target == "prompt" else {"answer_after": last}
    told = rows.select("parent_id", number="row", target=pl.lit(target), **after)
    return rows, pl.concat([pl.DataFrame(schema=DRAFTS), told], how="diagonal_relaxed").select(DRAFTS.names())


def gone(children: tuple[pl.DataFrame, pl.DataFrame], *train: Record) -> list[int]:
    rows = framed(*train) if train else empty(FRAME)
    return repeats(*children, [rows], Near())["number"].to_list()


@pytest.mark.parametrize(
    ("child", "other", "repeated"),
    [
        (LONG, NEAR, True),
        (LONG, LONG, True),
        (ZH, ZH, True),
        (ZH + "吗？", ZH + "呢。", True),
        ("你好！", "你好", True),  # too short for n-grams: equal but for punctuation
        ("你好", "您好", False),
        (LONG, "How do bees find their way home?", False),
        (
            "What is 12 plus 7, and why does it matter to a child of five?",
            "What is 13 plus 8, and why does it matter to a child of five?",
            False,
        ),
    ],
)
def test_a_row_of_train_that_says_the_same(child: str, other: str, repeated: bool) -> None:
    children = born((ask(child, "x"), "p"))
    assert gone(children, ask("unlike anything", "y"), ask(other, "z")) == [1] * repeated


def test_its_own_parent_is_no_matter() -> None:
    assert gone(born((ask(LONG, "x"), "a.jsonl:1")), ask(NEAR, "x")) == []


def test_of_brothers_the_first_stays() -> None:
    children = born((ask(LONG, "x"), "p"), (ask(NEAR, "x"), "p"), (ask(ZH, "x"), "p"), (ask(NEAR, "y"), "q"))
    assert gone(children) == [2, 4]


def test_brothers_are_compared_by_the_words_that_changed() -> None:
    one = sft(user("Summarise it briefly, please", context=CONTEXT), bot("x"))
    other = sft(user("What does the text say in short?", context=CONTEXT), bot("x"))
    assert gone(born((one, "p"), (other, "p"))) == []
    assert gone(born((one, "p"), (one, "p"))) == [2]


def test_reworded_answers_meet_their_brothers_alone() -> None:
    children = born((ask("q", LONG), "a.jsonl:1"), (ask("q", NEAR), "a.jsonl:1"), target="answer")
    assert gone(children, ask("q", LONG), ask("q", "other")) == [2]


def test_train_may_come_in_any_parts() -> None:
    children = born((ask(LONG, "x"), "p"), (ask(ZH, "x"), "p"))
    train = framed(ask("unlike", "y"), ask(NEAR, "z"), ask(ZH, "z"))
    whole = repeats(*children, [train], Near())
    assert whole["number"].to_list() == [1, 2]
    assert whole.equals(repeats(*children, [train[:1], train[1:2], train[2:]], Near()))
    assert whole["detail"].to_list() == ["0.80 a.jsonl:2", "1.00 a.jsonl:3"]


def test_nothing_repeats_nothing() -> None:
    children = born()
    assert repeats(*children, [framed(ask(LONG, "x"))], Near()).is_empty()
    assert gone(born((ask(LONG, "x"), "p"))) == []


def leaks(child: Record, *held: Record, **config: object) -> list[tuple[int, str]]:
    rows, _ = born((child, "p"))
    frame = (
        framed(*held, source="h.jsonl").with_columns(split=pl.lit("eval"))
        if held
        else empty(FRAME).with_columns(split=pl.lit("eval"))
    )
    common = pl.DataFrame(schema={"source": pl.String(), "row": pl.Int64()})
    return leaking(rows, [frame], Split.model_validate(config), common=common).rows()


@pytest.mark.parametrize(
    ("child", "held", "told"),
    [
        (ask(LONG, "a"), ask(NEAR, "b"), "0.80 by prompt: h.jsonl:1"),
        (ask("q", LONG), ask("p", LONG), "1.00 by answer: h.jsonl:1"),
        (ask("你好", "a"), ask("你好！", "b"), "1.00 by prompt: h.jsonl:1"),
        (ask(LONG, "a"), ask(ZH, "b"), None),
        (ask("q", "a"), ask("p", "b"), None),
    ],
)
def test_a_row_that_is_held_out(child: Record, held: Record, told: str | None) -> None:
    assert leaks(child, held) == ([(1, told)] if told else [])


def test_it_holds_where_the_split_links_only_equal_prompts() -> None:
    assert leaks(ask(LONG, "a"), ask(NEAR, "b"), near=None) == [(1, "0.80 by prompt: h.jsonl:1")]


def test_nobody_is_held_out() -> None:
    assert leaks(ask(LONG, "a")) == []
