"""A question column and an answer column, as ms-swift and ChatGLM write them, with `system` and `history`.

Refuses with `missing_instruction`, `missing_answer`, `several_answers`, `not_text`, `bad_history`,
`bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.cells import answer_in, rest, system_in, text_in
from dataprep.convert.columns import ANSWERING, ASKING, HISTORY, INPUT, INSTRUCTION, SYSTEM, claims, has_any, is_judged
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Match, Row, Style
from dataprep.convert.history import history_of
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched
from dataprep.convert.side_field import restore, settle
from schemas.records import Message, Record

_PARTS = {"query": (*ASKING, *INPUT), "response": ANSWERING, "system": SYSTEM, "history": HISTORY}


def parse(row: Row, columns: Columns) -> Record:
    """Read one row.

    Raises:
        Refused: With a code of the module's list.
    """
    names = [columns.get(part, part) for part in _PARTS]
    query, response, system, history = names
    told = system_in(row, system)
    messages: list[Message] = [] if told is None else [{"role": "system", "content": told}]
    messages += history_of(row.get(history))
    messages.append({"role": "user", "content": text_in(row, query, "missing_instruction")})
    messages.append({"role": "assistant", "content": answer_in(row, response)})
    record: Record = {"kind": "sft", "messages": messages}
    if meta := rest(row, names):
        record["meta"] = meta
    return restore(record, row)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one row in ms-swift's names.

    Raises:
        Loss: See `exchanges`.
    """
    told = exchanges(record)
    *earlier, (user, answer) = told.pairs
    row = {
        "query": spoken(user, style.joiner),
        "response": answer["content"],
        "system": told.system,
        "history": [[spoken(asked, style.joiner), replied["content"]] for asked, replied in earlier],
    }
    return settle(row, joined(record, style.joiner), lost=told.lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """One column that asks and one that answers, without an `instruction`."""
    found = claims(rows, _PARTS)
    if not {"query", "response"} <= found.columns.keys() or has_any(rows, INSTRUCTION) or is_judged(rows):
        return None
    return matched(rows, found, parse=parse, telling=0.93)


QUERY_RESPONSE = Format("query_response", parse, render, recognise)
