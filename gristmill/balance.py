"""What `gristmill data` prints: the balance sheet of a run, or the plan of a dry one."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from dataprep.phrases import balance_of, phrase
from dataprep.reasons import reason_sentence
from dataprep.report import augmentation
from dataprep.report.markdown import refusals
from dataprep.report.words import word
from gristmill.terminal import columns, out, print_json, shown
from schemas.artifacts import SPLITS

if TYPE_CHECKING:
    from dataprep.intake import Opened
    from dataprep.make import Outcome


def outcome(done: "Outcome", lang: str, *, json: bool) -> None:
    """Print the balance sheet of a run."""
    manifest = done.manifest
    if json:
        print_json({"path": str(done.layout.data), "fresh": done.fresh, "seconds": done.seconds, **manifest})
        return
    _balance(manifest, lang)
    _kinds(manifest["splits"], lang)
    _exports(manifest["exports"], lang)
    _reasons(manifest["reasons"], "left", lang)
    _reasons(manifest["flags"], "flags", lang)
    _augmented(manifest, lang)
    _notes(manifest["notes"], lang)
    _verdict(done, lang)


def _balance(manifest: Mapping[str, Any], lang: str) -> None:
    """One line for each file: what was read, what is left, and where it went."""
    numbers = ("read", "kept", "dropped", *SPLITS)
    heads = [("file", False), ("format", False), *[(name, True) for name in numbers]]
    home = common_folder([source["source"] for source in manifest["sources"]])
    table = columns(
        *[(name if name in SPLITS else phrase(name, lang), right) for name, right in heads], title=home or None
    )
    placed = placed_rows(manifest["splits"], "source")
    sums = Counter[str]()
    for source in manifest["sources"]:
        line = {**source, **placed.get(source["source"], {})}
        sums.update({name: line.get(name, 0) for name in numbers})
        counts = [f"{line.get(name, 0):,}" for name in numbers]
        table.add_row(escape(source["source"].removeprefix(home)), source["format"] or "–", *counts)
    table.add_row(f"[bold]{phrase('total', lang)}[/bold]", "", *[f"[bold]{sums[name]:,}[/bold]" for name in numbers])
    out.print(table)
    out.print()


def _kinds(splits: Sequence[Mapping[str, Any]], lang: str) -> None:
    """The shares that the split came to, for each kind of row."""
    table = columns((phrase("kind", lang), False), *[(name, True) for name in SPLITS])
    for kind, rows in placed_rows(splits, "kind").items():
        whole = sum(rows.values())
        table.add_row(kind, *[f"{rows[name]:,} ({rows[name] / whole:.1%})" for name in SPLITS])
    out.print(table)
    out.print()


def _exports(exports: Sequence[Mapping[str, Any]], lang: str) -> None:
    """The formats that were asked for, and every file that lacks rows."""
    told = [entry for entry in exports if entry["files"].startswith("exports/") or entry["refused"]]
    if not told:
        return
    heads = [("file", False), ("rows", True), ("not_written", False)]
    title = f"[bold]{phrase('exports', lang)}[/bold]"
    table = columns(*[(phrase(name, lang), number) for name, number in heads], title=title)
    for entry in told:
        table.add_row(entry["files"], f"{entry['rows']:,}", refusals(entry))
    out.print(table)
    out.print()


def placed_rows(splits: Sequence[Mapping[str, Any]], by: str) -> dict[str, dict[str, int]]:
    """Rows of each split within each source or kind."""
    placed: dict[str, dict[str, int]] = {}
    for share in splits:
        rows = placed.setdefault(share[by], dict.fromkeys(SPLITS, 0))
        rows[share["split"]] += share["rows"]
    return placed


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


def _augmented(manifest: Mapping[str, Any], lang: str) -> None:
    """How many rewrites were asked for and accepted, what they cost, and which rules rejected the others."""
    told = augmentation.numbers(manifest, lang)
    if not told:
        return
    facts = " · ".join(f"{key} {value} {escape(more)}".strip() for key, value, more in told)
    out.print(f"[bold]{word('augmentation', lang)}[/bold]{word('colon', lang)}{facts}", highlight=False, soft_wrap=True)
    table = columns((word("drafts", lang), True), (word("rule", lang), False), (word("meaning", lang), False))
    found = augmentation.rules(manifest, lang)
    for rule, drafts, sentence in found:
        table.add_row(drafts, escape(rule), escape(sentence))
    if found:
        out.print(table)
    out.print()


def _notes(notes: Sequence[Mapping[str, str]], lang: str) -> None:
    """What the recipe asked of the split and didn't get."""
    for note in notes:
        out.print(f"[yellow]{escape(note[lang])}[/]", highlight=False, soft_wrap=True)
    if notes:
        out.print()


def _verdict(done: "Outcome", lang: str) -> None:
    out.print(balance_of(done.manifest["rows"], lang).replace("**", ""), style="bold", highlight=False)
    path, seconds = shown(done.layout.data), f"{done.seconds:.1f}"
    out.print(phrase("fresh" if done.fresh else "unchanged", lang).format(path=path, seconds=seconds), highlight=False)
    out.print(phrase("next_why", lang).format(report=f"{path}/report.html"), highlight=False, soft_wrap=True)


def reused(done: "Outcome", lang: str) -> None:
    """Say of how many pieces the signals were there already."""
    import orjson

    log = orjson.loads((done.layout.data / "run.log.json").read_bytes())
    out.print(phrase("signals_reused", lang).format(count=log.get("reused_signals", 0)), highlight=False)


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
