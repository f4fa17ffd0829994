"""Tool calls and tool schemas: every spelling that is found in the wild, as OpenAI's JSON strings.

Objects become compact JSON; arguments that are a string already stay as they are. The standard
library's parser is used because orjson turns integers beyond 64 bits into floats.
"""

import json
from collections.abc import Mapping
from typing import Any

from dataprep.convert.format import Refused
from schemas.records import Message

_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))

_CALL_KEYS = frozenset({"id", "type", "function"})
_FUNCTION_KEYS = frozenset({"name", "arguments"})


def calls_json(value: object) -> str:
    """Tool calls as the canonical JSON string of OpenAI's form.

    Args:
        value: A list of OpenAI calls (`{"id", "type", "function"}`), a list of bare calls
            (`{"name", "arguments"}`), one such call, or a JSON string of any of these.

    Returns:
        `[{"id", "type": "function", "function": {"name", "arguments": "<JSON string>"}}]`; an id that
        the source lacks stays absent, string arguments stay as they are, absent ones become `{}`.
        The function is idempotent.

    Raises:
        Refused: `bad_tool_call` for what isn't JSON, names no function, or is of another type.
    """
    loaded = _loads(value, code="bad_tool_call")
    calls = loaded if isinstance(loaded, list) else [loaded]
    if not calls:
        raise Refused("bad_tool_call", "no call in the list")
    return _dumps([_call(call) for call in calls], code="bad_tool_call")


def calls_list(text: str) -> list[dict[str, Any]]:
    """The calls of a canonical string, as `calls_json` made it; arguments are still strings."""
    calls: list[dict[str, Any]] = json.loads(text)
    return calls


def is_plain(value: object) -> bool:
    """True where `calls_json` takes every key of the calls, so that nothing has to be kept elsewhere."""
    loaded = _loads(value, code="bad_tool_call")
    return all(_plain_call(call) for call in (loaded if isinstance(loaded, list) else [loaded]))


def parallel_calls(message: Message, more: Message) -> str:
    """The calls of two turns as one's: ms-swift and ShareGPT write parallel calls as consecutive turns."""
    return calls_json([*calls_list(str(message["tool_calls"])), *calls_list(str(more["tool_calls"]))])


def result_text(value: object) -> str:
    """A tool's result as JSON text.

    Raises:
        Refused: `not_text` for what JSON can't tell.
    """
    return _dumps(value, code="not_text")


def tools_json(value: object) -> str | None:
    """Tool schemas as a JSON string: a list of `{"type": "function", "function": {...}}`.

    Args:
        value: A list of OpenAI tools or of bare functions (`{"name", "description", "parameters"}`),
            one of these, a list of JSON strings of these, or a JSON string of any of them.

    Returns:
        None for null, blank text and an empty list. A string that already is a list of OpenAI tools
        comes back unchanged.

    Raises:
        Refused: `bad_tools` for what isn't JSON or holds something that isn't a schema.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    loaded = _loads(value, code="bad_tools")
    items = loaded if isinstance(loaded, list) else [] if loaded is None else [loaded]
    if not items:
        return None
    tools = [_tool(item) for item in items]
    if isinstance(value, str) and tools == loaded:
        return value
    return _dumps(tools, code="bad_tools")


def _call(call: object) -> dict[str, Any]:
    """One call in OpenAI's form."""
    if not isinstance(call, Mapping):
        raise Refused("bad_tool_call", repr(call)[:80])
    kind = call.get("type")
    if kind not in (None, "", "function"):
        raise Refused("bad_tool_call", f"a call of type {kind!r}"[:80])
    function = call.get("function") or call
    if isinstance(function, str):  # {"function": "get_weather", "arguments": {...}}
        function = {**call, "name": function}
    if not isinstance(function, Mapping):
        raise Refused("bad_tool_call", repr(function)[:80])
    name = function.get("name")
    if not isinstance(name, str) or not name:
        raise Refused("bad_tool_call", "a call without a function name")
    arguments = function["arguments"] if "arguments" in function else function.get("parameters")
    canonical = {"type": "function", "function": {"name": name, "arguments": _arguments(arguments)}}
    identity = call.get("id")
    if identity is None:
        return canonical
    return {"id": identity if isinstance(identity, str) else _dumps(identity, code="bad_tool_call"), **canonical}


def _arguments(value: object) -> str:
    """Arguments as a JSON string."""
    if value is None or value == "":
        return "{}"
    if not isinstance(value, str):
        return _dumps(value, code="bad_tool_call")
    _loads(value, code="bad_tool_call")
    return value


def _plain_call(call: Mapping[str, Any]) -> bool:
    """True for `{"id", "type", "function"}` around `{"name", "arguments"}`, and for the latter alone."""
    function = call.get("function")
    if isinstance(function, Mapping):
        return call.keys() <= _CALL_KEYS and function.keys() <= _FUNCTION_KEYS
    return call.keys() <= _FUNCTION_KEYS | {"id", "type"}


def _tool(item: object) -> Mapping[str, Any]:
    """One tool schema in OpenAI's form."""
    schema = _loads(item, code="bad_tools")
    if not isinstance(schema, Mapping):
        raise Refused("bad_tools", repr(schema)[:80])
    function = schema.get("function")
    if isinstance(function, Mapping):
        return schema if "type" in schema else {"type": "function", **schema}
    if isinstance(schema.get("name"), str) and schema.get("type", "function") == "function":
        bare = {key: part for key, part in schema.items() if key != "type"}
        if "input_schema" in bare and "parameters" not in bare:  # Anthropic's name
            bare["parameters"] = bare.pop("input_schema")
        return {"type": "function", "function": bare}
    if isinstance(schema.get("type"), str) and schema["type"] != "function":  # {"type": "web_search"}
        return schema
    raise Refused("bad_tools", "a schema without a function name")


def _loads(value: object, *, code: str) -> Any:
    """What a JSON string holds; anything else comes back as it is."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(code, f"not JSON: {value[:60]!r}") from error


def _dumps(value: object, *, code: str) -> str:
    """JSON text that every later reader takes: no NaN, no half of a surrogate pair."""
    try:
        text = _ENCODER.encode(value)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(code, str(error)[:80]) from error
    return text


def _refuse_constant(name: str) -> None:
    """NaN and Infinity are not JSON."""
    raise ValueError(name)
