"""One question to an endpoint and its answer: the body that is sent and the reading of the body that comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import orjson

from schemas.endpoint.faults import Again, Refused
from schemas.endpoint.settings import Endpoint


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        messages: Of OpenAI's form.
        parameters: Over the endpoint's own: `max_tokens`, `seed`, `response_format`, `tools` ...; null takes one out.
        sample: Which draw of the same question it is, so that two draws are two requests.
    """

    messages: Sequence[Mapping[str, Any]]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sample: int = 0


@dataclass(frozen=True)
class Reply:
    """What came back.

    Attributes:
        text: Of the answer; the calls as JSON where the model called tools and said nothing.
        stop: `eos`, `length` (cut at the limit of tokens) or `error` (no answer; see `fault`).
        tokens_in: Of the prompt; null where the server doesn't say.
        tokens_out: Of the answer, thoughts included; null where the server doesn't say.
        attempts: Tries that it took.
        fault: Why there is no answer: a short name, a colon, what the server said; else "".
        logprobs: Natural logarithm of each token's probability, where asked for and given.
    """

    text: str
    stop: Literal["eos", "length", "error"]
    tokens_in: int | None = None
    tokens_out: int | None = None
    attempts: int = 1
    fault: str = ""
    logprobs: tuple[float, ...] | None = None


def body_of(endpoint: Endpoint, request: Request) -> dict[str, Any]:
    """What is sent: together with the address and `sample`, all that an answer depends on."""
    settings = {"temperature": endpoint.temperature, "max_tokens": endpoint.max_tokens}
    settings |= endpoint.extra | dict(request.parameters)
    told = {name: value for name, value in settings.items() if value is not None}
    return {"model": endpoint.model, "messages": list(request.messages), **told}


def read_reply(text: str) -> Reply:
    """Read a completion's body.

    Raises:
        Again: If it is no completion, or an empty one: servers under load send such with status 200.
        Refused: If a content filter took the answer.
    """
    try:
        body = orjson.loads(text)
        if body.get("error"):
            raise Again("server_error", str(body["error"]))
        if not body["choices"]:
            raise Again("no_choices", "a completion without choices")
        choice, usage = body["choices"][0], body.get("usage") or {}
        return _reply(choice, choice["message"], usage)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise Again("malformed", f"not a chat completion: {text[:80]!r}") from None


def _reply(choice: Mapping[str, Any], message: Mapping[str, Any], usage: Mapping[str, Any]) -> Reply:
    reason = choice.get("finish_reason")
    if reason == "content_filter":
        raise Refused("content_filter", "the server's content filter took the answer")
    if reason == "error":
        raise Again("server_error", "the server broke off")
    content = message.get("content")
    if content is None and message.get("tool_calls"):
        content = orjson.dumps(message["tool_calls"]).decode()
    if content is None and reason == "length":
        content = ""  # thoughts took every token
    if not isinstance(content, str):
        raise Again("no_content", "an answer without content")
    scores = (choice.get("logprobs") or {}).get("content")
    return Reply(
        content,
        "length" if reason == "length" else "eos",
        usage.get("prompt_tokens"),
        usage.get("completion_tokens"),
        logprobs=None if scores is None else tuple(float(token["logprob"]) for token in scores),
    )
