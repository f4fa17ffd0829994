"""JSON lines: one object per line, the file's own text kept as it stands."""

from collections.abc import Iterator

import orjson

from dataprep.files.batches import Basket, Batch
from dataprep.files.json_row import fault_of, too_deep
from dataprep.files.lines import Block
from dataprep.files.text import Text

_MARK = b"\xef\xbb\xbf"


def read_lines(text: Text, basket: Basket, *, audit: bool) -> Iterator[Batch]:
    """Read a file of JSON lines. `row` is the physical line; blank lines are no rows.

    Args:
        text: The file.
        basket: Where its rows pile up.
        audit: Also refuse objects that name a key twice.
    """
    for block in text.lines():
        for number, fault, start in block.faults:
            basket.refuse(number, fault, start)
        _take(block, basket, encoding=text.encoding, audit=audit)
        basket.note(*text.notes)
        yield from basket.full()


def _take(block: Block, basket: Basket, *, encoding: str, audit: bool) -> None:
    """Sort one block's lines into good and bad. This loop is the door's speed: keep it bare."""
    loads, rows, raws = orjson.loads, [], []
    last = block.first + len(block.lines) - 1
    for number, raw in enumerate(block.lines, start=block.first):
        line = raw.strip()
        try:
            value = loads(line)
            if not audit and type(value) is dict and not too_deep(line, value):
                rows.append(number)
                raws.append(line)
                continue
        except orjson.JSONDecodeError:
            # Files that were glued together carry their byte order marks in the middle.
            line = line.removeprefix(_MARK)
            if not line:
                continue
        fault = fault_of(line, encoding=encoding, cut=block.cut and number == last, audit=audit)
        if fault:
            basket.refuse(number, fault, line)
        else:
            rows.append(number)
            raws.append(line)
    basket.extend(rows, raws)
