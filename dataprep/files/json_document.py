"""JSON documents: an array of rows, one row, or an object with the rows in a list inside, of any size."""

import re
from collections.abc import Generator, Iterator

import ijson
import orjson

from dataprep.files.batches import Basket, Batch
from dataprep.files.json_cut import Cutter
from dataprep.files.json_row import fault_of, too_deep
from dataprep.files.json_shape import Path, outline, rows_at, spelled
from dataprep.files.json_tokens import KEY_BYTES
from dataprep.files.streams import BLOCK, Broken
from dataprep.files.text import Text

# yajl turns half a surrogate pair into "?" without a word, so escapes of surrogates are none of its business.
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class _Suspect(Exception):
    """Something that the streaming parser may not get right."""


class _Watched:
    """A file of UTF-8 that stops the parser at what it would spoil, and before it holds more than an element may have.

    Args:
        blocks: The file.
        limit: Longest element in bytes.

    Attributes:
        ahead: Bytes read since the last element; whoever takes one sets it to 0.
    """

    def __init__(self, blocks: Iterator[bytes], *, limit: int) -> None:
        self._blocks, self._limit = blocks, limit
        self._tail = b""
        self.ahead = 0

    def read(self, size: int = -1) -> bytes:
        """The next block, whatever its size; ijson takes that."""
        block = next(self._blocks, b"") if size else b""
        # An element starts somewhere in a block and ends somewhere in another, so these two come on top.
        if self.ahead > self._limit + 2 * BLOCK or _SURROGATE.search(self._tail + block):
            raise _Suspect
        self.ahead += len(block)
        self._tail = block[-6:]
        return block


def read_document(text: Text, basket: Basket, *, split: str, audit: bool) -> Iterator[Batch]:
    """Read a JSON document. `row` is the place in the array, counted from 1.

    A sound document is streamed by ijson. At the first trouble it is read again from that element
    on, cut into elements that are judged one by one, so that only the bad ones are lost.

    Args:
        text: The file.
        basket: Where its rows pile up.
        split: Names the list to take where a document holds several.
        audit: Refuse objects that name a key twice.
    """
    head, _ = text.head()
    path: Path | None = ()
    if head.lstrip().startswith(b"{"):
        path = _find_rows(text, basket, split=split)
    done, sound = 0, False
    if path is not None and not audit and _streamable(path):
        done, sound = yield from _stream(text, basket, ".".join([*spelled(path), "item"]))
    if not sound:
        yield from _salvage(text, basket, path, done=done, audit=audit)
    basket.note(*text.notes)


def _streamable(path: Path) -> bool:
    """True if the path can be told to ijson: without dots, and known to the last character."""
    return all(len(key) < KEY_BYTES for key in path) and not any("." in key for key in spelled(path))


def _find_rows(text: Text, basket: Basket, *, split: str) -> Path | None:
    try:
        seen = outline(text.blocks())
    except Broken:
        return None
    path = rows_at(seen, split=split)
    if path is not None:
        keys = spelled(path)
        beside = [key for key in seen.keys if key != keys[0]]
        left = f"; left out beside it: {', '.join(beside)}" if beside else ""
        basket.note(f"the rows are the list {'.'.join(keys)!r}{left}")
    return path


def _stream(text: Text, basket: Basket, prefix: str) -> Generator[Batch, None, tuple[int, bool]]:
    """Read elements up to the first trouble; returns how many, and whether they were all."""
    done = 0
    watched = _Watched(text.blocks(), limit=text.limit)
    try:
        # use_float: ijson's numbers are Decimals otherwise. Integers beyond 64 bits raise, and are cut out as text.
        for value in ijson.items(watched, prefix, use_float=True):
            watched.ahead = 0
            try:
                raw = orjson.dumps(value)
            except TypeError:  # nested too deep: the cutter says so
                return done, False
            if not isinstance(value, dict) or len(raw) > text.limit or too_deep(raw, value):
                return done, False
            done += 1
            basket.add(done, raw)
            yield from basket.full()
    except (ijson.JSONError, UnicodeDecodeError, RecursionError, Broken, _Suspect):
        return done, False
    return done, True


def _salvage(text: Text, basket: Basket, path: Path | None, *, done: int, audit: bool) -> Iterator[Batch]:
    """Judge the elements behind the first `done` one by one."""
    cutter = Cutter(path, limit=text.limit)
    row, broken = 0, ""
    blocks = text.blocks()
    while True:
        try:
            block = next(blocks, None)
        except Broken as damage:
            block, broken = None, damage.fault
        if block is None:
            break
        for piece, whole in cutter.feed(block):
            row += 1
            if row > done:
                _judge(piece, row, basket, text, whole=whole, audit=audit)
        yield from basket.full()
    if cutter.stray:
        row += 1
        basket.refuse(row, "invalid_json: a value without a key beside the rows", cutter.stray)
    rest = cutter.finish()
    if broken:
        basket.refuse(row + 1, broken, rest)
    elif cutter.ended and rest:
        basket.refuse(row + 1, "invalid_json: data after the end of the document", rest)
    elif rest:
        basket.refuse(row + 1, "truncated_line: the file ends inside of this element", rest)
    elif path is not None and not cutter.closed:
        basket.refuse(row + 1, "truncated_line: the array is never closed", rest)
    elif path is not None and not cutter.ended:
        basket.refuse(row + 1, "truncated_line: the document is never closed", rest)


def _judge(piece: bytes, row: int, basket: Basket, text: Text, *, whole: bool, audit: bool) -> None:
    fault = f"line_too_long: more than {text.limit:,} bytes"
    if whole:
        fault = fault_of(piece, encoding=text.encoding, audit=audit) or ""
    if fault:
        basket.refuse(row, fault, piece)
    else:
        basket.add(row, piece)
