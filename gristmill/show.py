"""What a person sees in the terminal: tables on stdout, progress on stderr."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from dataprep.ledger import visible
from dataprep.phrases import phrase
from dataprep.reasons import reason_sentence
from schemas.artifacts import Layout

if TYPE_CHECKING:
    from dataprep.inspect import Look
    from dataprep.intake import Opened
    from dataprep.ledger import Story
    from dataprep.make import Outcome
    from dataprep.rewrite import Rewritten

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


def looks(found: Iterable["Look"], lang: str) -> None:
    """Print what `inspect` saw, a block for each file."""
    for look in found:
        sure = f" ({phrase('sure', lang)} {look.confidence:.0%})" if look.format else ""
        title = f"{escape(look.source)}  [bold]{escape(look.format or '?')}[/bold]{sure}"
        out.print(title, highlight=False)
        for name, told in _facts(look, lang):
            out.print(f"  {name:<12}{escape(told)}", highlight=False, soft_wrap=True)
        out.print()


def _facts(look: "Look", lang: str) -> list[tuple[str, str]]:
    facts = [(phrase("why_format", lang), look.why)]
    facts += [("!", sentence) for sentence in look.ambiguous]
    if look.rows:
        kinds = ", ".join(f"{kind} {rows:,}" for kind, rows in look.kinds.items())
        facts.append(
            (phrase("rows", lang), f"{look.rows:,} → {look.records:,} {phrase('records', lang)} ({kinds or '–'})")
        )
    if look.languages:
        facts.append((phrase("languages", lang), shares(look.languages)))
    for part, sizes in look.lengths.items():
        told = " / ".join(f"{sizes[name]:,}" for name in ("p50", "p95", "max"))
        facts.append((phrase(part, lang), f"{told}  {phrase('lengths', lang)}"))
    if look.unmapped:
        facts.append(("→ meta", ", ".join(look.unmapped)))
    facts += [(phrase("notes", lang), note) for note in look.notes]
    for reason, rows in {**look.faults, **look.flags}.items():
        facts.append((phrase("faults", lang), f"{rows:,} {reason}: {reason_sentence(reason, lang)}"))
    return facts


def shares(counts: Mapping[str, int]) -> str:
    """`zh 80%, en 20%`."""
    whole = sum(counts.values())
    told = {name: f"{rows / whole:.0%}" if rows >= 0.01 * whole else "<1%" for name, rows in counts.items()}
    return ", ".join(f"{name} {share}" for name, share in told.items())


def looks_json(found: Iterable["Look"]) -> None:
    """Print what `inspect` saw as a JSON list."""
    print_json([look.as_dict() for look in found])


def drafted(found: Sequence["Look"], target: Path) -> None:
    """Say what `init` wrote."""
    for look in found:
        out.print(f"{escape(look.source)}: {look.format or 'undecided'}, {look.rows:,} rows", highlight=False)
    out.print(
        f"[bold]{escape(str(target))}[/bold] written. Next: gristmill data -c {escape(str(target))}", highlight=False
    )


def rewritten(done: "Rewritten", lang: str) -> None:
    """Say what `convert` wrote and what it left."""
    for source, name in done.formats.items():
        out.print(f"{escape(source)}: {name or '–'}", highlight=False)
    told = phrase("written", lang).format(rows=f"{done.written:,}", read=f"{done.read:,}", path=done.target)
    out.print(told, highlight=False, soft_wrap=True)
    if done.rejects:
        lost = done.left.select("source", "row").n_unique()
        out.print(phrase("rejects", lang).format(rows=f"{lost:,}", path=done.rejects), highlight=False, soft_wrap=True)


def formats(*, json: bool) -> None:
    """List the formats."""
    from dataprep.convert import FORMATS

    if json:
        print_json(list(FORMATS))
        return
    for name in FORMATS:
        out.print(name, highlight=False)


def outcome(done: "Outcome", lang: str, *, json: bool) -> None:
    """Print the balance sheet of a run."""
    manifest = done.manifest
    if json:
        print_json({"path": str(done.layout.data), "fresh": done.fresh, "seconds": done.seconds, **manifest})
        return
    heads = [("file", False), ("format", False), ("read", True), ("kept", True), ("dropped", True)]
    home = common_folder([source["source"] for source in manifest["sources"]])
    table = columns(*[(phrase(name, lang), number) for name, number in heads], title=home or None)
    for source in manifest["sources"]:
        counts = [f"{source[name]:,}" for name in ("read", "kept", "dropped")]
        table.add_row(escape(source["source"].removeprefix(home)), source["format"] or "–", *counts)
    sums = [
        f"[bold]{sum(source[name] for source in manifest['sources']):,}[/bold]" for name in ("read", "kept", "dropped")
    ]
    table.add_row(f"[bold]{phrase('total', lang)}[/bold]", "", *sums)
    out.print(table)
    out.print()
    _reasons(manifest["reasons"], "left", lang)
    _reasons(manifest["flags"], "flags", lang)
    _verdict(done, lang)


def planned(found: Iterable["Opened"], refused: Iterable[tuple[str, str]], stages: Sequence[str], lang: str) -> None:
    """Say what a run would read and do."""
    heads = [("file", False), ("format", False), ("sure", True), ("notes", False)]
    table = columns(
        *[(phrase(name, lang), number) for name, number in heads], title=f"[bold]{phrase('plan', lang)}[/bold]"
    )
    for entry in found:
        match = entry.plan.match if entry.plan else None
        notes = list(entry.notes)
        if match and match.unmapped:
            notes.append(phrase("unmapped", lang).format(columns=", ".join(match.unmapped)))
        name = entry.plan.format if entry.plan else "–"
        table.add_row(
            escape(entry.item.name), name, f"{match.confidence:.0%}" if match else "", escape("; ".join(notes))
        )
    for name, fault in refused:
        table.add_row(escape(name), "–", "", escape(fault))
    out.print(table)
    out.print(phrase("order", lang).format(stages=" → ".join(stages)), highlight=False, soft_wrap=True)


def common_folder(names: Sequence[str]) -> str:
    """The folder that all names begin with, with its slash; "" when there is none."""
    folders = [name.rpartition("/")[0] for name in names]
    shared = os.path.commonpath(folders) if folders and all(folders) else ""
    return f"{shared}/" if shared and not shared.endswith(":") else ""


def _reasons(counts: Sequence[Mapping[str, Any]], title: str, lang: str) -> None:
    if not counts:
        return
    heads = [("rows", True), ("reason", False), ("stage", False), ("meaning", False)]
    table = columns(
        *[(phrase(name, lang), number) for name, number in heads], title=f"[bold]{phrase(title, lang)}[/bold]"
    )
    for count in counts:
        sentence = reason_sentence(count["reason"], lang)
        table.add_row(f"{count['rows']:,}", escape(count["reason"]), count["stage"], escape(sentence))
    out.print(table)
    out.print()


def _verdict(done: "Outcome", lang: str) -> None:
    rows = {name: f"{count:,}" for name, count in done.manifest["rows"].items()}
    out.print(phrase("verdict", lang).replace("**", "").format(**rows), style="bold", highlight=False)
    path, seconds = shown(done.layout.data), f"{done.seconds:.1f}"
    out.print(phrase("fresh" if done.fresh else "unchanged", lang).format(path=path, seconds=seconds), highlight=False)
    if not done.manifest["rows"]["kept"]:
        out.print(phrase("empty", lang), style="bold red")
    out.print(phrase("next_why", lang).format(report=f"{path}/report.md"), highlight=False, soft_wrap=True)


def shown(path: Path) -> str:
    """A path as short as the working folder allows."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def stories(found: Sequence["Story"], layout: Layout, lang: str, *, json: bool) -> None:
    """Print what became of rows."""
    if json:
        print_json([_story(story) for story in found])
        return
    for story in found:
        place = phrase("story_kept", lang).format(place=shown(layout.split(story.place))) if story.place else ""
        told = place or phrase("story_left", lang)
        out.print(f"[bold]{escape(story.source)}:{story.row}[/bold]  {story.id or ''}", highlight=False)
        for line in story.lines.iter_rows(named=True):
            _line(line, lang)
        if story.lines.is_empty():
            out.print(f"  {phrase('untouched', lang)}")
        out.print(f"  → {escape(told)}\n", style="green" if story.place else "red", highlight=False, soft_wrap=True)


def _line(line: Mapping[str, Any], lang: str) -> None:
    sentence = reason_sentence(line["reason"], lang)
    head = f"  {line['stage']:<12} {line['verdict']:<8} [bold]{escape(line['reason'])}[/bold] {escape(sentence)}"
    out.print(head, highlight=False, soft_wrap=True)
    if line["into"] != line["id"] and line["detail"]:
        sign = "→" if line["into"] else " "
        out.print(f"               {sign} {escape(visible(line['detail']))}", highlight=False, soft_wrap=True)
    for sign, name in (("-", "before"), ("+", "after")):
        if line[name]:
            out.print(
                f"               {sign} {escape(visible(line[name]))}", style="dim", highlight=False, soft_wrap=True
            )


def _story(story: "Story") -> dict[str, Any]:
    row = story.kept.to_dicts()[0] if story.kept is not None else None
    named = {"source": story.source, "row": story.row, "id": story.id, "place": story.place}
    return {**named, "record": row, "ledger": story.lines.to_dicts()}
