"""Cuts a JSON document into the texts of its elements without parsing them, so that a bad one spoils no other."""

from dataprep.files.faults import EXCERPT_CHARS
from dataprep.files.json_shape import Path
from dataprep.files.json_tokens import BRACE, BRACKET, CLOSING, COLON, COMMA, OPENING, QUOTE, Scanner

_EXCERPT_BYTES = 4 * EXCERPT_CHARS

Piece = tuple[bytes, bool]
"""An element's text and whether it is whole; of one beyond the limit there is only the start."""


class Cutter:
    """Takes a document block by block and gives back the elements that became complete.

    Args:
        path: Where the array stands: () for a document that is an array, keys for one inside of
            objects, None for top-level values one after the other.
        limit: Longest element in bytes.

    Attributes:
        closed: True once the array has ended.
        ended: True once the document has: the array, or the outermost object around it.
        stray: The start of the first value that stands without a key in an object around the array.
    """

    def __init__(self, path: Path | None, *, limit: int) -> None:
        self.closed = self.ended = False
        self.stray = b""
        self._named = False
        self._path, self._limit = path, limit
        self._opened: list[int] = []
        self._keys: list[bytes] = []
        self._word = b""
        self._inside = path is None
        self._floor = 0
        self._buffer = bytearray()
        self._scanner = Scanner()
        self._start = 0
        self._overlong = b""
        self._pieces: list[Piece] = []

    def feed(self, block: bytes) -> list[Piece]:
        """The elements that end in this block."""
        if self.ended:
            self._keep_excerpt(block)
            return []
        self._buffer += block
        for token, start, end in self._scanner.tokens(self._buffer):
            self._step(token, start, end)
            if self.ended:
                break
        self._trim()
        pieces, self._pieces = self._pieces, []
        return pieces

    def finish(self) -> bytes:
        """What stands behind the last element: the start of one that was cut off, or what follows the document."""
        rest = self._overlong or bytes(self._buffer[self._start :])
        return rest.strip() if self._inside or self.ended else b""

    def _step(self, token: bytes, start: int, end: int) -> None:
        sign = token[0]
        level = self._inside and len(self._opened) == self._floor
        if sign == QUOTE:
            self._word = token
        elif sign == COLON and self._keys:
            self._keys[-1] = self._word
        elif sign == COMMA and level:
            self._cut(start, end)
        elif sign in OPENING:
            if not self._inside and not self._named and self._opened[-1:] == [BRACE]:
                self.stray = self.stray or bytes(self._buffer[start : start + _EXCERPT_BYTES])
            if level and self._buffer[self._start : start].strip():
                self._cut(start, start)  # a comma is missing, or top-level values follow each other
            self._opened.append(sign)
            self._keys.append(b"")
            if not self._inside and sign == BRACKET and self._at_path():
                # Also when the key stands there twice: the list goes on, as the streaming parser sees it.
                self._inside, self.closed, self._floor, self._start = True, False, len(self._opened), end
        elif sign in CLOSING:
            if level and self._path is not None:
                self._cut(start, end)
                self._inside, self.closed = False, True
            if self._opened:
                self._opened.pop()
                self._keys.pop()
                self.ended = self._path is not None and not self._opened
                self._start = end if self.ended else self._start
            if self._path is None and not self._opened:
                self._cut(end, end)
        self._named = sign == COLON

    def _at_path(self) -> bool:
        keys = self._keys
        if len(keys) != len(self._path or ()) + 1:  # a copy of all keys at every bracket costs too much in deep nests
            return False
        return tuple(keys[:-1]) == self._path and all(sign == BRACE for sign in self._opened[:-1])

    def _cut(self, end: int, after: int) -> None:
        if self._overlong:
            self._pieces.append((self._overlong, False))
        elif end - self._start > self._limit:
            self._pieces.append((self._excerpt(), False))
        elif text := bytes(self._buffer[self._start : end]).strip():
            self._pieces.append((text, True))
        self._overlong, self._start = b"", after

    def _trim(self) -> None:
        """Forget what is behind us; give up on an element that outgrows the limit."""
        if self.ended:
            rest, self._buffer, self._start = self._buffer[self._start :], bytearray(), 0
            self._keep_excerpt(rest)
            return
        if not self._inside:
            self._start = self._scanner.place
        elif len(self._buffer) - self._start > self._limit:
            self._overlong = self._overlong or self._excerpt() or b" "
            self._start = self._scanner.place
        del self._buffer[: self._start]
        self._scanner.place -= self._start
        self._start = 0

    def _excerpt(self) -> bytes:
        return bytes(self._buffer[self._start : self._start + _EXCERPT_BYTES])

    def _keep_excerpt(self, rest: bytes | bytearray) -> None:
        """Of what stands behind the document, only the start is shown."""
        if len(self._buffer) < _EXCERPT_BYTES:
            self._buffer = bytearray((self._buffer + rest).lstrip()[:_EXCERPT_BYTES])
