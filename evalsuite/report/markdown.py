"""`report.md`: the verdict, the primary numbers and the worst items, short enough for a CI job's summary."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from evalsuite.comparison import Comparison, Note, Row
from evalsuite.report.exhibits import cut, history
from evalsuite.report.figures import plain
from evalsuite.report.grid import grid
from evalsuite.report.names import GROUNDING, LIKELIHOOD, SETS, STOPPING, name
from evalsuite.report.told import OUTCOMES, pick, tell
from evalsuite.report.why import counts, why
from evalsuite.report.words import word
from schemas.page import legal

ROWS, ITEMS, NOTES = 40, 5, 20
TEXT = 240  # characters of a text of the data: 5 items of 6 texts, and a summary stays under 60 KB
PANELS = ("checker", "sweep", "trim", "harness")


def render_markdown(comparison: Comparison, *, lang: str = "en") -> str:
    """The report as GitHub-flavoured Markdown; every text of the data stands in a code span.

    Raises:
        UserError: If reports aren't written in that language.
    """
    verdict, rows = comparison.verdict, comparison.rows
    parts = [
        f"# {OUTCOMES[verdict][0]} {word(verdict, lang)}",
        _escaped(why(comparison, lang)),
        _notes(comparison.invalid, lang),
        _sides(comparison, lang),
        _notes(comparison.notes, lang),
        _section("primary", _numbers([row for row in rows if row.primary], lang), lang),
        _items(comparison.panels.get("items"), lang),
        _section("likelihood", _numbers(pick(rows, LIKELIHOOD, SETS), lang), lang),
        _section("stopping", _numbers(pick(rows, STOPPING), lang), lang),
        _notes([Note("cause", cause["en"], cause["zh"]) for cause in comparison.panels.get("causes", [])], lang),
        _section("grounding", _numbers(pick(rows, GROUNDING), lang), lang),
        *(_panel(key, comparison.panels, lang) for key in PANELS),
        _human(comparison.panels.get("human"), lang),
    ]
    return legal("\n\n".join(part for part in parts if part)) + "\n"


def code(text: object, most: int = TEXT) -> str:
    """A text of the data as one code span, safe in a table too: on one line, fenced with enough backticks."""
    told = re.sub(r"\s+", " ", cut(text, most)).strip() or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", told)), default=0))
    pad = " " if told[0] == "`" or told[-1] == "`" else ""
    return f"{fence}{pad}{told}{pad}{fence}".replace("|", "\\|")


def _escaped(text: str) -> str:
    """Outside code: no markup, no HTML, no mention of people."""
    return re.sub(r"([\\`*_\[\]<>|~#@&])", r"\\\1", re.sub(r"\s+", " ", text))


def _section(key: str, body: str, lang: str) -> str:
    return f"## {word(key, lang)}\n\n{body}" if body else ""


def _notes(notes: Sequence[Note], lang: str) -> str:
    return "\n".join(f"- {_escaped(cut(note.en if lang == 'en' else note.zh, 600))}" for note in notes[:NOTES])


def _sides(comparison: Comparison, lang: str) -> str:
    lines = []
    for side in comparison.sides:
        told = [f"{_escaped(name(str(key), lang))} {code(plain(value), 120)}" for key, value in list(side.items())[:12]]
        lines.append("- " + " · ".join(told))
    if held := counts(comparison, lang):
        lines.append(f"- {_escaped(held)}")
    return "\n".join(lines)


def _numbers(rows: Sequence[Row], lang: str) -> str:
    if not rows:
        return ""
    keys = ("metric", "verdict", "base_tuned", "delta", "interval", "adjusted", "flips", "n")
    lines = [_line([word(key, lang) for key in keys]), _line(["---", "---", *["---:"] * 6])]
    for row in rows[:ROWS]:
        told = tell(row, lang)
        verdict = f"**{told.verdict}**" if row.primary else told.verdict
        needed = word("in_brackets", lang, text=told.needed) if told.needed else ""
        cells = [_escaped(cut(f"{told.metric} · {told.where}", 160)), verdict + needed, f"{told.base} → {told.tuned}"]
        flips = f"{told.improved} / {told.worsened}"
        lines.append(_line([*cells, told.delta, told.interval, told.adjusted.replace("<", "&lt;"), flips, told.n]))
    if len(rows) > ROWS:
        lines.append("\n" + word("shown_rows", lang, shown=ROWS, total=len(rows)))
    return "\n".join(lines)


def _items(items: Sequence[Mapping[str, Any]] | None, lang: str) -> str:
    if items is None:
        return ""
    worse = [item for item in items if item.get("change") == "worse"]
    if not worse:
        return _section("items", word("nothing_here", lang), lang)
    body = "\n\n".join(_item(item, lang) for item in worse[:ITEMS])
    shown = word("shown_items", lang, shown=min(ITEMS, len(worse)), total=len(worse))
    return _section("items", f"{body}\n\n{shown}", lang)


def _item(item: Mapping[str, Any], lang: str) -> str:
    values = " → ".join(plain(value) for value in item.get("values") or [])
    head = f"{code(item.get('question'))} {_escaped(name(str(item.get('metric', '')), lang))} {values}"
    lines = [f"- {head}"]
    lines += [f"  - {word(key, lang)}: {code(item[key])}" for key in ("reference", "base", "tuned") if item.get(key)]
    for row in (item.get("neighbours") or [])[:1]:
        lines.append(f"  - {word('neighbours', lang)}: {code(row.get('question'))} {code(history(row.get('id', '')))}")
    return "\n".join(lines)


def _panel(key: str, panels: Mapping[str, Any], lang: str) -> str:
    if key not in panels:
        return ""
    told = grid(panels[key]["rows"][:ROWS], lang)
    if not told.rows:
        return _section(key, word("nothing_measured", lang), lang)
    lines = [_line([_escaped(cut(head, 60)) for head, _ in told.heads[:12]])]
    lines.append(_line(["---:" if numeric else "---" for _, numeric in told.heads[:12]]))
    lines += [_line([cell if numeric else code(cell, 80) for cell, numeric in row[:12]]) for row in told.rows]
    advice = _escaped(panels[key].get("advice", {}).get(lang, ""))
    return _section(key, "\n".join(lines) + (f"\n\n{advice}" if advice else ""), lang)


def _human(panel: Mapping[str, Any] | None, lang: str) -> str:
    if not panel:
        return ""
    told = [f"{word(f'human_{key}', lang)} {plain(panel.get(key))}" for key in ("wins", "losses", "ties", "p")]
    return _section("human", " · ".join(told), lang)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
