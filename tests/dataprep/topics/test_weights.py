"""TF-IDF weights, worked out by hand."""

import math

import numpy as np
import pytest

from dataprep.topics.weights import label, tfidf, weighed


@pytest.mark.parametrize("found", [[], [[]], [["tank"]], [[], []], [["tank"], ["filter"]]])
def test_terms_of_one_text_tell_nothing(found: list[list[str]]) -> None:
    assert tfidf(found) is None


def test_weights_are_one_plus_log_tf_times_idf_at_length_one() -> None:
    matrix = tfidf([["tank", "filter", "tank"], ["filter"], ["tank"], ["水箱"], []])
    assert matrix is not None
    assert (matrix.terms, matrix.height) == (["filter", "tank"], 5)  # 水箱 is in one text only
    idf = math.log(5 / 2)
    tank, length = (1 + math.log(2)) * idf, math.hypot((1 + math.log(2)) * idf, idf)
    told = {(row, column): value for row, column, value in zip(matrix.rows, matrix.columns, matrix.values, strict=True)}
    assert told == pytest.approx({(0, 1): tank / length, (0, 0): idf / length, (1, 0): 1, (2, 1): 1})


def test_a_term_of_most_texts_of_its_script_is_left_out() -> None:
    matrix = tfidf([["tank", "filter"], ["tank", "filter"], ["tank"], ["tank"], ["水箱"], ["水箱"]])
    assert matrix is not None
    assert matrix.terms == ["filter", "水箱"]


def test_known_weights_leave_new_terms_out() -> None:
    matrix = weighed([["tank", "news"], ["news"]], ["filter", "tank"], [1.0, 2.0])
    assert (matrix.rows.tolist(), matrix.columns.tolist(), matrix.values.tolist()) == ([0], [1], [1.0])
    assert (matrix.height, matrix.terms) == (2, ["filter", "tank"])


def test_a_label_is_what_stands_out() -> None:
    texts = ["tank filter"] * 3 + ["tank pump"] * 3
    matrix = tfidf([text.split() for text in texts])
    assert matrix is not None
    assert label(matrix, np.arange(6) < 3, texts) == ["filter"]
    assert label(matrix, np.arange(6) >= 3, texts) == ["pump"]
