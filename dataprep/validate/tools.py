"""Rules about tool calls: is the JSON what it should be, and does every result answer a call."""

from collections.abc import Callable, Sequence
from typing import Any

import orjson
import polars as pl

from schemas.records import LISTS

_Turn = dict[str, Any]


def good_tool_json(frame: pl.DataFrame) -> pl.Series:
    """True where tool schemas and calls are valid.

    `tools` is a JSON list of objects with a name; `tool_calls` a JSON list of one or more calls, each
    with a function name and arguments that are a JSON string of an object.
    """
    return _judge(frame, lambda row: _is_schema(row["tools"]) and all(_calls_are_good(row[column]) for column in LISTS))


def tool_results_match(frame: pl.DataFrame) -> pl.Series:
    """True where every tool result answers an open call, and every call is answered before someone else speaks.

    Results go by id where calls have one, else by order; one result without an id may be a JSON list that
    answers all open calls at once, as data sets with strictly alternating turns have it. Calls in the last
    turn may stay open: making them is the answer. Calls that aren't valid JSON are left to the rule about JSON.
    """
    return _judge(frame, lambda row: all(_is_answered(spoken) for spoken in _conversations(row)))


def _judge(frame: pl.DataFrame, is_good: Callable[[_Turn], bool]) -> pl.Series:
    """Ask about the rows that have to do with tools; the others are good."""
    called = pl.element().struct.field("tool_calls").is_not_null() | (pl.element().struct.field("role") == "tool")
    spoken = [pl.col(column).list.eval(called).list.any() for column in LISTS]
    at = frame.select(pl.any_horizontal(*spoken, pl.col("tools").is_not_null())).to_series().arg_true()
    good = pl.repeat(value=True, n=frame.height, dtype=pl.Boolean, eager=True)
    if at.is_empty():
        return good
    asked = frame.select("tools", *LISTS)[at]
    return good.scatter(at, [is_good(row) for row in asked.iter_rows(named=True)])


def _is_schema(tools: str | None) -> bool:
    if tools is None:
        return True
    schemas = _parse(tools)
    return isinstance(schemas, list) and all(_name_of(schema) for schema in schemas)


def _name_of(schema: object) -> bool:
    if not isinstance(schema, dict):
        return False
    function = schema.get("function", schema)
    return isinstance(function, dict) and isinstance(function.get("name"), str) and function["name"] != ""


def _calls_are_good(messages: Sequence[_Turn]) -> bool:
    return all(_call_list(message["tool_calls"]) for message in messages if message["tool_calls"] is not None)


def _call_list(text: str) -> list[_Turn]:
    """The calls, or an empty list when something about them isn't valid."""
    calls = _parse(text)
    if not isinstance(calls, list):
        return []
    return calls if all(_is_call(call) for call in calls) else []


def _is_call(call: object) -> bool:
    function = call.get("function") if isinstance(call, dict) else None
    if not _name_of(function):
        return False
    arguments = function["arguments"] if isinstance(function, dict) and "arguments" in function else None
    return isinstance(arguments, str) and isinstance(_parse(arguments), dict)


def _parse(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _conversations(row: _Turn) -> list[list[_Turn]]:
    """What is spoken in one go: the prompt with each of the answers."""
    answers = [row[side] for side in ("chosen", "rejected") if row[side]]
    return [[*row["messages"], *answer] for answer in answers] or [row["messages"]]


def _is_answered(messages: Sequence[_Turn]) -> bool:
    unanswered: list[str | None] = []
    for message in messages:
        if message["role"] == "tool":
            if not _answer(unanswered, message):
                return False
            continue
        if unanswered:
            return False
        if message["tool_calls"] is not None:
            calls = _call_list(message["tool_calls"])
            if not calls:
                return True
            unanswered = [call.get("id") for call in calls]
    return True


def _answer(unanswered: list[str | None], result: _Turn) -> bool:
    """Close the calls that a result answers; False when there are none."""
    call_id = result["tool_call_id"]
    if call_id is not None and call_id in unanswered:
        unanswered.remove(call_id)
        return True
    if not unanswered or (call_id is not None and unanswered[0] is not None):
        return False
    bundle = _parse(result["content"]) if call_id is None and len(unanswered) > 1 else None
    together = isinstance(bundle, list) and len(bundle) == len(unanswered)
    del unanswered[: len(unanswered) if together else 1]  # one of the two has no id: by order
    return True
