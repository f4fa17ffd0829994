"""Alpaca: `instruction`, `input` and `output`, with an optional `system` and `history` of pairs.

Refuses with `missing_instruction`, `missing_answer`, `several_answers`, `not_text`, `bad_history`,
`bad_side_field`. `input` stays apart from the instruction, as the user turn's `context`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.cells import answer_in, not_text, rest, system_in, text_in
from dataprep.convert.columns import (
    ANSWERING,
    ASKING,
    CONTEXT,
    HISTORY,
    INSTRUCTION,
    SYSTEM,
    claims,
    has_any,
    is_judged,
)
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Match, Row, Style
from dataprep.convert.history import history_of
from dataprep.convert.prompt import joined_but_last, spoken
from dataprep.convert.sample import matched
from dataprep.convert.side_field import restore, settle
from schemas.records import Message, Record

_PARTS = {
    "instruction": (*INSTRUCTION, *ASKING),
    "input": CONTEXT,
    "output": ANSWERING,
    "system": SYSTEM,
    "history": HISTORY,
}


def parse(row: Row, columns: Columns) -> Record:
    """Read one Alpaca row.

    Raises:
        Refused: With a code of the module's list.
    """
    names = [columns.get(part, part) for part in _PARTS]
    instruction, context, output, system, history = names
    user: Message = {"role": "user", "content": text_in(row, instruction, "missing_instruction")}
    given = row.get(context)
    if given is not None and given != "":
        if not isinstance(given, str):
            raise not_text(context, given)
        user["context"] = given
    answer: Message = {"role": "assistant", "content": answer_in(row, output)}
    told = system_in(row, system)
    opening: list[Message] = [] if told is None else [{"role": "system", "content": told}]
    record: Record = {"kind": "sft", "messages": [*opening, *history_of(row.get(history)), user, answer]}
    if meta := rest(row, names):
        record["meta"] = meta
    return restore(record, row)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one Alpaca row; the context of the last question becomes `input`, earlier ones are joined.

    Raises:
        Loss: See `exchanges`.
    """
    told = exchanges(record)
    *earlier, (user, answer) = told.pairs
    row = {
        "instruction": user["content"],
        "input": user.get("context") or "",
        "output": answer["content"],
        "system": told.system,
        "history": [[spoken(asked, style.joiner), replied["content"]] for asked, replied in earlier],
    }
    return settle(row, joined_but_last(record, style.joiner), lost=told.lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """An instruction and an answer that nobody judged."""
    found = claims(rows, _PARTS)
    if "output" not in found.columns or not has_any(rows, INSTRUCTION) or is_judged(rows):
        return None
    return matched(rows, found, parse=parse, telling=0.97)


ALPACA = Format("alpaca", parse, render, recognise)
