"""`gristmill convert`: one file or folder of any format into one file of a named format."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import polars as pl

from dataprep.convert import FORMATS, Plan, convert
from dataprep.convert.format import Style
from dataprep.export import render
from dataprep.files import Batch, Input, discover, read
from dataprep.intake import choose_plan, sample
from dataprep.json_lines import JsonLines, encode
from dataprep.recipe import Source
from schemas.artifacts import staged
from schemas.errors import UserError
from schemas.results import StageResult


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
        left_out: Source -> its columns that no part of a record takes; no format writes them.
    """

    target: Path
    read: int
    written: int
    left: pl.DataFrame
    rejects: Path | None
    formats: dict[str, str | None]
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)


def rewrite(source: Source, *, to: str, target: Path, root: Path, style: Style, force: bool = False) -> Rewritten:
    """Convert a source.

    A folder or glob may hold the files of an earlier conversion: `target` and its rejects are not read.

    Args:
        source: What to read.
        to: Name of the format to write.
        target: `.jsonl` or `.json`.
        root: The folder that relative paths start from.
        style: Joiner and what to do about loss.
        force: Replace an existing `target`, and its rejects.

    Raises:
        UserError: For an unknown format or ending, a source that can't be read, a target that is the
            source itself, and one that exists already.
    """
    _check(to, target)
    rejects = target.with_name(f"{target.stem}.rejects.jsonl")
    found = discover([source], root=root)
    inputs = _others(found.inputs, target, rejects)
    _check_free(target, rejects, force=force)
    left, formats, left_out, rows_read = [convert(found.refused, {}).events], {}, {}, 0
    with staged(target) as draft:
        lines = JsonLines(draft)
        draft.touch()
        for item in inputs:
            batches = read(item)
            first, rows = sample(batches)
            plan = choose_plan(item, rows)
            formats[item.name] = plan.format if plan else None
            if plan and plan.match and plan.match.unmapped:
                left_out[item.name] = plan.match.unmapped
            for frame, result in _converted(item, plan, first, batches):
                written, refused = render(result.kept, FORMATS[to], style)
                lines.append(encode(written))
                left += [result.events, refused]
                rows_read += frame.height
        lines.close(lines.unused - lines.used)
        if target.suffix == ".json":
            _as_array(draft)
    dropped = pl.concat(left).filter(pl.col("verdict").is_in(["dropped", "refused"]))
    _write_rejects(rejects, dropped)
    return Rewritten(target, rows_read, lines.rows, dropped, rejects if dropped.height else None, formats, left_out)


def _others(inputs: Sequence[Input], target: Path, rejects: Path) -> list[Input]:
    """The inputs without what this conversion writes.

    Raises:
        UserError: If nothing else is there to convert.
    """
    own = {target.resolve(), rejects.resolve()}
    others = [item for item in inputs if item.path is None or item.path.resolve() not in own]
    if inputs and not others:
        raise UserError(f"{target} would be written over what is converted", hint="choose another name with -o")
    return others


def _check(to: str, target: Path) -> None:
    if to not in FORMATS:
        raise UserError(f"unknown format {to!r}", hint=f"one of: {', '.join(FORMATS)}")
    if target.suffix not in (".jsonl", ".json"):
        raise UserError(f"{target}: can't write {target.suffix or 'a file without ending'}", hint="use .jsonl or .json")
    if target.is_dir():
        raise UserError(f"{target} is a folder", hint=f"name a file in it: -o {target}/NAME{target.suffix}")


def _check_free(target: Path, rejects: Path, *, force: bool) -> None:
    taken = [path for path in (target, rejects) if path.exists()]
    if taken and not force:
        raise UserError(f"{taken[0]} exists already", hint="choose another name with -o, or overwrite it with --force")


def _converted(
    item: Input, plan: Plan | None, first: Sequence[Batch], rest: Iterator[Batch]
) -> Iterator[tuple[pl.DataFrame, StageResult]]:
    """The raw rows of every batch, and what became of them."""
    plans = {item.name: plan} if plan else {}
    for batch in (batch for some in (first, rest) for batch in some):
        yield batch.frame, convert(batch.frame, plans)


def _write_rejects(path: Path, dropped: pl.DataFrame) -> None:
    """Write the ledger lines of what was left; without any, those of an earlier conversion go."""
    if dropped.is_empty():
        path.unlink(missing_ok=True)
        return
    with staged(path) as draft:
        dropped.drop("after", "into").write_ndjson(draft)


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
