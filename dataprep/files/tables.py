"""Parquet files, Arrow files and folders of `datasets.save_to_disk`; `row` counts from 1."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dataprep.files.batches import Basket, Batch
from dataprep.files.cells import add_table
from schemas.errors import InputError

# Small steps keep memory bounded where a row is a long document.
STEP = 1_000


def read_parquet(path: Path, basket: Basket) -> Iterator[Batch]:
    """Read a parquet file."""
    yield from read_steps(lambda: pq.ParquetFile(path).iter_batches(batch_size=STEP), basket)


def read_arrow(path: Path, basket: Basket) -> Iterator[Batch]:
    """Read an Arrow (Feather) file or stream."""
    yield from read_steps(lambda: _arrow_batches(path), basket)


def read_saved(path: Path, basket: Basket, *, split: str) -> Iterator[Batch]:
    """Read a folder that `datasets.save_to_disk` wrote.

    Args:
        path: The folder of a Dataset or a DatasetDict.
        basket: Where its rows pile up.
        split: Which split of a DatasetDict.

    Raises:
        InputError: If the DatasetDict has no such split.
    """
    if (path / "dataset_dict.json").exists():
        splits = sorted(child.parent.name for child in path.glob("*/state.json"))
        if split not in splits:
            raise InputError(
                f"{basket.name} has no split {split!r}",
                hint=f"Set `split` of this source to one of: {', '.join(splits) or '(none found)'}",
            )
        path = path / split
    yield from read_steps(lambda: _saved_batches(path), basket)


def read_steps(open_batches: Any, basket: Basket) -> Iterator[Batch]:
    """Add batch after batch; what breaks on the way ends the input with a fault."""
    row = 0
    try:
        for batch in open_batches():
            yield from add_table(batch, basket, first=row + 1)
            row += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as damage:
        fault = "stream_damaged" if row else "unreadable_file"
        basket.refuse(row + 1 if row else 0, f"{fault}: {str(damage).splitlines()[0][:200]}")


def _arrow_batches(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.memory_map(str(path)) as file:
        if file.read(6) == b"ARROW1":
            reader = pa.ipc.open_file(file)
            batches = map(reader.get_batch, range(reader.num_record_batches))
        else:
            file.seek(0)
            batches = iter(pa.ipc.open_stream(file))
        for batch in batches:
            for start in range(0, batch.num_rows, STEP):
                yield batch.slice(start, STEP)


def _saved_batches(path: Path) -> Iterator[pa.RecordBatch]:
    from datasets import load_from_disk

    for table in load_from_disk(str(path)).with_format("arrow").iter(batch_size=STEP):
        yield from table.to_batches()
