"""One thing to read, and the digest of its content."""

import hashlib
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from dataprep.files.hub import HF, MS, fingerprint, folder_of, short_digest
from dataprep.recipe import Source

STDIN = "stdin"


@dataclass(frozen=True)
class Input:
    """One thing to read.

    Attributes:
        name: What `source` says: the path from the working folder, or from the folder above the
            source if that lies elsewhere; `stdin`; `hf://user/name`. No two inputs share one.
        path: The real file or folder; None for stdin and hubs.
        source: Its settings.
        spool: Where the bytes of stdin are kept.
        notes: What discovery has to tell about it.
    """

    name: str
    path: Path | None
    source: Source
    spool: "Spool | None" = field(default=None, repr=False, compare=False)
    notes: tuple[str, ...] = ()

    @property
    def file(self) -> Path | None:
        """The file or folder to open; None for hubs."""
        return self.spool.path if self.spool else self.path

    def digest(self) -> str:
        """blake2b-128 of the content in hex; of a hub data set, of its address and commit.

        Raises:
            InputError: If a hub can't be reached.
        """
        place = self.file
        if place is None:
            if self.name.startswith((HF, MS)) and (folder := folder_of(self.source.path)):
                place = folder
            else:
                return short_digest(fingerprint(self.source.path))
        digest = hashlib.blake2b(digest_size=16)
        for chunk in _content(place):
            digest.update(chunk)
        return digest.hexdigest()


class Spool:
    """The bytes of stdin in a temporary file that lives as long as this object."""

    def __init__(self) -> None:
        folder = tempfile.mkdtemp(prefix="gristmill-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.path = Path(folder) / STDIN
        with self.path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)


def _content(place: Path) -> Iterator[bytes]:
    """The bytes of a file; of a folder, those of all its files with their names in between."""
    if place.is_dir():
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            # Name and size keep two folders apart whose files end at different places.
            yield f"\0{path.relative_to(place).as_posix()}\0{path.stat().st_size}\0".encode()
            yield from _content(path)
        return
    with place.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
