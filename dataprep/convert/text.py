"""Plain text for continued pre-training: one `text` column.

Refuses with `missing_text`, `not_text`, `bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.cells import rest, text_in
from dataprep.convert.columns import ANSWERING, ASKING, INSTRUCTION, TEXT, TURNS, claims, has_any, is_judged
from dataprep.convert.format import Columns, Format, Loss, Match, Row, Style
from dataprep.convert.sample import matched
from dataprep.convert.side_field import restore, settle
from schemas.records import Record

_PARTS = {"text": TEXT}
_CONVERSATIONAL = frozenset((*INSTRUCTION, *ASKING, *ANSWERING, *TURNS))


def parse(row: Row, columns: Columns) -> Record:
    """Read one text.

    Raises:
        Refused: With a code of the module's list.
    """
    column = columns.get("text", "text")
    record: Record = {"kind": "text", "text": text_in(row, column, "missing_text")}
    if meta := rest(row, (column,)):
        record["meta"] = meta
    return restore(record, row)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one text.

    Raises:
        Loss: `kind`, for a record that isn't text.
    """
    if record["kind"] != "text" or record.get("text") is None:
        raise Loss("kind")
    return settle({"text": record["text"]}, record, lost=(), style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """A text column, and none that asks, answers or holds turns."""
    found = claims(rows, _PARTS)
    if "text" not in found.columns or has_any(rows, _CONVERSATIONAL) or is_judged(rows):
        return None
    return matched(rows, found, parse=parse, telling=0.7 if found.unmapped else 0.9)


TEXT_FORMAT = Format("text", parse, render, recognise)
