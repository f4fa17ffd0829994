"""The texts of a frame that may hold personal data, and the frame again with some of them replaced."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from dataprep.clean.texts import flatten
from schemas.frames import FRAME, message_lists
from schemas.records import LISTS

Place = tuple[int, str, int, str]
"""Row, column, turn and field; `text` and `meta` have turn 0 and field ""."""


def all_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text that isn't null: `row, column, turn, field, text`, in the order of columns, rows and turns.

    What clean reads (`content`, `context`, `reasoning`, `text`), and what machines read: `tool_calls`, `meta`.
    """
    names = ["row", "column", "turn", "field", "text"]
    spoken = flatten(frame).select(names)
    rows = frame.select("meta", *LISTS).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    meta = rows.select("row", column=pl.lit("meta"), turn=pl.lit(0, pl.Int64), field=pl.lit(""), text="meta")
    called = [_tool_calls(rows, column) for column in LISTS]
    return pl.concat([spoken, *called, meta.drop_nulls("text")])


def _tool_calls(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    calls = pl.col(column).list.eval(pl.element().struct.field("tool_calls"))
    having = rows.select("row", text=calls).filter(pl.col("text").list.drop_nulls().list.len() > 0)
    having = having.with_columns(turn=pl.int_ranges(pl.col("text").list.len())).explode("text", "turn")
    having = having.with_columns(column=pl.lit(column), field=pl.lit("tool_calls"), turn=pl.col("turn").cast(pl.Int64))
    return having.select("row", "column", "turn", "field", "text").drop_nulls("text")


def replace(frame: pl.DataFrame, texts: Mapping[Place, str]) -> pl.DataFrame:
    """The frame with new texts at their places; columns without any aren't rebuilt."""
    for column in ("text", "meta"):
        new = {row: text for (row, name, _, _), text in texts.items() if name == column}
        if new:
            frame = frame.with_columns(frame[column].clone().scatter(list(new), list(new.values())))
    for column in LISTS:
        edits: dict[int, list[tuple[int, str, str]]] = {}
        for (row, name, turn, field), text in texts.items():
            if name == column:
                edits.setdefault(row, []).append((turn, field, text))
        if edits:
            frame = frame.with_columns(_edited(frame[column], edits))
    return frame


def _edited(column: pl.Series, edits: Mapping[int, list[tuple[int, str, str]]]) -> pl.Series:
    """A column of message lists, with `turn, field, text` put into some of its rows."""
    lists: list[list[Any]] = column.gather(list(edits)).to_list()
    for messages, changes in zip(lists, edits.values(), strict=True):
        for turn, field, text in changes:
            messages[turn][field] = text
    new = message_lists(lists).cast(FRAME[column.name]).alias(column.name)
    source = (
        pl.select(pl.int_range(len(column)))
        .to_series()
        .scatter(list(edits), list(range(len(column), len(column) + len(edits))))
    )
    return pl.concat([column, new]).gather(source)
