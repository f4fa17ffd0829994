"""XTuner: `conversation`, a list of `{"system", "input", "output", "output_with_loss"}`.

Refuses with `missing_conversation`, `bad_conversation`, `empty_conversation`, `bad_turn`,
`missing_instruction`, `missing_answer`, `several_answers`, `not_text`, `bad_weight`, `bad_side_field`.
`output_with_loss: false` is a weight of 0; true is the trainer's default, a null weight.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dataprep.convert.cells import answer_in, rest, system_in, text_in, turns_in
from dataprep.convert.columns import TURNS, claims, is_judged
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Match, Refused, Row, Style
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched, turn_keys
from dataprep.convert.side_field import restore, settle
from schemas.records import Message, Record

_PARTS = {"conversation": TURNS}
_LOSS = "output_with_loss"
_KEYS = ("system", "input", "output", _LOSS)


def parse(row: Row, columns: Columns) -> Record:
    """Read one XTuner row.

    Raises:
        Refused: With a code of the module's list.
    """
    container = columns.get("conversation", "conversation")
    messages: list[Message] = []
    extras: list[dict[str, Any]] = []
    for turn in turns_in(row, container):
        messages += _exchange(turn)
        extras.append(rest(turn, _KEYS))
    record: Record = {"kind": "sft", "messages": messages}
    meta = rest(row, (container,))
    if any(extras):
        meta[container] = extras
    if meta:
        record["meta"] = meta
    return restore(record, row)


def _exchange(turn: Mapping[str, Any]) -> list[Message]:
    system = system_in(turn, "system")
    opening: list[Message] = [] if system is None else [{"role": "system", "content": system}]
    user: Message = {"role": "user", "content": text_in(turn, "input", "missing_instruction")}
    answer: Message = {"role": "assistant", "content": answer_in(turn, "output")}
    with_loss = turn.get(_LOSS)
    if with_loss is not None and not isinstance(with_loss, bool):
        raise Refused("bad_weight", f"{_LOSS} is {with_loss!r}"[:80])
    if with_loss is False:
        answer["weight"] = 0.0
    return [*opening, user, answer]


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one XTuner row; the system prompt stands in the first pair, "" in the others.

    Raises:
        Loss: See `exchanges`.
    """
    told = exchanges(record, weights=(0.0,))
    turns = [
        {
            "system": (told.system or "") if index == 0 else "",
            "input": spoken(user, style.joiner),
            "output": answer["content"],
            _LOSS: answer.get("weight") != 0,
        }
        for index, (user, answer) in enumerate(told.pairs)
    ]
    wanted = joined(record, style.joiner)
    return settle({"conversation": turns}, wanted, lost=told.lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """A list of pairs with `input` and `output`."""
    found = claims(rows, _PARTS)
    container = found.columns.get("conversation")
    if container is None or is_judged(rows) or not {"input", "output"} <= set(turn_keys(rows, container)):
        return None
    signs = f"pairs with input and output in column {container}"
    return matched(rows, found, parse=parse, telling=0.98, signs=signs)


XTUNER = Format("xtuner", parse, render, recognise)
