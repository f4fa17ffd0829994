"""A text file as physical lines, numbered from 1, in blocks; lines that can't be had come as faults."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dataprep.files.encoding import Decoder
from dataprep.files.faults import EXCERPT_CHARS, undecodable
from dataprep.files.streams import Broken, blocks, oddity

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


class Text:
    """A text file, unpacked and in UTF-8; it can be read again and again, always with the same result.

    Args:
        path: The file.
        encoding: As the recipe sets it, or None.
        limit: Longest line in bytes.
    """

    def __init__(self, path: Path, *, encoding: str | None, limit: int) -> None:
        self.path = path
        self.limit = limit
        self._declared = encoding
        self._decoder = Decoder(encoding)
        self._odd = [odd] if (odd := oddity(path)) else []

    @property
    def encoding(self) -> str:
        """The file's encoding, as far as it was read."""
        return self._decoder.encoding

    @property
    def notes(self) -> list[str]:
        """What there is to report, as far as it was read."""
        return [*self._odd, *self._decoder.notes]

    def blocks(self) -> Iterator[bytes]:
        """Blocks of about 1 MB in UTF-8; what can't be decoded is invalid UTF-8 in them.

        Raises:
            Broken: Where the stream breaks off.
        """
        self._decoder = Decoder(self._declared)
        ahead: bytes | None = None
        broken: Broken | None = None
        stream = blocks(self.path)
        while True:
            try:
                block = next(stream, None)
            except Broken as damage:
                block, broken = None, damage
            if ahead is not None and (data := self._decoder.feed(ahead, final=block is None)):
                yield data
            if block is None:
                break
            ahead = block
        if broken:
            raise broken

    def head(self) -> tuple[bytes, bool]:
        """The first block, and whether it is the whole file; what is broken counts as whole."""
        stream = self.blocks()
        try:
            first = next(stream, b"")
        except Broken:
            return b"", True
        try:
            return first, next(stream, None) is None
        except Broken:
            return first, True

    def lines(self) -> Iterator[Block]:
        """All lines. LF, CRLF and, in a file without LF, CR end a line; CRs of CRLF stay at the line."""
        number, end = 1, b""
        carry: list[bytes] = []
        carried, overlong = 0, b""
        fault: Fault | None = None
        stream = self.blocks()
        while True:
            try:
                data = next(stream, None)
            except Broken as broken:
                fault = (number, broken.fault, overlong or b"".join(carry))
                break
            if data is None:
                break
            end = end or (b"\r" if b"\r" in data and b"\n" not in data else b"\n")
            if end not in data:
                if not overlong:
                    carry.append(data)
                carried += len(data)
                if carried > self.limit:
                    overlong, carry = overlong or b"".join(carry)[: 4 * EXCERPT_CHARS], []
                continue
            pieces = data.split(end)
            faults: list[Fault] = []
            if overlong or carried + len(pieces[0]) > self.limit:
                faults = [(number, self._too_long(), overlong or b"".join([*carry, pieces[0]])[: 4 * EXCERPT_CHARS])]
                pieces[0] = b""
            elif carry:
                pieces[0] = b"".join([*carry, pieces[0]])
            tail = pieces.pop()
            faults += self._long_ones(pieces, number)
            yield Block(number, pieces, faults)
            number += len(pieces)
            carry, carried, overlong = [tail] if tail else [], len(tail), b""
            if carried > self.limit:
                overlong, carry = tail[: 4 * EXCERPT_CHARS], []
        if fault:
            yield Block(number, [], [fault])
        elif overlong:
            yield Block(number, [b""], [(number, self._too_long(), overlong)], cut=True)
        elif carry:
            yield Block(number, [b"".join(carry)], cut=True)

    def numbered(self) -> Iterator[Line]:
        """All lines, decoded strictly; a NUL byte is a fault of its line."""
        for block in self.lines():
            faults = {number: Line(number, "", fault, start) for number, fault, start in block.faults}
            for number, raw in enumerate(block.lines, start=block.first):
                if number in faults:
                    yield faults[number]
                else:
                    yield decoded(raw, number, self.encoding)
            last = block.first + len(block.lines)
            if last in faults:
                yield faults[last]

    def _too_long(self) -> str:
        return f"line_too_long: more than {self.limit:,} bytes"

    def _long_ones(self, pieces: list[bytes], first: int) -> list[Fault]:
        if not pieces or max(map(len, pieces)) <= self.limit:
            return []
        faults: list[Fault] = []
        for index, piece in enumerate(pieces):
            if len(piece) > self.limit:
                faults.append((first + index, self._too_long(), piece[: 4 * EXCERPT_CHARS]))
                pieces[index] = b""
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
