"""A comparison on the terminal: the verdict, the numbers that decided it, and what a person should know."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape

from gristmill.options import Lang
from gristmill.terminal import columns, out
from gristmill.words import word

if TYPE_CHECKING:
    from evalsuite.comparison import Comparison, Row

COLOURS = {"REGRESSED": "bold red", "NOT IMPROVED": "bold red", "INVALID": "bold red", "IMPROVED": "bold green"}

SHOWN = ("bits_per_byte", "chrf", "rougeL", "stopped", "looped", "invented")
"""Numbers that are printed beside those that decide; the report has them all."""

NARROW = 100
"""Columns below which the table leaves the change to its interval, and Chinese verdicts go without their code."""


def verdict(comparison: "Comparison", lang: Lang) -> None:
    """Print a comparison."""
    from evalsuite.report.why import why

    told = escape(f"{comparison.name}: {why(comparison, lang.value)}")
    style = COLOURS.get(comparison.verdict, "bold")
    out.print(f"[{style}]{named(comparison.verdict, lang)}[/]  {told}", highlight=False, soft_wrap=True)
    for note in comparison.invalid:
        out.print(f"  ✗ {escape(note.zh if lang == Lang.zh else note.en)}", highlight=False, soft_wrap=True)
    heads = [word(key, lang) for key in ("base", "tuned_side")]
    names = [str(side["name"]) for side in comparison.sides]
    if names[0] != "base":
        heads = ["A", "B"]
        out.print(f"  A: {escape(names[0])} · B: {escape(names[1])}", highlight=False, soft_wrap=True)
    _numbers([row for row in comparison.rows if row.primary], heads, lang, title=word("decides", lang))
    others = [row for row in comparison.rows if not row.primary and row.set == "eval" and row.metric in SHOWN]
    _numbers(others, heads, lang, title=word("beside", lang))
    for note in comparison.notes:
        out.print(f"  · {escape(note.zh if lang == Lang.zh else note.en)}", highlight=False, soft_wrap=True)


def named(verdict: str | None, lang: Lang, *, short: bool = False) -> str:
    """A verdict's code; in Chinese with the word for it, or only that word where space is short."""
    from evalsuite.report.figures import NONE
    from evalsuite.report.words import word as told

    if verdict is None:
        return NONE
    if lang == Lang.en:
        return verdict
    return told(verdict, lang.value) if short else f"{verdict} {told(verdict, lang.value)}"


def _numbers(rows: Sequence["Row"], heads: Sequence[str], lang: Lang, *, title: str) -> None:
    from evalsuite.policy import row_name
    from evalsuite.report.told import tell

    if not rows:
        return
    narrow = out.width < NARROW
    change = [] if narrow else [(word("delta", lang), True)]
    interval = (word("change_interval" if narrow else "interval", lang), True)
    figures = [(word("n", lang), True), *((head, True) for head in heads), *change, interval]
    table = columns((word("number", lang), False), *figures, (word("verdict", lang), False), title=title)
    for row in rows:
        told = tell(row, lang.value)
        changed = [] if narrow else [told.delta]
        said = named(row.verdict, lang, short=narrow)
        style = COLOURS.get(row.verdict or "") if row.primary else None
        cell = f"[{style}]{said}[/]" if style else said
        table.add_row(escape(row_name(row)), told.n, told.base, told.tuned, *changed, escape(told.interval), cell)
    out.print(table, highlight=False)
