"""The answers of a preference or KTO row: read from any spelling, cut from a conversation, told as one text.

Refuses with `missing_answer`, `missing_rejected`, `several_answers`, `not_text`, `bad_answer`,
`no_common_prompt`.
"""

from collections.abc import Mapping, Sequence

from dataprep.convert.cells import answer_in
from dataprep.convert.conversation import parse_conversation
from dataprep.convert.format import Loss, Refused, Row
from dataprep.convert.messages import Aside
from dataprep.convert.prompt import spoken
from schemas.records import LISTS, Message, Record

_TEXTLESS = ("tool_calls", "tool_call_id", "reasoning", "name", "weight")


def read_answer(value: object, aside: Aside, *, where: str, prompt: Sequence[Message] = ()) -> list[Message]:
    """The turns of one answer.

    Args:
        value: A text, a message, or a list of messages; a list may repeat the prompt first.
        aside: Takes what no field of a message takes.
        where: The record's list, `chosen` or `rejected`.
        prompt: The prompt's turns, without which a repetition isn't known.

    Raises:
        Refused: With a code of the module's list.
    """
    if isinstance(value, str):
        return [{"role": "assistant", "content": value}]
    if isinstance(value, Mapping):
        value = [value]
    if not value:
        raise missing_side(where, f"column {where}")
    if not isinstance(value, list):
        raise Refused("not_text", f"column {where} holds {type(value).__name__}")
    if all(isinstance(item, str) for item in value):
        if len(value) > 1:
            raise Refused("several_answers", f"column {where} holds {len(value)} answers")
        return [{"role": "assistant", "content": value[0]}]
    try:
        messages = parse_conversation(value, aside, where=where)
    except Refused as refused:
        raise missing_side(where, refused.detail) if refused.code == "missing_answer" else refused from None
    cut = len(prompt) if prompt and messages[: len(prompt)] == list(prompt) else 0
    refuse_unanswered(value[-1:], messages[cut:], where=where)
    move_prompt(aside, where, cut)
    return messages[cut:]


def text_answer(row: Row, column: str, *, where: str) -> list[Message]:
    """One answer of a column of texts.

    Raises:
        Refused: `missing_answer`, `missing_rejected`, `several_answers` or `not_text`.
    """
    if row.get(column) in (None, []):
        raise missing_side(where, f"column {column}")
    return [{"role": "assistant", "content": answer_in(row, column)}]


def refuse_unanswered(source: Sequence[object], answer: Sequence[Message], *, where: str) -> None:
    """Stop where nobody answers.

    Args:
        source: The answer as it came, to tell null from "".
        answer: The same, parsed.
        where: The record's list.

    Raises:
        Refused: `missing_answer` or `missing_rejected` where the assistant doesn't speak last, or says
            null and calls nothing; `bad_answer` for an answer that another role opens.
    """
    if not answer or answer[-1]["role"] != "assistant":
        raise missing_side(where, f"{where} ends with a {answer[-1]['role']} turn" if answer else f"{where} is empty")
    if answer[0]["role"] != "assistant":
        raise Refused("bad_answer", f"{where} opens with a {answer[0]['role']} turn")
    last = source[-1]
    said = last.get("content", last.get("value")) if isinstance(last, Mapping) else last
    if said is None and "tool_calls" not in answer[-1]:
        raise missing_side(where, f"the content of {where} is null")


def part_ways(chosen: list[Message], rejected: list[Message]) -> tuple[list[Message], list[Message], list[Message]]:
    """Two whole conversations as their common prompt and the two answers; each keeps its last turn.

    Where tools answer differently, the answers begin with the call that both make.

    Raises:
        Refused: `no_common_prompt` where the first turns differ, or where they part before a turn of
            the user or the system.
    """
    limit = min(len(chosen), len(rejected)) - 1
    parting = next((turn for turn in range(limit) if chosen[turn] != rejected[turn]), limit)
    seen = parting
    while parting > 0 and "tool" in (chosen[parting]["role"], rejected[parting]["role"]):
        parting -= 1
    for side in (chosen, rejected):
        if parting < 1 or side[parting]["role"] != "assistant":
            raise Refused("no_common_prompt", f"they part at turn {seen + 1}")
    return chosen[:parting], chosen[parting:], rejected[parting:]


def parts_elsewhere(record: Record) -> bool:
    """True where `part_ways` would cut another prompt from the record's whole conversations.

    Raises:
        Loss: `prompt` where it would find none.
    """
    prompt = record["messages"]
    try:
        common, _, _ = part_ways(prompt + record["chosen"], prompt + record["rejected"])
    except Refused:
        raise Loss("prompt") from None
    return len(common) != len(prompt)


def lost_border(record: Record) -> list[str]:
    """The lost part `prompt` of a record with an answer that opens with the whole prompt: reading would cut it off."""
    prompt = record["messages"]
    sides: list[list[Message]] = [record["chosen"], record.get("rejected") or []]
    return ["prompt"] if any(side[: len(prompt)] == prompt for side in sides) else []


def require(record: Record, kind: str, *sides: str) -> None:
    """Stop at a record that makes no usable row, whatever `on_loss` says.

    Raises:
        Loss: `kind` for a record of another kind, `label` for a KTO record without one, `order` for a
            missing prompt and for a side that the assistant doesn't open and close.
    """
    if record["kind"] != kind:
        raise Loss("kind")
    if kind == "kto" and record.get("label") is None:
        raise Loss("label")
    if not record.get("messages"):
        raise Loss("order")
    for side in sides:
        answer: list[Message] = record.get(side) or []  # type: ignore[assignment]
        if not answer or not answer[0]["role"] == answer[-1]["role"] == "assistant":
            raise Loss("order")


def lost_in_text(record: Record) -> list[str]:
    """Parts that no format of plain texts can tell, in a fixed order."""
    messages = [message for key in LISTS for message in record.get(key) or ()]  # type: ignore[attr-defined]
    lost = [field for field in _TEXTLESS if any(message.get(field) is not None for message in messages)]
    return ["tools", *lost] if record.get("tools") is not None else lost


def sole_text(messages: Sequence[Message], role: str, joiner: str, lost: list[str]) -> str:
    """The text of the last turn of that role; further turns are noted in `lost`.

    Raises:
        Loss: `order` where the role never speaks.
    """
    found = [message for message in messages if message["role"] == role]
    if not found:
        raise Loss("order")
    if len(messages) > 1:
        lost += ["system"] if any(message["role"] == "system" for message in messages) else []
        lost += ["turns"] if any(m["role"] != "system" for m in messages if m is not found[-1]) else []
    return spoken(found[-1], joiner)


def missing_side(where: str, detail: str) -> Refused:
    """The refusal of a row without that side: `missing_answer` or `missing_rejected`."""
    return Refused("missing_rejected" if where == "rejected" else "missing_answer", detail)


def move_prompt(aside: Aside, where: str, cut: int, *, known: bool = True) -> None:
    """Count the turns of an answer without the prompt in front of it.

    Args:
        aside: What the conversations said beside their messages.
        where: The record's list.
        cut: How many turns the prompt has.
        known: Whether the prompt's own notes are there already; else these become them.
    """
    for name in aside if cut else ():
        if name == "tools":
            continue
        moved = []
        for entry in aside[name]:
            if entry["in"] != where:
                moved.append(entry)
            elif entry["turn"] >= cut:
                moved.append({**entry, "turn": entry["turn"] - cut})
            elif not known:
                moved.append({**entry, "in": "messages"})
        aside[name] = moved
