"""Sheets that people fill in with any spreadsheet program: nothing runs as a formula, no work is written over."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from schemas.artifacts import write_file
from schemas.errors import UserError
from schemas.page import legal

CELL = 32_000  # characters; Excel holds 32,767 in a cell


def guarded(text: str) -> str:
    """A cell that no program runs as a formula: an apostrophe stands in front of what looks like one."""
    told = legal(text)[:CELL]
    return f"'{told}" if re.match(r"\s*[=+\-@]|[\t\r]", told) else told


def write_rows(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV in UTF-8 with a byte order mark, so that Excel shows Chinese; an older one is replaced."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    write_file(path, text.getvalue().encode("utf-8-sig"))


def read_rows(path: Path, columns: Sequence[str], *, hint: str) -> list[dict[str, str]]:
    """The lines of a sheet that hold anything in `columns`; also as Excel saves it: GBK, semicolons, tabs.

    Raises:
        UserError: If the file is absent (with the hint), lacks one of the columns, or is no CSV.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"no sheet at {path}", hint=hint) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")  # Excel's own CSV in China
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, restval="")
    missing = [name for name in columns if name not in (reader.fieldnames or [])]
    if missing:
        raise UserError(
            f"{path.name} lacks the column {', '.join(missing)}", hint="keep the sheet's first row as it was"
        )
    try:
        return [record for record in reader if any(record[name] for name in columns)]
    except csv.Error as fault:
        raise UserError(f"{path.name}, line {reader.line_num}: {fault}", hint="save the sheet as CSV again") from None


def set_aside(path: Path, columns: Sequence[str]) -> Path | None:
    """Rename a sheet whose `columns` people have begun to fill in, so that a new one doesn't take their work.

    Returns:
        Its new name, or null where there is nothing to keep.
    """
    try:
        begun = any((record[name] or "").strip() for record in read_rows(path, columns, hint="") for name in columns)
    except UserError:  # absent, or no such sheet any more
        begun = path.is_file()
    if not begun:
        return None
    places = (path.with_stem(f"{path.stem}.judged-{number}") for number in itertools.count(1))
    free = next(place for place in places if not place.exists())
    path.rename(free)
    return free
