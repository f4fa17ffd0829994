"""What every command prints with: one console, plain tables, a progress line, JSON."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

out = Console(width=None if sys.stdout.isatty() else 120)
"""Tables keep their shape in a pipe or a log, whatever width that claims."""


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """A line on stderr that counts finished rows; silent when stderr is not a terminal."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"))
    with Progress(*columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def advance(what: str, rows: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(escape(what), total=None)
            bars.advance(tasks[what], rows)

        yield advance


def columns(*heads: tuple[str, bool], title: str | None = None) -> Table:
    """A table; a head with True is a column of numbers."""
    table = Table(
        title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0)
    )
    for head, number in heads:
        table.add_column(head, justify="right" if number else "left", overflow="fold", no_wrap=number)
    return table


def shown(path: Path) -> str:
    """A path as short as the working folder allows."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def first_process() -> bool:
    """True for the one process that may speak, of those that torchrun starts."""
    return os.environ.get("RANK", "0") == "0"
