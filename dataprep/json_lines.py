"""JSON Lines files whose rows all have the same keys, none of them empty throughout."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from dataprep.workers import Crew

Names = set[tuple[str, ...]]
"""Columns, and fields of the objects in their lists: `("messages",)`, `("messages", "name")`."""

_BLOCK = 1 << 22


class Encoded(NamedTuple):
    """Some rows as they stand in the file.

    Attributes:
        data: One line for each row.
        rows: How many.
        used: What some row fills.
        unused: What some row leaves empty.
    """

    data: bytes
    rows: int
    used: Names
    unused: Names


def encode(rows: Sequence[dict[str, Any]]) -> Encoded:
    """Rows as lines, and which of their columns and fields are used."""
    used: Names = set()
    unused: Names = set()
    for key in dict.fromkeys(chain.from_iterable(rows)):
        values = [row.get(key) for row in rows]
        (used if _filled(values) else unused).add((key,))
        items = [item for value in values if type(value) is list for item in value if type(item) is dict]
        for name in dict.fromkeys(chain.from_iterable(items)):
            (used if _filled(item.get(name) for item in items) else unused).add((key, name))
    return Encoded(b"".join(orjson.dumps(row) + b"\n" for row in rows), len(rows), used, unused)


def _filled(values: Iterable[Any]) -> bool:
    return any(value is not None and value != [] for value in values)


@dataclass
class JsonLines:
    """One file while it is written.

    Columns and message fields that are null or empty in every row are left out at the end, because
    older `datasets` versions, which several trainers pin, can't merge such a column with a filled one.
    """

    path: Path
    rows: int = 0
    used: Names = field(default_factory=set)
    unused: Names = field(default_factory=set)

    def append(self, lines: Encoded) -> None:
        """Add rows; the file is there once it has one."""
        if not lines.rows:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            file.write(lines.data)
        self.rows += lines.rows
        self.used |= lines.used
        self.unused |= lines.unused

    def close(self, bare: Names, crew: Crew | None = None) -> None:
        """Leave out what no row uses.

        Args:
            bare: The unused columns and fields, of this file alone or of all splits together.
            crew: Who helps with a large file.
        """
        if not bare or not self.rows:
            return
        slim = self.path.with_name(f".{self.path.name}.{os.getpid()}.draft")
        with slim.open("wb") as file:
            for data in (crew or Crew()).each(_without, bare, _blocks(self.path), rows=self.rows):
                file.write(data)
        slim.replace(self.path)


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in pieces of whole lines."""
    with path.open("rb") as file:
        while lines := file.readlines(_BLOCK):
            yield b"".join(lines)


def _without(bare: Names, block: bytes) -> bytes:
    rows = (orjson.loads(line) for line in block.splitlines())
    slim = ({key: _slim(key, value, bare) for key, value in row.items() if (key,) not in bare} for row in rows)
    return b"".join(orjson.dumps(row) + b"\n" for row in slim)


def _slim(key: str, value: Any, bare: Names) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {name: inner for name, inner in item.items() if (key, name) not in bare} if isinstance(item, dict) else item
        for item in value
    ]
