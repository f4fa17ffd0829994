"""Calls against declared tools."""

from typing import Any

import orjson

from dataprep.recipe import Rules
from dataprep.rules import judge, measure
from schemas.frames import EVENTS
from schemas.records import Record
from tests.dataprep.rows import ask, bot, framed, sft, user
from tests.dataprep.rules.measured import RECIPE, breaks, values

WEATHER = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city"],
}


def called(name: str, arguments: Any, *, schema: Any = WEATHER, tools: str | None = None) -> Record:
    function = {"name": name, "arguments": orjson.dumps(arguments).decode()}
    calls = orjson.dumps([{"id": "1", "type": "function", "function": function}]).decode()
    declared = (
        tools or orjson.dumps([{"type": "function", "function": {"name": "weather", "parameters": schema}}]).decode()
    )
    return sft(user("今天天气怎么样？"), bot("", tool_calls=calls), tools=declared)


CALLS = [
    (called("weather", {"city": "北京"}), set(), None),
    (called("weather", {"city": "北京", "days": 2}), set(), None),
    (called("weather", {}), {"bad_arguments"}, "'city' is a required property"),
    (called("weather", {"city": "北京", "days": 0}), {"bad_arguments"}, "weather: days: 0 is less than"),
    (called("weather", {"city": 3}), {"bad_arguments"}, "weather: city: 3 is not of type 'string'"),
    (called("rain", {}), {"unknown_tool"}, "rain: no such tool among weather"),
    (called("rain", {}, tools="[]"), {"unknown_tool"}, "rain: no such tool among none"),
    (called("weather", {"city": 3}, tools="not json"), set(), None),
    (called("weather", {"city": 3}, schema=None), set(), None),
    (called("weather", {"city": 3}, schema={"type": 7}), set(), None),
    (called("weather", {"city": 3}, schema={"$ref": "#/nowhere"}), set(), None),
    (called("weather", [1]), set(), None),
    (ask("今天天气怎么样？", "今天是晴天。"), set(), None),
]


def test_calls() -> None:
    rows = [row for row, *_ in CALLS]
    for name in ("unknown_tool", "bad_arguments"):
        assert breaks(name, *rows) == [name in rules for _, rules, _ in CALLS]
    for fault, (_, _, told) in zip(values("tool_fault", *rows), CALLS, strict=True):
        assert fault is None if told is None else told in fault


def test_the_ledger_tells_the_fault_in_words() -> None:
    frame = framed(called("weather", {"city": 3}), ask("今天天气怎么样？", "今天是晴天。"))
    result = judge(frame, measure(frame, RECIPE), Rules())
    assert result.events.schema == EVENTS
    assert result.events.select("row", "verdict", "reason", "detail").rows() == [
        (1, "dropped", "bad_arguments", "weather: city: 3 is not of type 'string'")
    ]
