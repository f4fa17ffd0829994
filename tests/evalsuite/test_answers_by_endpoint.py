"""Conversations asked of a server: what is sent, and replies that come one by one."""

from collections.abc import Sequence
from typing import Any

import pytest

from evalsuite.answers_by_endpoint import answer, parameters_of, to_openai
from schemas.endpoint import Endpoint
from schemas.errors import UserError
from schemas.records import Message
from tests.servers import serve

CALLS = '[{"id": "c1", "type": "function", "function": {"name": "天气", "arguments": "{\\"城市\\": \\"南京\\"}"}}]'


def answers(conversations: Sequence[Sequence[Message]], **options: Any) -> tuple[list[Any], list[dict[str, Any]]]:
    with serve(answer=lambda body: str(body["messages"][-1]["content"])[::-1]) as server:
        endpoint = Endpoint(base_url=server.url, model="m", concurrency=2)
        options = {"settings": {}, "tell": print} | options
        found = list(answer(endpoint, conversations, **options))
    return found, server.bodies


@pytest.mark.parametrize(
    ("message", "sent"),
    [
        ({"role": "user", "content": ""}, {"role": "user", "content": ""}),
        ({"role": "user", "content": " \n"}, {"role": "user", "content": " \n"}),
        ({"role": "user", "content": "总结一下", "context": "正文"}, {"role": "user", "content": "总结一下\n正文"}),
        ({"role": "user", "content": "", "context": "正文 👋"}, {"role": "user", "content": "正文 👋"}),
        (
            {"role": "user", "content": "a", "context": None, "name": "李"},
            {"role": "user", "content": "a", "name": "李"},
        ),
        (
            {"role": "assistant", "content": "b", "reasoning": "hm", "weight": 0.5},
            {"role": "assistant", "content": "b"},
        ),
        (
            {"role": "assistant", "content": "", "tool_calls": CALLS},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "c1", "type": "function", "function": {"name": "天气", "arguments": '{"城市": "南京"}'}}
                ],
            },
        ),
        (
            {"role": "tool", "content": "晴", "tool_call_id": "c1"},
            {"role": "tool", "content": "晴", "tool_call_id": "c1"},
        ),
    ],
)
def test_messages(message: Message, sent: dict[str, Any]) -> None:
    assert to_openai(message) == sent


@pytest.mark.parametrize(
    ("settings", "sent"),
    [
        ({}, {}),
        (
            {"max_new_tokens": 64, "temperature": 0.0, "top_p": 0.8, "top_k": 50, "repetition_penalty": 1.0},
            {"max_tokens": 64, "temperature": 0.0},
        ),
        (
            {"max_new_tokens": 64, "temperature": 0.5, "top_p": 0.8, "top_k": 50, "repetition_penalty": 1.1},
            {"max_tokens": 64, "temperature": 0.5, "top_p": 0.8, "top_k": 50, "repetition_penalty": 1.1, "seed": 3},
        ),
        ({"temperature": 0.7, "top_p": 1.0, "top_k": 0}, {"temperature": 0.7, "seed": 3}),
        ({"temperature": None, "logprobs": True, "seeds": (1, 2, 3)}, {"logprobs": True}),
    ],
)
def test_settings(settings: dict[str, Any], sent: dict[str, Any]) -> None:
    assert parameters_of(settings, seed=3) == sent


@pytest.mark.parametrize("count", [0, 1, 7])
def test_every_conversation_is_answered(count: int) -> None:
    talks: list[list[Message]] = [[{"role": "user", "content": f"问{place}"}] for place in range(count)]
    found, bodies = answers(talks, settings={"max_new_tokens": 9, "temperature": 0.0})
    assert sorted((place, reply.text) for place, reply in found) == [(place, f"{place}问") for place in range(count)]
    assert {(body["model"], body["max_tokens"], body["temperature"]) for body in bodies} <= {("m", 9, 0.0)}


def test_tools_go_with_their_conversation() -> None:
    talks: list[list[Message]] = [[{"role": "user", "content": text}] for text in "ab"]
    _, bodies = answers(talks, tools=[None, '[{"type": "function"}]'])
    told = {body["messages"][0]["content"]: body.get("tools") for body in bodies}
    assert told == {"a": None, "b": [{"type": "function"}]}


def test_broken_calls_are_named() -> None:
    with pytest.raises(UserError, match="tool_calls is not JSON"):
        to_openai({"role": "assistant", "content": "", "tool_calls": "{"})
