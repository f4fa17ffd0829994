"""How one file is converted: its format and columns, found by looking or told by the recipe."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import indent
from typing import Any

import yaml

from dataprep.convert.chat_columns import chat_columns, chat_recipe
from dataprep.convert.columns import GROUPS, columns_of, folded
from dataprep.convert.detect import detect
from dataprep.convert.format import Match, Row
from dataprep.convert.formats import FORMATS
from dataprep.convert.pair_columns import CHOSEN, REJECTED
from dataprep.convert.refusals import refusing
from schemas.errors import InputError

_LEAST_CONFIDENCE = 0.3  # a file may be half faults and still be of one format; below, the names say too little

_TURN_KEYS = frozenset({"role", "content"})
_RIVALS = {**GROUPS, "chosen": CHOSEN, "rejected": REJECTED, "label": ("label", "kto_tag"), "role": (), "content": ()}
"""What a column map may name, and which columns a named one silences; role and content are keys of turns."""


@dataclass(frozen=True)
class Plan:
    """How the rows of one file are read.

    Attributes:
        format: A name of `FORMATS`.
        columns: Part -> source column; parts that are absent take the format's own names.
        match: What looking at the sample told; None where the format was named but not recognised.
    """

    format: str
    columns: dict[str, str]
    match: Match | None


def plan(
    rows: Sequence[Row],
    *,
    format: str = "auto",  # noqa: A002 - the recipe's own word
    columns: Mapping[str, str] | None = None,
) -> Plan:
    """Decide how a file is read.

    Args:
        rows: A sample of its rows.
        format: A name of `FORMATS`, or `auto`.
        columns: Part -> source column, where looking should not decide; these columns have no rivals.

    Raises:
        InputError: For an unknown format, part or column, for rows of no known format, and for
            columns that claim one part together.
    """
    told = dict(columns or {})
    seen: Match | None
    rows = [row for row in rows if isinstance(row, Mapping)]
    _check(rows, format, told)
    sample = _as_told(rows, told)
    if format == "auto":
        name, seen = _surest(rows, sample)
    else:
        name, seen = format, FORMATS[format].recognise(sample) if sample else None
    if seen is None:
        return Plan(name, told, None)
    match = _in_own_names(rows, sample, seen, told)
    if idle := [part for part in told if part not in match.columns and part not in _TURN_KEYS]:
        known = f"The parts found: {', '.join(match.columns)}."
        raise InputError(f"The format {name} has no part {' or '.join(idle)} for these rows. {known}")
    if not match.ambiguous:
        return Plan(name, match.columns, match)
    if format != "auto" and told:
        return Plan(name, told, match)  # with format and columns named, nothing that is open is guessed
    raise InputError(
        f"It is unclear how to read these rows as {name}: {'; '.join(match.ambiguous)}. {_seen(rows)}",
        hint=f"Say in the recipe which column plays which part:\n{_recipe(name, match.columns)}",
    )


def _check(rows: Sequence[Row], name: str, told: Mapping[str, str]) -> None:
    """Stop at a format, part or column that doesn't exist."""
    if name != "auto" and name not in FORMATS:
        raise InputError(f"Unknown format {name!r}{_nearest(name, FORMATS)}", hint=f"Formats: {', '.join(FORMATS)}.")
    for part, column in told.items():
        if part not in _RIVALS:
            hint = f"Parts: {', '.join(_RIVALS)}."
            raise InputError(f"Unknown part {part!r} in the column map{_nearest(part, _RIVALS)}", hint=hint)
        seen = columns_of(rows)
        if rows and column not in seen and part not in _TURN_KEYS:
            raise InputError(f"There is no column {column!r}{_nearest(column, seen)} {_seen(rows)}")


def _as_told(rows: Sequence[Row], told: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with the named columns under their parts' names, and without these columns' rivals."""
    parts = {column: part for part, column in told.items() if part not in _TURN_KEYS}
    rivals = {alias for part in parts.values() for alias in (part, *_RIVALS[part])}
    return [
        {
            parts.get(column, column): cell
            for column, cell in row.items()
            if column in parts or folded(column) not in rivals
        }
        for row in rows
    ]


def _in_own_names(rows: Sequence[Row], sample: Sequence[Row], match: Match, told: Mapping[str, str]) -> Match:
    """The match of the renamed sample, in the file's own column names; silenced rivals are unmapped."""
    left = {column for column in columns_of(sample) if column not in told}
    silenced = [column for column in columns_of(rows) if column not in left and column not in told.values()]
    return replace(
        match,
        columns={part: told.get(column, column) for part, column in match.columns.items()}
        | {key: told[key] for key in _TURN_KEYS & told.keys()},
        unmapped=(*(told.get(column, column) for column in match.unmapped), *silenced),
    )


def _surest(rows: Sequence[Row], sample: Sequence[Row]) -> tuple[str, Match]:
    """The best match of the sample, if it is good enough; else the format that tells what no record holds."""
    found = detect(sample)
    if found and found[0][1].confidence >= _LEAST_CONFIDENCE:
        return found[0]
    if refused := refusing(sample, least=_LEAST_CONFIDENCE):
        return refused
    near = f" Nearest: {found[0][0]} ({found[0][1].why})." if found else ""
    if log := chat_columns(columns_of(rows)):
        raise InputError(
            f"These rows look like a chat log with one message per row. {_seen(rows)}",
            hint=f"Say so under this source in the recipe, and who is who:\n{indent(chat_recipe(log), ' ' * 6)}",
        )
    example = _recipe("query_response", {"query": "THE_QUESTION", "response": "THE_ANSWER"})
    raise InputError(
        f"These rows fit no known format. {_seen(rows)}{near}",
        hint=f"Name the format and its columns in the recipe, for example:\n{example}\nFormats: {', '.join(FORMATS)}.",
    )


def _seen(rows: Sequence[Row]) -> str:
    return f"Columns: {', '.join(columns_of(rows)) or 'none'}."


def _recipe(name: str, columns: Mapping[str, str]) -> str:
    """The lines of YAML that settle it, under `sources:`."""
    lines: str = yaml.safe_dump({"format": name, "columns": dict(columns)}, allow_unicode=True, sort_keys=False)
    return "".join(f"    {line}" for line in lines.splitlines(keepends=True)).rstrip()


def _nearest(word: str, known: Iterable[str]) -> str:
    """The end of a sentence about a wrong word."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)  # 问提 and 问题 are half alike
    return f"; did you mean {near[0]!r}?" if near else "."
