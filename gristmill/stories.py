"""What became of rows: the story of one, a page of those that a rule struck, the difference of two runs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.text import Text

from dataprep.augment.drafts import SUFFIX
from dataprep.ledger import visible
from dataprep.phrases import phrase
from dataprep.reasons import reason_sentence
from gristmill.terminal import columns, out, print_json, shown
from schemas.artifacts import Layout
from schemas.text.changes import Piece, changes

if TYPE_CHECKING:
    import polars as pl

    from dataprep.ledger import Story
    from dataprep.losses import Page
    from dataprep.revision import Revision

INDENT = " " * 15
SHOWN = 160
"""Characters of a row in a list."""


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
        out.print(f"{INDENT}{sign} {escape(visible(line['detail']))}", highlight=False, soft_wrap=True)
    difference(line["before"], line["after"])


def difference(before: str | None, after: str | None, *, indent: str = INDENT) -> None:
    """Print a text before and after a change: what went in red, what came in green, the rest dim."""
    old, new = visible(before or ""), visible(after or "")
    marked = compared(old, new) if old and new else (Text(old, "dim"), Text(new, "dim"))
    for sign, line in zip("-+", marked, strict=True):
        if line.plain:
            out.print(Text(f"{indent}{sign} ", "dim") + line, highlight=False, soft_wrap=True)


def compared(old: str, new: str) -> tuple[Text, Text]:
    """Two lines with their differences coloured."""
    gone, come = changes(old, new)
    return _coloured(gone, "red strike"), _coloured(come, "green underline")


def _coloured(pieces: Sequence[Piece], style: str) -> Text:
    return Text.assemble(*((text, style if apart else "dim") for apart, text in pieces))


def _story(story: "Story") -> dict[str, Any]:
    row = story.kept.to_dicts()[0] if story.kept is not None else None
    named = {"source": story.source, "row": story.row, "id": story.id, "place": story.place}
    return {**named, "record": row, "ledger": story.lines.to_dicts()}


def rules(counted: "pl.DataFrame", lang: str, *, json: bool) -> None:
    """Print how many rows each rule struck."""
    if json:
        print_json(counted.to_dicts())
        return
    heads = [("rows", True), ("verdict", False), ("reason", False), ("stage", False), ("meaning", False)]
    table = columns(
        *[(phrase(name, lang) if name != "verdict" else phrase("fate", lang), right) for name, right in heads]
    )
    for verdict, stage, reason, rows in counted.iter_rows():
        table.add_row(f"{rows:,}", verdict, escape(reason), stage, escape(reason_sentence(reason, lang)))
    out.print(table)
    out.print(phrase("next_lost", lang), highlight=False)


def losses(page: "Page", lang: str, *, json: bool) -> None:
    """Print one page of the rows that a rule struck."""
    if json:
        print_json(
            {
                "rule": page.rule,
                "rows": page.rows,
                "page": page.page,
                "pages": page.pages,
                "lines": page.lines.to_dicts(),
            }
        )
        return
    sentence = reason_sentence(page.rule, lang)
    out.print(f"[bold]{escape(page.rule)}[/bold]  {page.rows:,}  {escape(sentence)}\n", highlight=False, soft_wrap=True)
    for line in page.lines.iter_rows(named=True):
        told = f"  {escape(visible(line['detail']))}" if line["detail"] else ""
        out.print(f"[bold]{escape(line['source'])}:{line['row']}[/bold]{told}", highlight=False, soft_wrap=True)
        difference(line["before"], line["after"], indent="  ")
    told = phrase("page", lang).format(page=page.page, pages=page.pages)
    following = f" · gristmill lost --by {page.rule} --page {page.page + 1}" if page.page < page.pages else ""
    out.print(f"\n{told}{following}", highlight=False, soft_wrap=True)


def revision(found: "Revision", lang: str, *, examples: int, json: bool) -> None:
    """Print the difference of two runs."""
    if json:
        tables = {"changes": found.changes, "rules": found.rules, "slices": found.slices}
        print_json({"counts": found.counts(), **{name: table.to_dicts() for name, table in tables.items()}})
        return
    names = [manifest["name"] for manifest in (found.old, found.new)]
    kept = [f"{manifest['rows']['kept']:,}" for manifest in (found.old, found.new)]
    out.print(
        f"[bold]{names[0]}[/bold] {kept[0]} → [bold]{names[1]}[/bold] {kept[1]} {phrase('rows', lang)}\n",
        highlight=False,
    )
    for kind, rows in found.counts().items():
        if rows:
            _examples(found, kind, rows, lang, examples=examples)
    _moved_rules(found, lang)
    _moved_slices(found, lang)
    if not any(found.counts().values()):
        out.print(phrase("no_change", lang), highlight=False)


def _examples(found: "Revision", kind: str, rows: int, lang: str, *, examples: int) -> None:
    from dataprep.revision import biggest

    out.print(f"[bold]{phrase('moved_rows' if kind == 'moved' else kind, lang)}[/bold] {rows:,}", highlight=False)
    for change in biggest(found.changes, kind, examples):
        sides = " → ".join(dict.fromkeys(side for side in (change["old_split"], change["new_split"]) if side))
        silent = "made" if change["source"].endswith(SUFFIX) else "not_read"
        why = change["why"] or (phrase(silent, lang) if kind in ("added", "removed") else "")
        out.print(
            f"  {escape(change['source'])}:{change['row']}  {sides}  {escape(why)}", highlight=False, soft_wrap=True
        )
        before, after = (text[:SHOWN] if text else None for text in (change["before"], change["after"]))
        difference(before, None if kind == "moved" else after, indent="    ")
    out.print()


def _moved_rules(found: "Revision", lang: str) -> None:
    if found.rules.is_empty():
        return
    heads = [("reason", False), ("stage", False), ("old", True), ("new", True), ("delta", True)]
    table = columns(
        *[(phrase(name, lang), right) for name, right in heads], title=f"[bold]{phrase('rules', lang)}[/bold]"
    )
    for _, stage, reason, old, new in found.rules.iter_rows():
        table.add_row(escape(reason), stage, f"{old:,}", f"{new:,}", f"{new - old:+,}")
    out.print(table)
    out.print()


def _moved_slices(found: "Revision", lang: str) -> None:
    """The slices whose share of the set differs."""
    heads = [("slice", False), ("old", True), ("new", True), ("share", True)]
    table = columns(
        *[(phrase(name, lang), right) for name, right in heads], title=f"[bold]{phrase('slices', lang)}[/bold]"
    )
    whole = [max(1, manifest["rows"]["kept"]) for manifest in (found.old, found.new)]
    for by, name, old, new in found.slices.iter_rows():
        if old != new:
            shares = f"{old / whole[0]:.1%} → {new / whole[1]:.1%}"
            table.add_row(f"{by} {escape(name)}", f"{old:,}", f"{new:,}", shares)
    if table.row_count:
        out.print(table)
        out.print()
