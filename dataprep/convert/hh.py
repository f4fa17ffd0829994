"""HH-RLHF: two whole transcripts that share their prompt.

Refuses with `missing_answer`, `missing_rejected`, `not_text`, `bad_transcript`, `no_common_prompt`,
`bad_answer`, `bad_tools`, `unsupported_kind` and `bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.answers import lost_in_text, missing_side, part_ways, parts_elsewhere, refuse_unanswered, require
from dataprep.convert.cells import not_text
from dataprep.convert.format import Columns, Format, Loss, Match, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.pair_columns import first_cell, pair_claims
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from dataprep.convert.transcripts import is_transcript, read_transcript, write_transcript
from schemas.records import Message, Record


def parse(row: Row, columns: Columns) -> Record:
    """Read two transcripts; what they share at the start is the prompt.

    Raises:
        Refused: With a code of the module's list.
    """
    names = columns.get("chosen", "chosen"), columns.get("rejected", "rejected")
    refuse_unsupported(row, answer=names[0])
    sides: list[list[Message]] = []
    for column, where in zip(names, ("chosen", "rejected"), strict=True):
        text = row.get(column)
        if text is None:
            raise missing_side(where, column)
        if not isinstance(text, str):
            raise not_text(column, text)
        turns = read_transcript(text)
        refuse_unanswered(turns[-1:], turns[-1:], where=where)
        sides.append(turns)
    prompt, chosen, rejected = part_ways(*sides)
    record: Record = {"kind": "preference", "messages": prompt, "chosen": chosen, "rejected": rejected}
    return complete(record, row, columns, aside={}, taken=names)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write two transcripts.

    Raises:
        Loss: `kind` and `order` always; `tools`, `tool_calls`, `tool_call_id`, `reasoning`, `name`,
            `weight`, `system`, `turns` (of tools), `prompt` where both answers open alike, `content`
            where a text holds a speaker's mark.
    """
    require(record, "preference", "chosen", "rejected")
    if all(message["role"] not in ("user", "assistant") for message in record["messages"]):
        raise Loss("order")
    lost = lost_in_text(record)
    if any(message["role"] == "system" for message in record["messages"]):
        lost.append("system")
    row: dict[str, Any] = {}
    told: list[bool] = []
    for side in ("chosen", "rejected"):
        messages = [*record["messages"], *record[side]]
        if any(message["role"] == "tool" for message in messages):
            lost.append("turns")
        turns = [(m["role"], spoken(m, style.joiner)) for m in messages if m["role"] in ("user", "assistant")]
        row[side] = write_transcript(turns)
        told.append([(message["role"], message["content"]) for message in read_transcript(row[side])] == turns)
    if not all(told):
        lost.append("content")
    if parts_elsewhere(joined(record, style.joiner)):
        lost.append("prompt")
    return settle(row, joined(record, style.joiner), lost=lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """Two texts that open with a speaker's mark."""
    found = pair_claims(rows, {})
    if found is None or not is_transcript(first_cell(rows, found.columns["chosen"])):
        return None
    return matched(rows, found, parse=parse, telling=0.98, signs="transcripts of Human and Assistant on both sides")


HH = Format("hh", parse, render, recognise)
