"""CSV and TSV: every cell stays text, every row has as many cells as the header, or it is refused."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

import orjson

from dataprep.files.batches import Basket, Batch
from dataprep.files.lines import Line
from dataprep.files.text import Text

SEPARATORS = (",", "\t", ";", "|")
# A quoted cell may hold that many line feeds; beyond that its quote counts as never closed.
_MOST_LINES = 10_000
_SAMPLE_RECORDS = 100


class _Feed:
    """Lines for csv.reader that can be taken back when a record went wrong."""

    def __init__(self, lines: Iterator[Line], limit: int) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self._limit = limit
        self._size = 0
        self.taken: list[Line] = []

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _MOST_LINES or self._size > self._limit:
            raise csv.Error("unexpected end of data")
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += len(line.text)
        return line.text + "\n"

    def begin(self) -> None:
        self.taken, self._size = [], 0

    def take_back(self) -> None:
        """Offer all lines of the record but the first once more."""
        self._again.extendleft(reversed(self.taken[1:]))


def read_delimited(text: Text, basket: Basket, *, usual: str) -> Iterator[Batch]:
    """Read a CSV file. `row` is the physical line on which a record starts; the header is line 1.

    A record whose quote is never closed is refused alone: reading goes on at the next line.

    Args:
        text: The file.
        basket: Where its rows pile up.
        usual: The separator that the file's suffix promises.
    """
    separator = sniff(text, usual=usual)
    basket.note(*text.notes)
    if separator != usual:
        basket.note(f"separator {separator!r}")
    csv.field_size_limit(max(csv.field_size_limit(), text.limit))
    header: list[str] | None = None
    for first, cells, fault in _records(text, separator):
        if not fault and not first.text.strip(" \r"):  # a line of tabs is a row of empty cells
            continue
        if header is None:
            if fault:
                basket.refuse(first.number, f"no_header: {fault}", first.start or first.text)
                break
            header = column_names(cells, basket)
        elif fault or len(cells) != len(header):
            ragged = f"ragged_row: {len(cells)} cells, {len(header)} columns"
            basket.refuse(first.number, fault or ragged, first.start or first.text)
        else:
            basket.add(first.number, orjson.dumps(dict(zip(header, cells, strict=True))))
        yield from basket.full()
    basket.note(*text.notes)


def _records(text: Text, separator: str) -> Iterator[tuple[Line, list[str], str | None]]:
    """Records with the line they start on; a record with a faulty line has that line's fault."""
    feed = _Feed(text.numbered(), text.limit)
    reader = csv.reader(feed, delimiter=separator, strict=True)
    while True:
        feed.begin()
        fault: str | None = None
        cells: list[str] = []
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault = _why(error)
            feed.take_back()
            yield feed.taken[0], cells, feed.taken[0].fault or fault
            continue
        fault = next((line.fault for line in feed.taken if line.fault), None)
        yield feed.taken[0], cells, fault


def _why(error: csv.Error) -> str:
    told = str(error)
    if told.startswith("new-line"):
        return "control_byte: a carriage return outside of quotes"
    if told.startswith("field larger"):
        return f"line_too_long: {told}"
    return f"unbalanced_quote: {told}"


def sniff(text: Text, *, usual: str) -> str:
    """The separator under which most records are as wide as the header; the usual one if none is better."""
    head, whole = text.head()
    lines = [line.decode(errors="backslashreplace") + "\n" for line in head.splitlines() if line.strip()]
    if not whole and len(lines) > 1:
        lines.pop()
    shares = {separator: evenness(lines, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: (shares[separator], separator == usual))
    return best if shares[best] >= 0.5 else usual


def evenness(lines: Sequence[str], separator: str) -> float:
    """Share of the first 100 records that are as wide as the first one; 0 if that has one cell."""
    widths = []
    for record in csv.reader(lines, delimiter=separator):
        widths.append(len(record))
        if len(widths) == _SAMPLE_RECORDS:
            break
    if not widths or widths[0] < 2:
        return 0.0
    return sum(width == widths[0] for width in widths) / len(widths)


def column_names(cells: Sequence[str], basket: Basket) -> list[str]:
    """Names of columns, made different where two are equal and made up where one is empty."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        wanted = cell.strip() or f"column_{place}"
        name, copy = wanted, 1
        while name in names:
            copy += 1
            name = f"{wanted}_{copy}"
        if name != cell.strip():
            basket.note(
                f"column {place} is called {name!r}, because its name is {'taken' if cell.strip() else 'empty'}"
            )
        names.append(name)
    return names
