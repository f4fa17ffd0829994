"""What of rows is compared, and what counts as near."""

import numpy as np
import polars as pl
import pytest

from dataprep import kinship
from dataprep.recipe import Split
from schemas.frames import FRAME, empty
from schemas.records import Record
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user

LONG = "红茶的水温要在九十五度以上，绿茶则不宜超过八十五度。"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (sft(), ("", "", "")),
        (plain("泠泉"), ("", "", "泠泉")),
        ({"kind": "text"}, ("", "", "")),
        (ask(" 问 ", "答"), ("问", "答", "问\n答")),
        (sft(system("你是茶师"), user("译", context="水"), bot("water")), ("译\n水", "water", "译\n水\nwater")),
        (sft(user("一"), bot("二"), user("三"), bot("四")), ("一\n三", "二\n四", "一\n二\n三\n四")),
        (sft(user("查"), calls("f", ids=("1",)), tool("晴", "1"), bot("晴天")), ("查", "\n晴天", "查\n\n晴天")),
        (preference("问", "好", "坏"), ("问", "好", "问\n好")),
        (kto("问", "答"), ("问", "答", "问\n答")),
    ],
    ids=["no turns", "text", "no text", "blanks", "system and context", "turns", "tools", "preference", "kto"],
)
def test_texts(record: Record, expected: tuple[str, str, str]) -> None:
    assert kinship.texts(framed(record)).rows() == [expected]


def test_no_rows_no_texts() -> None:
    assert kinship.texts(empty(FRAME)).shape == (0, 3)


@pytest.mark.parametrize("text", ["", "   \n", "好的", "好的，没问题。", "😀" * 20, "？！……" * 5])
def test_short_and_wordless_texts_have_no_ngrams(text: str) -> None:
    assert kinship.grams_of(pl.Series([text, LONG])).counts.tolist()[0] == 0


def test_packing_keeps_the_sets() -> None:
    grams = kinship.grams_of(pl.Series([LONG, "", LONG[3:], "the quick brown fox jumps over the lazy dog"]))
    again = kinship.unpacked(kinship.packed(grams))
    assert again.counts.tolist() == grams.counts.tolist()
    assert (again.values >> np.uint64(20) == grams.values >> np.uint64(20)).all()
    shared = np.intersect1d(again.values[: again.offsets[1]], again.values[again.offsets[2] : again.offsets[3]])
    assert len(shared) == grams.counts[2]  # a suffix of the same text
    assert kinship.unpacked(kinship.packed(kinship.grams_of(pl.Series([], dtype=pl.String)))).counts.tolist() == []


def test_a_slice_of_packed_sets_is_unpacked_alone() -> None:
    packed = kinship.packed(
        kinship.grams_of(pl.Series(["水的硬度多少才合适呢？真的吗", "", "the tea is in the red cup"]))
    )
    whole, rest = kinship.unpacked(packed), kinship.unpacked(packed[1:])
    assert rest.offsets.tolist() == [0, 0, whole.counts[2]]
    assert rest.values.tolist() == whole.values[whole.offsets[2] :].tolist()
    assert kinship.unpacked(packed.clear()).offsets.tolist() == [0]


@pytest.mark.parametrize(
    ("chars", "config", "limit"),
    [
        (49, Split(), 0.7),
        (50, Split(), 0.5),
        (49, Split(near=0.8), 0.8),
        (49, Split(near=0.4, short=0.6), 0.6),
        (500, Split(near=None), 1.0),
    ],
)
def test_limits(chars: int, config: Split, limit: float) -> None:
    assert kinship.limits(pl.Series([chars]), config).tolist() == [limit]


def test_a_crowd_needs_many_prompts() -> None:
    count = 200
    star = np.zeros(60, np.int64), np.arange(1, 61)
    distinct = pl.Series([f"家{row}" for row in range(count)])
    assert np.flatnonzero(kinship.crowds(*star, distinct)).tolist() == list(range(61))
    few = pl.Series([f"家{row % 50}" for row in range(count)])  # 60 rows, but no more than 50 prompts
    assert not kinship.crowds(*star, few).any()
    many = pl.Series([f"家{row}" for row in range(2000)])  # 61 of 2000 prompts are not many
    assert not kinship.crowds(*star, many).any()
