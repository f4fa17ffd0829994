"""TRL's `prompt` and `completion`: two texts, or two lists of OpenAI messages.

Refuses with `missing_instruction`, `missing_answer`, `several_answers`, `not_text`, `bad_side_field`,
and for lists with the codes of `messages`. Rendering writes texts.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert.cells import answer_in, rest, text_in
from dataprep.convert.columns import (
    ANSWERING,
    ASKING,
    HISTORY,
    INPUT,
    SYSTEM,
    claims,
    columns_of,
    folded,
    has_any,
    is_judged,
)
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Match, Row, Style
from dataprep.convert.messages import Aside, parse_messages
from dataprep.convert.prompt import joined, spoken
from dataprep.convert.sample import matched
from dataprep.convert.side_field import restore, settle
from dataprep.convert.surroundings import complete
from schemas.records import Message, Record

_PARTS = {"prompt": (*ASKING, *INPUT), "completion": ANSWERING}


def parse(row: Row, columns: Columns) -> Record:
    """Read one row.

    Raises:
        Refused: With a code of the module's list.
    """
    prompt, completion = columns.get("prompt", "prompt"), columns.get("completion", "completion")
    if isinstance(row.get(prompt), list) and isinstance(row.get(completion), list):
        return _conversation(row, columns, prompt, completion)
    user: Message = {"role": "user", "content": text_in(row, prompt, "missing_instruction")}
    answer: Message = {"role": "assistant", "content": answer_in(row, completion)}
    record: Record = {"kind": "sft", "messages": [user, answer]}
    if meta := rest(row, (prompt, completion)):
        record["meta"] = meta
    return restore(record, row)


def _conversation(row: Row, columns: Columns, prompt: str, completion: str) -> Record:
    aside: Aside = {}
    messages = parse_messages(row[prompt], aside, where=prompt)
    messages += parse_messages(row[completion], aside, where=completion)
    return complete({"kind": "sft", "messages": messages}, row, columns, aside=aside, taken=(prompt, completion))


def render(record: Record, style: Style) -> dict[str, Any]:
    """Write one row with two texts: the last question and its answer.

    Raises:
        Loss: `system`, `history` (earlier turns), and those of `exchanges`.
    """
    told = exchanges(record)
    user, answer = told.pairs[-1]
    lost = [*told.lost]
    if told.system is not None:
        lost.append("system")
    if len(told.pairs) > 1:
        lost.append("history")
    row = {"prompt": spoken(user, style.joiner), "completion": answer["content"]}
    return settle(row, joined(record, style.joiner), lost=lost, style=style, parse=parse)


def recognise(rows: Sequence[Row]) -> Match | None:
    """Columns `prompt` and `completion` that nobody judged."""
    if is_judged(rows) or not {"prompt", "completion"} <= {folded(name) for name in columns_of(rows)}:
        return None
    # With a system or history column query_response says more.
    telling = 0.9 if has_any(rows, (*SYSTEM, *HISTORY)) else 0.97
    return matched(rows, claims(rows, _PARTS), parse=parse, telling=telling)


PROMPT_COMPLETION = Format("prompt_completion", parse, render, recognise)
