"""The strings and signs of a JSON text that comes in blocks; every byte is looked at once, however long a string is."""

import re
from collections.abc import Iterator

KEY_BYTES = 4096
"""Of a string only so much is handed on, its opening quote included; no key that leads to rows is longer."""

# Possessive (`*+`): a string without an end would make the pattern go back through all of it.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[][{}:,]|"', re.DOTALL)
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)

QUOTE, COLON, COMMA, BRACE, BRACKET = b'":,{['
OPENING, CLOSING = b"{[", b"}]"


class Scanner:
    """Finds the tokens in a buffer that its owner lengthens behind and shortens in front.

    Attributes:
        place: How far the buffer was looked at. Whoever takes bytes from its front takes them off here.
    """

    def __init__(self) -> None:
        self.place = 0
        self._string = b""

    def tokens(self, buffer: bytes | bytearray) -> Iterator[tuple[bytes, int, int]]:
        """The tokens that end in this buffer: strings cut to `KEY_BYTES`, and the signs between values.

        Yields:
            The token and where it starts and ends; a string from an earlier buffer starts at `place`.
        """
        if self._string:
            start = self.place
            if not self._go_on(buffer):
                return
            yield self._string, start, self.place
            self._string = b""
        for match in _TOKEN.finditer(buffer, self.place):
            token, self.place = match.group(), match.end()
            if token == b'"':
                self._string = token
                self._go_on(buffer)
                return
            yield token[:KEY_BYTES], match.start(), match.end()
        self.place = len(buffer)

    def _go_on(self, buffer: bytes | bytearray) -> bool:
        """Go on in a string; True when its end is found."""
        match = _IN_STRING.match(buffer, self.place)
        end = match.end() if match else self.place
        ended = buffer[end : end + 1] == b'"'
        end += ended
        self._string += buffer[self.place : end][: KEY_BYTES - len(self._string)]
        self.place = end
        return ended
