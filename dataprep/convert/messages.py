"""Conversations in OpenAI's message form, with the fields that other trainers add to it.

`parse_messages` refuses with `bad_messages`, `empty_conversation`, `unknown_role`, `missing_content`,
`not_text`, `bad_weight`, `bad_tool_call`, `unsupported_kind` (a loss mask inside of a turn) and the codes of `parts`.

A leading `<think>...</think>` of an assistant turn becomes its `reasoning` when the message gives no
other: rows of one schema have a null key for it in every message. A text that some other format kept
in `content` with its tags is written as it is; reading it again lifts the thought.
"""

import re
from collections.abc import Mapping
from typing import Any

from dataprep.convert.blocks import split_results
from dataprep.convert.cells import list_in
from dataprep.convert.format import Refused
from dataprep.convert.parts import read_parts
from dataprep.convert.prompt import spoken
from dataprep.convert.roles import role_of
from dataprep.convert.toolcalls import calls_json, calls_list, is_plain, parallel_calls
from schemas.records import Message

Aside = dict[str, list[Any]]
"""What a conversation says beside its messages: `tools`, `media_parts`, `message_fields`."""

# The newlines are part of the delimiters as DeepSeek-R1 and Qwen3 write them.
_THINK = re.compile(r"<think>\n?(.*?)\n?</think>\n{0,2}", re.DOTALL)

_REASONING = ("reasoning_content", "reasoning", "thinking")
# OpenAI, LLaMA-Factory v1, ms-swift (two) and Axolotl.
_WEIGHTS = ("weight", "loss_weight", "loss_scale", "loss", "train")
_TEXTS = {"reasoning": _REASONING, "tool_call_id": ("tool_call_id",), "name": ("name",)}
_KNOWN = frozenset({"role", "content", "tool_calls", "function_call", "tool_call_id", "name", *_REASONING, *_WEIGHTS})


def parse_messages(value: object, aside: Aside, *, where: str = "messages") -> list[Message]:
    """A conversation: a list of messages, or the text that stores one.

    Args:
        value: What the column holds.
        aside: Takes what no field of a message takes.
        where: The record's list that these messages go to, for `aside`.
    """
    conversation = value if isinstance(value, list) or value is None else list_in(value, "bad_messages")
    if not conversation:
        raise Refused("empty_conversation", where)
    messages: list[Message] = []
    before = None
    for turn, item in enumerate(split_results(conversation)):
        if not isinstance(item, Mapping):
            raise Refused("bad_messages", f"turn {turn + 1} is no object")
        role = role_of(item.get("role"))
        content = item.get("content")
        if type(content) is str and len(item) == 2 and role != "tool_call" and not content.startswith("<think>"):
            messages.append({"role": role, "content": content})  # type: ignore[typeddict-item]
        else:
            found: Aside = {}
            message = _parse_call(item, found) if role == "tool_call" else _parse(item, role, found)
            if role == before == "tool_call" and len(message) == 3 and not found:
                messages[-1]["tool_calls"] = parallel_calls(messages[-1], message)
            else:
                messages.append(message)
            _note(found, aside, where=where, turn=len(messages) - 1)
        before = role
    return messages


def render_message(message: Message, joiner: str) -> dict[str, Any]:
    """One message with the same keys and types whatever it holds; null where it has nothing."""
    get = message.get
    calls = get("tool_calls")
    return {
        "role": message["role"],
        "content": spoken(message, joiner),
        "reasoning_content": get("reasoning"),
        "tool_calls": None if calls is None else [_uniform(call) for call in calls_list(str(calls))],
        "tool_call_id": get("tool_call_id"),
        "name": get("name"),
        "weight": get("weight"),
    }


def render_messages(messages: list[Message], joiner: str) -> list[dict[str, Any]]:
    """A conversation in OpenAI's form, every message with the same keys."""
    return [render_message(message, joiner) for message in messages]


def _parse(item: Mapping[str, Any], role: str, aside: Aside) -> Message:
    """A message that isn't just a role and a text."""
    if item.get("train_detail") is not None:  # Axolotl's character offsets
        raise Refused("unsupported_kind", "a loss mask inside of a turn")
    message: dict[str, Any] = {"role": role, "content": ""}
    calls = item.get("tool_calls")
    call = item.get("function_call")
    source = calls if calls not in (None, "", []) else call
    if source is not None:
        message["tool_calls"] = calls_json(source)
        if not is_plain(source):
            aside.setdefault("message_fields", []).append({"tool_calls": source})
    _read_content(item, message, aside)
    for field, keys in _TEXTS.items():
        key = next((key for key in keys if item.get(key) is not None), None)
        if key is not None:
            if not isinstance(item[key], str):
                raise Refused("not_text", f"{key} of type {type(item[key]).__name__}")
            if field in message:
                raise Refused("part_order", f"{key} beside a part of the same kind")
            message[field] = item[key]
    weight = next((item[key] for key in _WEIGHTS if item.get(key) is not None), None)
    if weight is not None:
        message["weight"] = _weight(weight)
    more = {key: value for key, value in item.items() if key not in _KNOWN and value is not None}
    if source is not call and call is not None:
        more["function_call"] = call
    if more:
        aside.setdefault("message_fields", []).append(more)
    return message  # type: ignore[return-value]


def _parse_call(item: Mapping[str, Any], aside: Aside) -> Message:
    """A turn that is a tool call, its content the call."""
    calls = calls_list(calls_json(item.get("content")))
    return _parse({**item, "content": "", "tool_calls": calls}, "assistant", aside)


def _note(found: Aside, aside: Aside, *, where: str, turn: int) -> None:
    """Say of which turn the finds are."""
    for kind, values in found.items():
        entries = values if kind == "tools" else [{"in": where, "turn": turn, **entry} for entry in values]
        aside.setdefault(kind, []).extend(entries)


def _read_content(item: Mapping[str, Any], message: dict[str, Any], aside: Aside) -> None:
    """Content as text: as it is, from parts, or "" for null."""
    content = item.get("content")
    if isinstance(content, str):
        message["content"] = content
        if message["role"] == "assistant" and all(item.get(key) is None for key in _REASONING):
            _lift_reasoning(message)
    elif isinstance(content, list):
        parts = read_parts(content)
        message["content"] = parts.text
        if parts.reasoning is not None:
            message["reasoning"] = parts.reasoning
        if parts.tool_calls is not None:
            if "tool_calls" in message:
                raise Refused("bad_tool_call", "calls both in content and in tool_calls")
            message["tool_calls"] = parts.tool_calls
        if parts.tools:
            aside.setdefault("tools", []).extend(parts.tools)
        if parts.media:
            aside.setdefault("media_parts", []).extend({"part": part} for part in parts.media)
    elif content is not None:
        raise Refused("not_text", f"content of type {type(content).__name__}")
    elif "content" not in item and "tool_calls" not in message:
        raise Refused("missing_content", f"a {message['role']} turn with {', '.join(map(str, item))}"[:80])


def _lift_reasoning(message: dict[str, Any]) -> None:
    """A leading `<think>...</think>` that closes becomes the turn's reasoning."""
    match = _THINK.match(message["content"])
    if match:
        message["reasoning"] = match[1]
        message["content"] = message["content"][match.end() :]


def _weight(value: object) -> float:
    """A turn's share of the loss, from a number or a flag."""
    if isinstance(value, (bool, int, float)) and 0 <= value <= 1:
        return float(value)
    raise Refused("bad_weight", repr(value)[:80])


def _uniform(call: dict[str, Any]) -> dict[str, Any]:
    """A call whose id is null where it has none."""
    return {"id": call.get("id"), "type": "function", "function": call["function"]}
