"""OpenAI's preference rows (also Azure, Together, Fireworks): `input`, `preferred_output`, `non_preferred_output`.

Refuses with the codes of `answers` and `messages`, and with `missing_instruction`, `bad_tools`,
`unsupported_kind` and `bad_side_field`. Further settings of `input` stay in `meta` under that name.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from dataprep.convert.answers import lost_border, read_answer, require
from dataprep.convert.columns import claims
from dataprep.convert.format import Columns, Format, Match, Refused, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.messages import Aside, parse_messages, render_messages
from dataprep.convert.prompt import joined
from dataprep.convert.sample import matched
from dataprep.convert.side_field import settle
from dataprep.convert.stored import unpacked
from dataprep.convert.surroundings import complete
from schemas.records import Record

_PARTS = {
    "input": ("input",),
    "preferred_output": ("preferred_output",),
    "non_preferred_output": ("non_preferred_output",),
}


def parse(row: Row, columns: Columns) -> Record:
    """Read one row of `input` and two outputs.

    Raises:
        Refused: With a code of the module's list.
    """
    asked, chosen, rejected = [columns.get(part, part) for part in _PARTS]
    refuse_unsupported(row, answer=chosen)
    request = unpacked(row.get(asked))
    if not isinstance(request, Mapping) or request.get("messages") is None:
        raise Refused("missing_instruction", f"column {asked} has no messages")
    aside: Aside = {}
    prompt = parse_messages(request["messages"], aside)
    record: Record = {
        "kind": "preference",
        "messages": prompt,
        "chosen": read_answer(row.get(chosen), aside, where="chosen", prompt=prompt),
        "rejected": read_answer(row.get(rejected), aside, where="rejected", prompt=prompt),
    }
    settings = {key: value for key, value in request.items() if key not in ("messages", "tools") and value is not None}
    tools = row.get("tools") if request.get("tools") is None else request["tools"]
    flat = {**row, asked: settings or None, "tools": tools}
    return complete(record, flat, columns, aside=aside, taken=(chosen, rejected))


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one row; `tools` is a JSON string, which OpenAI itself wants as a list.

    Raises:
        Loss: `kind` and `order` always; `prompt` where an answer repeats it.
    """
    require(record, "preference", "chosen", "rejected")
    row = {
        "input": {"messages": render_messages(record["messages"], style.joiner), "tools": record.get("tools")},
        "preferred_output": render_messages(record["chosen"], style.joiner),
        "non_preferred_output": render_messages(record["rejected"], style.joiner),
    }
    told = joined(record, style.joiner)
    return settle(row, told, lost=lost_border(told), style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """The three columns under OpenAI's own names."""
    found = claims(rows, _PARTS)
    return matched(rows, found, parse=parse, telling=0.99) if len(found.columns) == len(_PARTS) else None


OPENAI_PREFERENCE = Format("openai_preference", parse, render, recognise)
