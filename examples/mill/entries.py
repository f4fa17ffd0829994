"""One thing that is written into a raw file, with the note of what is wrong with it."""

import json
from dataclasses import dataclass
from typing import Any

from examples.mill.shapes import Row, Shape


@dataclass(eq=False)
class Entry:
    """A row of a raw file. Compared by identity: two equal rows are two entries.

    Attributes:
        row: The row as the format writes it.
        said: The talk, pair or verdict that it was made from, to shape a copy of it.
        defect: The kind of planted defect, or "".
        of: The entry that this one repeats or contradicts.
        line: What a JSON lines file holds instead of the row, where the row is broken.
        detail: What exactly was planted, for people.
    """

    row: Row
    said: Any = None
    defect: str = ""
    of: "Entry | None" = None
    line: str | None = None
    detail: str = ""

    def text(self) -> str:
        """The row as one line of JSON."""
        return self.line if self.line is not None else json.dumps(self.row, ensure_ascii=False)


def shaped(shape: Shape, said: Any) -> Entry:
    """An entry that holds `said` in this shape."""
    return Entry(shape(said), said)
