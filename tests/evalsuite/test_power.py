"""What n items show, against a table worked out beforehand and against itself."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.power import items_needed, mde


# Points that a paired 0/1 score shows where a share q of items flips: sd = sqrt(q); .15 is a ROUGE-like sd.
@pytest.mark.parametrize(
    ("sd", "points"),
    [
        (math.sqrt(0.05), [11.4, 8.9, 6.3, 4.4, 2.8, 2.0]),
        (math.sqrt(0.10), [16.2, 12.5, 8.9, 6.3, 4.0, 2.8]),
        (math.sqrt(0.20), [22.9, 17.7, 12.5, 8.9, 5.6, 4.0]),
        (0.15, [7.7, 5.9, 4.2, 3.0, 1.9, 1.3]),
    ],
)
def test_table(sd: float, points: list[float]) -> None:
    assert [round(100 * mde(sd, n), 1) for n in (30, 50, 100, 200, 500, 1000)] == points


@pytest.mark.parametrize(
    ("sd", "change", "items"),
    [
        (0.5, 0.5, 8),  # Cohen: (1.96 + 0.8416)^2 = 7.85
        (0.15, 0.03, 197),
        (0.0, 0.1, 0),
        (0.5, 0.0, None),
        (math.nan, 0.1, None),
    ],
)
def test_items_needed(sd: float, change: float, items: int | None) -> None:
    assert items_needed(sd, change) == items


def test_no_items_show_nothing() -> None:
    assert math.isnan(mde(0.3, 0))


@given(st.floats(0.01, 2), st.floats(0.01, 1), st.floats(0.001, 0.2), st.floats(0.5, 0.99))
def test_needed_items_are_the_fewest_that_show_the_change(sd: float, change: float, alpha: float, power: float) -> None:
    n = items_needed(sd, change, alpha=alpha, power=power)
    assert n is not None
    assert mde(sd, n, alpha=alpha, power=power) <= change * (1 + 1e-9)
    assert n == 1 or mde(sd, n - 1, alpha=alpha, power=power) > change * (1 - 1e-9)
