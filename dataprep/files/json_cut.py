"""Cuts a JSON document into the texts of its elements without parsing them, so that a bad one spoils no other."""

import re

from dataprep.files.faults import EXCERPT_CHARS
from dataprep.files.json_shape import BRACE, BRACKET, CLOSING, COLON, COMMA, OPENING, QUOTE, STRUCTURE, Path

_REST_OF_STRING = re.compile(rb'[^"\\]*(?:\\.[^"\\]*)*', re.DOTALL)

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
    """

    def __init__(self, path: Path | None, *, limit: int) -> None:
        self.closed = False
        self._path, self._limit = path, limit
        self._opened: list[int] = []
        self._keys: list[bytes] = []
        self._word = b""
        self._inside = path is None
        self._floor = 0
        self._buffer = b""
        self._start = self._scan = 0
        self._overlong, self._in_string = b"", False
        self._pieces: list[Piece] = []

    def feed(self, block: bytes) -> list[Piece]:
        """The elements that end in this block."""
        self._buffer += block
        if self._in_string and not self._leave_string():
            return []
        for match in STRUCTURE.finditer(self._buffer, self._scan):
            if match.group() == b'"':
                self._scan = match.start()
                break
            self._step(match.group(), match.start(), match.end())
        else:
            self._scan = len(self._buffer)
        self._trim()
        pieces, self._pieces = self._pieces, []
        return pieces

    def finish(self) -> bytes:
        """What stands behind the last element: the start of one that was cut off, or what follows the array."""
        rest = self._overlong or self._buffer[self._start :]
        return rest.strip() if self._inside or (self.closed and not self._path) else b""

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
            if level and self._buffer[self._start : start].strip():
                self._cut(start, start)  # a comma is missing, or top-level values follow each other
            self._opened.append(sign)
            self._keys.append(b"")
            if not self._inside and not self.closed and sign == BRACKET and self._at_path():
                self._inside, self._floor, self._start = True, len(self._opened), end
        elif sign in CLOSING:
            if level and self._path is not None:
                self._cut(start, end)
                self._inside, self.closed = False, True
            if self._opened:
                self._opened.pop()
                self._keys.pop()
            if self._path is None and not self._opened:
                self._cut(end, end)

    def _at_path(self) -> bool:
        return tuple(self._keys[:-1]) == self._path and all(sign == BRACE for sign in self._opened[:-1])

    def _cut(self, end: int, after: int) -> None:
        if self._overlong:
            self._pieces.append((self._overlong, False))
        elif end - self._start > self._limit:
            self._pieces.append((self._buffer[self._start : end][: 4 * EXCERPT_CHARS], False))
        elif text := self._buffer[self._start : end].strip():
            self._pieces.append((text, True))
        self._overlong, self._start = b"", after

    def _trim(self) -> None:
        """Forget what is behind us; give up on an element that outgrows the limit."""
        if not self._inside and (not self.closed or self._path):
            self._start = self._scan
        if len(self._buffer) - self._start > self._limit:
            self._overlong = self._overlong or self._buffer[self._start :][: 4 * EXCERPT_CHARS] or b" "
            self._in_string = self._scan < len(self._buffer)
            if self._in_string:
                self._buffer, self._scan = self._buffer[self._scan + 1 :], 0
                self._start = 0
                self._leave_string()
                return
            self._start = self._scan
        self._buffer = self._buffer[self._start :]
        self._scan -= self._start
        self._start = 0

    def _leave_string(self) -> bool:
        """Skip the rest of a string that is too long to hold; True when its end is found."""
        match = _REST_OF_STRING.match(self._buffer)
        end = match.end() if match else 0
        self._in_string = self._buffer[end : end + 1] != b'"'
        self._buffer = self._buffer[end if self._in_string else end + 1 :]
        self._start = self._scan = 0
        return not self._in_string
