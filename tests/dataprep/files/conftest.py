"""Files to read, and what reading them gave."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.files import discover, read
from dataprep.recipe import Source


class Read:
    """All that the doors said about some files."""

    def __init__(self, root: Path, **source: Any) -> None:
        self.found = discover([Source(**source)], root=root)
        self.batches = [batch for item in self.found.inputs for batch in read(item)]
        self.frame = pl.concat([batch.frame for batch in self.batches]) if self.batches else self.found.refused
        self.notes = [note for batch in self.batches for note in batch.notes]

    @property
    def rows(self) -> list[tuple[int, Any]]:
        good = self.frame.filter(pl.col("fault").is_null())
        return [(row, orjson.loads(raw)) for row, raw in good.select("row", "raw").iter_rows()]

    @property
    def values(self) -> list[Any]:
        return [value for _, value in self.rows]

    @property
    def faults(self) -> list[tuple[int, str]]:
        """Row and code of every fault."""
        bad = self.frame.filter(pl.col("fault").is_not_null())
        return [(row, fault.partition(":")[0]) for row, fault in bad.select("row", "fault").iter_rows()]

    @property
    def details(self) -> list[str]:
        return self.frame["fault"].drop_nulls().to_list()


@pytest.fixture
def read_file(tmp_path: Path) -> Callable[..., Read]:
    """Write content under a name and read it."""

    def write_and_read(name: str, content: bytes, **source: Any) -> Read:
        (tmp_path / name).write_bytes(content)
        return Read(tmp_path, path=name, **source)

    return write_and_read


@pytest.fixture
def read_path(tmp_path: Path) -> Callable[..., Read]:
    """Read what a test put under the temporary folder."""
    return lambda path, **source: Read(tmp_path, path=str(path), **source)
