import math
import re
from typing import Any

import polars as pl
import pytest

from evalsuite.comparison import Row
from evalsuite.panels.memory import SHOWN, memory, memory_sentences
from tests.evalsuite.hearings import heard
from tests.evalsuite.report.stories import likelihoods
from tests.evalsuite.report.stories import row as story_row


def row(set_: str, delta: float, *, half: float = 0.05, language: str = "en", **parts: Any) -> Row:
    told = {"unit": "bits/byte", "better": "lower", "base": 2.0, "tuned": 2.0 + delta, **parts}
    return story_row("bits_per_byte", set_=set_, language=language, half=half, **told)


def told(*rows: Row) -> list[str]:
    return [note.code for note in memory_sentences(rows)]


@pytest.mark.parametrize(
    ("learned", "held", "code"),
    [
        (-0.3, -0.25, "generalises"),
        (-0.29, -0.2, "generalises"),
        (-0.35, -0.2, "memorises"),
        (-0.8, 0.3, "memorises"),
        (-0.05, 0.02, "learned_nothing"),
        (0.0, 0.0, "learned_nothing"),
        (0.2, 0.1, "learned_nothing"),  # both got worse
        (0.2, 0.9, "learned_nothing"),  # what got worse is no memory
        (0.02, -0.03, "generalises"),
    ],
)
def test_what_training_and_held_out_rows_say(learned: float, held: float, code: str) -> None:
    assert told(row("train", learned), row("eval", held)) == [code]


@pytest.mark.parametrize(
    ("delta", "half", "code"),
    [
        (0.2, 0.1, "forgets"),
        (0.2, 0.21, "keeps"),
        (-0.3, 0.1, "keeps"),
        (0.0, 0.0, "keeps"),
        (0.9, math.nan, "forgetting_unknown"),
        (0.9, math.inf, "forgetting_unknown"),
    ],
)
def test_what_general_text_says(delta: float, half: float, code: str) -> None:
    assert told(row("general", delta, half=half)) == [code]


def test_sets_that_are_missing_say_nothing() -> None:
    assert told() == []
    assert told(row("train", -0.3)) == []
    assert told(row("eval", -0.3), row("reasked", -0.3)) == []
    empty = row("general", math.nan)
    assert told(Row(**{**vars(empty), "n": 0})) == []


def test_other_metrics_and_slices_say_nothing() -> None:
    other = Row(**{**vars(row("train", -0.9)), "metric": "bits_per_char"})
    assert told(other, row("eval", -0.1)) == []
    assert told(row("train", -0.3), row("eval", -0.3), row("train", -0.9, slice_="source=a")) == ["generalises"]


def test_in_words() -> None:
    rows = [row("train", -1.5), row("eval", -0.25), row("reasked", -1.0), row("general", 0.2, half=0.05)]
    first, second = memory_sentences(rows)
    assert first.en == (
        "English: training rows gained +1.50 bits per byte, the same facts asked in other words +1.00, held-out rows "
        "+0.25: part of the gain is memory of the rows themselves."
    )
    assert first.zh == (
        "英文：训练行改善 +1.50 比特/字节，同一事实换种问法改善 +1.00，留出行改善 +0.25："
        "一部分提升来自对训练行本身的记忆。"
    )
    assert second.en == (
        "English: general text got harder by +0.20 bits per byte (+0.15 to +0.25): the model forgot something. "
        "A lower learning rate, fewer epochs or replayed general rows (train.replay) help."
    )
    assert second.zh == (
        "英文：通用文本变差 +0.20 比特/字节（+0.15 到 +0.25）：模型有所遗忘。"
        "可调低学习率、减少轮数，或混入通用数据（train.replay）。"
    )


def test_each_language_for_itself() -> None:
    notes = memory_sentences([*likelihoods("en", [(2, 1), (2, 1.2), (2, 1.9), (1, 1.2)]),
                              *likelihoods("zh", [(3, 2), (3, 2.5), (3, 2.05), (3, 3.01)])])  # fmt: skip
    assert [note.code for note in notes] == ["memorises", "forgets", "generalises", "keeps"]
    assert [note.zh[:2] for note in notes] == ["英文", "英文", "中文", "中文"]
    assert [note.en.split(":")[0] for note in notes] == ["English", "English", "Chinese", "Chinese"]


@pytest.mark.parametrize("learned", [-0.9, -0.3, 0.1])
@pytest.mark.parametrize("half", [0.01, 1, math.nan])
def test_both_languages_tell_the_same_numbers(learned: float, half: float) -> None:
    for note in memory_sentences([row("train", learned), row("eval", -0.2), row("general", 0.1, half=half)]):
        english, chinese = (re.findall(r"[+-]?\d[\d.]*\d|120", text) for text in (note.en, note.zh))
        assert english == chinese
        assert "nan" not in note.en + note.zh
        assert "reasked" not in note.en and "换种问法" not in note.zh


def span(name: str, train: str, **parts: Any) -> dict[str, Any]:
    return {"id": name, "span": "x", "tokens": 9, "train_id": train, "personal": [], "in_reference": False, **parts}


def test_spans_come_with_their_rows_the_tuned_side_first() -> None:
    train = pl.DataFrame({"id": ["r1", "r2"], "source": ["a.csv", "b.csv"], "row": [4, 9]})
    spans = [[span("a", "r2")], [span("b", "r1", personal=["email"]), span("a", "r2")]]
    found = memory((heard("base", {}), heard("tea", {})), spans, train)
    assert [(one["side"], one["id"], one["source"], one["row"]) for one in found] == [
        ("tea", "b", "a.csv", 4),
        ("tea", "a", "b.csv", 9),
        ("base", "a", "b.csv", 9),
    ]
    assert found[0]["personal"] == ["email"]
    assert memory((heard("base", {}), heard("tea", {})), [[], []], train) == []


def test_so_many_spans_of_each_side_are_shown() -> None:
    train = pl.DataFrame({"id": ["r"], "source": ["a"], "row": [1]})
    many = [span(str(number), "r") for number in range(SHOWN + 5)]
    found = memory((heard("base", {}), heard("tea", {})), [many[:2], many], train)
    assert [one["side"] for one in found] == ["tea"] * SHOWN + ["base"] * 2
    assert [one["id"] for one in found[:SHOWN]] == [one["id"] for one in many[:SHOWN]]
