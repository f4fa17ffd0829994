"""From the benchmark files of a recipe to what rows are searched for."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import orjson
import polars as pl

from dataprep.convert import Plan, plan
from dataprep.decontaminate.index import Index, Sizes, build_index
from dataprep.decontaminate.items import Item, items_of
from dataprep.decontaminate.judging import Benchmarks
from dataprep.decontaminate.packs import read_pack
from dataprep.files import Input, discover, read
from dataprep.files.walk import find
from dataprep.recipe import Decontaminate, Source
from schemas.errors import InputError, UserError

PACK = ".pack"

_SAMPLE = 500


def load_benchmarks(config: Decontaminate, *, root: Path) -> Benchmarks:
    """Read every benchmark of a recipe.

    Args:
        config: Files, folders, globs and packs, and the lengths of the n-grams.
        root: The working folder.

    Raises:
        UserError: If a path leads nowhere, a file holds nothing to look for, or a pack can't be read.
    """
    inputs, packs = _found(config.against, root)
    plain = build_benchmarks(inputs, Sizes(config.han, config.words))
    return Benchmarks((*([plain] if inputs else []), *(read_pack(path) for path in packs)))


def build_benchmarks(inputs: Sequence[Input], sizes: Sizes) -> Index:
    """The index of benchmark files.

    Raises:
        InputError: If a file asks nothing.
    """
    return build_index([(item.name, _items(item)) for item in inputs], sizes)


def open_benchmarks(paths: Sequence[str], *, root: Path) -> list[Input]:
    """The plain benchmark files that paths lead to.

    Raises:
        UserError: If a path leads nowhere, or to a pack.
    """
    inputs, packs = _found(paths, root)
    if packs:
        raise UserError(f"{packs[0].name} is a pack already", hint="name the files that it was made of")
    return inputs


def digests(paths: Sequence[str], *, root: Path) -> dict[str, str]:
    """Hash of the content of every benchmark file and pack, by name.

    Raises:
        UserError: If a path leads nowhere.
    """
    inputs, packs = _found(paths, root)
    every = [*inputs, *(Input(path.as_posix(), path, Source(path=str(path))) for path in packs)]
    return {item.name: item.digest() for item in every}


def _found(paths: Sequence[str], root: Path) -> tuple[list[Input], list[Path]]:
    """Plain files and packs, each once."""
    plain: list[str] = []
    packs: list[Path] = []
    for path in paths:
        try:
            met = [] if "://" in path else [item.path for item in find(path, root=root)]
        except InputError as fault:
            hint = fault.hint or "mend the path, or take it out of data.decontaminate.against"
            raise InputError(f"data.decontaminate.against: {fault.message}", hint=hint) from None
        found = [item for item in met if item.suffix == PACK]
        packs += [item for item in found if item not in packs]
        if not met or len(found) < len(met):
            plain.append(path)
    return (discover([Source(path=path) for path in plain], root=root).inputs if plain else []), packs


def _items(item: Input) -> list[Item]:
    batches = [batch.frame for batch in read(item)]
    sample = next(_samples(batches), [])
    chosen = _plan(sample)
    items = [asked for frame in batches for asked in items_of(frame, chosen)]
    if not items:
        raise InputError(f"the benchmark {item.name} holds nothing to look for", hint=f"gristmill inspect {item.name}")
    return items


def _samples(batches: Sequence[pl.DataFrame]) -> Iterator[list[object]]:
    for frame in batches:
        good = frame.filter(pl.col("fault").is_null())["raw"].head(_SAMPLE)
        if len(good):
            yield [orjson.loads(text) for text in good]


def _plan(rows: Sequence[object]) -> Plan | None:
    """How rows are converted, or None where no format fits: then their texts are taken as they are."""
    try:
        return plan(rows) if rows else None  # type: ignore[arg-type]
    except UserError:
        return None
