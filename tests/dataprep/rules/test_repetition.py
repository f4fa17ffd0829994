"""The repetition kernel against plain references, hand-worked values, and any cut of the rows."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.rules import repetition as chat
from dataprep.rules import web_repetition as web
from dataprep.rules.tail_loop import tail_loop
from tests.dataprep.rules.repetition_reference import reference

PIECES = [
    "水箱",
    "滤芯每三个月换一次。",
    "The filter ",
    "lasts three months. ",
    "\n",
    "\n\n",
    "a b ",
    "ha",
    "哈",
    "1000",
    " ",
    "Ö ",
]
PIECES += ["请按说明书的步骤清洗水箱并更换滤芯，", "to be or not to be that is the question of the whole play\n"]
SAID = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


MEASURES = (*chat.MEASURES, *web.MEASURES)


def repetition(texts: pl.Series) -> pl.DataFrame:
    """Of answers and of web texts."""
    return chat.repetition(texts).hstack(web.web_repetition(texts))


def measured(*texts: str | None) -> list[dict[str, float]]:
    return repetition(pl.Series(texts, dtype=pl.String)).rows(named=True)


def test_no_texts() -> None:
    found = repetition(pl.Series([], dtype=pl.String))
    assert found.schema == pl.Schema(dict.fromkeys(MEASURES, pl.Float32()))
    assert found.height == 0


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "水", "hello", "！！！", "😀", "只说一次的话没有重复。", "Said once, then no more."]
)
def test_texts_without_repetition(text: str) -> None:
    assert measured(text) == [dict.fromkeys(MEASURES, 0.0) | {"distinct": None}]
    assert measured(None) == [dict.fromkeys(MEASURES)]


@given(st.lists(SAID, max_size=8))
def test_every_measure_agrees_with_its_reference(texts: list[str]) -> None:
    found = measured(*texts)
    assert found == [pytest.approx(reference(text), abs=1e-6) for text in texts]


@given(st.lists(st.one_of(st.none(), SAID, st.text(max_size=20)), max_size=8), st.integers(0, 8))
def test_rows_are_measured_one_by_one(texts: list[str | None], cut: int) -> None:
    column = pl.Series(texts, dtype=pl.String)
    whole = repetition(column)
    assert pl.concat([repetition(column[:cut]), repetition(column[cut:])]).equals(whole)
    assert repetition(column.reverse()).reverse().equals(whole)


@pytest.mark.parametrize(
    ("text", "measure", "share"),
    [
        ("one two three one two three", "top_3gram", 26 / 27),  # 13 characters twice
        ("one two three one two three", "top_4gram", 0),
        ("a b c d e a b c d e", "dup_5gram", 5 / 19),
        ("A B C D E a b c d e", "dup_5gram", 5 / 19),
        ("a a a a a a a a a a a", "dup_5gram", 10 / 21),  # the first once, then two that don't overlap
        ("一二三四五六七八，一二三四五六七八", "dup_5gram", 8 / 17),
        ("一二三四五六七，一二三四五六七", "dup_5gram", 0),  # seven characters are four words
        ("行\n行\n另", "dup_lines", 1 / 3),
        ("行\n行\n另", "dup_line_chars", 1 / 5),
        ("段\n落\n\n段\n落\n\n完", "dup_paragraphs", 1 / 3),
        ("段\n落\n\n段\n落\n\n完", "dup_paragraph_chars", 3 / 11),
        ("abcdefghijabcdefghij", "char_repetition", 2 / 11),
        ("one two " * 25, "distinct", 2 / 50),
        ("水箱滤芯 Tank tank ＴＡＮＫ，" * 10, "distinct", 5 / 70),
    ],
)
def test_worked_values(text: str, measure: str, share: float) -> None:
    assert measured(text)[0][measure] == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("", 0),
        ("哈哈哈哈哈哈哈哈哈", 0),  # nine
        ("哈哈哈哈哈哈哈哈哈哈", 1),
        ("答案是1000", 0),
        ("好的" + "谢谢，" * 4, 12 / 14),
        ("谢，谢谢，谢谢，谢谢，谢", 1),  # the first repeat is cut off
        ("Start. " + "I am sorry. " * 5 + "I am", 66 / 71),  # with the stop and the blank before it
        ("abcabcabc" * 3 + "!", 0),
        ("xaaaaaaaaaaaa", 12 / 13),
        ("aaab" * 6, 1),
        ("重" * 30_000, 1),
        (("字" * 2001 + "。") * 3, 0),  # the unit is too long
        (("字" * 1999 + "。") * 3, 1),
    ],
)
def test_tail_loops(text: str, share: float) -> None:
    assert tail_loop(text) == pytest.approx(share)
    assert measured("vorher", text, "danach")[1]["tail_loop"] == pytest.approx(share)


@pytest.mark.parametrize(("words", "share"), [(49, None), (50, 1 / 50), (51, 1 / 51)])
def test_distinct_tokens_of_long_texts_only(words: int, share: float | None) -> None:
    found = measured("elsewhere " * 60, "da " * words)[1]["distinct"]
    assert found == (None if share is None else pytest.approx(share))


@given(st.lists(SAID, max_size=8), st.integers(1, 40))
def test_many_texts_of_a_block_are_as_one_each(texts: list[str], copies: int) -> None:
    assert measured(*texts * copies) == measured(*texts) * copies


def test_a_text_longer_than_a_block() -> None:
    text = "".join(f"第{n}行，一共有许多行。\n" for n in range(60_000))
    (found,) = measured(text)
    assert found["dup_lines"] == 0
    assert 0.2 < found["char_repetition"] < 1
    assert found["dup_10gram"] == 0
