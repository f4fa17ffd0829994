"""TRL's preference rows with a prompt of their own: three texts, or three message lists.

Refuses with the codes of `answers` and `messages`, and with `missing_instruction`, `bad_tools`,
`unsupported_kind` (rankings of several answers, tools or pictures of one side) and `bad_side_field`.
Margins and ratings stay in `meta`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.answers import lost_border, lost_in_text, read_answer, require, sole_text, text_answer
from dataprep.convert.cells import text_in
from dataprep.convert.columns import ASKING, INPUT, INSTRUCTION, TURNS, columns_of, folded
from dataprep.convert.format import Columns, Format, Match, Refused, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.message_columns import holds_messages
from dataprep.convert.messages import Aside, parse_messages, render_messages
from dataprep.convert.pair_columns import first_cell, pair_claims
from dataprep.convert.prompt import joined
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from dataprep.convert.transcripts import is_transcript
from schemas.records import Message, Record

_PROMPT = (*ASKING, *INPUT)


def parse_texts(row: Row, columns: Columns) -> Record:
    """Read `prompt`, `chosen` and `rejected` as texts; Axolotl's `system` beside them opens the prompt.

    Raises:
        Refused: With a code of the module's list.
    """
    prompt, chosen, rejected = [columns.get(part, part) for part in ("prompt", "chosen", "rejected")]
    refuse_unsupported(row, answer=chosen)
    record: Record = {
        "kind": "preference",
        "messages": [{"role": "user", "content": text_in(row, prompt, "missing_instruction")}],
        "chosen": text_answer(row, chosen, where="chosen"),
        "rejected": text_answer(row, rejected, where="rejected"),
    }
    return complete(record, row, columns, aside={}, taken=(prompt, chosen, rejected))


def render_texts(record: Record, style: Style) -> dict[str, Any]:
    """Write three texts.

    Raises:
        Loss: `kind` and `order` always; `tools`, `tool_calls`, `tool_call_id`, `reasoning`, `name`,
            `weight`, `system`, `turns`.
    """
    require(record, "preference", "chosen", "rejected")
    lost = lost_in_text(record)
    row = {
        "prompt": sole_text(record["messages"], "user", style.joiner, lost),
        "chosen": sole_text(record["chosen"], "assistant", style.joiner, lost),
        "rejected": sole_text(record["rejected"], "assistant", style.joiner, lost),
    }
    return settle(row, joined(record, style.joiner), lost=lost, style=style, parse=parse_texts)


def recognise_texts(rows: Sequence[Row]) -> Match | None:
    """A prompt and two answers, all texts and no transcripts."""
    found = pair_claims(rows, {"prompt": _PROMPT}, needed=("prompt",))
    if found is None or any(folded(name) in INSTRUCTION for name in columns_of(rows)):
        return None
    if is_transcript(first_cell(rows, found.columns["chosen"])):
        return None
    return matched(rows, found, parse=parse_texts, telling=0.97)


def parse_lists(row: Row, columns: Columns) -> Record:
    """Read a prompt in messages and two answers, each a text, a message or a list of messages.

    The prompt stands in `prompt` or, as in Axolotl and LLaMA-Factory, in `messages`.

    Raises:
        Refused: With a code of the module's list.
    """
    prompt = columns.get("prompt") or ("prompt" if row.get("prompt") is not None else "messages")
    chosen, rejected = columns.get("chosen", "chosen"), columns.get("rejected", "rejected")
    refuse_unsupported(row, answer=chosen)
    aside: Aside = {}
    messages = prompt_messages(row.get(prompt), aside)
    record: Record = {
        "kind": "preference",
        "messages": messages,
        "chosen": read_answer(row.get(chosen), aside, where="chosen", prompt=messages),
        "rejected": read_answer(row.get(rejected), aside, where="rejected", prompt=messages),
    }
    return complete(record, row, columns, aside=aside, taken=(prompt, chosen, rejected))


def prompt_messages(value: object, aside: Aside) -> list[Message]:
    """A prompt from a text or from messages, these also as the text that stores them.

    Raises:
        Refused: `missing_instruction`, or with a code of `messages`.
    """
    if value is None:
        raise Refused("missing_instruction", "no prompt")
    if isinstance(value, str) and not holds_messages(value):
        return [{"role": "user", "content": value}]
    return parse_messages(value, aside)


def render_lists(record: Record, style: Style) -> dict[str, Any]:
    """Write three message lists, every message with the same keys, and `tools` as a JSON string.

    Raises:
        Loss: `kind` and `order` always; `prompt` where an answer repeats it.
    """
    require(record, "preference", "chosen", "rejected")
    row = {
        "prompt": render_messages(record["messages"], style.joiner),
        "chosen": render_messages(record["chosen"], style.joiner),
        "rejected": render_messages(record["rejected"], style.joiner),
        "tools": record.get("tools"),
    }
    told = joined(record, style.joiner)
    return settle(row, told, lost=lost_border(told), style=style, parse=parse_lists)


def recognise_lists(rows: Sequence[Row]) -> Match | None:
    """A prompt in messages, or answers in messages beside a prompt."""
    found = pair_claims(rows, {"prompt": (*_PROMPT, *TURNS)}, needed=("prompt",))
    if found is None:
        return None
    sides = [first_cell(rows, found.columns[part]) for part in ("prompt", "chosen")]
    if all(isinstance(side, str) and not holds_messages(side) for side in sides):
        return None
    # A prompt that is a text beside messages is distilabel's before it is this.
    telling = 0.97 if holds_messages(sides[0]) else 0.9
    return matched(rows, found, parse=parse_lists, telling=telling)


TRL_PREFERENCE = Format("trl_preference", parse_texts, render_texts, recognise_texts)
TRL_PREFERENCE_MESSAGES = Format("trl_preference_messages", parse_lists, render_lists, recognise_lists)
