"""Rows to read: a sample that every split, file, language, kind and flag has a part in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dataprep.report.artifact import Artifact
from dataprep.report.figures import cut, place, why
from dataprep.report.names import name
from dataprep.report.words import word
from schemas.text.script import language

MOST = 300  # rows
TEXT, ROW = 900, 2400  # characters of a message, and of a row
FILTERS = ("split", "language", "kind", "source", "flag")


@dataclass(frozen=True)
class Entry:
    """One row to read.

    Attributes:
        place: `FILE:LINE`.
        values: Value of each of `FILTERS`; flags as a list.
        opening: One line of it.
        texts: Heading and text of every message.
        notes: What else there is to say.
        why: The command for its history.
    """

    place: str
    values: Mapping[str, Any]
    opening: str
    texts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    why: str


def entries(artifact: Artifact, lang: str) -> list[Entry]:
    """At most `MOST` rows: one of each stratum first, then a second one; within it by id, which is a hash."""
    flags = _flags(artifact)
    first = pl.col("flag").list.first()
    kept = artifact.kept.join(flags, on=["source", "row"], how="left", maintain_order="left")
    strata = ("split", "source", "language", "kind", "first")
    ranked = kept.with_columns(first=first).sort("id").with_columns(rank=pl.int_range(pl.len()).over(strata))
    chosen = ranked.sort("rank", "id").head(MOST).sort("source", "row")
    rows = artifact.rows(chosen["id"].to_list())
    spoken = _languages(rows)
    return [
        _entry(rows[line["id"]], {**line, "language": line["language"] or spoken[line["id"]]}, lang)
        for line in chosen.iter_rows(named=True)
    ]


def choices(found: Sequence[Entry], lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every filter with the values that occur and what people call them; those with one value are left out."""
    told = []
    for key in FILTERS:
        listed = (value for entry in found for value in _listed(entry.values[key]))
        values = sorted(dict.fromkeys(listed))
        if len(values) > 1 or (key == "flag" and values):
            told.append(
                (key, [(value, name(value, lang) if key not in {"source", "flag"} else value) for value in values])
            )
    return told


def _listed(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def _flags(artifact: Artifact) -> pl.DataFrame:
    """`source, row, flag`: what flagged each row."""
    lines = artifact.ledger.filter(pl.col("verdict") == "flagged").select("source", "row", "reason").collect()
    return lines.group_by("source", "row", maintain_order=True).agg(flag=pl.col("reason").unique(maintain_order=True))


def _languages(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    texts = pl.Series([" ".join(text for _, text in _texts(row, "en"))[:300] for row in rows.values()], dtype=pl.String)
    told = pl.DataFrame({"text": texts}).select(language(pl.col("text"))).to_series()
    return dict(zip(rows, told, strict=True))


def _entry(row: Mapping[str, Any], line: Mapping[str, Any], lang: str) -> Entry:
    left = ROW
    texts = []
    for head, text in _texts(row, lang):
        shown = text[: min(TEXT, left)]
        left -= len(shown)
        if len(shown) < len(text):
            head = f"{head} · {word('cut_text', lang, shown=f'{len(shown):,}', total=f'{len(text):,}')}"  # noqa: PLW2901
            shown += " …"
        texts.append((head, shown))
        if not left:
            break
    values = {key: line[key] for key in ("split", "language", "kind", "source")} | {"flag": line["flag"] or []}
    opening = next((text for head, text in _texts(row, lang) if text and head != name("system", lang)), "")
    return Entry(
        place(row["source"], row["row"]),
        values,
        cut(" ".join(opening[:200].split()), 90),
        texts,
        _notes(row, lang),
        why(row["id"]),
    )


def _texts(row: Mapping[str, Any], lang: str) -> Iterator[tuple[str, str]]:
    for message in row["messages"]:
        yield from _message(message, name(message["role"], lang), lang)
    for key in ("chosen", "rejected"):
        for message in row[key]:
            head = name("assistant" if row["kind"] == "kto" else key, lang)
            yield from _message(message, head, lang)
    if row["text"] is not None:
        yield name("text", lang), row["text"]


def _message(message: Mapping[str, Any], head: str, lang: str) -> Iterator[tuple[str, str]]:
    for key in ("context", "reasoning"):
        if message.get(key):
            yield f"{head} · {word(key, lang)}", message[key]
    if message.get("content") or not message.get("tool_calls"):
        yield head, message.get("content") or word("empty_text", lang)
    if message.get("tool_calls"):
        yield f"{head} · {word('tool_calls', lang)}", message["tool_calls"]


def _notes(row: Mapping[str, Any], lang: str) -> list[str]:
    notes = []
    if row["label"] is not None:
        notes.append(word("good_vote" if row["label"] else "bad_vote", lang))
    if row["tools"]:
        notes.append(f"{word('tools', lang)}{word('colon', lang)}{cut(row['tools'], 200)}")
    if row["repeat"] and row["repeat"] > 1:
        notes.append(word("repeat", lang, count=row["repeat"]))
    return notes
