"""Reads one input, whatever it is, as batches of one schema."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from dataprep.files.batches import Basket, Batch
from dataprep.files.chatlog import assemble
from dataprep.files.delimited import SEPARATORS, evenness, read_delimited
from dataprep.files.encoding import known_encoding
from dataprep.files.hub import MS, read_hub, read_modelscope
from dataprep.files.inputs import Input
from dataprep.files.json_document import read_document
from dataprep.files.json_lines import read_lines
from dataprep.files.json_shape import is_document
from dataprep.files.kinds import kind_of
from dataprep.files.prose import read_prose
from dataprep.files.sheets import read_sheet
from dataprep.files.tables import read_arrow, read_parquet, read_saved
from dataprep.files.text import Text
from dataprep.recipe import Source


def read(item: Input) -> Iterator[Batch]:
    """Read an input; bad rows come as faults, never as exceptions.

    Args:
        item: As `discover` found it.

    Yields:
        At least one batch, which is empty if the input is.

    Raises:
        InputError: For a setting that doesn't fit the input: an unknown encoding, a missing sheet,
            split or column of the chat log, a hub that can't be reached.
    """
    if item.source.encoding is not None:
        known_encoding(item.source.encoding)
    basket = Basket(item.name)
    told = False
    batches = _to_the_end(_open(item, basket), basket)
    if item.source.chat is not None:
        gathered = Basket(item.name)
        batches = _to_the_end(assemble(batches, item.source.chat, gathered), gathered)
    for batch in batches:
        yield batch if told else _noted(batch, item)
        told = True
    if not told:
        basket.note("nothing in it")
        for batch in basket.rest():
            yield _noted(batch, item)


def _noted(batch: Batch, item: Input) -> Batch:
    """The first batch, which also tells what discovery has to say."""
    return replace(batch, notes=(*item.notes, *batch.notes))


def _to_the_end(batches: Iterator[Batch], basket: Basket) -> Iterator[Batch]:
    try:
        yield from batches
    except OSError as refusal:
        basket.refuse(0, f"unreadable_file: {refusal.strerror or refusal}")
    yield from basket.rest()


def _open(item: Input, basket: Basket) -> Iterator[Batch]:
    source, place = item.source, item.file
    if place is None:
        door = read_modelscope if item.name.startswith(MS) else read_hub
        yield from door(source.path, basket, split=source.split)
        return
    if place.is_dir():
        yield from read_saved(place, basket, split=source.split)
        return
    kind = "unnamed" if item.spool else kind_of(place.name)
    kind = _kind_by_content(place) if kind == "unnamed" else kind
    if kind == "parquet":
        yield from read_parquet(place, basket)
    elif kind == "arrow":
        yield from read_arrow(place, basket)
    elif kind == "xlsx":
        yield from read_sheet(place, basket, sheet=source.sheet)
    else:
        yield from _read_text(place, kind or "prose", basket, source)


def _read_text(place: Path, kind: str, basket: Basket, source: Source) -> Iterator[Batch]:
    text = Text(place, encoding=source.encoding, limit=source.max_line_bytes)
    if kind == "unnamed text":
        kind = _kind_of_text(text)
        basket.note(f"read as {kind}, as its content suggests")
    if kind in ("json", "json lines"):
        head, whole = text.head()
        document = is_document(head, whole=whole, named_lines=kind == "json lines")
        if head and document != (kind == "json"):
            basket.note("one JSON document, not JSON lines" if document else "JSON lines, not one JSON document")
        if document:
            yield from read_document(text, basket, split=source.split, audit=source.audit_keys)
        else:
            yield from read_lines(text, basket, audit=source.audit_keys)
    elif kind in ("csv", "tsv"):
        yield from read_delimited(text, basket, usual="\t" if kind == "tsv" else ",")
    else:
        yield from read_prose(text, basket, budget=source.max_chars)


def _kind_by_content(place: Path) -> str:
    with place.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"PAR1"):
        return "parquet"
    return "arrow" if head.startswith(b"ARROW1") else "unnamed text"


def _kind_of_text(text: Text) -> str:
    head, whole = text.head()
    lines = [line for line in head.splitlines() if line.strip()]
    if not whole and len(lines) > 1:
        lines.pop()
    braces = sum(line.lstrip().startswith((b"{", b"[")) for line in lines)
    if lines and (lines[0].lstrip().startswith((b"{", b"[")) or 2 * braces > len(lines)):
        return "json lines" if not is_document(head, whole=whole, named_lines=False) else "json"
    words = [line.decode(errors="backslashreplace") + "\n" for line in lines]
    # All of the first lines in equal columns: prose with a comma in every line is rarer than such a table.
    if len(words) > 1 and max(evenness(words, separator) for separator in SEPARATORS) == 1:
        return "csv"
    return "prose"
