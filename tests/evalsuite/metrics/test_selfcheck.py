import math

import pytest

from evalsuite.metrics.selfcheck import unigram_selfcheck


@pytest.mark.parametrize(("answer", "samples"), [("", ["a"]), (" \n", ["a"]), ("👍", ["a"]), ("a", [])])
def test_nothing_to_compare_is_no_number(answer: str, samples: list[str]) -> None:
    assert math.isnan(unigram_selfcheck(answer, samples))


def test_by_hand() -> None:
    # Counts: a 2, b 2, c 1; smoothing 1 on three words makes 8.
    assert unigram_selfcheck("a b", ["a", "b c"], over="max") == pytest.approx(-math.log(3 / 8))
    assert unigram_selfcheck("a c", ["a", "a b"], over="max") == pytest.approx(-math.log(2 / 8))
    assert unigram_selfcheck("a c", ["a", "a b"], over="mean") == pytest.approx(
        -(math.log(4 / 8) + math.log(2 / 8)) / 2
    )


@pytest.mark.parametrize(
    ("same", "other", "samples"),
    [
        ("出生在杭州", "出生在北京", ["出生在杭州", "杭州出生", "在杭州"]),
        ("in Leeds", "in Bath", ["in Leeds", "Leeds"]),
    ],
)
def test_what_samples_repeat_is_likelier(same: str, other: str, samples: list[str]) -> None:
    assert unigram_selfcheck(same, samples) < unigram_selfcheck(other, samples)
