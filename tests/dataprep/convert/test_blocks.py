"""Anthropic's blocks: tools are called in an answer and answer in the user's next content."""

import json

import pytest

from dataprep.convert.chatml import CHATML
from dataprep.convert.format import Refused
from dataprep.convert.messages import parse_messages

USE = {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "北京"}}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "晴"}
TEXT = {"type": "text", "text": "谢谢"}
CALL = '[{"id":"t1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"北京\\"}"}}]'
TOLD = {"role": "tool", "content": "晴", "tool_call_id": "t1"}


def test_a_use_becomes_a_call():
    (turn,) = parse_messages([{"role": "assistant", "content": [{"type": "text", "text": "查"}, USE]}], {})
    assert turn == {"role": "assistant", "content": "查", "tool_calls": CALL}


@pytest.mark.parametrize(
    ("content", "turns"),
    [
        pytest.param([RESULT], [TOLD], id="alone"),
        pytest.param([RESULT, RESULT | {"tool_use_id": "t2"}], [TOLD, TOLD | {"tool_call_id": "t2"}], id="two"),
        pytest.param([RESULT, TEXT], [TOLD, {"role": "user", "content": "谢谢"}], id="before the user's text"),
        pytest.param([RESULT | {"content": [{"type": "text", "text": "晴"}]}], [TOLD], id="a result in parts"),
        pytest.param([{"type": "tool_result", "tool_use_id": "t1"}], [TOLD | {"content": ""}], id="no content"),
        pytest.param([TEXT], [{"role": "user", "content": "谢谢"}], id="no result"),
    ],
)
def test_results_become_turns_of_their_own(content, turns):
    aside = {}
    assert parse_messages([{"role": "user", "content": content}], aside) == turns
    assert aside == {}


def test_what_a_result_says_beyond_its_content_is_set_aside():
    aside = {}
    parse_messages([{"role": "user", "content": [RESULT, RESULT | {"is_error": True}]}], aside)
    assert aside == {"message_fields": [{"in": "messages", "turn": 1, "is_error": True}]}


@pytest.mark.parametrize(
    ("message", "code"),
    [
        pytest.param({"role": "user", "content": [TEXT, RESULT]}, "part_order", id="a result behind a text"),
        pytest.param({"role": "assistant", "content": [USE, TEXT]}, "part_order", id="a text behind a call"),
        pytest.param({"role": "assistant", "content": [USE | {"name": None}]}, "bad_tool_call", id="no name"),
        pytest.param({"role": "user", "content": [RESULT | {"content": 7}]}, "not_text", id="a number as result"),
    ],
)
def test_what_cannot_be_told_is_refused(message, code):
    with pytest.raises(Refused) as refused:
        parse_messages([message], {})
    assert refused.value.code == code


def test_a_schema_of_inputs_becomes_one_of_parameters():
    tool = {"name": "weather", "input_schema": {"type": "object"}}
    record = CHATML.parse({"messages": [{"role": "user", "content": "问"}], "tools": [tool]}, {})
    function = {"name": "weather", "parameters": {"type": "object"}}
    assert json.loads(record["tools"]) == [{"type": "function", "function": function}]
