"""The search across splits loses no pair: compared with all pairs, one by one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.crossing import index, matches
from dataprep.dedup.pairs import subset
from schemas.text.ngrams import Grams


def grams(*sets: set[int]) -> Grams:
    """Sets of small numbers, spread over the range of hashes."""
    rows = [sorted(number * 0x9E3779B97 for number in members) for members in sets]
    values = np.array([value for row in rows for value in row], np.uint64)
    return Grams(values, np.cumsum([0, *map(len, rows)]).astype(np.int64))


def true_pairs(held: list[set[int]], others: list[set[int]], floor: float) -> dict[tuple[int, int], float]:
    alike = {
        (i, j): len(one & other) / len(one | other)
        for i, one in enumerate(held)
        for j, other in enumerate(others)
        if one and other
    }
    return {pair: value for pair, value in alike.items() if value >= floor}


SETS = st.lists(st.sets(st.integers(0, 25), max_size=12), max_size=8)


@given(SETS, SETS, st.sampled_from([0.3, 0.5, 2 / 3, 0.9, 1.0]))
@settings(max_examples=200, deadline=None)
def test_every_pair_at_the_floor_is_found(held: list[set[int]], others: list[set[int]], floor: float) -> None:
    found = matches(index(grams(*held), floor), grams(*others))
    got = {(int(i), int(j)): float(s) for i, j, s in zip(found.i, found.j, found.similarity, strict=True)}
    for pair, value in true_pairs(held, others, floor).items():
        assert got[pair] == pytest.approx(value)
    everything = true_pairs(held, others, 0)
    assert all(everything[pair] == pytest.approx(value) for pair, value in got.items())


@pytest.mark.parametrize(
    ("held", "others"),
    [([], []), ([set()], [set()]), ([{1}], []), ([], [{1}]), ([set(), {1}], [{2}, set()])],
    ids=["nothing", "empty texts", "no other", "no held-out", "nothing shared"],
)
def test_nothing_to_find(held: list[set[int]], others: list[set[int]]) -> None:
    assert len(matches(index(grams(*held), 0.5), grams(*others)).i) == 0


def test_pieces_give_what_the_whole_gives() -> None:
    dice = np.random.default_rng(3)
    held = [set(dice.integers(0, 60, 20).tolist()) for _ in range(30)]
    others = [set(dice.integers(0, 60, 20).tolist()) for _ in range(50)]
    prepared, whole = index(grams(*held), 0.3), grams(*others)
    at_once = matches(prepared, whole)
    pieces = []
    for start, stop in ((0, 0), (0, 7), (7, 30), (30, 50)):
        found = matches(prepared, subset(whole, np.arange(start, stop)))
        pieces += list(zip(found.i, found.j + start, found.similarity, strict=True))
    assert sorted(pieces) == sorted(zip(at_once.i, at_once.j, at_once.similarity, strict=True))
    assert len(pieces) > 20


def test_a_common_ngram_alone_is_no_candidate() -> None:
    # All texts share one n-gram; it is the least rare, so it opens no comparison.
    held = [{0, 10 * row + 1, 10 * row + 2, 10 * row + 3} for row in range(50)]
    others = [{0, 10 * row + 1001, 10 * row + 1002} for row in range(50)]
    assert len(matches(index(grams(*held), 0.5), grams(*others)).i) == 0
    assert len(matches(index(grams(*held), 0.1), grams(*others)).similarity) == 2500
