"""What stands around a conversation: the tools, a system prompt in its own column, the columns left over."""

from collections.abc import Collection
from typing import Any

from dataprep.convert.cells import rest, system_in
from dataprep.convert.format import Columns, Row
from dataprep.convert.messages import Aside
from dataprep.convert.side_field import restore
from dataprep.convert.toolcalls import calls_list, tools_json
from schemas.records import Record


def complete(record: Record, row: Row, columns: Columns, *, aside: Aside, taken: Collection[str]) -> Record:
    """Finish a parsed record with its tools, system prompt, meta and side-field.

    A system column is left in `meta` when the conversation has its own system turn.

    Args:
        record: The record with its messages.
        row: The source row.
        columns: Part -> source column.
        aside: What the conversations said beside their messages.
        taken: Columns that are parsed already.
    """
    used = set(taken)
    # OpenAI's legacy files declare `functions`; a text under that name is a column like any other.
    legacy = "tools" not in row and isinstance(row.get("functions"), list)
    column = columns.get("tools") or ("functions" if legacy else "tools")
    tools = tools_json(row.get(column))
    used.add(column)
    if "tools" in aside:
        declared = [tool for value in aside["tools"] for tool in calls_list(tools_json(value) or "[]")]
        if tools is None:
            tools = tools_json(declared)
            del aside["tools"]
    if tools is not None:
        record["tools"] = tools
    column = columns.get("system", "system")
    messages = record.get("messages")
    if row.get(column) is not None and not (messages and messages[0]["role"] == "system"):
        _open(record, system_in(row, column), aside)
        used.add(column)
    meta = rest(row, used)
    for name, entries in aside.items():
        meta[_free(name, meta)] = entries
    if meta:
        record["meta"] = meta
    return restore(record, row)


def _open(record: Record, system: str | None, aside: Aside) -> None:
    """Put a system prompt in front."""
    if system is None:
        return
    record["messages"] = [{"role": "system", "content": system}, *record["messages"]]
    for entries in aside.values():
        for entry in entries:
            if isinstance(entry, dict) and entry.get("in") == "messages":
                entry["turn"] += 1


def _free(name: str, meta: dict[str, Any]) -> str:
    """The name, with an underscore for every source column that has it already."""
    while name in meta:
        name += "_"
    return name
