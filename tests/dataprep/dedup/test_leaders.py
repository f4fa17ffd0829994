"""Leader election: nobody goes without a kept row that was found near."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.dedup import leaders
from dataprep.dedup.leaders import Elected, Matches, elect
from dataprep.dedup.pairs import Rows


def election(rows: int, near: set[tuple[int, int]]) -> tuple[Elected, list[int]]:
    """Elect with a given relation; also returns how many pairs each call compared."""
    compared: list[int] = []

    def compare(i: Rows, j: Rows) -> Matches:
        compared.append(len(i))
        keys = [0 if (min(a, b), max(a, b)) in near else -1 for a, b in zip(i.tolist(), j.tolist(), strict=True)]
        return Matches(i, j, np.full(len(i), 0.9), np.array(keys, np.int64))

    def link(active: Rows) -> Matches:
        known = sorted(pair for pair in near if set(pair) <= set(active.tolist()))
        i, j = (np.array([pair[side] for pair in known], np.int64) for side in (0, 1))
        return Matches(i, j, np.full(len(i), 0.9), np.zeros(len(i), np.int64))

    return elect(rows, link=link, compare=compare), compared


@pytest.mark.parametrize(
    ("rows", "near", "into"),
    [
        (0, set(), []),
        (1, set(), [-1]),
        (3, set(), [-1, -1, -1]),
        (2, {(0, 1)}, [-1, 0]),
        (3, {(0, 1), (1, 2)}, [-1, 0, -1]),
        (4, {(0, 1), (1, 2), (2, 3)}, [-1, 0, -1, 2]),
        (4, {(0, 3), (1, 3), (2, 3)}, [-1, -1, -1, 0]),
        (5, {(0, 2), (1, 3), (3, 4)}, [-1, -1, 0, 1, -1]),
    ],
    ids=["none", "one", "apart", "pair", "chain", "long chain", "star at the end", "two"],
)
def test_who_stays(rows: int, near: set[tuple[int, int]], into: list[int]) -> None:
    elected, _ = election(rows, near)
    assert elected.into.tolist() == into
    assert elected.key.tolist() == [-1 if keeper < 0 else 0 for keeper in into]
    assert elected.similarity.tolist() == [1.0 if keeper < 0 else 0.9 for keeper in into]


def pairs_of(rows: int) -> st.SearchStrategy[set[tuple[int, int]]]:
    return st.sets(st.tuples(st.integers(0, rows - 1), st.integers(0, rows - 1)).filter(lambda p: p[0] < p[1]))


GRAPHS = st.integers(1, 14).flatmap(lambda rows: st.tuples(st.just(rows), pairs_of(rows)))


@pytest.mark.parametrize(("rounds", "passes"), [(32, 3), (1, 1), (1, 2)])
@given(graph=GRAPHS)
@settings(max_examples=80, deadline=None)
def test_every_row_that_goes_has_a_kept_row_near_it(
    rounds: int, passes: int, graph: tuple[int, set[tuple[int, int]]]
) -> None:
    rows, near = graph
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leaders, "_ROUNDS", rounds)
        patch.setattr(leaders, "_PASSES", passes)
        elected, _ = election(rows, near)
    kept = set(np.flatnonzero(elected.into < 0).tolist())
    for row, keeper in enumerate(elected.into.tolist()):
        assert keeper < 0 or (keeper in kept and (keeper, row) in near)
    assert not any(pair in near for pair in _pairs(kept))


def _pairs(kept: set[int]) -> list[tuple[int, int]]:
    return [(a, b) for a in kept for b in kept if a < b]


def test_a_knot_costs_a_bounded_number_of_comparisons() -> None:
    rows = 600
    ring = {(n, n + 1) for n in range(rows - 1)}
    elected, compared = election(rows, ring)
    assert sum(compared) <= rows * leaders._ROUNDS * leaders._PASSES + len(ring)
    assert elected.into.tolist() == [-1 if n % 2 == 0 else n - 1 for n in range(rows)]


def test_other_neighbours_decide_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaders, "_PASSES", 0)
    compare: Callable[[Rows, Rows], Matches] = lambda i, j: Matches(i, j, np.ones(len(i)), np.zeros(len(i), np.int64))  # noqa: E731
    given_: Callable[[Rows], Matches] = lambda _: compare(np.array([0]), np.array([2]))  # noqa: E731
    nothing: Callable[[Rows], Matches] = lambda _: compare(np.array([], np.int64), np.array([], np.int64))  # noqa: E731
    assert elect(3, link=nothing, compare=compare, neighbours=given_).into.tolist() == [-1, -1, 0]
    assert elect(3, link=nothing, compare=compare).into.tolist() == [-1, -1, -1]
