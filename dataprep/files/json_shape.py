"""What a JSON file is, whatever its suffix says: lines or one document; and where a document keeps its rows."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from dataprep.files.json_tokens import BRACE, BRACKET, CLOSING, COLON, OPENING, QUOTE, Scanner

Path = tuple[bytes, ...]
"""Keys that lead from the top of a document to a list, as the file spells them, quotes included."""

# Lists of these names belong to a row, so they are no list of rows.
_PARTS_OF_A_ROW = frozenset(("tools", "functions", "images", "segments", "history", "documents", "contexts"))
# An object with one of these at its top is a row itself, whatever lists it holds beside it.
_SIGNS_OF_A_ROW = {
    *("instruction", "prompt", "question", "query", "input", "output", "answer", "response", "completion", "chosen"),
    *("rejected", "text", "messages", "问题", "指令", "输入", "输出", "答案", "回答"),
    *("問題", "輸入", "輸出"),
}
_SIGNS_OF_A_MESSAGE = (("role", "content"), ("from", "value"))


@dataclass
class Outline:
    """The top of a document: plain keys and lists of objects.

    Attributes:
        keys: Keys of the first top-level object.
        lists: Where a list of objects stands -> keys of its first object.
    """

    keys: list[str] = field(default_factory=list)
    lists: dict[Path, set[str]] = field(default_factory=dict)


def is_document(head: bytes, *, whole: bool, named_lines: bool) -> bool:
    """True if a file is one JSON document, False if it is JSON lines.

    Args:
        head: Its first block, in UTF-8.
        whole: True if that is all of it.
        named_lines: True if it is called .jsonl or .ndjson.
    """
    lines = [line for line in map(bytes.strip, head.splitlines()) if line]
    if not lines:
        return False
    if not whole and len(lines) > 1:
        lines.pop()
    first = lines[0]
    if not first.startswith((b"[", b"{")):
        return False
    objects = sum(isinstance(_parsed(line), dict) for line in lines[:100])
    mostly_objects = 2 * objects >= len(lines[:100])
    if named_lines and first.startswith(b"["):
        is_list = isinstance(_parsed(first), list)
        return first == b"[" or (is_list and len(lines) == 1) or (not is_list and objects == 0)
    if named_lines:
        return first == b"{" and not mostly_objects
    if whole and _parsed(head) is not None:
        return True
    return not (mostly_objects or isinstance(_parsed(first), dict))


def outline(blocks: Iterable[bytes]) -> Outline:
    """Walk through a document that is an object and note its lists of objects, at any depth of objects."""
    seen = Outline()
    opened: list[int] = []
    keys: list[bytes] = []
    word, first_object, lists = b"", 0, 0
    path: Path = ()
    for token in _tokens(blocks):
        sign = token[0]
        if sign == QUOTE:
            word = token
        elif sign == COLON and opened:
            keys[-1] = word
            if len(opened) == 1:
                seen.keys.append(_name(word))
            elif len(opened) == first_object:
                seen.lists[path].add(_name(word))
        elif sign in OPENING:
            if sign == BRACE and lists == 1 and opened[-1] == BRACKET and (here := tuple(keys[:-1])) not in seen.lists:
                path, first_object = here, len(opened) + 1
                seen.lists[path] = set()
            lists += sign == BRACKET
            opened.append(sign)
            keys.append(b"")
        elif sign in CLOSING and opened:
            first_object = 0 if len(opened) == first_object else first_object
            lists -= opened.pop() == BRACKET
            keys.pop()
            if not opened:
                break
    return seen


def _tokens(blocks: Iterable[bytes]) -> Iterator[bytes]:
    scanner, buffer = Scanner(), b""
    for block in blocks:
        buffer += block
        for token, _, _ in scanner.tokens(buffer):
            yield token
        buffer, scanner.place = buffer[scanner.place :], 0


def rows_at(seen: Outline, *, split: str) -> Path | None:
    """The list that holds the rows, or None if the document is itself a row.

    The list called `data`, or the one named like the split, or the only list of objects that is
    not a part of a row.
    """
    if (b'"data"',) in seen.lists:
        return (b'"data"',)
    if _SIGNS_OF_A_ROW.intersection(seen.keys):
        return None
    lists = [
        path
        for path, keys in seen.lists.items()
        if _name(path[-1]) not in _PARTS_OF_A_ROW and not any(keys.issuperset(signs) for signs in _SIGNS_OF_A_MESSAGE)
    ]
    named = [path for path in lists if _name(path[-1]) == split]
    if len(named) == 1:
        return named[0]
    return lists[0] if len(lists) == 1 else None


def spelled(path: Path) -> tuple[str, ...]:
    """The keys of a path without quotes and escapes."""
    return tuple(map(_name, path))


def _name(token: bytes) -> str:
    value = _parsed(token)
    return value if isinstance(value, str) else token.decode(errors="backslashreplace")


def _parsed(text: bytes) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
