"""Messages in every spelling become turns; what no field takes is set aside, what can't be read is refused."""

from typing import Any

import pytest

from dataprep.convert.format import Refused
from dataprep.convert.messages import Aside, parse_messages, render_message

_CALL = {"id": "a", "type": "function", "function": {"name": "w", "arguments": "{}"}}
_CALLS = '[{"id":"a","type":"function","function":{"name":"w","arguments":"{}"}}]'
_BARE = '[{"type":"function","function":{"name":"w","arguments":"{}"}}]'


def _one(message: dict[str, Any]) -> tuple[dict[str, Any], Aside]:
    aside: Aside = {}
    (parsed,) = parse_messages([message], aside)
    return dict(parsed), aside


@pytest.mark.parametrize(
    ("message", "parsed"),
    [
        pytest.param({"role": "user", "content": ""}, {"role": "user", "content": ""}, id="empty text"),
        pytest.param({"role": "user", "content": None}, {"role": "user", "content": ""}, id="null is empty"),
        pytest.param({"role": "user", "content": " 你好\n"}, {"role": "user", "content": " 你好\n"}, id="not stripped"),
        pytest.param({"role": "developer", "content": "x"}, {"role": "system", "content": "x"}, id="developer"),
        pytest.param({"role": "Assistant", "content": "x"}, {"role": "assistant", "content": "x"}, id="case"),
        pytest.param({"role": "助手", "content": "x"}, {"role": "assistant", "content": "x"}, id="Chinese role"),
        pytest.param(
            {"role": "function", "name": "w", "content": "晴"},
            {"role": "tool", "name": "w", "content": "晴"},
            id="legacy function result",
        ),
        pytest.param(
            {"role": "assistant", "content": None, "function_call": {"name": "w", "arguments": "{}"}},
            {"role": "assistant", "content": "", "tool_calls": _BARE},
            id="legacy function call",
        ),
        pytest.param(
            {"role": "assistant", "tool_calls": [_CALL]},
            {"role": "assistant", "content": "", "tool_calls": _CALLS},
            id="calls without content",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "tool_calls": [], "function_call": None},
            {"role": "assistant", "content": "x"},
            id="no calls",
        ),
        pytest.param(
            {
                "role": "assistant",
                "content": "x",
                "tool_calls": [{**_CALL, "function": {"name": "w", "arguments": {}}}],
            },
            {"role": "assistant", "content": "x", "tool_calls": _CALLS},
            id="object arguments",
        ),
        pytest.param(
            {"role": "tool", "content": "晴", "tool_call_id": "a"},
            {"role": "tool", "content": "晴", "tool_call_id": "a"},
            id="tool result",
        ),
        pytest.param(
            {"role": "tool_call", "content": '{"name": "w", "arguments": {}}'},
            {"role": "assistant", "content": "", "tool_calls": _BARE},
            id="a turn that is a call",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "reasoning_content": ""},
            {"role": "assistant", "content": "x", "reasoning": ""},
            id="empty reasoning",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "thinking": "想"},
            {"role": "assistant", "content": "x", "reasoning": "想"},
            id="thinking",
        ),
        pytest.param(
            {"role": "user", "content": "x", "loss_weight": 0.0},
            {"role": "user", "content": "x", "weight": 0.0},
            id="loss_weight",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "weight": 1},
            {"role": "assistant", "content": "x", "weight": 1.0},
            id="OpenAI's weight",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "loss": False},
            {"role": "assistant", "content": "x", "weight": 0.0},
            id="ms-swift's loss",
        ),
        pytest.param(
            {"role": "assistant", "content": "x", "train": True},
            {"role": "assistant", "content": "x", "weight": 1.0},
            id="Axolotl's train",
        ),
    ],
)
def test_a_message_becomes_a_turn(message: dict[str, Any], parsed: dict[str, Any]) -> None:
    assert _one(message) == (parsed, {})


@pytest.mark.parametrize(
    ("content", "reasoning", "rest"),
    [
        pytest.param("<think></think>", "", "", id="nothing at all"),
        pytest.param("<think>\n\n</think>\n\n答", "", "答", id="Qwen's empty thought"),
        pytest.param("<think>\n想\n</think>\n\n答", "想", "答", id="DeepSeek's newlines"),
        pytest.param("<think>想</think>答", "想", "答", id="no newlines"),
        pytest.param("<think>\n\n想\n\n</think>\n\n\n答", "\n想\n", "\n答", id="further newlines stay"),
        pytest.param("<think>a</think>b</think>c", "a", "b</think>c", id="first close"),
    ],
)
def test_a_leading_thought_becomes_reasoning(content: str, reasoning: str, rest: str) -> None:
    turn, _ = _one({"role": "assistant", "content": content})
    assert (turn["reasoning"], turn["content"]) == (reasoning, rest)


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning", "thinking"])
@pytest.mark.parametrize(
    ("given", "reasoning", "content"),
    [(None, "想", "答"), ("", "", "<think>想</think>答"), ("另", "另", "<think>想</think>答")],
    ids=["null", "empty", "another"],
)
def test_only_a_given_reasoning_keeps_the_tags(key: str, given: str | None, reasoning: str, content: str) -> None:
    turn, _ = _one({"role": "assistant", "content": "<think>想</think>答", key: given})
    assert (turn["reasoning"], turn["content"]) == (reasoning, content)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param({"role": "assistant", "content": "<think>想"}, id="never closed"),
        pytest.param({"role": "assistant", "content": " <think>想</think>答"}, id="not at the start"),
        pytest.param({"role": "user", "content": "<think>想</think>答"}, id="not the assistant"),
    ],
)
def test_other_thoughts_stay_in_the_content(message: dict[str, Any]) -> None:
    turn, _ = _one(message)
    assert turn == {"role": message["role"], "content": message["content"]}


def test_consecutive_call_turns_are_one_parallel_call() -> None:
    turn = {"role": "tool_call", "content": '{"name": "w", "arguments": {}}'}
    one, two = parse_messages([{"role": "user", "content": "x"}, turn, turn], {})
    assert one["role"] == "user"
    assert two["tool_calls"] == _BARE[:-1] + "," + _BARE[1:]


@pytest.mark.parametrize(
    ("more", "kept"),
    [
        pytest.param({"refusal": None}, None, id="null keys say nothing"),
        pytest.param({"annotations": [1]}, {"annotations": [1]}, id="an unknown key"),
        pytest.param({"tool_calls": [{**_CALL, "index": 0}]}, {"tool_calls": [{**_CALL, "index": 0}]}, id="in a call"),
        pytest.param(
            {"tool_calls": [_CALL], "function_call": {"name": "w"}}, {"function_call": {"name": "w"}}, id="both calls"
        ),
    ],
)
def test_keys_that_no_field_takes_are_set_aside(more: dict[str, Any], kept: dict[str, Any] | None) -> None:
    aside: Aside = {}
    parse_messages([{"role": "user", "content": "x"}, {"role": "assistant", "content": "y", **more}], aside)
    assert aside == ({} if kept is None else {"message_fields": [{"in": "messages", "turn": 1, **kept}]})


@pytest.mark.parametrize(
    ("value", "turns"),
    [
        pytest.param('[{"role": "user", "content": null}]', 1, id="JSON"),
        pytest.param("[{'role': 'user', 'content': None}]", 1, id="Python literal"),
        pytest.param('[{"role": "user", "content": "\\"a\\""}, {"role": "assistant", "content": "b"}]', 2, id="two"),
    ],
)
def test_a_stored_text_is_read(value: str, turns: int) -> None:
    assert len(parse_messages(value, {})) == turns


@pytest.mark.parametrize(
    ("value", "code"),
    [
        pytest.param(None, "empty_conversation", id="null"),
        pytest.param([], "empty_conversation", id="no turns"),
        pytest.param("[]", "empty_conversation", id="text of no turns"),
        pytest.param("hello", "bad_messages", id="text"),
        pytest.param({"role": "user", "content": "x"}, "bad_messages", id="an object"),
        pytest.param(["x"], "bad_messages", id="texts"),
        pytest.param([{"content": "x"}], "unknown_role", id="no role"),
        pytest.param([{"role": "narrator", "content": "x"}], "unknown_role", id="unknown role"),
        pytest.param([{"role": ["user"], "content": "x"}], "unknown_role", id="a list as role"),
        pytest.param([{"role": "user"}], "missing_content", id="no content"),
        pytest.param([{"role": "user", "value": "x"}], "missing_content", id="content under another key"),
        pytest.param([{"role": "user", "content": 3}], "not_text", id="a number"),
        pytest.param([{"role": "user", "content": {"a": 1}}], "not_text", id="an object as content"),
        pytest.param([{"role": "tool", "content": "x", "tool_call_id": 3}], "not_text", id="id is a number"),
        pytest.param([{"role": "assistant", "content": "x", "weight": 2}], "bad_weight", id="weight above 1"),
        pytest.param([{"role": "assistant", "content": "x", "weight": "1"}], "bad_weight", id="weight is text"),
        pytest.param([{"role": "assistant", "content": "x", "weight": float("nan")}], "bad_weight", id="weight is NaN"),
        pytest.param(
            [{"role": "assistant", "content": "x", "train_detail": [{"begin_offset": 0, "train": False}]}],
            "unsupported_kind",
            id="a mask inside of a turn",
        ),
        pytest.param([{"role": "assistant", "tool_calls": "w()"}], "bad_tool_call", id="bad call"),
        pytest.param([{"role": "tool_call", "content": None}], "bad_tool_call", id="a call turn without a call"),
    ],
)
def test_what_cannot_be_read_is_refused(value: object, code: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_messages(value, {})
    assert refused.value.code == code


def test_every_rendered_message_has_the_same_keys() -> None:
    plain = render_message({"role": "user", "content": "问", "context": "文"}, "\n")
    full = render_message(
        {"role": "assistant", "content": "", "reasoning": "想", "tool_calls": _BARE, "name": "n", "weight": 0.5}, "\n"
    )
    assert list(plain) == list(full)
    assert plain["content"] == "问\n文"
    assert full["tool_calls"] == [{"id": None, "type": "function", "function": {"name": "w", "arguments": "{}"}}]
