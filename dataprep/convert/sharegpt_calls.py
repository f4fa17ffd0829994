"""Tool calls as the text of a ShareGPT turn.

Calls alone are one JSON object or a list, with object arguments. Where an answer stands beside
them, the text comes first, then one block `<tool_call>[...]</tool_call>` with a list: the only
layout that LLaMA-Factory keeps in order. Refuses with `missing_content` and `bad_tool_call`.
"""

import json
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dataprep.convert.format import Refused
from dataprep.convert.toolcalls import calls_json, calls_list, is_plain
from schemas.records import Message

_OPEN, _CLOSE = "<tool_call>", "</tool_call>"


def read_call(value: object) -> tuple[Message, dict[str, Any]]:
    """A `function_call` turn as an assistant message.

    Returns:
        The message, and the source's value where it says more than calls can hold.

    Raises:
        Refused: `missing_content` for null, `bad_tool_call` for what isn't a call.
    """
    if value is None:
        raise Refused("missing_content", "a function_call turn")
    text, calls = _cut(value) if isinstance(value, str) else ("", value)
    message: Message = {"role": "assistant", "content": text, "tool_calls": calls_json(calls)}
    return message, {} if is_plain(calls) else {"function_call": value}


def _cut(value: str) -> tuple[str, str]:
    """The text before the block of calls, and the calls. JSON text has no raw newline, so the last one divides."""
    if not value.endswith(_CLOSE):
        return "", value
    body = value.removesuffix(_CLOSE)
    if body.startswith(_OPEN) and f"\n{_OPEN}" not in body:
        return "", body.removeprefix(_OPEN)
    text, divider, calls = body.rpartition(f"\n{_OPEN}")
    if not divider:
        raise Refused("bad_tool_call", f"no calls in {value[-60:]!r}")
    return text, calls


def call_turn(calls: str, text: str) -> str:
    """Canonical tool calls, and the text beside them, as the value of a `function_call` turn."""
    bare = [_bare(call) for call in calls_list(calls)]
    if text:
        return f"{text}\n{_OPEN}{json.dumps(bare, ensure_ascii=False)}{_CLOSE}"
    return json.dumps(bare[0] if len(bare) == 1 else bare, ensure_ascii=False)


def _bare(call: dict[str, Any]) -> dict[str, Any]:
    function = call["function"]
    arguments = json.loads(function["arguments"])
    # A list or a number as arguments would come back as another string: it stays the text that it was.
    return {"name": function["name"], "arguments": arguments if isinstance(arguments, dict) else function["arguments"]}


def calls_run_on(messages: Sequence[Message]) -> bool:
    """True where an answer that only calls follows another call: reading joins them."""
    return any(
        bool(before.get("tool_calls") and message.get("tool_calls")) and not message["content"]
        for before, message in pairwise(messages)
    )


def ids_follow_order(messages: Sequence[Message]) -> bool:
    """True where every result that names a call is the next one due, so that the order alone says which."""
    due: list[str | None] = []
    for message in messages:
        if calls := message.get("tool_calls"):
            due += [call.get("id") for call in calls_list(calls)]
        elif message["role"] == "tool":
            answered = message.get("tool_call_id")
            expected = due.pop(0) if due else None
            if answered is not None and answered != expected:
                return False
    return True
