"""ChatML: OpenAI's `messages` with `tools`, and LLaMA-Factory v1's content parts.

Refuses with the codes of `messages` and with `bad_tools`, `unsupported_kind` and `bad_side_field`.
What a message can't hold (pictures, unknown keys) goes to `meta` under `media_parts` and
`message_fields`, each entry with its list and turn. A lone assistant turn with nothing around it is a text.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.columns import is_judged
from dataprep.convert.format import Columns, Format, Loss, Match, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.message_columns import message_claims
from dataprep.convert.messages import Aside, parse_messages, render_messages
from dataprep.convert.prompt import joined
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.surroundings import complete
from schemas.records import Message, Record

_AROUND = ("tools", "functions", "system")
_NOTHING: tuple[object, ...] = (None, "", [], "[]")


def parse(row: Row, columns: Columns) -> Record:
    """Read one row of messages.

    Raises:
        Refused: With a code of the module's list.
    """
    column = columns.get("messages", "messages")
    refuse_unsupported(row, answer=column)
    aside: Aside = {}
    messages = parse_messages(row.get(column), aside)
    record: Record = {"kind": "sft", "messages": messages}
    if _is_text(messages) and not aside and all(row.get(columns.get(n, n)) in _NOTHING for n in _AROUND):
        record = {"kind": "text", "text": messages[0]["content"]}
    return complete(record, row, columns, aside=aside, taken=(column,))


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one row of messages: every message has the same keys, `tools` is a JSON string or null.

    Raises:
        Loss: `kind` for a record that isn't SFT, `order` for one without messages; `order` for a lone
            answer, which reading takes for plain text.
    """
    if record["kind"] != "sft":
        raise Loss("kind")
    if not record.get("messages"):
        raise Loss("order")
    row = {"messages": render_messages(record["messages"], style.joiner), "tools": record.get("tools")}
    told = joined(record, style.joiner)
    lost = ["order"] if _is_text(told["messages"]) and not record.get("tools") else []
    return settle(row, told, lost=lost, style=style, parse=parse)


def _is_text(messages: Sequence[Message]) -> bool:
    """True for one assistant turn that only says something: ms-swift's form of continued pre-training."""
    alone = len(messages) == 1 and messages[0]["role"] == "assistant"
    return alone and all(value is None for key, value in messages[0].items() if key not in ("role", "content"))


def recognise(rows: Sequence[Row]) -> Match | None:
    """One column of messages with `role` and `content` that nobody judged."""
    found = message_claims(rows, "messages")
    if found is None or is_judged(rows):
        return None
    signs = f"{found.columns['messages']} holds messages with role and content"
    return matched(rows, found, parse=parse, telling=0.97, signs=signs)


CHATML = Format("chatml", parse, render, recognise)
