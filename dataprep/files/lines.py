"""Physical lines of a text, numbered from 1, in blocks; lines that can't be had come as faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from dataprep.files.faults import EXCERPT_CHARS, undecodable
from dataprep.files.streams import Broken

_START = 4 * EXCERPT_CHARS

Fault = tuple[int, str, bytes]
"""Line number, fault, start of the line."""


@dataclass(frozen=True)
class Block:
    """Some lines in a row, in UTF-8, without their line ends.

    Attributes:
        first: Number of the first line.
        lines: The lines; a line that is in `faults` is empty here.
        faults: Lines too long to hold, or the place where the stream breaks.
        cut: True if the last line has no line end and the file stops there.
    """

    first: int
    lines: list[bytes]
    faults: list[Fault] = field(default_factory=list)
    cut: bool = False


@dataclass(frozen=True)
class Line:
    """One decoded line without its line feed.

    Attributes:
        number: Counted from 1.
        text: The line; with a fault, something of its shape (quotes, separators) but not its content.
        fault: Why the line can't be used.
        start: The start of a line that is too long to be in `text`.
    """

    number: int
    text: str
    fault: str | None = None
    start: bytes = b""


def split_lines(blocks: Iterator[bytes], *, limit: int) -> Iterator[Block]:
    """Cut blocks of UTF-8 into lines.

    LF and CRLF end a line, and CR in a file whose first block has no LF; the CR of a CRLF stays.

    Args:
        blocks: Of one file.
        limit: Longest line in bytes; a longer one is a fault.
    """
    splitter = _Splitter(limit)
    while True:
        try:
            data = next(blocks, None)
        except Broken as broken:
            yield splitter.broken(broken.fault)
            return
        if data is None:
            break
        if block := splitter.take(data):
            yield block
    if block := splitter.rest():
        yield block


class _Splitter:
    """Keeps the start of the line that the next block continues."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._end = b""
        self._number = 1
        self._carry: list[bytes] = []
        self._carried = 0
        self._overlong = b""

    def take(self, data: bytes) -> Block | None:
        self._end = self._end or (b"\r" if b"\r" in data and b"\n" not in data else b"\n")
        if self._end not in data:
            self._keep(data)
            return None
        first, *pieces = data.split(self._end)
        self._keep(first)
        tail = pieces.pop()
        faults: list[Fault] = []
        if self._overlong:
            faults.append((self._number, self._too_long(), self._overlong))
        pieces.insert(0, b"".join(self._carry))
        faults += self._too_long_ones(pieces)
        block = Block(self._number, pieces, faults)
        self._number += len(pieces)
        self._carry, self._carried, self._overlong = [], 0, b""
        self._keep(tail)
        return block

    def broken(self, fault: str) -> Block:
        return Block(self._number, [], [(self._number, fault, self._overlong or b"".join(self._carry))])

    def rest(self) -> Block | None:
        if self._overlong:
            return Block(self._number, [b""], [(self._number, self._too_long(), self._overlong)], cut=True)
        return Block(self._number, [b"".join(self._carry)], cut=True) if self._carried else None

    def _keep(self, data: bytes) -> None:
        self._carried += len(data)
        if not self._overlong and data:
            self._carry.append(data)
        if self._carried > self._limit and not self._overlong:
            self._overlong, self._carry = b"".join(self._carry)[:_START], []

    def _too_long(self) -> str:
        return f"line_too_long: more than {self._limit:,} bytes"

    def _too_long_ones(self, pieces: list[bytes]) -> list[Fault]:
        """Empty the lines beyond the limit; the usual case costs one look at the longest."""
        if max(map(len, pieces)) <= self._limit:
            return []
        long_ones = [place for place, piece in enumerate(pieces) if len(piece) > self._limit]
        faults = [(self._number + place, self._too_long(), pieces[place][:_START]) for place in long_ones]
        for place in long_ones:
            pieces[place] = b""
        return faults


def decoded(raw: bytes, number: int, encoding: str) -> Line:
    """One line as text; with a fault, every byte that is not ASCII is something else."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as fault:
        return Line(number, raw.decode("latin-1"), why_undecodable(raw, fault, encoding))
    if "\0" in text:
        return Line(number, text, f"nul_byte: character {text.index(chr(0)) + 1}")
    return Line(number, text)


def why_undecodable(raw: bytes, fault: UnicodeDecodeError, encoding: str) -> str:
    """The fault of a line that is no valid UTF-8 after decoding."""
    before = len(raw[: fault.start].decode())
    # UTF-8 that spells a surrogate starts with ED A0 to ED BF; other encodings' undecodable bytes come as DC80-DCFF.
    surrogate = raw[fault.start] == 0xED and raw[fault.start + 1 : fault.start + 2] >= b"\xa0"
    if surrogate and encoding.startswith("utf"):
        return f"lone_surrogate: after {before} characters"
    if encoding == "utf-8":
        return f"not_utf8: byte {fault.start + 1} of the row"
    return f"{undecodable(encoding)}: after {before} characters"
