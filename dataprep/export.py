"""Doors out: the canonical splits, the files that trainers read, and any format the recipe names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from dataprep.convert import FORMATS
from dataprep.convert.format import Format, Loss, Style
from dataprep.json_lines import Encoded, JsonLines, encode
from dataprep.mix import curriculum
from dataprep.recipe import Export, Mix
from dataprep.shards import ROW_GROUP, Shard, write, write_frames
from dataprep.workers import Crew
from schemas.artifacts import SPLITS
from schemas.frames import EVENTS, FRAME, empty, event_frame, records_of, repeated

TRL: dict[str, str] = {
    "sft": "chatml",
    "preference": "trl_preference_messages",
    "kto": "trl_kto_messages",
    "text": "text",
}
"""The format whose columns TRL's trainers take, for each kind of record."""


def render(frame: pl.DataFrame, target: Format, style: Style) -> tuple[list[dict[str, Any]], pl.DataFrame]:
    """Render a frame's rows into a format.

    Returns:
        The rows that the format can express, and one `refused` ledger line for every other row.
    """
    rows: list[dict[str, Any]] = []
    refused = []
    for record, (identity, source, row) in zip(
        records_of(frame), frame.select("id", "source", "row").iter_rows(), strict=True
    ):
        try:
            rows.append(target.render(record, style))
        except Loss as loss:
            refused.append(
                {
                    "id": identity,
                    "source": source,
                    "row": row,
                    "stage": f"export:{target.name}",
                    "verdict": "refused",
                    "reason": f"would_lose_{loss.part}",
                }
            )
    return rows, event_frame(refused) if refused else empty(EVENTS)


def write_signals(folder: Path, tables: Iterable[pl.DataFrame]) -> None:
    """Write what was measured of every judged row as `signals.parquet`, in input order."""
    pieces = iter(tables)
    first = next(pieces, None)
    if first is not None:
        write_frames(chain([first], pieces), first.schema, folder / "signals.parquet")


def write_splits(
    folder: Path, shards: Sequence[Shard], placed: pl.DataFrame, config: Mix, *, order: Mapping[str, int]
) -> dict[str, int]:
    """Write `train|dev|eval.parquet`: in input order, train in that of the recipe's curriculum.

    Args:
        folder: Holds `signals.parquet`, for a curriculum.
        shards: The rows.
        placed: `family, label, split`: under which name and where every family goes.
        config: The curriculum.
        order: Source name -> place.

    Returns:
        Rows of each split.
    """
    sides = {name: placed.filter(split=name).select("family", "label") for name in SPLITS}
    written = {name: write(shards, sides[name], folder / f"{name}.parquet") for name in SPLITS}
    if config.order != "input":
        train = pl.read_parquet(folder / "train.parquet")
        told = pl.read_parquet(folder / "signals.parquet").join(train, on=["source", "row"], how="semi")
        places = curriculum(told, config, order=order)
        ranked = train.join(places, on=["source", "row"], how="left").sort("place").select(FRAME.names())
        write_frames([ranked], FRAME, folder / "train.parquet")
    return written


@dataclass(frozen=True)
class Exported:
    """What became of one asked-for file set.

    Attributes:
        files: Where its files are: `<split>.sft.jsonl` or `exports/alpaca/<split>.jsonl`.
        format: The format's name.
        rows: Rows written, over all splits.
        refused: Ledger lines of the rows that the format can't express.
    """

    files: str
    format: str
    rows: int
    refused: pl.DataFrame


def write_rows(folder: Path, config: Export, crew: Crew) -> list[Exported]:
    """Write the trainers' files beside the canonical splits, and the recipe's formats under `exports/`.

    Args:
        folder: Holds `train|dev|eval.parquet`.
        config: Formats, joiner and what to do about loss.
        crew: Who renders, and is told of finished rows.

    Returns:
        One entry for each kind that has rows, and for each format of the recipe.
    """
    style = Style(joiner=config.joiner, on_loss=config.on_loss)
    canonical = [_write(folder, f"<split>.{kind}.jsonl", kind, target, style, crew) for kind, target in TRL.items()]
    done = [entry for entry in canonical if entry.rows or entry.refused.height]
    crew.progress("export", sum(entry.rows for entry in done))
    for target in config.formats:
        done.append(_write(folder, f"exports/{target}/<split>.jsonl", None, target, style, crew))
        crew.progress(f"export {target}", done[-1].rows)
    return done


class _Task(NamedTuple):
    """What of a split is rendered, and how."""

    path: Path
    kind: str | None
    target: str
    style: Style


def _write(folder: Path, files: str, kind: str | None, target: str, style: Style, crew: Crew) -> Exported:
    """Write one format's files, one for each split that has rows of it."""
    refused, written = [empty(EVENTS)], [JsonLines(folder / files.replace("<split>", split)) for split in SPLITS]
    for split, lines in zip(SPLITS, written, strict=True):
        path = folder / f"{split}.parquet"
        kinds = pl.scan_parquet(path).select(pl.col("kind").cast(pl.String)).collect().to_series()
        wanted = len(kinds) if kind is None else int(kinds.eq(kind).sum())
        starts = range(0, len(kinds) if wanted else 0, ROW_GROUP)
        for rows, lost in crew.each(_render_group, _Task(path, kind, target, style), starts, rows=wanted):
            lines.append(rows)
            refused.append(lost)
    # Over all splits together: readers take the columns of one split to be those of all.
    bare = set().union(*(lines.unused for lines in written)) - set().union(*(lines.used for lines in written))
    for lines in written:
        lines.close(bare, crew)
    return Exported(files, target, sum(lines.rows for lines in written), pl.concat(refused))


def _render_group(task: _Task, start: int) -> tuple[Encoded, pl.DataFrame]:
    frame = pl.scan_parquet(task.path).slice(start, ROW_GROUP).collect()
    chosen = frame if task.kind is None else frame.filter(pl.col("kind").cast(pl.String) == task.kind)
    chosen = repeated(chosen) if task.path.stem == "train" else chosen  # trainers know no weights of rows
    rows, lost = render(chosen, FORMATS[task.target], task.style)
    return encode(rows), lost


def row_groups(path: Path) -> Iterator[pl.DataFrame]:
    """A Parquet file in pieces of bounded size."""
    height = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    for start in range(0, height, ROW_GROUP):
        yield pl.scan_parquet(path).slice(start, ROW_GROUP).collect()


def check_formats(names: Iterable[str]) -> list[str]:
    """Names that no format has."""
    return [name for name in names if name not in FORMATS]
