"""The column `_lost`: what a format can't express, `meta` included, kept beside its row so that parsing brings it back.

Refuses with `bad_side_field` (a `_lost` column that rendering didn't write).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import orjson
from pydantic import ValidationError

from dataprep.convert.format import Columns, Loss, Refused, Row, Style
from dataprep.convert.media import media_kept
from schemas.records import LISTS, Record, bare, check

LOST = "_lost"


def settle(
    row: dict[str, Any],
    record: Record,
    *,
    lost: Sequence[str],
    style: Style,
    parse: Callable[[Row, Columns], Record],
) -> dict[str, Any]:
    """Finish a rendered row as `style.on_loss` demands.

    Args:
        row: The row without the parts that the format can't express.
        record: What parsing the row should give back, contexts joined where the format joins them.
        lost: Names of the parts that the row leaves out.
        style: Settings of rendering.
        parse: The format's own parser; the side-field is the difference between its answer and `record`.

    Returns:
        The row; under `side-field` with the column `_lost`, null when nothing is lost.

    Raises:
        Loss: Under `refuse` the first part of `lost`, or `media` where `meta` holds any: a text that
            points to a picture teaches nothing true without it. Under `side-field` `content`, if the row
            that remains can't be parsed, so that no parser would come to its side-field.
    """
    if style.on_loss == "refuse":
        if lost:
            raise Loss(lost[0])
        if media_kept(record):
            raise Loss("media")
    if style.on_loss == "side-field":
        try:
            read = parse(row, {})
        except Refused:
            raise Loss("content") from None
        patch = _patch(bare(record), bare(read))
        if record.get("meta") and (left := _differing(record["meta"], read.get("meta") or {})):
            patch["meta"] = left
        row[LOST] = orjson.dumps(patch).decode() if patch else None
    return row


def restore(record: Record, row: Row) -> Record:
    """Put back what the row's side-field kept; rows without one pass unchanged.

    Raises:
        Refused: `bad_side_field`.
    """
    kept = row.get(LOST)
    if kept is None:
        return record
    try:
        patch = orjson.loads(kept)
        return check(_patched(dict(record), patch))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, ValidationError):
        raise Refused("bad_side_field", str(kept)[:80]) from None


def _patch(want: dict[str, Any], got: dict[str, Any]) -> dict[str, Any]:
    """Field -> its true value, null for one that must go; message lists by turn where the turns agree."""
    patch: dict[str, Any] = {}
    for key in sorted(want.keys() | got.keys()):
        true, read = want.get(key), got.get(key)
        if true == read:
            continue
        if key in LISTS and true and read and len(true) == len(read):
            patch[key] = {
                str(index): _differing(a, b) for index, (a, b) in enumerate(zip(true, read, strict=True)) if a != b
            }
        else:
            patch[key] = true
    return patch


def _differing(want: Mapping[str, Any], got: Mapping[str, Any]) -> dict[str, Any]:
    """Key -> its true value, null for one that must go."""
    return {key: want.get(key) for key in sorted(want.keys() | got.keys()) if want.get(key) != got.get(key)}


def _patched(record: dict[str, Any], patch: dict[str, Any]) -> Record:
    for key, value in patch.items():
        if value is None:
            record.pop(key, None)
        elif key in LISTS and isinstance(value, dict):
            messages = [dict(message) for message in record[key]]
            for index, fields in value.items():
                merged = messages[int(index)] | fields
                messages[int(index)] = {field: kept for field, kept in merged.items() if kept is not None}
            record[key] = messages
        elif key == "meta":  # columns that somebody added to the row stay beside the kept ones
            merged = {**record.get("meta", {}), **value}
            record["meta"] = {name: kept for name, kept in merged.items() if kept is not None}
        else:
            record[key] = value
    return cast(Record, record)
