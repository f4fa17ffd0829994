import math
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.metric import Sample
from evalsuite.metrics.repetition import REPETITION, corpus_distinct, cut, matched, repeats, zlib_ratio
from schemas.text.words import words

WORDS = st.lists(st.sampled_from("abcd"), max_size=40)


def sample(answer: str) -> Sample:
    return Sample("1", "q", "", None, answer, "zh")


def grams(tokens: list[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(tokens[start : start + n]) for start in range(len(tokens) - n + 1)]


@pytest.mark.parametrize(
    ("text", "rep_2", "rep_4", "distinct_1", "longest"),
    [
        ("", None, None, None, None),
        (" \n", None, None, None, None),
        ("天", None, None, 1.0, None),
        ("天地", 0.0, None, 1.0, 0),
        ("哈哈", 0.0, None, 0.5, 1),
        ("哈哈哈哈", 2 / 3, 0.0, 0.25, 3),
        ("我爱你我爱你", 2 / 5, 0.0, 0.5, 3),
        ("a b c d a b c d", 3 / 7, 1 / 5, 0.5, 4),
        ("the cat sat on the mat", 0.0, 0.0, 5 / 6, 1),
        ("GPT好GPT好，GPT好", 3 / 5, 1 / 3, 2 / 6, 4),
        ("😂😂😂😂", None, None, None, None),
    ],
)
def test_hand_worked(
    text: str, rep_2: float | None, rep_4: float | None, distinct_1: float | None, longest: int | None
) -> None:
    found = repeats(words(text))
    assert (found.rep(2), found.rep(4), found.distinct(1), found.longest) == (rep_2, rep_4, distinct_1, longest)


@given(WORDS)
def test_counts_are_those_of_plain_sets(tokens: list[str]) -> None:
    found = repeats(tokens)
    for n in (1, 2, 3, 4):
        every = grams(tokens, n)
        expected = 1 - len(set(every)) / len(every) if every else None
        assert found.rep(n) == (pytest.approx(expected, abs=1e-12) if expected is not None else None)
        assert found.distinct(n) == (len(set(every)) / len(tokens) if every else None)
    repeated = [n for n in range(1, len(tokens)) if len(set(grams(tokens, n))) < len(grams(tokens, n))]
    assert found.longest == (max(repeated, default=0) if len(tokens) > 1 else None)


def test_a_long_loop_is_counted() -> None:
    assert repeats(["a", "b", "c"] * 200).longest == 597


def test_columns_say_why_nothing_was_scored() -> None:
    told = REPETITION.score([sample("天地人"), sample("一二三四五")])
    assert set(told) == {metric.name for metric in REPETITION.metrics}
    assert math.isnan(told["rep_4"].values[0]) and told["rep_4"].reasons == {0: "too_short"}
    assert told["rep_4"].values[1] == 0
    np.testing.assert_array_equal(told["rep_3"].values, [0, 0])


@pytest.mark.parametrize(
    ("text", "ratio"), [("", None), ("  ", None), ("好" * 100, 300 / len(zlib.compress(b"\xe5\xa5\xbd" * 100, 9)))]
)
def test_zlib_ratio(text: str, ratio: float | None) -> None:
    assert zlib_ratio(text) == ratio


def test_zlib_ratio_survives_half_characters() -> None:
    assert zlib_ratio("好\ud800") is not None


@pytest.mark.parametrize(
    ("base", "tuned", "expected"),
    [
        ("", "好的", ("", "")),
        ("好的", "  ", ("", "  ")),
        ("你好，世界！", "你好。", ("你好", "你好。")),
        ("One, two; three.", "Uno, DOS", ("One, two", "Uno, DOS")),
        ("等……再等等", "三个字", ("等……再等", "三个字")),
        ("same size", "两字", ("same size", "两字")),
    ],
)
def test_matched_cuts_the_longer_one(base: str, tuned: str, expected: tuple[str, str]) -> None:
    assert matched([base], [tuned]) == ([expected[0]], [expected[1]])


@given(st.text(max_size=40), st.integers(0, 20))
def test_a_cut_text_begins_the_text(text: str, count: int) -> None:
    shorter = cut(text, count)
    assert text.startswith(shorter)
    if all(letter.isascii() or "\u4e00" <= letter <= "\u9fff" for letter in text):
        assert words(shorter) == words(text)[:count]


@pytest.mark.parametrize(
    ("answers", "n", "tokens", "expected"),
    [
        ([], 1, 4, None),
        (["a b"], 1, 0, None),
        (["a b", "a b"], 1, 4, 0.5),
        (["a b", "b a"], 2, 4, 0.5),  # no bigram crosses from one answer into the next
        (["a b c", "a z"], 1, 4, 0.75),
        (["a b c"], 1, 4, None),
        (["好的", "", "好吗"], 1, 4, 0.75),
    ],
)
def test_corpus_distinct(answers: list[str], n: int, tokens: int, expected: float | None) -> None:
    assert corpus_distinct(answers, n, tokens=tokens) == expected
