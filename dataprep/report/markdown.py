"""The balance sheet for people: what came in, what left and why, what was edited, where the rest went."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dataprep.ledger import visible
from dataprep.phrases import balance_of, phrase
from dataprep.reasons import reason_sentence
from dataprep.report import augmentation, evidence
from dataprep.report.names import name
from dataprep.report.verdict import judge
from dataprep.report.words import word
from schemas.artifacts import SPLITS

EXAMPLES = 3
"""Rows shown for each reason."""

WINDOW = 120
"""Characters of a row that the report shows."""


def report(manifest: Mapping[str, Any], ledger: pl.DataFrame, *, lang: str = "en") -> str:
    """Write the report of an artifact.

    Args:
        manifest: The artifact's manifest.
        ledger: Its ledger (schema `EVENTS`).
        lang: `en` or `zh`.

    Returns:
        Markdown; dataset text stands in code spans, so that nothing of it is rendered.
    """
    parts = [
        f"# {phrase('title', lang)}: {manifest['name']}",
        balance_of(manifest["rows"], lang),
        "\n".join(f"- {sign} {escape(told)}" for sign, _, told, _ in judge(manifest, lang).findings[1:]),
        f"## {phrase('files', lang)}",
        _files(manifest["sources"], lang),
        f"## {phrase('stages', lang)}",
        _stages(manifest["stages"], lang),
        f"## {phrase('left', lang)}",
        _tally(manifest["reasons"], ledger, ("dropped", "merged"), lang),
        f"## {phrase('edits', lang)}",
        _tally(manifest["edits"], ledger, ("changed",), lang),
        f"## {phrase('flags', lang)}",
        _tally(manifest["flags"], ledger, ("flagged",), lang),
        *_found(manifest, lang),
        *_augmented(manifest, lang),
        f"## {phrase('splits', lang)}",
        _splits(manifest["splits"], lang),
        f"## {phrase('exports', lang)}",
        _exports(manifest["exports"], lang),
        *[phrase("moved", lang).format(**move) for move in manifest["moved"]],
        phrase("why", lang),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _files(sources: Sequence[Mapping[str, Any]], lang: str) -> str:
    head = [phrase(word, lang) for word in ("file", "format", "read", "kept", "dropped", "notes")]
    lines = []
    for source in sources:
        notes = list(source["notes"])
        if source["unmapped"]:
            notes.append(phrase("unmapped", lang).format(columns=", ".join(source["unmapped"])))
        counts = [f"{source[name]:,}" for name in ("read", "kept", "dropped")]
        lines.append([code(source["source"]), source["format"] or "–", *counts, escape("; ".join(notes))])
    total = [f"**{sum(source[name] for source in sources):,}**" for name in ("read", "kept", "dropped")]
    return table(head, [*lines, [f"**{phrase('total', lang)}**", "", *total, ""]], right=(2, 3, 4))


def _stages(stages: Sequence[Mapping[str, Any]], lang: str) -> str:
    head = [phrase(word, lang) for word in ("stage", "rows_in", "kept", "dropped")]
    lines = [[stage["stage"], *[f"{stage[name]:,}" for name in ("rows_in", "kept", "dropped")]] for stage in stages]
    return table(head, lines, right=(1, 2, 3))


def _tally(counts: Sequence[Mapping[str, Any]], ledger: pl.DataFrame, verdicts: Sequence[str], lang: str) -> str:
    if not counts:
        return phrase("none", lang)
    events = ledger.filter(pl.col("verdict").is_in(verdicts))
    blocks = []
    for count in counts:
        sentence = reason_sentence(count["reason"], lang)
        shown = events.filter((pl.col("reason") == count["reason"]) & (pl.col("stage") == count["stage"])).head(
            EXAMPLES
        )
        examples = [f"  - {_example(event)}" for event in shown.iter_rows(named=True)]
        title = f"- **{count['reason']}** ({count['stage']}): {count['rows']:,}" + (f". {sentence}" if sentence else "")
        blocks.append("\n".join([title, *examples]))
    return "\n".join(blocks)


def _example(event: Mapping[str, Any]) -> str:
    place = code(f"{event['source']}:{event['row']}")
    if event["into"]:
        place += f" → {code(event['detail'])}" if event["into"] != event["id"] else ""
    elif event["detail"]:
        place += f", {escape(event['detail'][:WINDOW])}"
    if event["before"] is not None and event["after"] is not None:
        return f"{place}: {code(event['before'][:WINDOW])} → {code(event['after'][:WINDOW])}"
    return f"{place}: {code(event['before'][:WINDOW])}" if event["before"] else place


def _found(manifest: Mapping[str, Any], lang: str) -> list[str]:
    """Sections of what newer manifests hold; the page `report.html` shows the rows behind them."""
    heads = {
        "duplicates": ("duplicates", "rows"),
        "personal": ("kind", "action", "found", "rows"),
        "benchmarks": ("benchmark", "items", "rows"),
        "leaks": ("measure", "found"),
        "language": ("language", "rows"),
        "mix": ("group", "rows_in", "rows_out", "counted", "token_count", "share"),
    }
    lines: dict[str, list[list[str]]] = {
        "duplicates": [[*pair] for pair in evidence.repeated(manifest, lang)],
        "personal": [[*line[:4]] for line in evidence.personal(manifest, lang)],
        "benchmarks": [[code(each), items, rows] for each, items, rows, *_ in evidence.benchmarks(manifest)],
        "leaks": [[*pair] for pair in evidence.certificate(manifest, lang)],
        "language": [[name(e["language"], lang), f"{e['rows']:,}"] for e in manifest.get("language") or []],
        "mix": [[escape(group), *cells] for group, cells in evidence.mix(manifest, lang)],
    }
    parts = []
    for key, found in lines.items():
        if found:
            right = [place for place, head in enumerate(heads[key]) if place and head != "action"]
            title = word("spoken" if key == "language" else key, lang)
            parts += [f"## {title}", table([word(head, lang) for head in heads[key]], found, right=right)]
    return parts


def _augmented(manifest: Mapping[str, Any], lang: str) -> list[str]:
    """What was asked, accepted and rejected; the page shows the drafts."""
    told = [(key, f"{value} {more}".strip()) for key, value, more in augmentation.numbers(manifest, lang)]
    if not told:
        return []
    told += augmentation.makers(manifest, lang)
    tables = {
        ("method", "style", "asked_for", "accepted", "accepted_share"): augmentation.methods(manifest, lang),
        ("rule", "drafts", "meaning"): [list(line) for line in augmentation.rules(manifest, lang)],
        ("slice", "rows", "asked_for", "accepted", "new"): augmentation.balance(manifest),
        ("measure", "old", "new", "delta", "reading"): augmentation.diversity(manifest, lang),
    }
    words = {"method", "style", "rule", "meaning", "slice", "measure", "delta", "reading"}
    parts = [f"## {word('augmentation', lang)}", "\n".join(f"- {key}: {escape(value)}" for key, value in told)]
    for heads, lines in tables.items():
        if lines:
            right = [place for place, head in enumerate(heads) if head not in words]
            cells = [[escape(cell) for cell in line] for line in lines]
            parts.append(table([word(head, lang) for head in heads], cells, right=right))
    return parts


def _splits(shares: Sequence[Mapping[str, Any]], lang: str) -> str:
    """One line for each source and kind, one column for each split."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for share in shares:
        cells = grouped.setdefault((share["source"], share["kind"]), [])
        cells.append(f"{share['rows']:,} ({share['share']:.0%})")
    head = [phrase("file", lang), phrase("kind", lang), *SPLITS]
    return table(head, [[code(source), kind, *cells] for (source, kind), cells in grouped.items()], right=(2, 3, 4))


def _exports(exports: Sequence[Mapping[str, Any]], lang: str) -> str:
    head = [phrase(word, lang) for word in ("file", "format", "rows", "not_written")]
    lines = [[code(entry["files"]), entry["format"], f"{entry['rows']:,}", refusals(entry)] for entry in exports]
    return table(head, lines, right=(2,))


def refusals(entry: Mapping[str, Any]) -> str:
    """Why rows are not in an export: `80 would_lose_tools`."""
    return ", ".join(f"{rows:,} {reason}" for reason, rows in entry["refused"].items())


def table(head: Sequence[str], lines: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """A Markdown table."""
    rule = ["---:" if place in right else "---" for place in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, rule, *lines])


def code(text: str) -> str:
    """Dataset text as a code span: one line, no backtick and no bar that could end it."""
    flat = visible(text).replace("`", "ˋ").replace("|", "¦")
    return f"`{flat}`" if flat else "`∅`"


def escape(text: str) -> str:
    """Text that Markdown and a table cell leave alone."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").replace("`", "\\`").replace("\n", " ")
