"""The ledger: one line for everything that happened to a row, and the story of one row."""

import os
import re
from collections.abc import Sequence
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


def shown(rows: pl.LazyFrame) -> pl.LazyFrame:
    """`source, row, shown`: the excerpt of every row."""
    return rows.select("source", "row", shown=excerpt())


def with_excerpts(events: pl.DataFrame, dropped: pl.DataFrame, kept: pl.LazyFrame) -> pl.DataFrame:
    """Give the lines that show nothing yet an excerpt of their row.

    Args:
        events: Schema `EVENTS`.
        dropped: `source, row, shown` of the dropped rows.
        kept: Rows that stayed, columns of `FRAME`.
    """
    silent = events.filter(pl.col("before").is_null()).select("source", "row").unique(maintain_order=True)
    flagged = shown(kept.join(silent.lazy(), on=["source", "row"], how="semi")).collect()
    excerpts = pl.concat([dropped.select(flagged.columns), flagged]).unique(["source", "row"], maintain_order=True)
    joined = events.join(excerpts, on=["source", "row"], how="left", maintain_order="left")
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
            FILE is a path from the working folder, or the end of one. The line of a message in a chat
            log asks for its conversation.

    Raises:
        UserError: If the run knows no such row.
        ArtifactError: If there is no run.
    """
    if not layout.ledger.is_file():
        raise ArtifactError(f"No data artifact at {layout.data}", hint="gristmill data -c RECIPE")
    lines, rows = _search(layout, question)
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


def _search(layout: Layout, question: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The ledger lines and the kept rows (with their split) that a question asks for."""
    trained = layout.model / "ledger.parquet"  # what training did with rows stands beside the model
    ledger = pl.concat([pl.scan_parquet(path) for path in (layout.ledger, trained) if path.is_file()])
    rows = pl.concat([pl.scan_parquet(layout.split(name)).with_columns(split=pl.lit(name)) for name in SPLITS])
    path, _, line = question.rpartition(":")
    if path and line.isdecimal() and len(line) < 19:  # what a 64-bit row number can be
        places = pl.concat([table.select("source", "row") for table in (ledger, rows)])
        known = places.select("source").unique(maintain_order=True).collect()["source"].sort().to_list()
        there = pl.col("source").is_in(_sources(path, known, layout.root.parent.parent))
        wanted = there & (pl.col("row") == int(line))
        if places.filter(wanted).collect().is_empty():
            homes = rows.filter(there & _holds_line(line)).select("source", "row").collect()
            spots = [(pl.col("source") == source) & (pl.col("row") == row) for source, row in homes.iter_rows()]
            wanted = pl.any_horizontal(pl.lit(False), *spots)
    elif len(question) < 8:
        raise UserError(f"{question!r} is too short for an id", hint="give at least 8 characters, or FILE:LINE")
    else:
        wanted = pl.col("id").str.starts_with(question)
    return ledger.filter(wanted).collect(), rows.filter(wanted).collect()


def _sources(path: str, known: Sequence[str], root: Path) -> list[str]:
    """The sources that a path means: the file that it leads to, or else all that end like it."""
    # os.path takes out `..` without following links, as the names of sources do.
    top = Path(os.path.abspath(root))  # noqa: PTH100
    asked = Path(os.path.abspath(top / path))  # noqa: PTH100
    places = {asked: top, asked.resolve(): top.resolve()}
    names = {path, *[place.as_posix() for place in places]}
    names |= {place.relative_to(above).as_posix() for place, above in places.items() if place.is_relative_to(above)}
    if exact := [source for source in known if source in names]:
        return exact
    if not any(place.is_relative_to(above) for place, above in places.items()):
        # A source that lies elsewhere is named from the folder above it.
        return [name for name in known if asked.as_posix().endswith(f"/{name}") and not (top / name).exists()]
    end = "/" + Path(os.path.normpath(path)).as_posix()
    return [source for source in known if source.endswith(end)]


def _holds_line(line: str) -> pl.Expr:
    """True for a conversation of a chat log with a message on that line."""
    lines = pl.col("meta").str.json_path_match("$.lines").str.extract(r"^\[([\d,]*)\]$")
    return lines.str.split(",").list.contains(str(int(line)))


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
