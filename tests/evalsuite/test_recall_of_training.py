import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.metric import Sample
from evalsuite.recall_of_training import GRAM, Recall, index, recall

BRIDGE = "南京长江大桥是长江上第一座由中国自行设计和建造的双层式铁路、公路两用桥梁。"
LETTER = "Please write to anna.li@example.com or call her office before Friday noon."
ROWS = [
    ("r2", BRIDGE),
    ("r3", LETTER),
    ("r1", "请联系张经理，电话13812345678，他会为您安排。"),
    ("r9", BRIDGE),
    ("r0", ""),
]


def told(*answers: str, question: str = "", context: str = "", reference: str | None = None) -> Recall:
    frame = pl.DataFrame(ROWS, schema={"id": pl.String, "text": pl.String}, orient="row")
    samples = [Sample(str(n), question, context, reference, answer, "zh") for n, answer in enumerate(answers)]
    return recall(index(frame), samples)


@pytest.mark.parametrize(
    ("answer", "tokens", "text"),
    [
        ("", None, None),
        ("好。", None, None),
        ("我从来没有去过那个地方旅行。", 0, None),
        ("我知道，南京长江大桥是长江。", 9, "南京长江大桥是长江"),
        ("南京长江大桥是大桥而不是隧道", 0, None),  # seven characters
        ("答：" + BRIDGE, 35, BRIDGE[:-1]),
        ("双层式铁路公路两用桥梁，很有名", 11, "双层式铁路公路两用桥梁"),  # punctuation doesn't matter
        ("Well: PLEASE write to anna.li@example.com or call him", 9, "PLEASE write to anna.li@example.com or call"),
        # no span runs from one training row into the next
        ("铁路公路两用桥梁Please write to nobody here", 8, "铁路公路两用桥梁"),
        (
            "南京长江大桥是长江上。公路两用桥梁。由中国自行设计和建造的双层式铁路",
            16,
            "由中国自行设计和建造的双层式铁路",
        ),
    ],
)
def test_the_longest_span(answer: str, tokens: int | None, text: str | None) -> None:
    found = told(answer)
    if tokens is None:
        assert np.isnan(found.column.values[0]) and found.column.reasons == {0: "too_short"}
    else:
        assert found.column.values[0] == tokens
    assert [span.text if span else None for span in found.spans] == [text]


def test_equal_rows_go_by_the_smallest_id() -> None:
    (span,) = told(BRIDGE).spans
    assert span is not None and span.row == "r2"


@pytest.mark.parametrize("where", ["question", "context"])
def test_quotations_are_no_memory(where: str) -> None:
    assert told(BRIDGE, **{where: f"请改写：{BRIDGE}"}).spans == (None,)
    (span,) = told(BRIDGE, **{where: "南京长江大桥是长江上"}).spans
    assert span is not None and span.text == BRIDGE[10:-1]


@pytest.mark.parametrize(("reference", "expected"), [(None, False), ("别的答案", False), ("是的，" + BRIDGE, True)])
def test_what_the_reference_says_too_is_noted(reference: str | None, expected: bool) -> None:
    (span,) = told(BRIDGE, reference=reference).spans
    assert span is not None and span.in_reference is expected


def test_personal_data_comes_first() -> None:
    found = told(BRIDGE, "没有什么可以告诉你的事情。", "请联系张经理，电话13812345678。", LETTER)
    assert found.worst_first() == [3, 2, 0]
    assert [span.personal if span else None for span in found.spans] == [(), None, ("mobile",), ("email",)]


def test_an_empty_training_set_recalls_nothing() -> None:
    none = index(pl.DataFrame(schema={"id": pl.String, "text": pl.String}))
    assert recall(none, [Sample("1", "", "", None, BRIDGE, "zh")]).spans == (None,)


WORDS = st.lists(st.sampled_from("ab"), max_size=40)


@given(st.lists(WORDS, max_size=4), WORDS)
def test_as_a_plain_search_finds_it(rows: list[list[str]], said: list[str]) -> None:
    frame = pl.DataFrame({"id": [str(n) for n in range(len(rows))], "text": [" ".join(row) for row in rows]})
    value = recall(index(frame.cast(pl.String)), [Sample("1", "", "", None, " ".join(said), "en")]).column.values[0]
    spans = {"".join(said[a:b]) for a in range(len(said)) for b in range(a + GRAM, len(said) + 1)}
    longest = max((len(span) for span in spans if any(span in "".join(row) for row in rows)), default=0)
    assert value == longest or (len(said) < GRAM and np.isnan(value))
