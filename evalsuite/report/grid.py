"""A panel's own table: whatever columns its rows have, named and formatted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evalsuite.report.exhibits import SHORT, cut
from evalsuite.report.figures import plain
from evalsuite.report.names import name

MOST = 200  # rows shown of any table of a panel


@dataclass(frozen=True)
class Grid:
    """Headings, and rows of cells with whether each is a number; `total` rows were there."""

    heads: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[tuple[str, bool]]]
    total: int


def grid(rows: Sequence[Mapping[str, Any]], lang: str) -> Grid:
    """A table of records; columns in the order in which they first appear."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    shown = rows[:MOST]
    numeric = {key: all(_number(row.get(key)) for row in shown) for key in keys}
    heads = [(name(key, lang), numeric[key]) for key in keys]
    cells = [[(_cell(row.get(key), lang), numeric[key]) for key in keys] for row in shown]
    return Grid(heads, cells, len(rows))


def pairs(told: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """A record as name and value, nested ones with their path; nulls are left out."""
    found = []
    for key, value in told.items():
        label = name(str(key), lang)
        if isinstance(value, Mapping):
            found += [(f"{label} · {inner}", text) for inner, text in pairs(value, lang)]
        elif value is not None:
            found.append((label, _cell(value, lang)))
    return found


def _cell(value: Any, lang: str) -> str:
    return cut(name(value, lang) if isinstance(value, str) else plain(value), SHORT)


def _number(value: Any) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
