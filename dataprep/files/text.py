"""A text file, unpacked and turned into UTF-8, that can be read again and again with the same result."""

from collections.abc import Iterator
from pathlib import Path

from dataprep.files.encoding import Decoder
from dataprep.files.lines import Block, Line, decoded, split_lines
from dataprep.files.streams import Broken, blocks, oddity


class Text:
    """A text file.

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
        """The first block, and whether it is the whole file; a file that breaks off behind it counts as whole."""
        stream = self.blocks()
        first = b""
        try:
            first = next(stream, b"")
            return first, next(stream, None) is None
        except Broken:
            return first, True

    def lines(self) -> Iterator[Block]:
        """All lines as bytes."""
        return split_lines(self.blocks(), limit=self.limit)

    def numbered(self) -> Iterator[Line]:
        """All lines, decoded strictly; a NUL byte is a fault of its line."""
        for block in self.lines():
            faults = {number: Line(number, "", fault, start) for number, fault, start in block.faults}
            for number, raw in enumerate(block.lines, start=block.first):
                yield faults.pop(number) if number in faults else decoded(raw, number, self.encoding)
            yield from faults.values()
