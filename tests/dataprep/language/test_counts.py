"""Script counts against schemas.text.script, the tables of variants, and what prose leaves of a text."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.language.counts import count_scripts
from dataprep.language.points import blocks, class_table
from dataprep.language.prose import prose
from dataprep.language.variants import SIMPLIFIED, TRADITIONAL
from schemas.text.script import SCRIPTS, shares

TEXTS = [
    "",
    " \n\t",
    "a",
    "-",
    "'s",
    "don't well-known",
    "'tis 'a",
    "你好，世界！",
    "用 transformers 5.23 训练",
    "ＡＢＣ１２",
]
TEXTS += [
    "こんにちは、世界。ー",
    "안녕하세요 여러분",
    "Привет, мир",
    "हिन्दी में",
    "😀🏳️‍🌈",
    "étude naïve",
    "𠮷野家",
    "\U000e0041",
]
WORDS = [0, 0, 1, 0, 1, 2, 2, 0, 1, 1, 0, 0, 0, 0, 0, 2, 0, 0]


def test_counts_of_known_texts() -> None:
    counts = count_scripts(pl.Series(TEXTS))
    assert counts["latin_words"].to_list() == WORDS
    assert counts["other_words"].to_list()[12:14] == [2, 2]
    assert counts.row(7, named=True) == dict.fromkeys(counts.columns, 0) | {"han": 4}


@given(st.lists(st.one_of(st.none(), st.text(max_size=30), st.sampled_from(TEXTS)), max_size=12), st.integers(0, 12))
def test_counts_agree_with_the_shares_and_with_any_cut(texts: list[str | None], cut: int) -> None:
    column = pl.Series(texts, dtype=pl.String)
    counts = count_scripts(column)
    wanted = pl.DataFrame({"text": column.fill_null("")}).select(**shares(pl.col("text")))
    total = counts.select(pl.sum_horizontal(SCRIPTS)).to_series()
    for script in SCRIPTS:
        assert (counts[script] / total.clip(1)).to_list() == pytest.approx(wanted[script].to_list())
    assert pl.concat([count_scripts(column[:cut]), count_scripts(column[cut:])]).equals(counts)


def test_blocks_hold_every_text_whole() -> None:
    texts = pl.Series(["长" * 200_000, "", None, "a" * 300_000, "b"])
    found = list(blocks(texts))
    assert [block.first for block in found] == [0, 1, 3, 4]
    assert [block.lengths.tolist() for block in found] == [[200_000], [0, 0], [300_000], [1]]
    assert list(blocks(texts.clear())) == []
    assert next(iter(blocks(texts[1:3]))).values.size == 0


@pytest.mark.parametrize(
    ("character", "traditional", "simplified"),
    [("國", True, False), ("裡", True, False), ("裏", True, False), ("麵", True, False), ("国", False, True)]
    + [("这", False, True), ("体", False, True)]
    + [(common, False, False) for common in "后里面干台只群床么人的aー"],
)
def test_variants(character: str, traditional: bool, simplified: bool) -> None:
    assert (character in TRADITIONAL, character in SIMPLIFIED) == (traditional, simplified)


def test_tables_of_variants_are_apart_and_agree_with_opencc() -> None:
    opencc = pytest.importorskip("opencc")
    assert set(TRADITIONAL).isdisjoint(SIMPLIFIED)
    assert (len(TRADITIONAL), len(SIMPLIFIED)) == (len(set(TRADITIONAL)), len(set(SIMPLIFIED)))
    simplify, traditionalise = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
    assert [c for c in TRADITIONAL if simplify.convert(c) == c] == []
    assert [c for c in SIMPLIFIED if traditionalise.convert(c) == c] == []
    assert len(class_table()) == 0x32401


@pytest.mark.parametrize(
    ("text", "left", "code", "formula"),
    [
        ("", "", 0, 0),
        ("没有代码。", "没有代码。", 0, 0),
        ("看 `print(x)` 吧", "看   吧", 9 / 14, 0),
        ("```py\nx = 1\n``` end", "  end", 14 / 19, 0),
        ("```\n没写完", " ", 6 / 7, 0),
        ("有 $x+y$ 个", "有   个", 0, 4 / 9),
        ("付 $5 或 $10 都行", "付 $5 或 $10 都行", 0, 0),
        (r"\[a=b\]", " ", 0, 6 / 7),
        ("见 https://example.com/文档", "见  文档", 0, 0),
        ("写信到a@b.com吧", "写信到 吧", 0, 0),
        ("我是{{name}}，{city}人", "我是 ， 人", 0, 0),
        ("<b>粗</b>", " 粗 ", 0, 0),
    ],
)
def test_prose(text: str, left: str, code: float, formula: float) -> None:
    found = prose(pl.Series([text, None]))
    assert found.row(0) == (left, pytest.approx(code), pytest.approx(formula))
    assert found.row(1) == (None, None, None)
