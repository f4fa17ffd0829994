"""Coefficients against published examples, against their definitions spelt out, and where they are undefined."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.annotate.coefficients import Coefficient, alpha, alpha_without, cohen, fleiss, percent, wilson
from dataprep.annotate.ratings import Level, Ratings, ratings_of
from tests.dataprep.annotate.said import counted, grid, rated

# Krippendorff 2011, Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)
# Wikipedia, Krippendorff's alpha: three coders, fifteen units.
CODERS = (". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4")
# Krippendorff 2011, sections A (binary) and B (nominal): two observers.
BINARY = ("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
LETTERS = ("1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4")
# Fleiss 1971 in the form of Wikipedia, Fleiss' kappa: ten subjects, fourteen raters.
SUBJECTS = ("0 0 0 0 14", "0 2 6 4 2", "0 0 3 5 6", "0 3 9 2 0", "2 2 8 1 1")
SUBJECTS += ("7 7 0 0 0", "3 2 6 3 0", "2 5 3 2 2", "6 5 2 1 0", "0 2 2 3 7")
# Ratings of anxiety by the first two raters in R's package irr 0.84.1.
ANXIETY = ("3 3 3 4 5 5 2 3 5 2 2 6 1 5 2 2 1 2 4 3", "3 6 4 6 2 4 2 4 3 3 2 3 3 3 2 2 1 3 3 4")
# Cohen 1960, A Coefficient of Agreement for Nominal Scales, and its weighted form in Cohen 1968.
DIAGNOSES = [[88, 14, 18], [10, 40, 10], [2, 6, 12]]
COSTS = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]


Measure = Callable[..., Coefficient]


def crossed(table: list[list[int]]) -> Ratings:
    """Two annotators by a table of how often they said what."""
    said = [(row, column) for row, line in enumerate(table) for column, count in enumerate(line) for _ in range(count)]
    return ratings_of(grid([str(row) for row, _ in said], [str(column) for _, column in said], question="verdict"))


@pytest.mark.parametrize(
    ("rows", "level", "published", "units", "pairable", "raters"),
    [
        (OBSERVERS, "nominal", 0.743, 12, 11, 4),
        (OBSERVERS, "ordinal", 0.815, 12, 11, 4),
        (OBSERVERS, "interval", 0.849, 12, 11, 4),
        (CODERS, "nominal", 0.691, 13, 12, 3),
        (CODERS, "interval", 0.811, 13, 12, 3),
        (BINARY, "nominal", 0.095, 10, 10, 2),
        (LETTERS, "nominal", 0.692, 12, 12, 2),
    ],
)
def test_alpha_is_the_published_one(
    rows: tuple[str, ...], level: Level, published: float, units: int, pairable: int, raters: int
) -> None:
    found = alpha(replace(rated(*rows), level=level), seed=1)
    assert found.value == pytest.approx(published, abs=5e-4)
    assert (found.units, found.pairable, found.raters, found.scale) == (units, pairable, raters, level)
    assert found.low is not None and found.high is not None
    assert found.low < published < found.high


def test_fleiss_kappa_is_the_published_one() -> None:
    found = fleiss(counted(*([int(count) for count in row.split()] for row in SUBJECTS)))
    assert found.value == pytest.approx(0.210, abs=5e-4)
    assert (found.units, found.pairable, found.raters) == (10, 10, 14)


@pytest.mark.parametrize(
    ("ratings", "weights", "published"),
    [
        (crossed([[20, 5], [10, 15]]), "none", 0.4),  # Wikipedia, Cohen's kappa
        (crossed([[45, 15], [25, 15]]), "none", 0.130),
        (crossed([[25, 35], [5, 35]]), "none", 0.259),
        (crossed(DIAGNOSES), "none", 0.492),
        (crossed(DIAGNOSES), np.array(COSTS), 0.348),
        (rated(*ANXIETY), "quadratic", 0.297),
        (rated("1 2 3", "1 3 3"), "linear", 2 / 3),  # by hand: 1 step in 3 records, by chance 9 in 9
    ],
)
def test_cohens_kappa_is_the_published_one(ratings: Ratings, weights: Any, published: float) -> None:
    assert cohen(ratings, weights=weights).value == pytest.approx(published, abs=5e-4)


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    # Newcombe 1998, table I, method 3.
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_interval_is_the_published_one(right: int, of: int, low: float, high: float) -> None:
    assert wilson(right, of) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("rows", "measure", "reason"),
    [
        ((), alpha, "no_answers"),
        ((), cohen, "no_answers"),
        (("1 2 3",), alpha, "one_annotator"),
        (("1 2 3",), cohen, "one_annotator"),
        (("1 2 3",), percent, "one_annotator"),
        (("1 2 . .", ". . 3 1"), alpha, "no_overlap"),
        (("1 2 . .", ". . 3 1"), fleiss, "no_overlap"),
        (("1 2 . .", ". . 3 1"), cohen, "no_overlap"),
        (("4 4 4 2", "4 4 4 ."), alpha, "one_category"),
        (("4 4 4 2", "4 4 4 ."), fleiss, "one_category"),
        (("4 4 4 2", "4 4 4 ."), cohen, "one_category"),
        (("1 2", "1 2", "1 2"), cohen, "more_annotators"),
    ],
)
def test_undefined_is_told(rows: tuple[str, ...], measure: Measure, reason: str) -> None:
    found = measure(rated(*rows), seed=1)
    assert (found.value, found.low, found.high, found.reason) == (None, None, None, reason)


def test_percent_agreement_needs_no_variety() -> None:
    assert percent(rated("4 4 4 2", "4 4 4 .")).value == 1.0
    assert percent(rated("1 1 1 1", "1 2 1 .", "1 2 2 ."), seed=1).value == pytest.approx((3 + 1 + 1) / 9)


def test_constant_but_different_answers_are_as_good_as_chance() -> None:
    assert cohen(rated("1 1 1", "2 2 2")).value == 0.0


def test_fleiss_takes_the_most_frequent_number_of_answers_and_the_larger_of_equals() -> None:
    assert fleiss(rated("1 2 1 2", "1 2 2 .", "1 2 . .")).pairable == 2
    assert fleiss(rated("1 2 1 2", "1 2 2 1", "1 . . .")).pairable == 3


TABLES = st.lists(
    st.lists(st.sampled_from([".", "1", "2", "3", "5"]), min_size=3, max_size=3), min_size=1, max_size=12
).map(lambda units: tuple(" ".join(unit[rater] for unit in units) for rater in range(3)))


def spelt_out(ratings: Ratings, level: Level) -> float | None:
    """Alpha by its definition over pairs of values."""
    units = [ratings.values[ratings.code[ratings.unit == unit]] for unit in range(len(ratings.records))]
    units = [values for values in units if len(values) > 1]
    pooled = np.concatenate(units) if units else np.array([])
    if len(set(pooled)) < 2:
        return None

    def apart(a: float, b: float) -> float:
        low, high = min(a, b), max(a, b)
        ranks = ((pooled >= low) & (pooled <= high)).sum() - ((pooled == low).sum() + (pooled == high).sum()) / 2
        return {"nominal": float(a != b), "ordinal": ranks**2 if a != b else 0.0, "interval": (a - b) ** 2}[level]

    observed = sum(sum(apart(a, b) for a, b in permutations(unit, 2)) / (len(unit) - 1) for unit in units)
    expected = sum(apart(a, b) for a, b in permutations(pooled, 2)) / (len(pooled) - 1)
    return float(1 - observed / expected)


@given(rows=TABLES, level=st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_follows_its_definition(rows: tuple[str, ...], level: Level) -> None:
    ratings = replace(rated(*rows), level=level)
    assert alpha(ratings).value == pytest.approx(spelt_out(ratings, level), abs=1e-9)


@settings(max_examples=40)
@given(rows=TABLES)
def test_alpha_without_an_annotator_is_that_of_the_others(rows: tuple[str, ...]) -> None:
    ratings = rated(*rows)
    for place, name in enumerate(ratings.annotators):
        others = rated(*(row for row, letter in zip(rows, "ABC", strict=True) if letter != name))
        assert alpha_without(ratings, place) == pytest.approx(alpha(others).value, abs=1e-9)


def drawn_one_by_one(measure: Measure, ratings: Ratings) -> list[float]:
    """The measure of 1,000 resamples of records, each built as answers of its own."""
    source, values = np.random.default_rng(5), []
    units = len(ratings.records)
    for _ in range(1000):
        drawn = source.integers(0, units, units)
        new, places = np.nonzero(drawn[:, None] == ratings.unit)
        again = replace(ratings, unit=new, rater=ratings.rater[places], code=ratings.code[places])
        values.append(measure(again).value)
    return [value for value in values if value is not None]


@pytest.mark.parametrize(
    ("measure", "level"),
    [(alpha, "nominal"), (alpha, "ordinal"), (alpha, "interval"), (percent, "nominal"), (fleiss, "nominal")],
)
def test_the_interval_is_that_of_resampled_records(measure: Measure, level: Level) -> None:
    source = np.random.default_rng(3)
    truth = source.integers(1, 6, 40)
    rows = [" ".join(map(str, np.where(source.random(40) < 0.3, source.integers(1, 6, 40), truth))) for _ in range(3)]
    ratings = replace(rated(*rows), level=level)
    found = measure(ratings, seed=1)
    low, high = np.quantile(drawn_one_by_one(measure, ratings), [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.02)


def test_intervals_are_the_same_each_time_and_in_any_order() -> None:
    answers = grid(*(row.split() for row in OBSERVERS), question="verdict")
    first = alpha(ratings_of(answers), seed=7)
    assert first == alpha(ratings_of(answers.sample(fraction=1, shuffle=True, seed=3)), seed=7)
    assert (first.low, first.high) != (alpha(ratings_of(answers), seed=8).low, alpha(ratings_of(answers), seed=8).high)


@pytest.mark.parametrize(
    ("rows", "undefined"),
    [
        (("1 2 3", "1 2 3"), range(60, 200)),  # all agree: 1 in every draw that is defined, 1 in 9 draws is not
        (("1 1 1 1 1 2", "1 1 1 1 1 1"), range(250, 420)),  # (5/6)^6 = .335 of the draws hold one category
        (("1", "2"), range(1)),  # one record: every draw is the same
    ],
)
def test_no_interval_where_it_would_say_nothing(rows: tuple[str, ...], undefined: range) -> None:
    found = alpha(rated(*rows), seed=1)
    assert found.value is not None
    assert (found.low, found.high) == (None, None)
    assert found.undefined_draws in undefined


def test_few_undefined_draws_are_left_out_and_counted() -> None:
    found = alpha(rated("1 1 1 1 1 1 1 1 1 2 2 2", "1 1 1 1 1 1 1 1 2 2 2 2"), seed=1)
    assert 0 < found.undefined_draws <= 50
    assert found.low is not None


def test_percent_agreement_is_the_mean_of_all_pairs_of_annotators() -> None:
    rows = ("1 2 1 3", "1 2 2 3", "2 2 1 1")
    each = [percent(rated(left, right)).value or 0.0 for left, right in combinations(rows, 2)]
    assert each == [0.75, 0.5, 0.25]
    assert percent(rated(*rows)).value == pytest.approx(0.5)
