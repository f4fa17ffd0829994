"""Texts that are JSON: every string and number in them is edited, and what comes out is JSON again."""

import json
import math
import re
from collections.abc import Callable
from typing import Any

Edit = Callable[[str, str], str]
"""A lead (the key before a JSON value, or "") and a text -> the text that takes its place."""

_INDENT = re.compile(r"^[\[{]\s*?\n( +)")


def edit_text(text: str, edit: Edit) -> str:
    """Edit a text; one that is a JSON object or array is edited value by value.

    Args:
        text: Prose or JSON.
        edit: Told of every value with its key, so that `{"qq": "..."}` can be understood.

    Returns:
        The text itself where `edit` changed nothing: JSON isn't written anew without need.
    """
    document = _document(text)
    if document is None:
        return edit("", text)
    edited = _walk(document, edit, "")
    if edited == document:
        return text
    indent = _INDENT.match(text)
    gap = ": " if re.search(r'": ', text) else ":"
    comma = "," if indent or ", " not in text else ", "
    return json.dumps(edited, ensure_ascii=False, indent=len(indent[1]) if indent else None, separators=(comma, gap))


def _document(text: str) -> dict[str, Any] | list[Any] | None:
    trimmed = text.strip()
    if not (trimmed.startswith(("{", "[")) and trimmed.endswith(("}", "]"))):
        return None
    try:
        # Not orjson: it makes floats of integers beyond 64 bits, and drops the first of two equal keys.
        document = json.loads(trimmed, object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict | list) else None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("equal keys")
    return document


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refuse(number)


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _walk(value: Any, edit: Edit, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _walk(inner, edit, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, edit, key) for inner in value]
    if isinstance(value, str):
        # The arguments of a call are JSON in a string.
        return edit_text(value, lambda lead, text: edit(lead or _lead(key), text))
    if isinstance(value, int) and not isinstance(value, bool):
        edited = edit(_lead(key), str(value))
        return value if edited == str(value) else int(edited) if edited.isdecimal() else edited
    return value


def _lead(key: str) -> str:
    return f"{key}: " if key else ""
