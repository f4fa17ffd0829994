"""Holm and Benjamini-Hochberg on worked examples."""

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.multiplicity import benjamini_hochberg, holm

# Benjamini and Hochberg (1995), section 4: fifteen p-values of a trial; at .05 BH rejects four and Bonferroni three.
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
TRIAL += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]


@pytest.mark.parametrize(
    ("adjust", "values", "adjusted"),
    [
        (holm, [], []),
        (holm, [0.03], [0.03]),
        (holm, [math.nan], [math.nan]),
        (holm, [0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),
        (holm, [0.01, math.nan, 0.04], [0.02, math.nan, 0.04]),
        (holm, [0.6, 0.7], [1.0, 1.0]),
        (benjamini_hochberg, [], []),
        (benjamini_hochberg, [0.01, 0.04, 0.03, 0.005], [0.02, 0.04, 0.04, 0.02]),
        (benjamini_hochberg, [math.nan, 0.01, 0.04], [math.nan, 0.02, 0.04]),
    ],
)
def test_adjusted(adjust: Callable[[list[float]], list[float]], values: list[float], adjusted: list[float]) -> None:
    assert adjust(values) == pytest.approx(adjusted, nan_ok=True)


def test_trial() -> None:
    assert [p < 0.05 for p in benjamini_hochberg(TRIAL)] == [True] * 4 + [False] * 11
    assert [p < 0.05 for p in holm(TRIAL)] == [True] * 3 + [False] * 12


@given(st.lists(st.floats(0, 1), max_size=20))
def test_holm_is_the_stricter(values: list[float]) -> None:
    strict, mild = holm(values), benjamini_hochberg(values)
    assert all(p <= b + 1e-12 and b <= h + 1e-12 <= 1 + 1e-12 for p, b, h in zip(values, mild, strict, strict=True))
