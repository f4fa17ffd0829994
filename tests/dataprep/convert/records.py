"""Hypothesis strategies for records: Chinese, emoji, right-to-left, code and empty texts in every place."""

import json
from typing import Any

from hypothesis import strategies as st

from dataprep.convert.toolcalls import calls_json
from schemas.records import Message, Record

_SAMPLES = (
    "",
    " ",
    "\n",
    "你好，世界。",
    "　全角空格在前",
    "👩‍👩‍👧‍👦🇨🇳",
    "مرحبا بالعالم",
    "שלום \u200fעולם",
    "e\u0301 NFD",
    "```python\nprint('hi')\n```\n",
    '{"a": [1, 2]}',
    "['a', None]",
    "</tool_call>",
    "<think>\n想\n</think>\n\n",
    "null",
    "\r\n\t\x00",
    "007",
)

texts = st.one_of(st.sampled_from(_SAMPLES), st.text(max_size=12))
"""Any text that JSON can carry, the awkward ones often."""

filled = texts.filter(bool)
"""The same without the empty one."""

_values = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), texts)
_arguments = st.dictionaries(texts, _values, max_size=3)


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def tool_calls(*, ids: bool = True) -> st.SearchStrategy[str]:
    """Canonical tool calls: a JSON string of OpenAI's form, as `toolcalls.calls_json` writes it."""

    def call(parts: tuple[str, dict[str, Any], str]) -> dict[str, Any]:
        name, arguments, key = parts
        function = {"name": name, "arguments": arguments}
        return (
            {"id": key, "type": "function", "function": function} if ids else {"type": "function", "function": function}
        )

    one = st.tuples(filled, _arguments, filled).map(call)
    return st.lists(one, min_size=1, max_size=3).map(calls_json)


def tools() -> st.SearchStrategy[str]:
    """Tool schemas as a JSON string of OpenAI's form."""
    one = filled.map(
        lambda name: {
            "type": "function",
            "function": {"name": name, "description": name, "parameters": {"type": "object", "properties": {}}},
        }
    )
    return st.lists(one, min_size=1, max_size=2).map(_dumps)


@st.composite
def chats(
    draw: st.DrawFn,
    *,
    turns: int = 3,
    system: bool = True,
    contexts: bool = False,
    reasoning: bool = False,
    weights: bool = False,
    answered: bool = True,
) -> list[Message]:
    """A conversation: perhaps a system turn, then up to `turns` user and assistant turns in alternation.

    Args:
        draw: Given by hypothesis.
        turns: Most user turns.
        system: Whether a system turn (never empty) may open it.
        contexts: Whether the last user turn may have a context (never empty).
        reasoning: Whether answers may have reasoning.
        weights: Whether answers may have weights.
        answered: Whether the last user turn has its answer; without, it is a prompt.
    """
    messages: list[Message] = []
    if system and draw(st.booleans()):
        messages.append({"role": "system", "content": draw(filled)})
    count = draw(st.integers(1, turns))
    for turn in range(count):
        user: Message = {"role": "user", "content": draw(texts)}
        if contexts and turn == count - 1 and draw(st.booleans()):
            user["context"] = draw(filled)
        messages.append(user)
        if answered or turn < count - 1:
            messages.append(draw(answers(reasoning=reasoning, weights=weights)))
    return messages


@st.composite
def answers(draw: st.DrawFn, *, reasoning: bool = False, weights: bool = False) -> Message:
    """One assistant turn without tool calls."""
    message: Message = {"role": "assistant", "content": draw(texts)}
    if reasoning and draw(st.booleans()):
        message["reasoning"] = draw(filled)
    if weights and draw(st.booleans()):
        message["weight"] = draw(st.sampled_from((0.0, 0.5, 1.0)))
    return message


def sft_records(**options: Any) -> st.SearchStrategy[Record]:
    """SFT records over `chats(**options)`."""
    return chats(**options).map(lambda messages: {"kind": "sft", "messages": messages})


def text_records() -> st.SearchStrategy[Record]:
    """Continued pre-training records."""
    return texts.map(lambda text: {"kind": "text", "text": text})


@st.composite
def preference_records(draw: st.DrawFn, **options: Any) -> Record:
    """Preference records: a prompt and one assistant turn on each side."""
    prompt = draw(chats(answered=False, **options))
    return {"kind": "preference", "messages": prompt, "chosen": [draw(answers())], "rejected": [draw(answers())]}


@st.composite
def kto_records(draw: st.DrawFn, **options: Any) -> Record:
    """KTO records: a prompt, one answer in `chosen`, a label."""
    prompt = draw(chats(answered=False, **options))
    return {"kind": "kto", "messages": prompt, "chosen": [draw(answers())], "label": draw(st.booleans())}


@st.composite
def tool_records(draw: st.DrawFn, *, ids: bool = True, text_beside: bool = True) -> Record:
    """SFT records with tool calls, their results in the order of the calls, and an answer."""
    asked = draw(tool_calls(ids=ids))
    called: Message = {"role": "assistant", "content": draw(texts) if text_beside else "", "tool_calls": asked}
    results: list[Message] = []
    for call in json.loads(asked):
        result: Message = {"role": "tool", "content": draw(texts)}
        if ids:
            result["tool_call_id"] = call["id"]
        results.append(result)
    messages = [*draw(chats(answered=False)), called, *results, draw(answers())]
    return {"kind": "sft", "messages": messages, "tools": draw(tools())}


@st.composite
def wild_records(draw: st.DrawFn) -> Record:
    """SFT records with any turns in any order: several systems, reasoning, weights, names, tool calls."""

    def turn(role: str) -> Message:
        message: dict[str, Any] = {"role": role, "content": draw(texts)}
        if draw(st.integers(0, 3)) == 0:
            message["name"] = draw(filled)
        if role == "assistant":
            extras = {
                "reasoning": filled,
                "weight": st.sampled_from((0.0, 0.5, 1.0)),
                "tool_calls": tool_calls(),
            }
            message |= {key: draw(value) for key, value in extras.items() if draw(st.integers(0, 3)) == 0}
        if role == "tool" and draw(st.booleans()):
            message["tool_call_id"] = draw(filled)
        return message  # type: ignore[return-value]

    roles = draw(st.lists(st.sampled_from(("system", "user", "assistant", "user", "assistant", "tool")), max_size=6))
    record: Record = {"kind": "sft", "messages": [turn(role) for role in roles]}
    if draw(st.integers(0, 3)) == 0:
        record["tools"] = draw(tools())
    return record
