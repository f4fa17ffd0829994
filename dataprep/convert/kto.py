"""KTO rows with a prompt, one answer and a label: TRL's texts or message lists, Alpaca with `kto_tag`.

Refuses with `bad_label`, `missing_instruction`, `bad_history`, the codes of `answers` and
`messages`, `bad_tools`, `unsupported_kind` and `bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.answers import lost_border, lost_in_text, read_answer, require, sole_text
from dataprep.convert.cells import not_text
from dataprep.convert.columns import ANSWERING, ASKING, HISTORY, INPUT, INSTRUCTION, SYSTEM, TOOLS, Claims, claims
from dataprep.convert.format import Columns, Format, Match, Row, Style
from dataprep.convert.history import history_of
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.labels import LABEL, label_column, read_label
from dataprep.convert.message_columns import holds_messages
from dataprep.convert.messages import Aside, render_messages
from dataprep.convert.pair_columns import first_cell
from dataprep.convert.preference import prompt_messages
from dataprep.convert.prompt import joined
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from schemas.records import Record

_PARTS = {
    "prompt": (*INSTRUCTION, *ASKING),
    "input": INPUT,
    "completion": ANSWERING,
    "label": LABEL,
    "history": HISTORY,
    "system": SYSTEM,
    "tools": TOOLS,
}


def parse(row: Row, columns: Columns) -> Record:
    """Read a prompt, a completion and a label; prompt and completion are texts or messages.

    Raises:
        Refused: With a code of the module's list.
    """
    names = {part: columns.get(part, part) for part in ("prompt", "input", "completion", "history")}
    names["label"] = columns.get("label") or label_column(row)
    refuse_unsupported(row, answer=names["completion"])
    aside: Aside = {}
    prompt = prompt_messages(row.get(names["prompt"]), aside)
    context = row.get(names["input"])
    if isinstance(context, str) and context:
        prompt[-1]["context"] = context
    elif context not in (None, ""):
        raise not_text(names["input"], context)
    prompt = [*history_of(row.get(names["history"])), *prompt]
    record: Record = {
        "kind": "kto",
        "messages": prompt,
        "chosen": read_answer(row.get(names["completion"]), aside, where="chosen", prompt=prompt),
        "label": read_label(row.get(names["label"])),
    }
    return complete(record, row, columns, aside=aside, taken=tuple(names.values()))


def render_texts(record: Record, style: Style) -> dict[str, Any]:
    """Write two texts and a label.

    Raises:
        Loss: `kind`, `order` and `label` always; `tools`, `tool_calls`, `tool_call_id`, `reasoning`,
            `name`, `weight`, `system`, `turns`.
    """
    require(record, "kto", "chosen")
    lost = lost_in_text(record)
    row = {
        "prompt": sole_text(record["messages"], "user", style.joiner, lost),
        "completion": sole_text(record["chosen"], "assistant", style.joiner, lost),
        "label": record["label"],
    }
    return settle(row, joined(record, style.joiner), lost=lost, style=style, parse=parse)


def render_lists(record: Record, style: Style) -> dict[str, Any]:
    """Write two message lists, a label, and `tools` as a JSON string.

    Raises:
        Loss: `kind`, `order` and `label` always; `prompt` where the answer repeats it.
    """
    require(record, "kto", "chosen")
    row = {
        "prompt": render_messages(record["messages"], style.joiner),
        "completion": render_messages(record["chosen"], style.joiner),
        "label": record["label"],
        "tools": record.get("tools"),
    }
    told = joined(record, style.joiner)
    return settle(row, told, lost=lost_border(told), style=style, parse=parse)


def recognise_texts(rows: Sequence[Row]) -> Match | None:
    """A prompt, an answer and a label."""
    found = _claims(rows)
    if found is None:
        return None
    listed = holds_messages(first_cell(rows, found.columns["prompt"]))
    return matched(rows, found, parse=parse, telling=0.9 if listed else 0.98)


def recognise_lists(rows: Sequence[Row]) -> Match | None:
    """A prompt in messages, an answer and a label."""
    found = _claims(rows)
    if found is None or not holds_messages(first_cell(rows, found.columns["prompt"])):
        return None
    return matched(rows, found, parse=parse, telling=0.98)


def _claims(rows: Sequence[Row]) -> Claims | None:
    """Who claims the parts; None without a prompt, an answer or a label."""
    found = claims(rows, _PARTS)
    return found if all(part in found.columns for part in ("prompt", "completion", "label")) else None


KTO = Format("kto", parse, render_texts, recognise_texts)
TRL_KTO_MESSAGES = Format("trl_kto_messages", parse, render_lists, recognise_lists)
