"""What of a row is an example: the first question, the reply to it, and the assistant's orders."""

import pytest

from dataprep.augment.examples import Example, examples_of, read_examples
from schemas.frames import FRAME, empty
from schemas.records import Record
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user


@pytest.mark.parametrize(
    ("record", "found"),
    [
        (plain("一篇文章"), None),
        (sft(user(" \n"), bot("?")), None),
        (sft(bot("欢迎")), None),
        (ask("茶怎么泡？", " 用 80 度的水。\n"), Example("", "茶怎么泡？", "用 80 度的水。")),
        (
            sft(system("你是茶艺师。"), user("译成英文", context="好茶"), bot("Good tea")),
            Example("你是茶艺师。", "译成英文\n好茶", "Good tea"),
        ),
        (sft(user("One?"), bot("1"), user("Two?"), bot("2")), Example("", "One?", "1")),
        (sft(bot("Hi!"), user("One? 🍵"), bot("1")), Example("", "One? 🍵", "1")),
        (
            sft(user("Weather?"), calls("w", content="Let me see"), tool("22"), bot("22 °C")),
            Example("", "Weather?", ""),
        ),
        (sft(user("无人回答？")), Example("", "无人回答？", "")),
        (preference("Which?", "this", "that"), Example("", "Which?", "this")),
        (kto("Which?", "this"), Example("", "Which?", "this")),
        (kto("Which?", "bad", label=False), Example("", "Which?", "")),
    ],
)
def test_a_row_as_an_example(record: Record, found: Example | None) -> None:
    frame = framed(record)
    assert read_examples(frame).get(frame["id"][0]) == found


def test_examples_stand_in_the_order_of_a_plan() -> None:
    known = read_examples(framed(ask("a", "1"), plain("no question"), ask("c", "3")))
    found = examples_of(["a.jsonl:3", "a.jsonl:2", "elsewhere:1", "a.jsonl:1"], known)
    assert [example.question for example in found] == ["c", "a"]
    assert examples_of(None, known) == [] == examples_of(["a.jsonl:1"], read_examples(empty(FRAME)))
