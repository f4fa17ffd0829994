"""Similar pairs: the true Jaccard similarity, what LSH must find, and components."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.dedup.pairs import bands, common, components, jaccard, linked_pairs, similar_pairs, subset
from schemas.text.ngrams import Grams

SETS = st.lists(st.sets(st.integers(0, 12), max_size=8), max_size=10)


def grams(*sets: set[int]) -> Grams:
    values = np.array([value for one in sets for value in sorted(one)], np.uint64)
    return Grams(values, np.cumsum([0, *map(len, sets)]))


def scattered(*sets: set[int]) -> Grams:
    """The same sets with values that look like hashes."""
    hashed = np.sort(np.random.default_rng(3).integers(0, 1 << 52, 5000, dtype=np.uint64))
    plain = grams(*sets)
    return Grams(hashed[plain.values.astype(np.int64)], plain.offsets)


def share(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


@given(SETS)
@settings(max_examples=80, deadline=None)
def test_jaccard_is_that_of_the_sets(sets: list[set[int]]) -> None:
    i, j = (side.ravel() for side in np.indices((len(sets), len(sets))))
    expected = [share(sets[a], sets[b]) for a, b in zip(i, j, strict=True)]
    assert jaccard(grams(*sets), i, j).tolist() == pytest.approx(expected)
    assert common(grams(*sets), i, j).tolist() == [len(sets[a] & sets[b]) for a, b in zip(i, j, strict=True)]


@pytest.mark.parametrize("threshold", [0.02, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
def test_bands_find_a_pair_at_the_threshold(threshold: float) -> None:
    number, rows = bands(threshold)
    assert 1 - (1 - threshold**rows) ** number >= 0.98
    assert number * rows <= 126 or rows == 1


def test_bands_of_the_default() -> None:
    assert bands(0.7) == (25, 5)


@pytest.mark.parametrize(
    "sets", [[], [set()], [set(), set()], [{1}], [{1}, set()], [{1}, {2}]], ids=["0", "e", "ee", "1", "1e", "12"]
)
def test_nothing_is_similar_to_nothing(sets: list[set[int]]) -> None:
    for found in (similar_pairs(grams(*sets), threshold=0.5), linked_pairs(grams(*sets), threshold=0.5)):
        assert (len(found.i), len(found.j), len(found.similarity)) == (0, 0, 0)


def test_pairs_are_found_once_with_their_similarity() -> None:
    base = set(range(100))
    made = scattered(base, set(range(200, 300)), base - {0}, set(), base)
    found = similar_pairs(made, threshold=0.7)
    assert list(zip(found.i.tolist(), found.j.tolist(), found.similarity.tolist(), strict=True)) == [
        (0, 2, 0.99),
        (0, 4, 1.0),
        (2, 4, 0.99),
    ]


def test_the_stricter_threshold_of_two_rows_counts() -> None:
    made = scattered(set(range(100)), set(range(15, 100)), set(range(15, 100)) - {50})
    found = similar_pairs(made, threshold=np.array([0.9, 0.7, 0.7]))
    assert list(zip(found.i.tolist(), found.j.tolist(), strict=True)) == [(1, 2)]


def family_sets(families: int, seed: int) -> list[set[int]]:
    """Sets of 60, three versions each: at least 0.8 alike within a family, nothing in common beyond."""
    draw = np.random.default_rng(seed)
    bases = [set(range(70 * f, 70 * f + 60)) for f in range(families)]
    return [base - set(draw.choice(sorted(base), 5, replace=False).tolist()) for base in bases for _ in range(3)]


def test_links_join_what_all_pairs_join() -> None:
    made = scattered(*family_sets(40, 1))
    every, some = similar_pairs(made, threshold=0.7), linked_pairs(made, threshold=0.7)
    rows = len(made.counts)
    assert np.array_equal(components(rows, every.i, every.j), np.arange(rows) // 3 * 3)
    assert np.array_equal(components(rows, some.i, some.j), np.arange(rows) // 3 * 3)
    assert len(some.i) == 80 < len(every.i) == 120
    assert some.similarity.tolist() == jaccard(made, some.i, some.j).tolist()


def test_order_of_rows_changes_no_component() -> None:
    made = scattered(*family_sets(30, 2))
    order = np.random.default_rng(0).permutation(len(made.counts))
    found = linked_pairs(subset(made, order), threshold=0.7)
    assert np.unique(order[found.i] // 3 - order[found.j] // 3).tolist() == [0]
    assert len(np.unique(components(len(order), found.i, found.j))) == 30


def test_a_large_bucket_costs_a_few_pairs_a_row() -> None:
    made = scattered(*[set(range(30))] * 3000)
    assert len(linked_pairs(made, threshold=0.7).i) == 2999
    assert len(similar_pairs(made, threshold=0.7).i) < 9 * 3000


def test_rows_with_equal_numbers_meet_in_a_large_bucket() -> None:
    made = scattered(*[set(range(30))] * 200)
    beside = np.arange(200, dtype=np.uint64) % np.uint64(100)
    found = similar_pairs(made, threshold=0.7, beside=beside)
    assert {(n, n + 100) for n in range(100)} <= set(zip(found.i.tolist(), found.j.tolist(), strict=True))


@given(st.integers(0, 12).flatmap(lambda n: st.tuples(st.just(n), edges(n))))
@settings(max_examples=100, deadline=None)
def test_components_are_labelled_by_their_smallest_member(graph: tuple[int, list[tuple[int, int]]]) -> None:
    rows, pairs = graph
    i, j = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    labels = list(range(rows))
    for _ in range(rows):
        for a, b in pairs:
            labels[a] = labels[b] = min(labels[a], labels[b])
    assert components(rows, i, j).tolist() == labels


def edges(rows: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    if rows == 0:
        return st.just([])
    return st.lists(st.tuples(st.integers(0, rows - 1), st.integers(0, rows - 1)), max_size=12)


@pytest.mark.skipif(find_spec("numba") is None, reason="numba (extra `fast`) is not installed")
def test_both_kernels_find_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    made = scattered(*family_sets(40, 3), set())
    found = {}
    for name in ("numpy", "numba"):
        monkeypatch.setenv("GRISTMILL_KERNEL", name)
        found[name] = [similar_pairs(made, threshold=0.8), linked_pairs(made, threshold=0.6)]
    for one, other in zip(found["numpy"], found["numba"], strict=True):
        assert len(one.i) > 40
        for name in ("i", "j", "similarity"):
            assert np.array_equal(getattr(one, name), getattr(other, name))


def test_recall_at_the_threshold() -> None:
    draw, pairs, size, kept = np.random.default_rng(7), 2000, 100, 83  # 83 of 117 in common: 0.709
    values = draw.integers(0, 1 << 52, (pairs, 2 * size - kept), dtype=np.uint64)
    sides = [np.sort(values[:, :size], axis=1), np.sort(values[:, size - kept :], axis=1)]
    made = Grams(np.stack(sides, axis=1).ravel(), np.arange(2 * pairs + 1) * size)
    found = similar_pairs(made, threshold=0.7)
    assert set(found.similarity.tolist()) == {83 / 117}
    assert 0.985 <= len(found.i) / pairs <= 1  # by the formula of `bands` 0.993
