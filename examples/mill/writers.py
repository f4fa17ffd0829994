"""How entries become bytes on disk; every writer says at which line or row each entry begins."""

import codecs
import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import zstandard

from examples.mill.entries import Entry
from examples.mill.workbook import workbook

Writer = Callable[[Path, Sequence[Entry]], list[int]]
"""Writes the file and returns the one-based place of each entry."""


def jsonl(encoding: str = "utf-8") -> Writer:
    """JSON lines. A last entry that was cut off gets no newline."""

    def write(path: Path, entries: Sequence[Entry]) -> list[int]:
        text = "\n".join(entry.text() for entry in entries)
        ending = "" if entries and entries[-1].defect == "truncated_line" else "\n"
        path.write_bytes(_pack(path, encode(text + ending, encoding)))
        return list(range(1, len(entries) + 1))

    return write


def json_array(*, key: str | None = None) -> Writer:
    """One JSON document: a list of rows, or an object that holds the list under `key`."""

    def write(path: Path, entries: Sequence[Entry]) -> list[int]:
        rows = [entry.row for entry in entries]
        document = {"exported": "2026-03-31", key: rows} if key else rows
        path.write_bytes((json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode())
        return _items(entries)

    return write


def table(*, delimiter: str = ",", encoding: str = "utf-8", newline: str = "\n") -> Writer:
    """A table of text. The place of a row is the physical line where it begins; the header is line 1."""

    def write(path: Path, entries: Sequence[Entry]) -> list[int]:
        header = list(entries[0].row)
        lines = [_line(header, delimiter, newline)]
        places = []
        for entry in entries:
            places.append(1 + sum(line.count("\n") for line in lines))
            lines.append(_line([entry.row[name] for name in header], delimiter, newline))
        path.write_bytes(encode("".join(lines), encoding))
        return places

    return write


def excel(path: Path, entries: Sequence[Entry]) -> list[int]:
    """A workbook with one sheet; the place is the row as the sheet numbers it, the header being row 1."""
    header = list(entries[0].row)
    path.write_bytes(workbook([header, *([entry.row[name] for name in header] for entry in entries)]))
    return [item + 1 for item in _items(entries)]


def parquet(path: Path, entries: Sequence[Entry]) -> list[int]:
    """A Parquet file."""
    pl.DataFrame([entry.row for entry in entries], infer_schema_length=None).write_parquet(path, compression="zstd")
    return _items(entries)


def arrow(path: Path, entries: Sequence[Entry]) -> list[int]:
    """An Arrow IPC file."""
    pl.DataFrame([entry.row for entry in entries], infer_schema_length=None).write_ipc(path)
    return _items(entries)


def passages(path: Path, entries: Sequence[Entry]) -> list[int]:
    """Paragraphs with a blank line between them; the place is the line where a paragraph begins."""
    blocks = [entry.row["text"] for entry in entries]
    path.write_bytes(("\n\n".join(blocks) + "\n").encode())
    return [2 * place + 1 for place in range(len(entries))]


def encode(text: str, encoding: str) -> bytes:
    """Text as bytes; UTF-16 is little-endian with its mark on every machine."""
    return codecs.BOM_UTF16_LE + text.encode("utf-16-le") if encoding == "utf-16" else text.encode(encoding)


def _line(cells: Sequence[str], delimiter: str, newline: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow(cells)
    return text.getvalue().replace("\n", newline)


def _pack(path: Path, content: bytes) -> bytes:
    if path.suffix == ".gz":
        return gzip.compress(content, mtime=0)
    if path.suffix == ".zst":
        return zstandard.ZstdCompressor(level=10).compress(content)
    return content


def _items(entries: Sequence[Entry]) -> list[int]:
    return list(range(1, len(entries) + 1))
