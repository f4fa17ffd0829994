"""What the looking commands print: files, formats, conversions."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from dataprep.ledger import visible
from dataprep.phrases import phrase
from dataprep.reasons import reason_sentence
from gristmill.terminal import out, print_json

if TYPE_CHECKING:
    from dataprep.inspect import Look
    from dataprep.intake import Opened
    from dataprep.rewrite import Rewritten


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
        told = look.format or ("undecided" if look.seen else look.why)
        out.print(f"{escape(look.source)}: {escape(told)}, {look.rows:,} rows", highlight=False, soft_wrap=True)
    out.print(
        f"[bold]{escape(str(target))}[/bold] written. Next: gristmill data -c {escape(str(target))}", highlight=False
    )


def rewritten(done: "Rewritten", lang: str) -> None:
    """Say what `convert` wrote and what it left."""
    for source, name in done.formats.items():
        out.print(f"{escape(source)}: {name or '–'}", highlight=False)
    for source, names in done.left_out.items():
        told = phrase("left_out", lang).format(
            source=source, format=done.formats[source], columns=", ".join(map(visible, names))
        )
        out.print(escape(told), highlight=False, soft_wrap=True)
    told = phrase("written", lang).format(rows=f"{done.written:,}", read=f"{done.read:,}", path=done.target)
    out.print(told, highlight=False, soft_wrap=True)
    if done.rejects:
        lost = done.left.select("source", "row").n_unique()
        out.print(phrase("rejects", lang).format(rows=f"{lost:,}", path=done.rejects), highlight=False, soft_wrap=True)


def planned_json(
    found: Iterable["Opened"], refused: Iterable[tuple[str, str]], stages: Sequence[str], ahead: Sequence[Any]
) -> None:
    """Print what a run would read, do and ask as JSON.

    Files that no reader takes have no format, and say why in notes.
    """
    sources = [_planned(entry) for entry in found]
    blank: dict[str, Any] = {"format": None, "confidence": None, "columns": {}, "unmapped": []}
    sources += [{"source": name, **blank, "notes": [fault]} for name, fault in refused]
    print_json({"sources": sources, "stages": stages, "augmentation": ahead})


def _planned(entry: "Opened") -> dict[str, Any]:
    match = entry.plan.match if entry.plan else None
    return {
        "source": entry.item.name,
        "format": entry.plan.format if entry.plan else None,
        "confidence": round(match.confidence, 2) if match else None,
        "columns": entry.plan.columns if entry.plan else {},
        "unmapped": match.unmapped if match else (),
        "notes": entry.notes,
    }


def formats(*, json: bool) -> None:
    """List the formats."""
    from dataprep.convert import FORMATS

    if json:
        print_json(list(FORMATS))
        return
    for name in FORMATS:
        out.print(name, highlight=False)
