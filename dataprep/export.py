"""Doors out: the canonical splits, the files that trainers read, and any format the recipe names."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from dataprep.convert import FORMATS
from dataprep.convert.format import Format, Loss, Style
from dataprep.mix import curriculum
from dataprep.recipe import Export, Mix
from dataprep.shards import ROW_GROUP, Shard, write, write_frames
from schemas.artifacts import SPLITS
from schemas.frames import EVENTS, FRAME, empty, event_frame, records_of, repeated

TRL: dict[str, str] = {
    "sft": "chatml",
    "preference": "trl_preference_messages",
    "kto": "trl_kto_messages",
    "text": "text",
}
"""The format whose columns TRL's trainers take, for each kind of record."""


@dataclass
class JsonLines:
    """A JSON Lines file whose rows all have the same keys.

    Columns and message fields that are null or empty in every row are left out at the end, because
    older `datasets` versions, which several trainers pin, can't merge such a column with a filled one.
    """

    path: Path
    rows: int = 0
    used: set[tuple[str, ...]] = field(default_factory=set)
    unused: set[tuple[str, ...]] = field(default_factory=set)

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        """Add rows."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("ab") as file:
            for row in rows:
                self._look(row)
                file.write(orjson.dumps(row) + b"\n")
        self.rows += len(rows)

    def _look(self, row: dict[str, Any]) -> None:
        for key, value in row.items():
            if value is None or value == []:
                self.unused.add((key,))
                continue
            self.used.add((key,))
            if type(value) is list:
                for item in value:
                    if type(item) is dict:
                        for name, inner in item.items():
                            (self.unused if inner is None or inner == [] else self.used).add((key, name))

    def close(self, bare: set[tuple[str, ...]]) -> None:
        """Leave out what no row uses.

        Args:
            bare: The unused columns and fields, of this file alone or of all splits together.
        """
        if not bare or not self.rows:
            return
        slim = self.path.with_name(f".{self.path.name}.{os.getpid()}.draft")
        with self.path.open("rb") as full, slim.open("wb") as file:
            for line in full:
                file.write(orjson.dumps(_without(orjson.loads(line), bare)) + b"\n")
        slim.replace(self.path)


def _without(row: dict[str, Any], bare: set[tuple[str, ...]]) -> dict[str, Any]:
    return {key: _slim(key, value, bare) for key, value in row.items() if (key,) not in bare}


def _slim(key: str, value: Any, bare: set[tuple[str, ...]]) -> Any:
    if not isinstance(value, list):
        return value
    return [
        {name: inner for name, inner in item.items() if (key, name) not in bare} if isinstance(item, dict) else item
        for item in value
    ]


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


def write_rows(folder: Path, config: Export, progress: Callable[[str, int], None]) -> list[Exported]:
    """Write the trainers' files beside the canonical splits, and the recipe's formats under `exports/`.

    Args:
        folder: Holds `train|dev|eval.parquet`.
        config: Formats, joiner and what to do about loss.
        progress: Told of finished rows.

    Returns:
        One entry for each kind that has rows, and for each format of the recipe.
    """
    style = Style(joiner=config.joiner, on_loss=config.on_loss)
    canonical = [_write(folder, f"<split>.{kind}.jsonl", kind, target, style) for kind, target in TRL.items()]
    done = [entry for entry in canonical if entry.rows or entry.refused.height]
    progress("export", sum(entry.rows for entry in done))
    for target in config.formats:
        done.append(_write(folder, f"exports/{target}/<split>.jsonl", None, target, style))
        progress(f"export {target}", done[-1].rows)
    return done


def _write(folder: Path, files: str, kind: str | None, target: str, style: Style) -> Exported:
    """Write one format's files, one for each split that has rows of it."""
    refused, written = [empty(EVENTS)], [JsonLines(folder / files.replace("<split>", split)) for split in SPLITS]
    for split, lines in zip(SPLITS, written, strict=True):
        for frame in row_groups(folder / f"{split}.parquet"):
            chosen = frame if kind is None else frame.filter(pl.col("kind").cast(pl.String) == kind)
            chosen = repeated(chosen) if split == "train" else chosen  # trainers know no weights of rows
            rows, lost = render(chosen, FORMATS[target], style)
            if rows:
                lines.append(rows)
            refused.append(lost)
    # Over all splits together: readers take the columns of one split to be those of all.
    bare = set().union(*(lines.unused for lines in written)) - set().union(*(lines.used for lines in written))
    for lines in written:
        lines.close(bare)
    return Exported(files, target, sum(lines.rows for lines in written), pl.concat(refused))


def row_groups(path: Path) -> Iterator[pl.DataFrame]:
    """A Parquet file in pieces of bounded size."""
    height = int(pl.scan_parquet(path).select(pl.len()).collect().item())
    for start in range(0, height, ROW_GROUP):
        yield pl.scan_parquet(path).slice(start, ROW_GROUP).collect()


def check_formats(names: Iterable[str]) -> list[str]:
    """Names that no format has."""
    return [name for name in names if name not in FORMATS]
