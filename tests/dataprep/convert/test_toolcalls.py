"""Tool calls and tool schemas in every spelling come out as OpenAI's JSON strings."""

import json

import pytest
from hypothesis import given

from dataprep.convert.format import Refused
from dataprep.convert.toolcalls import calls_json, calls_list, is_plain, tools_json
from tests.dataprep.convert.records import tool_calls, tools

_OPENAI = '[{"id":"a1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"北京\\"}"}}]'
_WITHOUT_ID = '[{"type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"北京\\"}"}}]'
_EMPTY = '[{"type":"function","function":{"name":"now","arguments":"{}"}}]'


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        pytest.param({"name": "now"}, _EMPTY, id="no arguments"),
        pytest.param({"name": "now", "arguments": None}, _EMPTY, id="null arguments"),
        pytest.param({"name": "now", "arguments": ""}, _EMPTY, id="empty argument string"),
        pytest.param({"name": "weather", "arguments": {"city": "北京"}}, _WITHOUT_ID, id="one object"),
        pytest.param([{"name": "weather", "arguments": {"city": "北京"}}], _WITHOUT_ID, id="list of objects"),
        pytest.param('{"name": "weather", "arguments": {"city": "北京"}}', _WITHOUT_ID, id="text of an object"),
        pytest.param('[{"name": "weather", "arguments": {"city": "北京"}}]', _WITHOUT_ID, id="text of a list"),
        pytest.param({"name": "weather", "parameters": {"city": "北京"}}, _WITHOUT_ID, id="Llama's parameters"),
        pytest.param({"function": "weather", "arguments": {"city": "北京"}}, _WITHOUT_ID, id="name under function"),
        pytest.param(_OPENAI, _OPENAI, id="canonical already"),
        pytest.param(
            [{"id": None, "type": "function", "function": {"name": "now", "arguments": {}}}], _EMPTY, id="null id"
        ),
        pytest.param(
            [{"id": "a1", "function": {"name": "weather", "arguments": {"city": "北京"}}}], _OPENAI, id="no type"
        ),
    ],
)
def test_a_call_becomes_openai_json(value: object, canonical: str) -> None:
    assert calls_json(value) == canonical


def test_string_arguments_stay_as_they_are() -> None:
    text = '{ "city" :  "Paris", "n": 1.0 }'
    assert calls_list(calls_json({"name": "w", "arguments": text}))[0]["function"]["arguments"] == text


def test_big_integers_keep_every_digit() -> None:
    calls = calls_json('{"name": "w", "arguments": {"n": 123456789012345678901234567890}}')
    assert "123456789012345678901234567890" in calls


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="null"),
        pytest.param("", id="empty text"),
        pytest.param([], id="no call"),
        pytest.param("weather(北京)", id="not JSON"),
        pytest.param(3, id="a number"),
        pytest.param(["weather"], id="a name alone"),
        pytest.param({"arguments": {}}, id="no name"),
        pytest.param({"name": "", "arguments": {}}, id="empty name"),
        pytest.param({"name": "w", "arguments": "city=Paris"}, id="arguments that are not JSON"),
        pytest.param({"name": "w", "arguments": {"n": float("nan")}}, id="NaN"),
        pytest.param('{"name": "w", "arguments": {"n": NaN}}', id="NaN in text"),
        pytest.param('{"name": "w", "arguments": {"c": "\\ud800"}}', id="half a surrogate pair"),
        pytest.param({"type": "custom", "custom": {"name": "w", "input": "x"}}, id="another type of call"),
        pytest.param("[" * 100_000, id="nested too deep"),
    ],
)
def test_what_is_no_call_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        calls_json(value)
    assert refused.value.code == "bad_tool_call"


@given(tool_calls())
def test_canonical_calls_stay_the_same(calls: str) -> None:
    assert calls_json(calls) == calls
    assert calls_json(json.loads(calls)) == calls


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(_OPENAI, True, id="canonical"),
        pytest.param({"name": "w", "arguments": {}}, True, id="bare"),
        pytest.param(
            [{"index": 0, "type": "function", "function": {"name": "w", "arguments": "{}"}}], False, id="index"
        ),
        pytest.param([{"function": {"name": "w", "arguments": "{}", "strict": True}}], False, id="inside function"),
        pytest.param({"name": "w", "thoughts": "x"}, False, id="bare with more"),
    ],
)
def test_keys_that_no_call_holds_are_noticed(value: object, plain: bool) -> None:
    assert is_plain(value) is plain


_SCHEMA = '{"type":"function","function":{"name":"w","parameters":{}}}'


@pytest.mark.parametrize(
    ("value", "schemas"),
    [
        pytest.param(None, None, id="null"),
        pytest.param("", None, id="empty text"),
        pytest.param(" \n", None, id="blank text"),
        pytest.param([], None, id="empty list"),
        pytest.param("[]", None, id="text of an empty list"),
        pytest.param("null", None, id="text of null"),
        pytest.param([{"name": "w", "parameters": {}}], f"[{_SCHEMA}]", id="bare function"),
        pytest.param('[{"name": "w", "parameters": {}}]', f"[{_SCHEMA}]", id="text of a bare function"),
        pytest.param({"name": "w", "parameters": {}}, f"[{_SCHEMA}]", id="one function"),
        pytest.param(['{"name": "w", "parameters": {}}'], f"[{_SCHEMA}]", id="list of texts"),
        pytest.param([{"function": {"name": "w", "parameters": {}}}], f"[{_SCHEMA}]", id="no type"),
        pytest.param(json.loads(f"[{_SCHEMA}]"), f"[{_SCHEMA}]", id="OpenAI's"),
        pytest.param([{"type": "web_search"}], '[{"type":"web_search"}]', id="a built-in tool"),
    ],
)
def test_tools_become_openai_schemas(value: object, schemas: str | None) -> None:
    assert tools_json(value) == schemas


def test_a_string_of_openai_schemas_is_not_rewritten() -> None:
    text = f"[ {_SCHEMA} ]"
    assert tools_json(text) == text


@given(tools())
def test_schemas_of_a_record_stay_the_same(text: str) -> None:
    assert tools_json(text) == text


@pytest.mark.parametrize("value", ["You can call weather.", 3, [3], [{}], [{"type": "function"}], [["w"]]], ids=repr)
def test_what_is_no_schema_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        tools_json(value)
    assert refused.value.code == "bad_tools"
