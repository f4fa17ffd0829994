"""Data sets of the Hugging Face hub (through `datasets`) and of ModelScope, streamed."""

import hashlib
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from dataprep.files.batches import Basket, Batch
from dataprep.files.cells import encode
from dataprep.files.tables import STEP, read_steps
from schemas.errors import InputError, MissingExtra

HF, MS = "hf://", "ms://"


def read_hub(name: str, basket: Basket, *, split: str) -> Iterator[Batch]:
    """Read `hf://user/name[@revision]` row by row; a folder on this machine works as well: `hf:///data/set`.

    Nothing that a data set brings along is executed. `datasets` turns text that looks like a date
    into a time stamp in JSON and CSV files; such columns are reported and come as ISO text.

    Args:
        name: With its `hf://`.
        basket: Where its rows pile up.
        split: Which split.

    Raises:
        InputError: If there is no such data set or split, or the hub can't be reached.
    """
    from datasets import load_dataset

    place, revision = _address(name)
    try:
        rows = load_dataset(place, split=split, revision=revision, streaming=True)
    except Exception as refusal:  # every builder has its own exceptions
        raise _unreachable(name, split, refusal) from None
    yield from read_steps(lambda: _batches(rows.with_format("arrow"), basket), basket)


def read_modelscope(name: str, basket: Basket, *, split: str) -> Iterator[Batch]:
    """Read `ms://user/name` through ModelScope's own library.

    Raises:
        MissingExtra: Without the package modelscope.
        InputError: If there is no such data set or split, or ModelScope can't be reached.
    """
    try:
        from modelscope.msdatasets import MsDataset
    except ImportError:
        raise MissingExtra(name, package="modelscope", extra="modelscope") from None
    place, revision = _address(name)
    options: dict[str, Any] = {"version": revision} if revision else {}
    try:
        rows = iter(MsDataset.load(place, split=split, use_streaming=True, **options))
    except Exception as refusal:
        raise _unreachable(name, split, refusal) from None
    number = 0
    while True:
        try:
            row = next(rows, None)
        except Exception as damage:
            basket.refuse(number + 1, f"stream_damaged: {damage}")
            return
        if row is None:
            return
        number += 1
        try:
            basket.add(number, encode(dict(row)))
        except ValueError as fault:
            basket.refuse(number, str(fault), repr(row)[:500])
        yield from basket.full()


def fingerprint(name: str) -> str:
    """What stands for the content of a hub data set: its address and the commit that it points to.

    ModelScope's library doesn't tell the commit of a data set. So an `ms://` address without a
    revision has another fingerprint every time, and what was read from it is never taken for what
    is there now; one with a revision (`ms://user/name@v1`) stands for itself.

    Raises:
        InputError: If the hub can't be reached to ask for the commit.
    """
    place, revision = _address(name)
    if name.startswith(MS):
        return name if revision else f"{name}@{secrets.token_hex(16)}"
    if Path(place).is_dir():
        return f"{name}@{revision or ''}"
    from huggingface_hub import HfApi

    try:
        commit = HfApi().dataset_info(place, revision=revision).sha
    except Exception as refusal:
        raise _unreachable(name, "", refusal) from None
    return f"{name}@{commit}"


def is_remote(name: str) -> bool:
    """True for an address whose data comes over the network, False for any path or folder on this machine."""
    return name.startswith((HF, MS)) and not Path(_address(name)[0]).is_dir()


def folder_of(name: str) -> Path | None:
    """The local folder that an `hf://` address names, if it does."""
    place, _ = _address(name)
    return Path(place) if name.startswith(HF) and Path(place).is_dir() else None


def short_digest(text: str) -> str:
    """blake2b-128 of a text in hex."""
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _address(name: str) -> tuple[str, str | None]:
    place, _, revision = name.partition("://")[2].partition("@")
    return place, revision or None


def _batches(rows: Any, basket: Basket) -> Iterator[pa.RecordBatch]:
    for table in _told(rows.iter(batch_size=STEP)):
        times = [field.name for field in table.schema if pa.types.is_timestamp(field.type)]
        if times:
            basket.note(f"`datasets` made time stamps of {', '.join(times)}; they are written as ISO text")
        yield from table.to_batches()


def _told(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The tables; whatever breaks on the way is an OSError with a text, also what HTTP libraries raise."""
    while True:
        try:
            table = next(tables, None)
        except Exception as damage:
            raise OSError(f"{type(damage).__name__}: {damage}") from damage
        if table is None:
            return
        yield table


def _unreachable(name: str, split: str, refusal: Exception) -> InputError:
    told = next(iter(str(refusal).splitlines()), "") or type(refusal).__name__
    asked = f" (split {split!r})" if split else ""
    return InputError(
        f"{name}{asked} can't be read: {told[:300]}",
        hint="Check the name, `split` and the network; or download it and give the folder as path.",
    )
