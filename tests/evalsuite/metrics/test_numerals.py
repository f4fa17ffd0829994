from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.numerals import numerals


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        (" \n ", []),
        ("👍", []),
        ("12,000", [12_000]),
        ("1.2万吨", [12_000]),
        ("3千克", [3]),
        ("3千人", [3_000]),
        ("2e-4", [0.0002]),
        ("LQ300", []),
        ("$120k", [120_000]),
        ("5.68 billion", [5.68e9]),
        ("1,2,3", [1, 2, 3]),
        ("the Eleventh", [11]),
        ("half a tablet", [0.5]),
        ("one fifth", [0.2]),
        ("千万不要", []),
        ("万一", []),
        ("十分重要", []),
        ("十分钟", [10]),
        ("大陆", []),
    ],
)
def test_numerals_are_found(text: str, values: list[float]) -> None:
    found = [numeral.value for numeral in numerals(text)]
    assert found == pytest.approx(values)


@pytest.mark.parametrize("text", ["一些", "七八个", "one of them", "First, this", "once upon a time", "millions"])
def test_what_is_no_figure_is_weak(text: str) -> None:
    assert [numeral.weak for numeral in numerals(text)] == [True]


@given(st.integers(min_value=0, max_value=99_999_999))
def test_digits_are_read_back_with_and_without_commas(value: int) -> None:
    assert [numeral.value for numeral in numerals(f"{value:,} 和 {value}")] == [value, value]


@given(st.text(alphabet=st.sampled_from("一二十百千万亿点零半12,.%k两 ")))
def test_any_run_of_numeral_characters_is_read(text: str) -> None:
    found = numerals(text)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert all(one.end <= after.start for one, after in pairwise(found))
