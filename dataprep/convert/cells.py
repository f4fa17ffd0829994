"""One cell of a source row as what a part needs: text, a list, or what is left over.

Refuses with `not_text` and with the codes that the caller names.
"""

from collections.abc import Container, Mapping
from typing import Any

from dataprep.convert.format import Refused, Row
from dataprep.convert.side_field import LOST
from dataprep.convert.stored import unpacked


def text_in(row: Row, column: str, missing: str) -> str:
    """The text of a cell, unchanged.

    Raises:
        Refused: `missing` for a null or absent cell, `not_text` for anything else that isn't text.
    """
    value = row.get(column)
    if type(value) is str:
        return value
    raise Refused(missing, f"column {column}") if value is None else not_text(column, value)


def answer_in(row: Row, column: str) -> str:
    """The one answer of a cell; a list of one answer is that answer.

    Raises:
        Refused: `missing_answer`, `several_answers` or `not_text`.
    """
    value = row.get(column)
    if type(value) is str:
        return value
    if isinstance(value, list):
        if len(value) > 1:
            raise Refused("several_answers", f"column {column} holds {len(value)} answers")
        value = value[0] if value else None
    if value is None:
        raise Refused("missing_answer", f"column {column}")
    if not isinstance(value, str):
        raise not_text(column, value)
    return value


def system_in(row: Row, column: str) -> str | None:
    """The system prompt of a cell; null and "" both say that there is none.

    Raises:
        Refused: `not_text`.
    """
    value = row.get(column)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise not_text(column, value)
    return value


def list_in(value: object, bad: str) -> list[Any]:
    """A list, or one that was written as JSON or as a Python literal.

    Raises:
        Refused: `bad`, a code, for anything else.
    """
    if isinstance(value, str):
        value = unpacked(value, code=bad)
    if not isinstance(value, list):
        raise Refused(bad, f"a list is due, not {_seen(value)}")
    return value


def turns_in(row: Row, column: str) -> list[Mapping[str, Any]]:
    """The turns of a cell: a list of objects, also one written as JSON or as a Python literal.

    Raises:
        Refused: `missing_conversation`, `bad_conversation`, `empty_conversation` or `bad_turn`.
    """
    if row.get(column) is None:
        raise Refused("missing_conversation", f"column {column}")
    turns = list_in(row[column], "bad_conversation")
    if not turns:
        raise Refused("empty_conversation", f"column {column}")
    for turn in turns:
        if not isinstance(turn, Mapping):
            raise Refused("bad_turn", f"a turn is an object, not {turn!r}"[:80])
    return turns


def rest(row: Row, taken: Container[str]) -> dict[str, Any]:
    """The columns that no part took, without nulls: what goes to `meta`."""
    return {key: value for key, value in row.items() if value is not None and key not in taken and key != LOST}


def not_text(column: str, value: object) -> Refused:
    """The refusal of a number, list or object where text is due; it is never turned into text."""
    return Refused("not_text", f"column {column} holds {_seen(value)}")


def _seen(value: object) -> str:
    return f"{type(value).__name__} {value!r}"[:80]
