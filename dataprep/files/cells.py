"""Rows of typed tables as JSON: what JSON has no word for becomes text, or the row is refused."""

import json
import math
from collections.abc import Iterator
from typing import Any

import orjson
import pyarrow as pa

from dataprep.files.batches import Basket, Batch
from dataprep.files.delimited import column_names
from dataprep.files.json_row import too_deep


class _Unfit(ValueError):
    pass


def encode(row: dict[str, Any]) -> bytes:
    """A row as JSON text.

    Dates and times become ISO 8601, decimals and durations text, bytes text if they are UTF-8.

    Raises:
        ValueError: With the fault as its message.
    """
    try:
        raw = orjson.dumps(row, default=_text)
    except TypeError as refusal:
        if isinstance(refusal.__cause__, _Unfit):
            raise refusal.__cause__ from None
        raw = _encode_slowly(row, str(refusal))
    if b"null" in raw and not _finite(row):  # orjson writes NaN as null
        raise ValueError("not_finite: a cell holds NaN or Infinity")
    if too_deep(raw, row):
        raise ValueError("too_deep: more than 250 levels")
    return raw


def add_table(batch: pa.RecordBatch, basket: Basket, *, first: int) -> Iterator[Batch]:
    """Add a batch of an Arrow table to the basket, its rows counted from `first`."""
    names = column_names(batch.schema.names, basket)
    if names != batch.schema.names:
        batch = batch.rename_columns(names)
    for number, row in enumerate(_rows(batch), start=first):
        if isinstance(row, str):
            basket.refuse(number, row)
            continue
        try:
            basket.add(number, encode(row))
        except ValueError as fault:
            basket.refuse(number, str(fault), repr(row)[:500])
        yield from basket.full()


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any] | str]:
    """The batch as dicts; a row that Arrow can't hand over is its fault."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, OverflowError, pa.ArrowException):
        pass
    for place in range(batch.num_rows):
        try:
            yield batch.slice(place, 1).to_pylist()[0]
        except (ValueError, OverflowError, pa.ArrowException) as refusal:
            yield f"unreadable_cell: {refusal}"


def _text(value: Any) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        try:
            return bytes(value).decode()
        except UnicodeDecodeError:
            raise _Unfit(f"bytes_cell: {len(value):,} bytes that are not text") from None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _encode_slowly(row: dict[str, Any], why: str) -> bytes:
    """For integers beyond 64 bits; keeps every digit."""
    if "ecursion" in why:
        raise ValueError("too_deep: more than 250 levels")
    try:
        return json.dumps(row, default=_text, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError:
        raise ValueError("lone_surrogate: in a cell") from None
    except _Unfit:
        raise
    except (TypeError, ValueError) as refusal:
        raise ValueError(f"unreadable_cell: {refusal or why}") from None


def _finite(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(map(_finite, value.values()))
    return all(map(_finite, value)) if isinstance(value, list | tuple) else True
