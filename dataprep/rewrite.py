"""`gristmill convert`: one file or folder of any format into one file of a named format."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import polars as pl

from dataprep.convert import FORMATS, convert
from dataprep.convert.format import Format, Style
from dataprep.export import JsonLines, render
from dataprep.files import Input, discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Source
from schemas.artifacts import staged
from schemas.errors import UserError
from schemas.frames import EVENTS, empty


@dataclass(frozen=True)
class Rewritten:
    """What a conversion did.

    Attributes:
        target: The file that was written.
        read: Rows read.
        written: Rows written.
        left: Ledger lines of the rows that were not (schema `EVENTS`).
        rejects: Where these lines stand, or None when every row was written.
        formats: Source -> the format it was read as.
    """

    target: Path
    read: int
    written: int
    left: pl.DataFrame
    rejects: Path | None
    formats: dict[str, str | None]


def rewrite(source: Source, *, to: str, target: Path, root: Path, style: Style) -> Rewritten:
    """Convert a source.

    Args:
        source: What to read.
        to: Name of the format to write.
        target: `.jsonl` or `.json`.
        root: The folder that relative paths start from.
        style: Joiner and what to do about loss.

    Raises:
        UserError: For an unknown format or ending, or a source that can't be read.
    """
    if to not in FORMATS:
        raise UserError(f"unknown format {to!r}", hint=f"one of: {', '.join(FORMATS)}")
    if target.suffix not in (".jsonl", ".json"):
        raise UserError(f"{target}: can't write {target.suffix or 'a file without ending'}", hint="use .jsonl or .json")
    left, formats, rows_read = [empty(EVENTS)], {}, 0
    with staged(target) as draft:
        lines = JsonLines(draft)
        draft.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        found = discover([source], root=root)
        left.append(convert(found.refused, {}).events)
        for item in found.inputs:
            for rows, events, count, name in _pieces(item, FORMATS[to], style):
                lines.append(rows)
                left.append(events)
                rows_read += count
                formats[item.name] = name
        lines.close()
        if target.suffix == ".json":
            _as_array(draft)
    dropped = pl.concat(left).filter(pl.col("verdict").is_in(["dropped", "refused"]))
    rejects = target.with_name(f"{target.stem}.rejects.jsonl") if dropped.height else None
    if rejects:
        with staged(rejects) as draft:
            dropped.drop("after", "into").write_ndjson(draft)
    return Rewritten(target, rows_read, lines.rows, dropped, rejects, formats)


def _pieces(
    item: Input, target: Format, style: Style
) -> Iterator[tuple[list[dict[str, object]], pl.DataFrame, int, str | None]]:
    batches = read(item)
    first, rows = sample(batches)
    chosen = choose_plan(item, rows)
    plans = {item.name: chosen} if chosen else {}
    for batch in (batch for some in (first, batches) for batch in some):
        result = convert(batch.frame, plans)
        rendered, refused = render(result.kept, target, style)
        yield rendered, pl.concat([result.events, refused]), batch.frame.height, chosen.format if chosen else None


def _as_array(path: Path) -> None:
    """Turn JSON Lines into one JSON array, a line at a time."""
    array = path.with_suffix(".array")
    with path.open("rb") as lines, array.open("wb") as file:
        file.write(b"[")
        for place, line in enumerate(lines):
            row = orjson.dumps(orjson.loads(line), option=orjson.OPT_INDENT_2)
            file.write((b",\n" if place else b"\n") + row)
        file.write(b"\n]\n")
    array.replace(path)
