"""Answers as numbers: levels, categories, distances between sets."""

from typing import Any

import numpy as np
import pytest

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.coefficients import alpha
from dataprep.annotate.ratings import masi, named, ratings_of, readable
from tests.dataprep.annotate.said import grid, rated, said


@pytest.mark.parametrize(
    ("values", "level", "categories"),
    [
        ([], "nominal", []),
        ([""], "nominal", [""]),
        (["   "], "nominal", ["   "]),
        (["采纳", "不采纳", "采纳"], "nominal", ["不采纳", "采纳"]),
        (["👍", "ok"], "nominal", ["ok", "👍"]),
        ([10, 2, 4.0, 4], "ordinal", ["2", "4", "10"]),
        ([4, "accept"], "nominal", ["accept", "4"]),
        ([True, 1], "nominal", ["1", "true"]),
        ([["a", "b"], [], "a"], "set", ["a", "a, b", "[]"]),
    ],
)
def test_categories_by_level(values: list[Any], level: str, categories: list[str]) -> None:
    found = ratings_of(answer_frame(said(f"r{place}", "A", value) for place, value in enumerate(values)))
    assert found.level == level
    assert [named(category) for category in found.categories] == categories
    assert found.table.sum() == len(values)


def test_the_table_counts_annotators_and_can_leave_one_out() -> None:
    found = rated("1 2 .", "1 1 5")
    assert found.table.tolist() == [[2, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert found.without(1).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert found.values.tolist() == [1, 2, 5]
    assert found.distances[0].tolist() == [0, 0.25, 1]


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [
        ("", "", 0),
        ("", "a", 1),
        ("ab", "ab", 0),
        ("ab", "abcd", 1 - 1 / 2 * 2 / 3),  # nested: NLTK's masi_distance has .665, with 2/3 as .67
        ("ab", "bc", 1 - 1 / 3 * 1 / 3),
        ("ab", "cd", 1),
    ],
)
def test_masi(left: str, right: str, distance: float) -> None:
    found = masi((frozenset(left), frozenset(right)))
    assert found == pytest.approx(np.array([[0, distance], [distance, 0]]))


def test_alpha_of_several_choices_by_hand() -> None:
    """Two records: {a} and {a, b} are 2/3 apart (J = 1/2, M = 2/3), {c} twice. Ordered pairs among four values."""
    found = alpha(ratings_of(grid([["a"], ["c"]], [["a", "b"], ["c"]], question="tags")))
    observed = 2 * (2 / 3)
    expected = (2 * (2 / 3) + 2 * 4 * 1) / 3  # {a}-{a, b} once, each of them with {c} twice, both orders; n - 1 = 3
    assert found.scale == "set"
    assert found.value == pytest.approx(1 - observed / expected)


@pytest.mark.parametrize(
    ("json", "told"), [('"接受"', "接受"), ("4", "4"), ('["b","c"]', "b, c"), ("[]", "[]"), ('""', "")]
)
def test_answers_for_people(json: str, told: str) -> None:
    assert readable(json) == told
