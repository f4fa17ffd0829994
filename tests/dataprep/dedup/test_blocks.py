"""Blocks of rows: no row is lost, no block is too large, results keep their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.dedup.blocks import BLOCK, cuts, places, threaded
from schemas.text.ngrams import Grams

GRAMS = Grams(np.array([10, 11, 20, 30, 31, 32], np.uint64), np.array([0, 2, 2, 3, 6]))


@pytest.mark.parametrize(
    ("rows", "standing"),
    [([], []), ([1], []), ([0], [0, 1]), ([3, 0, 1, 2], [3, 4, 5, 0, 1, 2]), ([2, 2], [2, 2])],
    ids=["no row", "no hash", "one row", "any order", "a row twice"],
)
def test_places_of_rows(rows: list[int], standing: list[int]) -> None:
    assert places(GRAMS, np.array(rows, np.int64)).tolist() == standing


@given(st.lists(st.integers(0, BLOCK * 2), max_size=20), st.integers(1, 5))
def test_cuts_cover_all_rows_and_fit(sizes: list[int], most: int) -> None:
    found = cuts(np.array(sizes, np.int64), most=most)
    assert [row for cut in found for row in range(cut.start, cut.stop)] == list(range(len(sizes)))
    assert all(cut.stop - cut.start <= most for cut in found)
    assert all(sum(sizes[cut]) <= BLOCK or cut.stop - cut.start == 1 for cut in found)


def test_results_keep_the_order_of_the_parts() -> None:
    assert list(threaded(lambda part: part * part, range(50))) == [part * part for part in range(50)]
