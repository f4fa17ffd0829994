"""Rows pile up in a basket and leave it as frames of bounded size."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from dataprep.files.faults import excerpt
from schemas.frames import RAW, empty

BATCH_ROWS = 10_000
BATCH_BYTES = 16 << 20


@dataclass(frozen=True)
class Batch:
    """What a door yields.

    Attributes:
        frame: Schema `RAW`, at most 10,000 rows or about 16 MB of raw text.
        notes: Things to report, such as "decoded as gb18030 (chardet, 0.99)".
    """

    frame: pl.DataFrame
    notes: tuple[str, ...] = ()


class Basket:
    """Collects the rows of one input.

    Args:
        name: The input's name, written into `source`.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: list[int] = []
        self.raws: list[bytes] = []
        self.refused: list[tuple[int, str, str]] = []
        self._bytes = 0
        self._notes: list[str] = []
        self._told: set[str] = set()

    def add(self, row: int, raw: bytes) -> None:
        """Keep one row: JSON text in UTF-8."""
        self.rows.append(row)
        self.raws.append(raw)
        self._bytes += len(raw)

    def extend(self, rows: list[int], raws: list[bytes]) -> None:
        """Keep many rows."""
        self.rows += rows
        self.raws += raws
        self._bytes += sum(map(len, raws))

    def refuse(self, row: int, fault: str, raw: bytes | str = b"") -> None:
        """Put one row's fault where a good row would stand."""
        shown = excerpt(raw)
        self.refused.append((row, fault, shown))
        self._bytes += len(shown)

    def note(self, *notes: str) -> None:
        """Report something, once."""
        fresh = [note for note in notes if note not in self._told]
        self._told.update(fresh)
        self._notes += fresh

    def full(self) -> Iterator[Batch]:
        """Batches, if there is enough for one."""
        if self._bytes >= BATCH_BYTES or len(self.rows) + len(self.refused) >= BATCH_ROWS:
            yield from self._drain()

    def rest(self) -> Iterator[Batch]:
        """What is left; one empty batch if an input held nothing or there are notes to tell."""
        if self.rows or self.refused:
            yield from self._drain()
        elif self._notes:
            yield Batch(empty(RAW), self._take_notes())

    def _drain(self) -> Iterator[Batch]:
        frame = self._frame()
        self.rows, self.raws, self.refused, self._bytes = [], [], [], 0
        for part in frame.iter_slices(BATCH_ROWS):
            yield Batch(part, self._take_notes())

    def _take_notes(self) -> tuple[str, ...]:
        notes, self._notes = tuple(self._notes), []
        return notes

    def _frame(self) -> pl.DataFrame:
        # Binary -> String is free in polars, whereas a Python str for every row costs as much as parsing it.
        raw = pl.Series(self.raws, dtype=pl.Binary).cast(pl.String)
        good = pl.DataFrame({"row": self.rows, "raw": raw}, schema={"row": pl.Int64, "raw": pl.String})
        frame = good.select(pl.lit(self.name).alias("source"), "row", "raw", pl.lit(None, pl.String).alias("fault"))
        if self.refused:
            bad = [(self.name, row, shown, fault) for row, fault, shown in self.refused]
            frame = pl.concat([frame, pl.DataFrame(bad, schema=RAW, orient="row")])
            frame = frame.sort("row", maintain_order=True)
        return frame
