"""Same answer, many prompts."""

import polars as pl
import pytest

from dataprep.dedup import answers
from dataprep.recipe.duplicates import Dedup
from schemas.frames import FRAME, empty
from schemas.records import Record
from tests.dataprep.rows import ask, framed, kto, plain, preference, sft, user

ORDER = {"a.jsonl": 0}
SORRY = "抱歉，我无法回答这个问题，请换一个问题。"


def decided(*records: Record, same_answer: int = 3) -> pl.DataFrame:
    config = Dedup(same_answer=same_answer)
    return answers.decide(answers.view(framed(*records), config), config, order=ORDER)


def asked(*questions: str, answer: str = SORRY) -> list[Record]:
    return [ask(question, answer) for question in questions]


@pytest.mark.parametrize(
    ("records", "rows"),
    [
        ([], []),
        (asked("一？", "二？"), []),
        (asked("甲？", "乙？", "丙？"), [1, 2, 3]),
        (asked("甲？", "乙？", "甲!", " 甲 "), []),
        (asked("甲？", "乙？", "甲？", "丙？"), [1, 2, 3, 4]),
        ([*asked("甲？", "乙？"), ask("丙？", SORRY.replace("，", ", ").rstrip("。"))], [1, 2, 3]),
        (asked("甲？", "乙？", "丙？", answer="是的。"), []),
        (asked("a?", "b?", "c?", answer="SORRY, I can't answer that."), [1, 2, 3]),
        ([kto(q, SORRY) for q in "甲乙丙"], []),
        ([preference(q, SORRY, SORRY) for q in "甲乙丙"], []),
        ([plain(SORRY)] * 3, []),
        ([sft(user(q)) for q in "甲乙丙"], []),
        (asked("甲？", "乙？", "丙？", answer=""), []),
    ],
    ids=[
        *("none", "two", "three", "one prompt again", "a prompt twice", "punctuation", "short", "english"),
        *("kto", "preference", "text", "unanswered", "empty"),
    ],
)
def test_rows_whose_answer_has_many_prompts(records: list[Record], rows: list[int]) -> None:
    assert decided(*records)["row"].to_list() == rows


def test_zero_finds_none() -> None:
    assert decided(*asked(*"甲乙丙丁"), same_answer=0).height == 0


def test_decisions_count_prompts_and_rows() -> None:
    (line, *_) = decided(*asked("甲？", "乙？", "甲？", "丙？")).to_dicts()
    assert line == {
        **{"id": "a.jsonl:1", "source": "a.jsonl", "row": 1, "prompts": 3, "rows": 4},
        **{"first": "a.jsonl:1", "place": "a.jsonl:1"},
    }


def test_rows_are_flagged_and_stay() -> None:
    frame, config = (
        framed(*asked("甲？", "乙？", "丙？"), ask("丁？", "水箱能装一升水，够泡六杯。")),
        Dedup(same_answer=3),
    )
    result = answers.apply(frame, answers.decide(answers.view(frame, config), config, order=ORDER))
    assert result.kept.equals(frame)
    assert result.dropped.height == 0
    assert result.events.select("row", "verdict", "reason", "detail", "into").rows() == [
        (row, "flagged", "same_answer_many_prompts", "3 prompts, first a.jsonl:1", "a.jsonl:1") for row in (1, 2, 3)
    ]


def test_the_most_frequent_answers_come_first() -> None:
    other = "水箱能装一升水，够泡六杯。" * 20
    records = [*asked("甲？", "乙？", "丙？"), *asked("丁？", "戊？", "己？", "庚？", answer=other)]
    frame, config = framed(*records), Dedup(same_answer=3)
    view = answers.view(frame, config)
    decisions = answers.decide(view, config, order=ORDER)
    assert answers.top(view, decisions).rows() == [(other[:200], 4, 4), (SORRY, 3, 3)]
    assert answers.top(view, decisions, most=1)["prompts"].to_list() == [4]


def test_nothing_in_nothing_out() -> None:
    config = Dedup()
    view = answers.view(empty(FRAME), config)
    decisions = answers.decide(view, config, order={})
    assert (view.schema, decisions.schema) == (answers.VIEW, answers.DECISIONS)
    assert answers.apply(empty(FRAME), decisions).events.height == 0
    assert answers.top(view, decisions).height == 0


def test_cuts_and_order_do_not_show() -> None:
    frame = framed(*[ask(f"问题{n}？", f"{SORRY}{n % 7}号") for n in range(60)])
    config = Dedup(same_answer=9)
    whole = answers.decide(answers.view(frame, config), config, order=ORDER)
    shuffled = frame.sample(fraction=1, shuffle=True, seed=4)
    views = [answers.view(part, config) for part in (shuffled.slice(0, 11), shuffled.slice(11))]
    assert whole.height == 36  # four answers have nine prompts, three have eight
    assert answers.decide(pl.concat(views), config, order=ORDER).equals(whole)
