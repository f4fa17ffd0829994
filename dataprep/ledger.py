"""The ledger: one line for everything that happened to a row, and the story of one row."""

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.artifacts import SPLITS, Layout
from schemas.errors import ArtifactError, UserError
from schemas.frames import EVENTS, FRAME, content, has_kind

EXCERPT = 500
"""Characters of a dropped row that the ledger keeps."""


def excerpt() -> pl.Expr:
    """The beginning of a row's text, for people, as one line of at most `EXCERPT` characters."""
    turn = pl.element().struct
    # Not pl.format: polars 2.1 panics on it inside list.eval when one chunk of the column has no messages.
    line = pl.concat_str(turn.field("role"), pl.lit(": "), turn.field("content"))
    said = pl.col("messages").list.eval(line)
    answer = content("assistant", column="chosen")
    whole = (
        pl.when(has_kind("text"))
        .then(pl.col("text"))
        .when(answer != "")
        .then(pl.concat_str(said.list.join(" ⏎ "), pl.lit(" ⏎ chosen: "), answer))
        .otherwise(said.list.join(" ⏎ "))
    )
    return whole.str.replace_all("\n", " ⏎ ", literal=True).str.slice(0, EXCERPT)


def with_excerpts(events: pl.DataFrame, rows: pl.LazyFrame) -> pl.DataFrame:
    """Give the lines that show nothing yet an excerpt of their row.

    Args:
        events: Schema `EVENTS`.
        rows: The rows that these lines speak of, dropped and kept (columns of `FRAME`).
    """
    silent = events.filter(pl.col("before").is_null()).select("source", "row").unique(maintain_order=True)
    told = rows.join(silent.lazy(), on=["source", "row"], how="semi").select("source", "row", shown=excerpt())
    shown = told.unique(["source", "row"], maintain_order=True).collect()
    joined = events.join(shown, on=["source", "row"], how="left", maintain_order="left")
    return joined.with_columns(before=pl.coalesce("before", "shown")).select(EVENTS.names())


def visible(text: str) -> str:
    """Dataset text on one line with nothing hidden: line ends, outer blanks, control and zero-width characters shown.

    What is shown can't move a terminal's cursor or hide in a report.
    """
    line = re.sub(r"^ +| +$", lambda blanks: "␣" * len(blanks[0]), text)
    for sign, shown in (("\r", "␍"), ("\n", " ⏎ "), ("\t", " ⇥ ")):
        line = line.replace(sign, shown)
    line = line.strip(" ")
    return "".join(sign if sign.isprintable() or sign == "\u3000" else f"⟨{ord(sign):04X}⟩" for sign in line)


@dataclass(frozen=True)
class Story:
    """What became of one row.

    Attributes:
        source: Its file.
        row: Its one-based line or row there.
        id: Its id, or None when it never became a record.
        place: The split it is in, or None when it left.
        kept: The canonical row, or None.
        lines: Its ledger lines, in the order of the stages.
    """

    source: str
    row: int
    id: str | None
    place: str | None
    kept: pl.DataFrame | None
    lines: pl.DataFrame


def explain(layout: Layout, question: str) -> list[Story]:
    """The stories of an id, or of what stood at `FILE:LINE`.

    Args:
        layout: The run to ask.
        question: A row id (bare or with its suffix; the first 8 characters do), or `FILE:LINE`, where
            FILE may be the end of the path.

    Raises:
        UserError: If the run knows no such row.
        ArtifactError: If there is no run.
    """
    if not layout.ledger.is_file():
        raise ArtifactError(f"No data artifact at {layout.data}", hint="gristmill data -c RECIPE")
    wanted = _filter(question)
    lines = pl.scan_parquet(layout.ledger).filter(wanted).collect()
    kept = [
        pl.scan_parquet(layout.split(split)).filter(wanted).with_columns(split=pl.lit(split)).collect()
        for split in SPLITS
    ]
    rows = pl.concat(kept)
    found = pl.concat([lines.select("source", "row"), rows.select("source", "row")])
    found = found.unique(maintain_order=True).sort("source", "row")
    if found.is_empty():
        others = sorted(root.name for root in layout.root.parent.iterdir() if root != layout.root and root.is_dir())
        elsewhere = f"; or ask another run: --run {' | '.join(others)}" if others else ""
        raise UserError(
            f"the run {layout.root.name!r} has no row {question}",
            hint=f"give an id from a Parquet or ledger file, or FILE:LINE as the report prints it{elsewhere}",
        )
    return [_story(source, row, lines, rows) for source, row in found.iter_rows()]


def _filter(question: str) -> pl.Expr:
    path, _, line = question.rpartition(":")
    if path and line.isdigit():
        name = Path(path).as_posix()
        here = (pl.col("source") == name) | pl.col("source").str.ends_with("/" + name.removeprefix("./"))
        return here & (pl.col("row") == int(line))
    if len(question) < 8:
        raise UserError(f"{question!r} is too short for an id", hint="give at least 8 characters, or FILE:LINE")
    return pl.col("id").str.starts_with(question)


def _story(source: str, row: int, lines: pl.DataFrame, rows: pl.DataFrame) -> Story:
    here = (pl.col("source") == source) & (pl.col("row") == row)
    mine, kept = lines.filter(here), rows.filter(here)
    ids = pl.concat([kept["id"], mine["id"]]).drop_nulls()
    return Story(
        source=source,
        row=row,
        id=ids[0] if len(ids) else None,
        place=kept["split"][0] if kept.height else None,
        kept=kept.select(FRAME.names()) if kept.height else None,
        lines=mine,
    )
