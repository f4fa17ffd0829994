"""One JSON text: may it be a row, and if not, why not?"""

import json
import math
import re
from collections import Counter
from typing import Any, NoReturn

import orjson

from dataprep.files.lines import why_undecodable

# orjson writes 254 levels and reads 1,024; four are left for what later steps wrap around a row.
_WRAPPING = 4
_DEPTH = 254 - _WRAPPING
_SURROGATE = re.compile("[\ud800-\udfff]")


class _NotFinite(ValueError):
    pass


class _Twice(ValueError):
    pass


def fault_of(text: bytes, *, encoding: str = "utf-8", cut: bool = False, audit: bool = False) -> str | None:
    """The fault of a JSON text that should be an object, or None if it is one.

    Args:
        text: In UTF-8, without white space around.
        encoding: The file's, for the name of what can't be decoded.
        cut: True if the file ends right behind the text.
        audit: Also refuse an object that names a key twice.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as refusal:
        return why_invalid(text, refusal, encoding=encoding, cut=cut)
    if not isinstance(value, dict):
        return f"not_object: {_name(value)}"
    if too_deep(text, value):
        return f"too_deep: more than {_DEPTH} levels"
    return _duplicate(text) if audit else None


def too_deep(text: bytes, value: Any) -> bool:
    """True if the value nests deeper than later steps can write."""
    if len(text) < 2 * _DEPTH or text.count(b"{") + text.count(b"[") <= _DEPTH:
        return False
    for _ in range(_WRAPPING):
        value = [value]
    try:
        orjson.dumps(value)
    except TypeError:
        return True
    return False


def why_invalid(text: bytes, refusal: ValueError, *, encoding: str = "utf-8", cut: bool = False) -> str:
    """The fault of a text that orjson refused; Python's own parser tells what it was."""
    if b"\0" in text:
        return f"nul_byte: byte {text.index(0) + 1}"
    try:
        string = text.decode()
    except UnicodeDecodeError as fault:
        return why_undecodable(text, fault, encoding)
    return _second_opinion(string, cut=cut) or (
        f"too_deep: more than {_DEPTH} levels"
        if "depth" in str(refusal)
        else f"invalid_json: {str(refusal).partition(': line')[0]}"
    )


def _second_opinion(string: str, *, cut: bool) -> str | None:
    """What Python's parser has against a text, or takes and orjson doesn't; None if it sees no fault."""
    try:
        value = json.loads(string, parse_constant=_refuse, parse_float=_finite)
    except json.JSONDecodeError as fault:
        return _syntax(fault, cut=cut)
    except _NotFinite as fault:
        return f"not_finite: {fault}"
    except RecursionError:
        return f"too_deep: more than {_DEPTH} levels"
    except ValueError as fault:  # an integer of more than 4,300 digits
        return f"invalid_json: {fault}"
    return "lone_surrogate: as an escape" if _SURROGATE.search(json.dumps(value, ensure_ascii=False)) else None


def _syntax(fault: json.JSONDecodeError, *, cut: bool) -> str:
    told = f"{fault.msg[0].lower()}{fault.msg[1:]} (column {fault.pos + 1})"
    if fault.msg.startswith("Invalid control character"):
        return f"control_byte: column {fault.pos + 1}"
    if cut and (fault.pos >= len(fault.doc) or fault.msg.startswith("Unterminated")):
        return f"truncated_line: {told}"
    return f"invalid_json: {told}"


def _duplicate(text: bytes) -> str | None:
    try:
        json.loads(text, object_pairs_hook=_unique)
    except _Twice as fault:
        return f"duplicate_key: {fault}"
    return None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        key, count = Counter(key for key, _ in pairs).most_common(1)[0]
        raise _Twice(f"{key!r} stands {count} times")
    return found


def _refuse(constant: str) -> NoReturn:
    raise _NotFinite(constant)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise _NotFinite(digits[:40])
    return value


def _name(value: Any) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
