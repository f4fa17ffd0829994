"""KTO rows of one conversation and a label, as LLaMA-Factory and ms-swift have them: the last turn is the answer.

Refuses with `bad_label`, `missing_answer`, `bad_answer`, the codes of `messages` and `sharegpt`,
`bad_tools`, `unsupported_kind` and `bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.answers import move_prompt, refuse_unanswered, require
from dataprep.convert.cells import list_in
from dataprep.convert.columns import SYSTEM, TOOLS, TURNS, claims
from dataprep.convert.conversation import parse_conversation
from dataprep.convert.format import Columns, Format, Match, Refused, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.labels import LABEL, label_column, read_label
from dataprep.convert.messages import Aside, render_messages
from dataprep.convert.prompt import joined
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from schemas.records import Record

_PARTS = {"messages": TURNS, "label": LABEL, "tools": TOOLS, "system": SYSTEM}


def parse(row: Row, columns: Columns) -> Record:
    """Read a conversation that ends with the labelled answer; its turns may be ShareGPT's.

    Raises:
        Refused: With a code of the module's list.
    """
    container = columns.get("messages") or ("messages" if "messages" in row else "conversations")
    label = columns.get("label") or label_column(row)
    refuse_unsupported(row, answer=container)
    if row.get(container) in (None, [], ""):
        raise Refused("empty_conversation", f"column {container}")
    source = list_in(row[container], "bad_messages")
    aside: Aside = {}
    messages = parse_conversation(source, aside, where="chosen")
    if len(messages) == 1:
        raise Refused("missing_instruction", "a lone turn")
    refuse_unanswered(source[-1:], messages[-1:], where="chosen")
    move_prompt(aside, "chosen", len(messages) - 1, known=False)
    record: Record = {
        "kind": "kto",
        "messages": messages[:-1],
        "chosen": messages[-1:],
        "label": read_label(row.get(label)),
    }
    return complete(record, row, columns, aside=aside, taken=(container, label))


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one conversation, a label, and `tools` as a JSON string.

    Raises:
        Loss: `kind`, `order` and `label` always; `prompt` for an answer of several turns, whose
            beginning can't be told.
    """
    require(record, "kto", "chosen")
    messages = render_messages([*record["messages"], *record["chosen"]], style.joiner)
    row = {"messages": messages, "label": record["label"], "tools": record.get("tools")}
    told = joined(record, style.joiner)
    lost = ["prompt"] if len(record["chosen"]) > 1 else []
    return settle(row, told, lost=lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """A conversation and a label that says yes or no."""
    found = claims(rows, _PARTS)
    if "messages" not in found.columns or "label" not in found.columns:
        return None
    return matched(rows, found, parse=parse, telling=0.98)


KTO_MESSAGES = Format("kto_messages", parse, render, recognise)
