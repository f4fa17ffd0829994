"""An append-only file of finished work: a run that was killed goes on where it stopped."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson


class Journal:
    """Finished items by key, on disk as JSON lines. A line that a kill cut off counts as not done.

    Args:
        path: The file; it is made with the first entry.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.done: dict[str, Any] = {}
        if not path.is_file():
            return
        whole = 0
        for line in path.read_bytes().splitlines(keepends=True):
            try:
                entry = orjson.loads(line)
            except orjson.JSONDecodeError:
                break
            if not line.endswith(b"\n"):
                break
            self.done[entry["key"]] = entry["value"]
            whole += len(line)
        if whole < path.stat().st_size:
            with path.open("r+b") as file:
                file.truncate(whole)

    def add(self, entries: Mapping[str, Any]) -> None:
        """Append finished entries; they are on the disk's way when this returns."""
        self.done |= entries
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = b"".join(orjson.dumps({"key": key, "value": value}) + b"\n" for key, value in entries.items())
        with self.path.open("ab") as file:
            file.write(lines)

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of the keys that aren't done, in order."""
        return [key for key in keys if key not in self.done]
