"""Every text of a frame as one flat table, and the frame again with some of them replaced."""

from collections.abc import Mapping

import polars as pl
import pyarrow as pa

from schemas.frames import MESSAGE
from schemas.records import LISTS

TEXT_FIELDS = ("content", "context", "reasoning")
"""What of a message is prose; calls, ids and names belong to machines."""

Replacements = Mapping[tuple[str, str], Mapping[int, str]]
"""Column and field (`text` has none: "") -> line in the flattened column -> new text."""


def flatten(frame: pl.DataFrame) -> pl.DataFrame:
    """Every text that isn't null: `column, field, line, row, turn, text`.

    `row` counts within this frame and never leaves the stage; `turn` counts within the row's list.
    """
    rows = pl.select(row=pl.int_range(frame.height)).to_series()
    whole = pl.DataFrame({"line": rows, "row": rows, "turn": rows * 0, "text": frame["text"]})
    tables = [_placed(whole, "text", "")]
    for column in LISTS:
        messages = _messages(frame[column])
        lengths = frame[column].list.len().cast(pl.Int64)
        counted = pl.DataFrame({"row": rows, "first": lengths.cum_sum() - lengths, "length": lengths})
        spread = counted.select(pl.exclude("length").repeat_by("length").explode(empty_as_null=False))
        lines = spread.with_columns(line=pl.int_range(pl.len())).with_columns(turn=pl.col("line") - pl.col("first"))
        for field in TEXT_FIELDS:
            tables.append(_placed(lines.with_columns(messages[field].alias("text")), column, field))
    return pl.concat(tables)


def replace(frame: pl.DataFrame, texts: Replacements) -> pl.DataFrame:
    """The frame with new texts at their places; columns without any aren't rebuilt."""
    if ("text", "") in texts:
        frame = frame.with_columns(_scatter(frame["text"], texts["text", ""]))
    for column in LISTS:
        edited = {field: texts[column, field] for field in TEXT_FIELDS if (column, field) in texts}
        if edited:
            messages = _messages(frame[column])
            messages = messages.with_columns(_scatter(messages[field], new) for field, new in edited.items())
            frame = frame.with_columns(_lists(messages, frame[column].list.len()).alias(column))
    return frame


def _placed(lines: pl.DataFrame, column: str, field: str) -> pl.DataFrame:
    return lines.select(
        pl.lit(column).alias("column"), pl.lit(field).alias("field"), "line", "row", "turn", "text"
    ).filter(pl.col("text").is_not_null())


def _messages(lists: pl.Series) -> pl.DataFrame:
    """All messages of a list column, one below the other."""
    array = lists.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    flat = pl.from_arrow(pa.chunked_array([array.flatten()]))
    assert isinstance(flat, pl.Series)
    return flat.cast(MESSAGE).struct.unnest()


def _lists(messages: pl.DataFrame, lengths: pl.Series) -> pl.Series:
    """The messages as lists of these lengths, built over Arrow offsets."""
    offsets = pl.concat([pl.Series([0]), lengths.cast(pl.Int64).cum_sum()]).to_arrow()
    array = pa.LargeListArray.from_arrays(
        offsets, messages.to_struct("message").to_arrow(compat_level=pl.CompatLevel.newest())
    )
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series.cast(pl.List(MESSAGE))


def _scatter(column: pl.Series, new: Mapping[int, str]) -> pl.Series:
    return column.clone().scatter(list(new), list(new.values()))
