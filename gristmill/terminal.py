"""What every command prints with: one console, plain tables, a progress line, JSON."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

if TYPE_CHECKING:
    from schemas.endpoint import Price, Reply

out = Console(width=None if sys.stdout.isatty() else 120)
"""Tables keep their shape in a pipe or a log, whatever width that claims."""


def print_json(value: Any) -> None:
    """Print one JSON value on stdout."""
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


class Board:
    """Lines on stderr that count what is done; silent when stderr is not a terminal.

    Args:
        console: Of stderr.
    """

    def __init__(self, console: Console) -> None:
        rows = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"))
        asked = (
            TextColumn("{task.description}"),
            BarColumn(30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[told]}"),
        )
        self.console = console
        self.rows = Progress(*rows, TimeElapsedColumn(), console=console)
        self.asked = Progress(*asked, TimeRemainingColumn(), console=console)
        self._tasks: dict[str, Any] = {}

    def __call__(self, what: str, rows: int) -> None:
        """Count finished rows."""
        if what not in self._tasks:
            self._tasks[what] = self.rows.add_task(escape(what), total=None)
        self.rows.advance(self._tasks[what], rows)

    def watch(self, what: str, answers: int, price: "Price | None") -> "Callable[[Reply], None]":
        """Count the answers of a model: a bar, answers a second, what they cost, the time that is left."""
        from schemas.endpoint.purse import cost

        task, spent = self.asked.add_task(escape(what), total=answers, told=""), [0.0]

        def hear(reply: "Reply") -> None:
            spent[0] += cost(price, reply.tokens_in or 0, reply.tokens_out or 0)
            speed = next(one.speed for one in self.asked.tasks if one.id == task)
            rate = f"{speed:.1f}/s" if speed else ""
            money = f"{spent[0]:.4f} {price.currency}" if price else ""
            self.asked.update(task, advance=1, told=" · ".join(part for part in (rate, money) if part))

        return hear

    def tell(self, sentence: str) -> None:
        """Say what is waited for."""
        if self.console.is_terminal:
            self.console.print(escape(sentence), style="dim")


@contextmanager
def progress() -> Iterator[Board]:
    """A board for as long as the work lasts."""
    console = Console(stderr=True)
    board = Board(console)
    if not console.is_terminal:
        yield board
        return
    with Live(Group(board.rows, board.asked), console=console):
        yield board


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
