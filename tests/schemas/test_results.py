"""Stages keep the balance, and a null verdict fails its rule."""

import polars as pl
import pytest

from schemas.errors import ConservationError
from schemas.frames import DROPPED, EVENTS, FRAME, frame_of
from schemas.results import StageResult, apply_rules

FRAME_OF_THREE = frame_of(
    [{"kind": "text", "text": text} for text in ("a", "bb", "ccc")], sources=["f"] * 3, rows=[1, 2, 3]
)

LENGTH = pl.col("text").str.len_chars()


def test_no_rules_keep_everything() -> None:
    assert apply_rules(FRAME_OF_THREE, {}, stage="s").kept.equals(FRAME_OF_THREE)


def test_every_broken_rule_is_a_reason_and_an_event() -> None:
    result = apply_rules(FRAME_OF_THREE, {"too_long": LENGTH < 3, "odd": LENGTH % 2 == 0}, stage="s")
    assert result.kept["row"].to_list() == [2]
    assert result.dropped.select("row", "stage", "reasons").rows() == [(1, "s", ["odd"]), (3, "s", ["too_long", "odd"])]
    assert result.events.select("row", "verdict", "reason").rows() == [
        (1, "dropped", "odd"),
        (3, "dropped", "too_long"),
        (3, "dropped", "odd"),
    ]
    assert (result.kept.schema, result.dropped.schema, result.events.schema) == (FRAME, DROPPED, EVENTS)


def test_a_null_verdict_fails() -> None:
    assert apply_rules(FRAME_OF_THREE, {"has_tools": pl.col("tools") != ""}, stage="s").kept.is_empty()


@pytest.mark.parametrize(("rows_in", "created"), [(2, 0), (4, 0), (3, 1)])
def test_an_imbalance_raises(rows_in: int, created: int) -> None:
    with pytest.raises(ConservationError, match="stage s"):
        StageResult(FRAME_OF_THREE, created=created).conserve(rows_in, stage="s")


def test_a_balance_passes() -> None:
    StageResult(FRAME_OF_THREE, created=1).conserve(2, stage="s")
