"""Reasons of the ledger with rows as examples, and groups of rows that contradict each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dataprep.dedup.exact import CONFLICT
from dataprep.ledger import visible
from dataprep.reasons import reason_sentence
from dataprep.report.artifact import Artifact
from dataprep.report.figures import count, cut, percent, place, why
from dataprep.report.names import name
from schemas.text.changes import Piece, changes

EACH, SHOWN, LISTED, OPEN = 3, 30, 80, 2  # examples of a reason; reasons with examples, at all, and with open ones
WINDOW = 320  # characters of an example
GROUPS, MEMBERS = 15, 4  # groups of contradicting rows, and rows of each


@dataclass(frozen=True)
class Example:
    """One line of the ledger: what it adds, its text in pieces of (tag, text), the command for the row's history."""

    detail: str
    pieces: Sequence[tuple[str, str]]
    why: str


@dataclass(frozen=True)
class Reason:
    """One reason of one stage: its anchor on the page, how many rows, some of them, and whether they lie open."""

    anchor: str
    reason: str
    stage: str
    sentence: str
    rows: str
    share: str
    examples: Sequence[Example]
    open: bool


def reasons(artifact: Artifact, key: str, verdicts: Sequence[str], lang: str) -> list[Reason]:
    """The manifest's tally `key` (`reasons`, `flags`, `edits`), most frequent first, the first with examples."""
    tally: Sequence[Mapping[str, Any]] = artifact.manifest.get(key) or []
    found = _examples(artifact, verdicts) if tally else {}
    read = artifact.manifest["rows"]["read"]
    return [
        Reason(
            anchor=f"{key}-{entry['stage']}-{entry['reason']}",
            reason=entry["reason"],
            stage=name(entry["stage"], lang),
            sentence=reason_sentence(entry["reason"], lang),
            rows=count(entry["rows"]),
            share=percent(entry["rows"], read),
            examples=found.get((entry["stage"], entry["reason"]), []) if number < SHOWN else [],
            open=number < OPEN,
        )
        for number, entry in enumerate(tally[:LISTED])
    ]


def conflicts(artifact: Artifact) -> list[list[Example]]:
    """Groups of rows with one prompt and different answers; what differs from the first row is marked."""
    lines = artifact.ledger.filter((pl.col("reason") == CONFLICT) & pl.col("into").is_not_null())
    found = lines.select("place", "into").collect()
    groups = found["into"].unique(maintain_order=True).head(GROUPS)
    chosen = found.filter(pl.col("into").is_in(groups.implode()), pl.int_range(pl.len()).over("into") < MEMBERS)
    grouped: dict[str, list[dict[str, Any]]] = {}
    for line in artifact.lines(chosen["place"]):
        grouped.setdefault(line["into"], []).append(line)
    return [_contrast(members) for members in grouped.values() if len(members) > 1]


def _contrast(members: Sequence[Mapping[str, Any]]) -> list[Example]:
    texts = [cut(visible(member["before"] or ""), WINDOW) for member in members]
    marked = [_marked(changes(texts[0], text)[1], "mark") for text in texts[1:]]
    first: list[tuple[str, str]] = [("", texts[0])]
    return [_example(member, pieces) for member, pieces in zip(members, [first, *marked], strict=True)]


def _examples(artifact: Artifact, verdicts: Sequence[str]) -> dict[tuple[str, str], list[Example]]:
    """Up to `EACH` lines for each stage and reason, spread evenly over them."""
    keys = artifact.ledger.filter(pl.col("verdict").is_in(verdicts)).select("place", "stage", "reason").collect()
    at, size = pl.int_range(pl.len()).over("stage", "reason"), pl.len().over("stage", "reason")
    chosen = keys.filter((at * EACH) // size != ((at - 1) * EACH) // size)
    found: dict[tuple[str, str], list[Example]] = {}
    for line in artifact.lines(chosen["place"]):
        found.setdefault((line["stage"], line["reason"]), []).append(_example(line, _pieces(line)))
    return found


def _pieces(line: Mapping[str, Any]) -> list[tuple[str, str]]:
    before, after = (None if line[key] is None else visible(line[key]) for key in ("before", "after"))
    if before is None or after is None:
        return [("", cut(before, WINDOW))] if before else []
    old, new = changes(before[:WINDOW], after[:WINDOW])
    return [*_marked(old, "del"), ("", " → "), *_marked(new, "ins")]


def _marked(pieces: Sequence[Piece], tag: str) -> list[tuple[str, str]]:
    return [(tag if apart else "", text) for apart, text in pieces]


def _example(line: Mapping[str, Any], pieces: list[tuple[str, str]]) -> Example:
    spot = place(line["source"], line["row"])
    detail = visible(cut(line["detail"], 160))
    if line["into"] and line["into"] != line["id"] and detail:
        detail = f"→ {detail}"
    elif line["into"]:
        detail = ""
    return Example(detail, pieces, why(spot if line["row"] else str(line["source"])))
