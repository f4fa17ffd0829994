"""Drafts are dealt out to the slice that stands lowest."""

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.augment.balance import share_out, shares_of
from dataprep.augment.drafts import DRAFTS, PLAN
from tests.dataprep.augment.widened import viewed

OFFERS = {"slice": pl.String(), "family": pl.String(), "ways": pl.Int64()}


def dealt(
    offers: list[tuple[str, str, int]], *, wanted: int | None = None, per_family: int = 9, made: tuple[str, ...] = ()
) -> list[tuple[int, int]]:
    frame = pl.DataFrame(offers, schema=OFFERS, orient="row")
    families = pl.Series(made, dtype=pl.String)
    found = share_out(frame, wanted=wanted, per_family=per_family, standing=frame["slice"], made=families)
    return [(int(place), int(turn)) for place, turn in found.rows()]


@pytest.mark.parametrize(
    ("offers", "more", "expected"),
    [
        ([], {}, []),
        ([("a", "f", 0)], {}, []),
        ([("a", "f", 2)], {"wanted": 0}, []),
        ([("a", "f", 2)], {}, [(0, 0), (0, 1)]),
        ([("a", "f", 2), ("a", "g", 1)], {}, [(0, 0), (1, 0), (0, 1)]),
        ([("a", "f", 2), ("a", "f", 2)], {"per_family": 3}, [(0, 0), (1, 0), (0, 1)]),
        ([("a", "f", 2), ("a", "g", 2)], {"per_family": 2, "made": ("f", "f", "g")}, [(1, 0)]),
        # b stands at 1, a at 2: b first, then in turn.
        ([("a", "f", 9), ("a", "g", 9), ("b", "h", 9)], {"wanted": 4}, [(2, 0), (0, 0), (2, 1), (1, 0)]),
        # b can take one only, and leaves the rest to a.
        ([("a", "f", 9), ("a", "g", 9), ("b", "h", 1)], {"wanted": 3}, [(2, 0), (0, 0), (1, 0)]),
        # One family in both slices: the thin one has it first.
        ([("a", "f", 9), ("a", "f", 9), ("b", "f", 9)], {"per_family": 1}, [(2, 0)]),
    ],
)
def test_dealing(offers: list[tuple[str, str, int]], more: dict[str, Any], expected: list[tuple[int, int]]) -> None:
    assert dealt(offers, **more) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.just(""), st.integers(0, 3)), max_size=20), st.integers(0, 30))
def test_no_slice_could_be_filled_further_at_the_cost_of_a_higher_one(
    offers: list[tuple[str, str, int]], wanted: int
) -> None:
    apart = [(name, f"f{place}", ways) for place, (name, _, ways) in enumerate(offers)]
    found = dealt(apart, wanted=wanted)
    room = {name: sum(ways for own, _, ways in apart if own == name) for name in "abc"}
    got = {name: sum(apart[place][0] == name for place, _ in found) for name in "abc"}
    stands = {name: sum(own == name for own, _, _ in apart) + got[name] for name in "abc"}
    assert len(found) == len(set(found)) == min(wanted, sum(room.values()))
    for low in "abc":
        for high in "abc":
            if got[low] < room[low] and got[high]:
                assert stands[high] <= stands[low] + 1


def test_shares() -> None:
    rows = pl.DataFrame({"slice": ["a", "b", "a", "c", "a"]})
    lines: list[dict[str, str | None]] = [
        {"slice": "b", "id": "x"},
        {"slice": "b", "id": None},
        {"slice": "c", "id": None},
    ]
    drafts = pl.DataFrame([{name: made.get(name) for name in DRAFTS} for made in lines], schema=DRAFTS)
    expected = [("b", 1, 2, 1, 2), ("c", 1, 1, 0, 1), ("a", 3, 0, 0, 3)]
    names = ("slice", "rows", "drafts", "accepted", "after")
    assert shares_of(drafts, rows) == [dict(zip(names, each, strict=True)) for each in expected]
    planned = shares_of(drafts.select(PLAN.names()), rows)
    assert [(each["accepted"], each["after"]) for each in planned] == [(2, 3), (1, 2), (0, 3)]


@pytest.mark.parametrize("rows", [viewed(), pl.DataFrame({"slice": ["", ""]})])
def test_no_slices_no_shares(rows: pl.DataFrame) -> None:
    assert shares_of(pl.DataFrame(schema=DRAFTS), rows) == []
