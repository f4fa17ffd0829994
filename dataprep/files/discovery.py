"""Finds what there is to read, in a fixed order, every file once, and says what is left out and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from dataprep.files.faults import excerpt
from dataprep.files.hub import HF, MS
from dataprep.files.inputs import STDIN, Input, Spool
from dataprep.files.walk import Found, find
from dataprep.recipe import Source
from schemas.frames import RAW


@dataclass(frozen=True)
class Discovery:
    """What the sources of a recipe lead to.

    Attributes:
        inputs: In the order of the sources, and of paths within one; no file twice.
        refused: Schema `RAW`, row 0: files that are not read, with the reason.
    """

    inputs: list[Input]
    refused: pl.DataFrame


def discover(sources: Sequence[Source], *, root: Path) -> Discovery:
    """Find the inputs of a recipe.

    Args:
        sources: Of the recipe.
        root: The working folder, from which relative paths count.

    Raises:
        InputError: If a path matches nothing; the hint names what is nearest.
    """
    top = Path(root).absolute()
    inputs: dict[tuple[str, ...], Input] = {}
    refused: dict[str, tuple[str, int, str, str]] = {}
    for source in sources:
        if source.path == "-":
            if (STDIN,) not in inputs:
                inputs[(STDIN,)] = Input(STDIN, None, source, Spool())
        elif source.path.startswith((HF, MS)):
            inputs.setdefault((source.path, source.split), Input(source.path, None, source))
        else:
            found = find(source.path, root=top)
            for item in found:
                if item.refusal:
                    name = _name(item, top)
                    refused.setdefault(name, (name, 0, excerpt(name), f"unsupported_file: {item.refusal}"))
            for key, new in _inputs(found, source, top).items():
                inputs.setdefault(key, new)
    frame = pl.DataFrame(list(refused.values()), schema=RAW, orient="row")
    return Discovery(_with_own_names(list(inputs.values())), frame)


def _inputs(found: Sequence[Found], source: Source, top: Path) -> dict[tuple[str, ...], Input]:
    """One input for every real file; where a file is met under several names, its own wins over links."""
    readable = [item for item in found if not item.refusal]
    inputs: dict[tuple[str, ...], Input] = {}
    for item in sorted(readable, key=lambda item: item.path.is_symlink()):
        # One workbook may be read twice, sheet by sheet, and a saved data set split by split.
        key = (item.path.resolve().as_posix(), source.sheet or "", source.split if item.path.is_dir() else "")
        inputs.setdefault(key, Input(_name(item, top), item.path, source))
    return dict(sorted(inputs.items(), key=lambda pair: str(pair[1].path)))


def _name(item: Found, top: Path) -> str:
    anchor = top if item.path.is_relative_to(top) else item.above
    return item.path.relative_to(anchor).as_posix()


def _with_own_names(inputs: Sequence[Input]) -> list[Input]:
    """Names that two inputs share grow by the sheet or split, and else become whole paths."""
    counts = Counter(item.name for item in inputs)
    named: list[Input] = []
    for item in inputs:
        if counts[item.name] == 1:
            named.append(item)
            continue
        place = item.path.as_posix() if item.path else item.name
        if len({other.path for other in inputs if other.name == item.name}) == 1:
            folder = item.path is None or item.path.is_dir()
            place = f"{item.name}#{item.source.split if folder else item.source.sheet or 'first'}"
        named.append(replace(item, name=place))
    return named
