"""Excel sheets: every cell as text, every row under the number that Excel shows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from dataprep.files.batches import Basket, Batch
from dataprep.files.delimited import column_names
from schemas.errors import InputError


def read_sheet(path: Path, basket: Basket, *, sheet: str | None) -> Iterator[Batch]:
    """Read one sheet of an .xlsx file; its first row that isn't blank is the header.

    Cells are text, as in CSV, so that a column with numbers here and words there stays what it
    is. Empty cells are null. `row` is the row number in Excel.

    Args:
        path: The file.
        basket: Where its rows pile up.
        sheet: Name of the sheet; None takes the first.

    Raises:
        InputError: If there is no such sheet.
    """
    import fastexcel

    try:
        book = fastexcel.read_excel(path)
    except fastexcel.FastExcelError as damage:
        basket.refuse(0, f"unreadable_file: {str(damage).splitlines()[0][:200]}")
        return
    names = book.sheet_names
    if sheet is not None and sheet not in names:
        raise InputError(
            f"{basket.name} has no sheet {sheet!r}", hint=f"Set `sheet` of this source to one of: {', '.join(names)}"
        )
    chosen = sheet or names[0]
    others = [name for name in names if name != chosen]
    if sheet is None and others:
        basket.note(f"sheet {chosen!r} is read, not {', '.join(map(repr, others))}")
    loaded = book.load_sheet(chosen, header_row=None, skip_rows=0, dtypes="string")
    if loaded.width and loaded.height:
        yield from _read_rows(loaded, basket)


def _read_rows(loaded: Any, basket: Basket) -> Iterator[Batch]:
    table, errors = loaded.to_arrow_with_errors()
    broken = {error.position[0]: error.detail for error in (errors.errors if errors else ())}
    header: list[str] = []
    for place, cells in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True)):
        row = place + 1
        if place in broken:
            basket.refuse(row, f"cell_error: {broken[place]}", repr(cells))
        elif not any(cell is not None and cell.strip() for cell in cells):
            continue
        elif not header:
            header = column_names([cell or "" for cell in cells], basket)
        else:
            named = dict(zip(header, cells, strict=True))
            basket.add(row, orjson.dumps(named))
        yield from basket.full()
