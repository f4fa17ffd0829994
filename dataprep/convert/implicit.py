"""Preference rows of two whole conversations: TRL's implicit prompt, LLaMA-Factory v1, distilabel.

Refuses with the codes of `answers` and `messages`, and with `bad_tools`, `unsupported_kind` and
`bad_side_field`. distilabel's ratings and prompt id stay in `meta`.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

from dataprep.convert.answers import missing_side, move_prompt, part_ways, parts_elsewhere, refuse_unanswered, require
from dataprep.convert.cells import list_in
from dataprep.convert.columns import ASKING, INSTRUCTION, TURNS
from dataprep.convert.format import Columns, Format, Match, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.messages import Aside, parse_messages, render_messages
from dataprep.convert.pair_columns import pair_claims
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from schemas.records import Message, Record


def parse(row: Row, columns: Columns) -> Record:
    """Read two whole conversations; what they share at the start is the prompt.

    Raises:
        Refused: With a code of the module's list.
    """
    record, aside, taken = _parse_sides(row, columns)
    return complete(record, row, columns, aside=aside, taken=taken)


def parse_distilabel(row: Row, columns: Columns) -> Record:
    """Read two whole conversations; the prompt in its own column repeats one of their user turns.

    Raises:
        Refused: With a code of the module's list.
    """
    record, aside, taken = _parse_sides(row, columns)
    prompt = columns.get("prompt", "prompt")
    asked = [message["content"] for message in record["messages"] if message["role"] == "user"]
    if row.get(prompt) in asked:
        taken = (*taken, prompt)
    return complete(record, row, columns, aside=aside, taken=taken)


def _parse_sides(row: Row, columns: Columns) -> tuple[Record, Aside, tuple[str, ...]]:
    """The record of both sides, what they say beside their messages, and their columns."""
    names = columns.get("chosen", "chosen"), columns.get("rejected", "rejected")
    refuse_unsupported(row, answer=names[0])
    aside: Aside = {}
    sides: list[list[Message]] = []
    for column, where in zip(names, ("chosen", "rejected"), strict=True):
        if row.get(column) in (None, [], ""):
            raise missing_side(where, column)
        source = list_in(row[column], "bad_messages")
        messages = parse_messages(source, aside, where=where)
        refuse_unanswered(source[-1:], messages[-1:], where=where)
        sides.append(messages)
    prompt, chosen, rejected = part_ways(*sides)
    move_prompt(aside, "rejected", len(prompt))
    move_prompt(aside, "chosen", len(prompt), known=False)
    return {"kind": "preference", "messages": prompt, "chosen": chosen, "rejected": rejected}, aside, names


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write two whole conversations and `tools` as a JSON string.

    Raises:
        Loss: `kind` and `order` always; `prompt` where both answers open alike, so that the prompt's
            end can't be told.
    """
    row = _render_sides(record, style) | {"tools": record.get("tools")}
    told = joined(record, style.joiner)
    lost = ["prompt"] if parts_elsewhere(record) else []
    return settle(row, told, lost=lost, style=style, parse=parse)


def render_distilabel(record: Record, style: Style) -> dict[str, Any]:
    """Write two whole conversations with the last question and its SHA-256 beside them.

    Raises:
        Loss: `kind` and `order` always; `tools`; `prompt` as in `render`.
    """
    sides = _render_sides(record, style)
    asked = [spoken(message, style.joiner) for message in record["messages"] if message["role"] == "user"]
    prompt = asked[-1] if asked else ""
    row = {"prompt": prompt, "prompt_id": hashlib.sha256(prompt.encode()).hexdigest(), **sides}
    lost = ["tools"] if record.get("tools") is not None else []
    lost += ["prompt"] if parts_elsewhere(record) else []
    told = joined(record, style.joiner)
    return settle(row, told, lost=lost, style=style, parse=parse_distilabel)


def _render_sides(record: Record, style: Style) -> dict[str, Any]:
    """Both conversations, the prompt in front of each answer."""
    require(record, "preference", "chosen", "rejected")
    prompt = render_messages(record["messages"], style.joiner)
    return {
        "chosen": prompt + render_messages(record["chosen"], style.joiner),
        "rejected": prompt + render_messages(record["rejected"], style.joiner),
    }


def recognise(rows: Sequence[Row]) -> Match | None:
    """Two conversations and no prompt."""
    if pair_claims(rows, {"prompt": (*ASKING, *INSTRUCTION, *TURNS)}, needed=("prompt",)):
        return None
    found = pair_claims(rows, {})
    return None if found is None else matched(rows, found, parse=parse, telling=0.97)


def recognise_distilabel(rows: Sequence[Row]) -> Match | None:
    """A prompt that is a text, beside two conversations that repeat it."""
    found = pair_claims(rows, {"prompt": (*ASKING, *INSTRUCTION)}, needed=("prompt",))
    if found is None or not all(isinstance(row.get(found.columns["prompt"]), str) for row in rows):
        return None
    return matched(rows, found, parse=parse_distilabel, telling=0.97)


TRL_IMPLICIT_PREFERENCE = Format("trl_implicit_preference", parse, render, recognise)
DISTILABEL = Format("distilabel", parse_distilabel, render_distilabel, recognise_distilabel)
