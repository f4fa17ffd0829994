"""ms-swift's preference rows: a conversation that ends with the chosen answer, and the rejected one beside it.

Refuses with the codes of `answers` and `messages`, and with `bad_tools`, `unsupported_kind`
(`rejected_tools`, `rejected_images`) and `bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.answers import lost_border, move_prompt, read_answer, refuse_unanswered, require
from dataprep.convert.cells import list_in
from dataprep.convert.columns import SYSTEM, TOOLS, claims
from dataprep.convert.format import Columns, Format, Match, Refused, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.messages import Aside, parse_messages, render_messages
from dataprep.convert.prompt import joined
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from schemas.records import Message, Record

_PARTS = {
    "messages": ("messages",),
    "rejected": ("rejected_response", "rejected_messages"),
    "tools": TOOLS,
    "system": SYSTEM,
}


def parse(row: Row, columns: Columns) -> Record:
    """Read one row; everything after the last user turn is the answer.

    Raises:
        Refused: With a code of the module's list.
    """
    container = columns.get("messages", "messages")
    rejected = columns.get("rejected") or (
        "rejected_response" if row.get("rejected_response") is not None else "rejected_messages"
    )
    refuse_unsupported(row, answer=container)
    if row.get(container) in (None, [], ""):
        raise Refused("empty_conversation", f"column {container}")
    source = list_in(row[container], "bad_messages")
    aside: Aside = {}
    messages = parse_messages(source, aside, where="chosen")
    cut = _prompt_length(messages)
    if cut == 0:
        raise Refused("missing_instruction", "no user turn")
    refuse_unanswered(source[-1:], messages[cut:], where="chosen")
    move_prompt(aside, "chosen", cut, known=False)
    prompt = messages[:cut]
    record: Record = {
        "kind": "preference",
        "messages": prompt,
        "chosen": messages[cut:],
        "rejected": read_answer(row.get(rejected), aside, where="rejected", prompt=prompt),
    }
    return complete(record, row, columns, aside=aside, taken=(container, rejected))


def _prompt_length(messages: Sequence[Message]) -> int:
    """How many turns there are up to the last user's."""
    return max((turn + 1 for turn, message in enumerate(messages) if message["role"] == "user"), default=0)


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write the conversation with the chosen answer, and the rejected answer as a list of messages.

    Raises:
        Loss: `kind` and `order` always; `prompt` where the user doesn't speak last in it
            or an answer repeats it.
    """
    require(record, "preference", "chosen", "rejected")
    messages = [*record["messages"], *record["chosen"]]
    row = {
        "messages": render_messages(messages, style.joiner),
        "rejected_response": render_messages(record["rejected"], style.joiner),
        "tools": record.get("tools"),
    }
    told = joined(record, style.joiner)
    lost = ["prompt"] if _prompt_length(messages) != len(record["messages"]) else lost_border(told)
    return settle(row, told, lost=lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """Messages beside a rejected response."""
    found = claims(rows, _PARTS)
    if "messages" not in found.columns or "rejected" not in found.columns:
        return None
    return matched(rows, found, parse=parse, telling=0.98)


SWIFT_PREFERENCE = Format("swift_preference", parse, render, recognise)
