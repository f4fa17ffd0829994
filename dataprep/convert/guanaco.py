"""Guanaco: one text with `### Human: ` and `### Assistant: ` in front of the turns.

Refuses with `missing_text`, `not_text`, `no_turns`, `text_before_first_turn`, `bad_side_field`.

A newline in front of every marker after the first belongs to the layout, and so does one space
behind a colon; every other character belongs to the turns.
"""

import re
from collections.abc import Sequence
from typing import Any

from dataprep.convert.cells import rest, text_in
from dataprep.convert.columns import TEXT, claims, is_judged
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Loss, Match, Refused, Row, Style
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched
from dataprep.convert.side_field import restore, settle
from schemas.records import Message, Record, Role

_PARTS = {"text": TEXT}
_MARK = re.compile("### (System|Human|Assistant): ?")
_ROLES: dict[str, Role] = {"System": "system", "Human": "user", "Assistant": "assistant"}


def parse(row: Row, columns: Columns) -> Record:
    """Read one text as a conversation.

    Raises:
        Refused: With a code of the module's list.
    """
    column = columns.get("text", "text")
    text = text_in(row, column, "missing_text")
    marks = list(_MARK.finditer(text))
    if not marks:
        raise Refused("no_turns", text[:60])
    if text[: marks[0].start()].strip():
        raise Refused("text_before_first_turn", text[:60])
    divider = "\n" if all(text[: mark.start()].endswith("\n") for mark in marks[1:]) else ""
    ends = [mark.start() - len(divider) for mark in marks[1:]] + [len(text)]
    messages: list[Message] = [
        {"role": _ROLES[mark[1]], "content": text[mark.end() : end]} for mark, end in zip(marks, ends, strict=True)
    ]
    record: Record = {"kind": "sft", "messages": messages}
    if meta := rest(row, (column,)):
        record["meta"] = meta
    return restore(record, row)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one text, a line break in front of every turn but the first.

    Raises:
        Loss: `markers` always, where a turn holds a marker of its own; see `exchanges`.
    """
    told = exchanges(record)
    turns = [] if told.system is None else [("System", told.system)]
    for user, answer in told.pairs:
        turns += [("Human", spoken(user, style.joiner)), ("Assistant", answer["content"])]
    if any(_MARK.search(said) for _, said in turns):
        raise Loss("markers")
    row = {"text": "\n".join(f"### {who}: {said}" for who, said in turns)}
    return settle(row, joined(record, style.joiner), lost=told.lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """A text column with both markers."""
    found = claims(rows, _PARTS)
    column = found.columns.get("text")
    if column is None or is_judged(rows):
        return None
    marked = sum("### Human:" in str(row.get(column)) and "### Assistant:" in str(row.get(column)) for row in rows)
    if not marked:
        return None
    signs = f"### Human: and ### Assistant: in column {column} of {marked} rows"
    return matched(rows, found, parse=parse, telling=0.97 * marked / len(rows), signs=signs)


GUANACO = Format("guanaco", parse, render, recognise)
