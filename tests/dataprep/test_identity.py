"""Ids of equal rows: the first by (source order, path, row) keeps the bare hash."""

import polars as pl
import pytest

from dataprep.identity import number, rename, view
from schemas.frames import frame_of
from schemas.records import Record

TEA: Record = {"kind": "text", "text": "茶"}
WATER: Record = {"kind": "text", "text": "水"}


def rows(*places: tuple[str, int, Record]) -> pl.DataFrame:
    return frame_of([record for *_, record in places], sources=[s for s, *_ in places], rows=[r for _, r, _ in places])


def suffixes(frame: pl.DataFrame, order: dict[str, int]) -> dict[tuple[str, int], str]:
    kept = rename(frame, number(view(frame), order=order)).kept
    return {(source, row): id_[32:] for id_, source, row in kept.select("id", "source", "row").iter_rows()}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ({"a": 0, "b": 1}, {("a", 9): "", ("b", 1): "-2", ("b", 10): "-3", ("b", 2): ""}),
        ({"b": 0, "a": 1}, {("a", 9): "-3", ("b", 1): "", ("b", 10): "-2", ("b", 2): ""}),
    ],
    ids=["a first", "b first"],
)
def test_the_nth_equal_row_gets_a_suffix(order: dict[str, int], expected: dict[tuple[str, int], str]) -> None:
    frame = rows(("b", 10, TEA), ("a", 9, TEA), ("b", 2, WATER), ("b", 1, TEA))
    assert suffixes(frame, order) == expected
    assert suffixes(frame.reverse(), order) == expected


def test_rows_without_twins_are_left_alone() -> None:
    frame = rows(("a", 1, TEA), ("a", 2, WATER))
    assert number(view(frame), order={"a": 0}).is_empty()
    assert rename(frame, number(view(frame), order={"a": 0})).kept.equals(frame)


def test_nothing_is_no_problem() -> None:
    assert number(view(rows()), order={}).is_empty()
