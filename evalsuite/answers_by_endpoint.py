"""Answers of a served model: conversations in OpenAI's form, settings of generation under the names servers know."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from schemas.chat import JOINER
from schemas.endpoint import Endpoint, Reply, Request, ask
from schemas.errors import UserError
from schemas.records import Message

_NAMES = {
    "max_new_tokens": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "repetition_penalty": "repetition_penalty",
    "logprobs": "logprobs",
}
_NEUTRAL = {"top_p": 1.0, "top_k": 0, "repetition_penalty": 1.0}
"""Values that change nothing: not sent, because OpenAI refuses `top_k` and `repetition_penalty`."""


def answer(
    endpoint: Endpoint,
    conversations: Sequence[Sequence[Message]],
    *,
    settings: Mapping[str, Any],
    tools: Sequence[str | None] | None = None,
    tell: Callable[[str], None],
    seed: int = 17,
) -> Iterator[tuple[int, Reply]]:
    """Ask a served model every conversation; replies come as soon as they are there, to be kept one by one.

    `top_k` and `repetition_penalty` are vLLM's names. llama.cpp's servers ignore names that they don't know.

    Args:
        endpoint: Who answers.
        conversations: n conversations that end with a question.
        settings: `max_new_tokens`, `temperature` (0 is greedy), `top_p`, `top_k`, `repetition_penalty`, `logprobs`.
        tools: n lists of tool schemas as JSON, or null.
        tell: Called with a sentence whenever there is something to wait for.
        seed: Of sampling, and of the jitter between tries.

    Yields:
        The place of a conversation and its reply; n of them in any order.

    Raises:
        UserError: If no request can succeed, or tool calls are not JSON.
    """
    parameters = parameters_of(settings, seed=seed)
    offered = tools or [None] * len(conversations)
    requests = [
        Request(
            [to_openai(message) for message in messages],
            parameters | ({"tools": _parsed(schemas, "tools")} if schemas else {}),
            sample=seed,
        )
        for messages, schemas in zip(conversations, offered, strict=True)
    ]
    return ask(endpoint, requests, tell=tell, seed=seed)


def parameters_of(settings: Mapping[str, Any], *, seed: int) -> dict[str, Any]:
    """Settings of generation under the names of OpenAI's API; others, and what changes nothing, are left out."""
    told = {
        _NAMES[name]: value
        for name, value in settings.items()
        if name in _NAMES and value is not None and value != _NEUTRAL.get(name)
    }
    if told.get("temperature"):
        return told | {"seed": seed}
    return {name: value for name, value in told.items() if name not in {"top_p", "top_k"}}


def to_openai(message: Message) -> dict[str, Any]:
    """A message of OpenAI's form: context below the content, calls as objects; thoughts have no place in it."""
    content, context = message["content"], message.get("context")
    if context:
        content = f"{content}{JOINER}{context}" if content else context
    told: dict[str, Any] = {"role": message["role"], "content": content}
    if calls := message.get("tool_calls"):
        told |= {"content": content or None, "tool_calls": _parsed(calls, "tool_calls")}
    if call := message.get("tool_call_id"):
        told["tool_call_id"] = call
    if name := message.get("name"):
        told["name"] = name
    return told


def _parsed(text: str, field: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as fault:
        raise UserError(f"{field} is not JSON ({fault}): {text[:60]!r}", hint="gristmill data -c RECIPE") from None
