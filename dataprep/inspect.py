"""A look at raw files: format, counts, lengths, languages, faults. Nothing is written."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as slot
from pathlib import Path
from typing import Any

import polars as pl

from dataprep.convert import Plan, convert
from dataprep.convert.columns import columns_of
from dataprep.files import Batch, Input, discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Source
from schemas.errors import InputError
from schemas.frames import FRAME, content, empty, field, has_kind
from schemas.text.script import language

OPENING = 300
"""Characters of a prompt, answer or text that its language is told by; counting all of them takes ten times as long."""

PERCENTILES = {"p5": 0.05, "p50": 0.5, "p95": 0.95, "max": 1.0}


@dataclass(frozen=True)
class Look:
    """What a file holds.

    Attributes:
        source: Its name.
        format: The format that its rows are read as; None when it has none or it is unclear.
        confidence: How sure, 0 to 1.
        why: The reason for the format, or what is wrong.
        columns: Part -> source column.
        unmapped: Columns that no part takes.
        ambiguous: Sentences about columns that claim the same part.
        notes: What the door has to say (encoding, separator ...).
        rows: Rows read.
        records: Rows that became records.
        faults: Reason -> rows that did not.
        flags: Reason -> rows that are worth a look.
        kinds: Kind -> rows.
        languages: Language -> rows, by script.
        lengths: Of prompts, answers and texts, in characters: part -> percentile -> number.
        turns: Percentile -> messages in a row.
        seen: Every column of the first rows.
    """

    source: str
    format: str | None
    confidence: float
    why: str
    columns: dict[str, str] = slot(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    rows: int = 0
    records: int = 0
    faults: dict[str, int] = slot(default_factory=dict)
    flags: dict[str, int] = slot(default_factory=dict)
    kinds: dict[str, int] = slot(default_factory=dict)
    languages: dict[str, int] = slot(default_factory=dict)
    lengths: dict[str, dict[str, int]] = slot(default_factory=dict)
    turns: dict[str, int] = slot(default_factory=dict)
    seen: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The look as plain JSON values."""
        return asdict(self)


def inspect(sources: Sequence[Source], *, root: Path) -> Iterator[Look]:
    """Look at every file of some sources, one after the other, in bounded memory.

    Raises:
        InputError: If a path matches nothing.
    """
    found = discover(sources, root=root)
    for item in found.inputs:
        yield _look(item)
    for name, fault in found.refused.select("source", "fault").iter_rows():
        yield Look(name, None, 0.0, fault)


@dataclass
class _Tally:
    """What the batches of one file add up to."""

    seen: Sequence[str] = ()
    rows: int = 0
    notes: list[str] = slot(default_factory=list)
    faults: Counter[str] = slot(default_factory=Counter)
    flags: Counter[str] = slot(default_factory=Counter)
    measured: list[pl.DataFrame] = slot(default_factory=lambda: [measure(empty(FRAME))])

    def add(self, batch: Batch, name: str, chosen: Plan | None) -> None:
        self.rows += batch.frame.height
        self.notes += [note for note in batch.notes if note not in self.notes]
        readable = batch.frame if chosen else batch.frame.filter(pl.col("fault").is_not_null())
        result = convert(readable, {name: chosen} if chosen else {})
        for verdict, reason in result.events.select("verdict", "reason").iter_rows():
            (self.faults if verdict == "dropped" else self.flags)[reason] += 1
        self.measured.append(measure(result.kept))


def _look(item: Input) -> Look:
    batches = read(item)
    first, rows = sample(batches)
    try:
        chosen, unclear = choose_plan(item, rows), ""
    except InputError as fault:
        chosen, unclear = None, fault.message.removeprefix(f"{item.name}: ")
    tally = _Tally(seen=columns_of(rows))
    for batch in _all(first, batches):
        tally.add(batch, item.name, chosen)
    return _summary(item.name, chosen, unclear, tally)


def _all(first: list[Batch], rest: Iterator[Batch]) -> Iterator[Batch]:
    yield from first
    yield from rest


def measure(frame: pl.DataFrame) -> pl.DataFrame:
    """Length in characters, turns, kind and language of every row of a canonical frame."""
    answer = pl.when(has_kind("sft")).then(content("assistant")).otherwise(content("assistant", column="chosen"))
    prompt = pl.concat_str(content("user"), field("context", role="user").list.join("\n"))
    said = pl.concat_str(prompt.str.head(OPENING), answer.str.head(OPENING))
    return frame.select(
        kind=pl.col("kind").cast(pl.String),
        turns=pl.col("messages").list.len().cast(pl.Int64),
        prompt=pl.when(~has_kind("text")).then(prompt.str.len_chars()).cast(pl.Int64),
        answer=pl.when(~has_kind("text")).then(answer.str.len_chars()).cast(pl.Int64),
        text=pl.col("text").str.len_chars().cast(pl.Int64),
        language=language(pl.coalesce(pl.col("text").str.head(OPENING), said)),
    )


def _summary(name: str, chosen: Plan | None, unclear: str, tally: _Tally) -> Look:
    match = chosen.match if chosen else None
    measured = pl.concat(tally.measured)
    if unclear and tally.rows > tally.faults.total():
        tally.faults["unknown_format"] = tally.rows - tally.faults.total()
    return Look(
        source=name,
        format=chosen.format if chosen else None,
        confidence=round(match.confidence, 2) if match else float(chosen is not None),
        why=match.why if match else "named by the recipe" if chosen else unclear or "no readable row",
        columns=dict(chosen.columns) if chosen else {},
        unmapped=match.unmapped if match else (),
        ambiguous=match.ambiguous if match else (),
        notes=tuple(tally.notes),
        rows=tally.rows,
        records=measured.height,
        faults=dict(tally.faults.most_common()),
        flags=dict(tally.flags.most_common()),
        kinds=_counts(measured["kind"]),
        languages=_counts(measured["language"]),
        lengths={part: _percentiles(measured[part]) for part in ("prompt", "answer", "text") if measured[part].count()},
        turns=_percentiles(measured["turns"]),
        seen=tuple(tally.seen),
    )


def _counts(values: pl.Series) -> dict[str, int]:
    counted = values.value_counts(sort=True, name="rows").sort("rows", values.name, descending=[True, False])
    return {str(value): int(rows) for value, rows in counted.iter_rows()}


def _percentiles(values: pl.Series) -> dict[str, int]:
    known = values.drop_nulls()
    if known.is_empty():
        return {}
    return {name: int(known.quantile(share, "nearest") or 0) for name, share in PERCENTILES.items()}
