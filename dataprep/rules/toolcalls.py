"""Tool calls against the tools that the row declares: is there such a tool, and do the arguments fit its schema."""

from collections.abc import Mapping
from typing import Any

import orjson
import polars as pl

from schemas.frames import field

_LONGEST = 200
"""Characters of a told fault: a schema's message repeats the value that it refuses."""


def toolcalls(frame: pl.DataFrame) -> pl.DataFrame:
    """Judge every call of an answer.

    Args:
        frame: n rows of schema `FRAME`; tools and calls that aren't valid JSON are left to `bad_tool_json`.

    Returns:
        n lines: `unknown_tools` and `bad_arguments` (Int64: calls of a tool that isn't declared; calls whose arguments
        miss its JSON schema, draft 2020-12), null where the row makes no call or declares no tools; `tool_fault`
        (the first of each in words, or null).
    """
    makes = pl.any_horizontal(field("tool_calls", column=name).list.drop_nulls().list.len() > 0 for name in _TAUGHT)
    at = frame.select(makes & pl.col("tools").is_not_null()).to_series().arg_true()
    found = [_judge(row) for row in frame.select("tools", *_TAUGHT)[at].iter_rows(named=True)]
    columns = {"unknown_tools": pl.Int64(), "bad_arguments": pl.Int64(), "tool_fault": pl.String()}
    empty = pl.DataFrame({name: [None] * frame.height for name in columns}, schema=columns)
    if not found:
        return empty
    told = pl.DataFrame(found, schema=columns, orient="row")
    return pl.DataFrame([empty[name].scatter(at, told[name]) for name in columns])


_TAUGHT = ("messages", "chosen")


def _judge(row: Mapping[str, Any]) -> tuple[int | None, int | None, str | None]:
    declared = _declared(row["tools"])
    if declared is None:
        return None, None, None
    unknown, bad = [], []
    for call in _calls(row):
        name, arguments = str(call.get("name")), _parse(call.get("arguments"))
        if name not in declared:
            unknown.append(f"{name}: no such tool among {', '.join(declared) or 'none'}")
        elif fault := _fault(declared[name], arguments):
            bad.append(f"{name}: {fault}")
    told = "; ".join((*unknown[:1], *bad[:1])) or None
    return len(unknown), len(bad), told[:_LONGEST] if told else None


def _declared(tools: str) -> dict[str, Any] | None:
    """Name of a tool -> the schema of its arguments, or None when the declaration can't be read."""
    listed = _parse(tools)
    if not isinstance(listed, list):
        return None
    functions = [tool.get("function", tool) for tool in listed if isinstance(tool, dict)]
    return {str(one["name"]): one.get("parameters") for one in functions if isinstance(one, dict) and "name" in one}


def _calls(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    lists = [_parse(message["tool_calls"]) for name in _TAUGHT for message in row[name] if message["tool_calls"]]
    calls = [call.get("function") for calls in lists if isinstance(calls, list) for call in calls if _is_map(call)]
    return [call for call in calls if isinstance(call, dict)]


def _is_map(value: object) -> bool:
    return isinstance(value, dict)


def _parse(text: object) -> Any:
    try:
        return orjson.loads(text) if isinstance(text, str) else text
    except orjson.JSONDecodeError:
        return None


def _fault(schema: object, arguments: object) -> str | None:
    """What is wrong with the arguments, in one line; a schema that is itself broken forbids nothing."""
    if not isinstance(schema, dict) or not isinstance(arguments, dict):
        return None
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError, best_match
    from referencing.exceptions import Unresolvable

    try:
        Draft202012Validator.check_schema(schema)
        fault = best_match(Draft202012Validator(schema).iter_errors(arguments))
    except (SchemaError, Unresolvable, RecursionError):
        return None
    return None if fault is None else f"{fault.json_path.removeprefix('$.')}: {fault.message}"
