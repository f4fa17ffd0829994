"""Firefly and ms-swift pairs: `conversation`, a list of `{"human", "assistant"}`, or the two as columns.

Refuses with `bad_conversation`, `empty_conversation`, `bad_turn`, `missing_instruction`,
`missing_answer`, `several_answers`, `not_text`, `bad_side_field`. Rendering writes the list.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dataprep.convert.cells import answer_in, rest, system_in, text_in, turns_in
from dataprep.convert.columns import ASSISTANT, HUMAN, SYSTEM, TURNS, Claims, claims, folded, is_judged
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Match, Row, Style
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched, turn_keys
from dataprep.convert.side_field import restore, settle
from schemas.records import Message, Record

_FLAT = {"human": HUMAN, "assistant": ASSISTANT, "system": SYSTEM}
_LISTED = {"conversation": TURNS, "system": SYSTEM}


def parse(row: Row, columns: Columns) -> Record:
    """Read one row of either shape.

    Raises:
        Refused: With a code of the module's list.
    """
    container = columns.get("conversation", "conversation")
    system = columns.get("system", "system")
    told = system_in(row, system)
    messages: list[Message] = [] if told is None else [{"role": "system", "content": told}]
    extras: list[dict[str, Any]] = []
    if row.get(container) is None:
        human, assistant = columns.get("human", "human"), columns.get("assistant", "assistant")
        messages += _exchange(row, human, assistant)
        meta = rest(row, (human, assistant, system))
    else:
        for turn in turns_in(row, container):
            human, assistant = _key(turn, HUMAN, "human"), _key(turn, ASSISTANT, "assistant")
            messages += _exchange(turn, human, assistant)
            extras.append(rest(turn, (human, assistant)))
        meta = rest(row, (container, system))
        if any(extras):
            meta[container] = extras
    record: Record = {"kind": "sft", "messages": messages}
    if meta:
        record["meta"] = meta
    return restore(record, row)


def _exchange(row: Mapping[str, Any], human: str, assistant: str) -> list[Message]:
    return [
        {"role": "user", "content": text_in(row, human, "missing_instruction")},
        {"role": "assistant", "content": answer_in(row, assistant)},
    ]


def _key(turn: Mapping[str, Any], aliases: tuple[str, ...], own: str) -> str:
    """The pair's key for a part; its own name first."""
    return own if own in turn else next((key for key in turn if folded(key) in aliases), own)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one row with a list of pairs.

    Raises:
        Loss: See `exchanges`.
    """
    told = exchanges(record)
    row = {
        "conversation": [
            {"human": spoken(user, style.joiner), "assistant": answer["content"]} for user, answer in told.pairs
        ],
        "system": told.system,
    }
    return settle(row, joined(record, style.joiner), lost=told.lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """A list of pairs of a human and an assistant, or two such columns."""
    if is_judged(rows):
        return None
    listed = claims(rows, _LISTED)
    container = listed.columns.get("conversation")
    if container is not None:
        keys = {folded(key) for key in turn_keys(rows, container)}
        if not (keys & set(HUMAN) and keys & set(ASSISTANT)):
            return None
        signs = f"pairs of human and assistant in column {container}"
        return matched(rows, listed, parse=parse, telling=0.98, signs=signs)
    flat: Claims = claims(rows, _FLAT)
    if not {"human", "assistant"} <= flat.columns.keys():
        return None
    return matched(rows, flat, parse=parse, telling=0.95)


FIREFLY = Format("firefly", parse, render, recognise)
