"""LLaMA-Factory's ranking rows: Alpaca with two answers as texts, ShareGPT with two answers as turns.

Refuses with the codes of `alpaca` and `sharegpt` for the prompt, those of `answers` for the two
sides, and with `bad_tools`, `unsupported_kind` and `bad_side_field`.
"""

from collections.abc import Sequence
from typing import Any

from dataprep.convert import alpaca, sharegpt
from dataprep.convert.answers import read_answer, require, text_answer
from dataprep.convert.columns import ASKING, CONTEXT, HISTORY, INSTRUCTION, TURNS, columns_of, folded
from dataprep.convert.conversation import is_sharegpt, parse_conversation
from dataprep.convert.exchanges import exchanges
from dataprep.convert.format import Columns, Format, Loss, Match, Row, Style
from dataprep.convert.kinds import refuse_unsupported
from dataprep.convert.messages import Aside
from dataprep.convert.pair_columns import first_cell, pair_claims
from dataprep.convert.prompt import joined, joined_but_last
from dataprep.convert.sample import matched
from dataprep.convert.side_field import LOST, settle
from dataprep.convert.surroundings import complete
from schemas.records import Message, Record


def parse_alpaca(row: Row, columns: Columns) -> Record:
    """Read one Alpaca row with `chosen` and `rejected` in the place of `output`.

    Raises:
        Refused: With a code of the module's list.
    """
    chosen, rejected = columns.get("chosen", "chosen"), columns.get("rejected", "rejected")
    refuse_unsupported(row, answer=chosen)
    single = {key: value for key, value in row.items() if key not in (LOST, rejected)}
    good = alpaca.parse(single, {**columns, "output": chosen})
    record: Record = {
        "kind": "preference",
        "messages": good["messages"][:-1],
        "chosen": good["messages"][-1:],
        "rejected": text_answer(row, rejected, where="rejected"),
    }
    left = {**(good.get("meta") or {}), LOST: row.get(LOST)}
    return complete(record, left, columns, aside={}, taken=())


def render_alpaca(record: Record, style: Style) -> dict[str, Any]:
    """Write one Alpaca row with `chosen` and `rejected`, and `tools` as a JSON string.

    Raises:
        Loss: `kind` and `order` always; else see `exchanges`; `turns` for an answer of several turns.
    """
    require(record, "preference", "chosen", "rejected")
    last = {side: record[side][-1] for side in ("chosen", "rejected")}
    told = {side: exchanges({"kind": "sft", "messages": [*record["messages"], last[side]]}) for side in last}
    for side, answer in last.items():
        if told[side].pairs[-1][1] is not answer:
            raise Loss("order")
    lost = dict.fromkeys((*told["chosen"].lost, *told["rejected"].lost))
    if len(record["chosen"]) + len(record["rejected"]) > 2:
        lost["turns"] = None
    sft: Record = {"kind": "sft", "messages": [*record["messages"], last["chosen"]]}
    single = alpaca.render(sft, Style(joiner=style.joiner, on_loss="drop-part"))
    row = {
        "instruction": single["instruction"],
        "input": single["input"],
        "chosen": single["output"],
        "rejected": last["rejected"]["content"],
        "system": single["system"],
        "history": single["history"],
        "tools": record.get("tools"),
    }
    return settle(row, joined_but_last(record, style.joiner), lost=tuple(lost), style=style, parse=parse_alpaca)


def recognise_alpaca(rows: Sequence[Row]) -> Match | None:
    """An instruction and two answers, all texts."""
    parts = {"instruction": (*INSTRUCTION, *ASKING), "input": CONTEXT, "history": HISTORY}
    found = pair_claims(rows, parts, needed=("instruction",))
    if found is None or not any(folded(name) in INSTRUCTION for name in columns_of(rows)):
        return None
    return matched(rows, found, parse=parse_alpaca, telling=0.98)


def parse_sharegpt(row: Row, columns: Columns) -> Record:
    """Read a conversation that ends with the user, and one turn (or several) for each side.

    Raises:
        Refused: With a code of the module's list.
    """
    container = columns.get("conversations", "conversations")
    names = {side: columns.get(side, side) for side in ("chosen", "rejected")}
    refuse_unsupported(row, answer=names["chosen"])
    aside: Aside = {}
    record: Record = {"kind": "preference", "messages": parse_conversation(row.get(container), aside)}
    for side, column in names.items():
        record[side] = read_answer(row.get(column), aside, where=side)  # type: ignore[literal-required]
    return complete(record, row, columns, aside=aside, taken=(container, *names.values()))


def render_sharegpt(record: Record, style: Style) -> dict[str, Any]:
    """Write a conversation, one turn for each side, and `tools` as a JSON string.

    Raises:
        Loss: `kind` and `order` always; else see `sharegpt`; `turns` for a side of several turns.
    """
    require(record, "preference", "chosen", "rejected")
    lost: dict[str, None] = {}
    row: dict[str, Any] = {"conversations": _turns(record["messages"], style, lost)}
    for side in ("chosen", "rejected"):
        turns = _turns(record[side], style, lost)
        if len(turns) > 1:
            lost["turns"] = None
        row[side] = turns[-1]
    row["tools"] = record.get("tools")
    return settle(row, joined(record, style.joiner), lost=tuple(lost), style=style, parse=parse_sharegpt)


def _turns(messages: list[Message], style: Style, lost: dict[str, None]) -> list[dict[str, str]]:
    """Messages as ShareGPT's turns; what these leave out is noted in `lost`."""
    record: Record = {"kind": "sft", "messages": messages}
    try:
        row = sharegpt.render(record, Style(joiner=style.joiner))
    except Loss as loss:
        lost[loss.part] = None
        row = sharegpt.render(record, Style(joiner=style.joiner, on_loss="drop-part"))
    turns: list[dict[str, str]] = row["conversations"]
    return turns


def recognise_sharegpt(rows: Sequence[Row]) -> Match | None:
    """A conversation of `from` and `value` turns beside two answers."""
    found = pair_claims(rows, {"conversations": TURNS}, needed=("conversations",))
    if found is None:
        return None
    asked, answer = (first_cell(rows, found.columns[part]) for part in ("conversations", "chosen"))
    if not (is_sharegpt(asked) or is_sharegpt([answer])):
        return None
    return matched(rows, found, parse=parse_sharegpt, telling=0.98)


LLAMAFACTORY_RANKING = Format("llamafactory_ranking", parse_alpaca, render_alpaca, recognise_alpaca)
SHAREGPT_RANKING = Format("sharegpt_ranking", parse_sharegpt, render_sharegpt, recognise_sharegpt)
