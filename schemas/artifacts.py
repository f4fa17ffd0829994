"""What a run leaves on disk, and how it gets there: whole or not at all."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from schemas.errors import ArtifactError, UserError

SPLITS = ("train", "dev", "eval")

DATA_FILES: dict[str, str] = {
    "train.parquet": "canonical rows to train on",
    "dev.parquet": "canonical rows for early stopping and choices",
    "eval.parquet": "canonical rows for the verdict only",
    "signals.parquet": "what was measured of every judged row",
    "ledger.parquet": "one line for everything that happened to a row",
    "manifest.json": "inputs, recipe, counts and digests",
    "README.md": "dataset card",
    "report.html": "the whole for people, in a browser",
    "report.md": "balance sheet for people",
    "run.log.json": "times and host; outside every comparison",
}
"""The fixed files of a data artifact; beside them stand `<split>.<kind>.jsonl` and `exports/`."""

UNCOMPARED = ("run.log.json",)
"""Files whose bytes may differ between two runs of the same recipe."""


@dataclass(frozen=True)
class Layout:
    """The folder of one run.

    Attributes:
        root: `runs/NAME`.
    """

    root: Path

    @property
    def data(self) -> Path:
        """The pointer to the current data artifact."""
        return self.root / "data"

    @property
    def manifest(self) -> Path:
        """The current artifact's manifest."""
        return self.data / "manifest.json"

    @property
    def ledger(self) -> Path:
        """The current artifact's ledger."""
        return self.data / "ledger.parquet"

    @property
    def model(self) -> Path:
        """What training wrote: `adapter/` or `weights/`, `run.json`, `tensorboard/`, checkpoints."""
        return self.root / "model"

    @property
    def evaluation(self) -> Path:
        """What evaluation wrote: predictions, scores, the comparison and its reports."""
        return self.root / "eval"

    def split(self, name: str) -> Path:
        """The canonical rows of one split."""
        return self.data / f"{name}.parquet"


def find_run(runs: Path, name: str | None) -> Layout:
    """The run of that name, or the one whose data artifact is the newest.

    Raises:
        UserError: If there is none.
    """
    if name is not None:
        if not (runs / name / "data").exists():
            raise UserError(f"no run {name!r} in {runs.name}/", hint=f"ls {runs.name}/; gristmill data -c RECIPE")
        return Layout(runs / name)
    made = [manifest.parents[1] for manifest in runs.glob("*/data/manifest.json")]
    if not made:
        raise UserError(f"no run in {runs.name}/ yet", hint="gristmill data -c RECIPE")
    return Layout(max(made, key=lambda root: (root / "data").lstat().st_mtime))


def digest_bytes(data: bytes) -> str:
    """blake2b-128 in hex."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_json(value: Any) -> str:
    """blake2b-128 in hex of a value's canonical JSON (sorted keys)."""
    return digest_bytes(orjson.dumps(value, option=orjson.OPT_SORT_KEYS, default=str))


def digest_file(path: Path) -> str:
    """blake2b-128 in hex of a file's bytes, read in blocks of 1 MiB."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def digest_folder(folder: Path) -> dict[str, str]:
    """Digest of every file below a folder that counts in a comparison: relative POSIX path -> digest."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): digest_file(path) for path in files if path.name not in UNCOMPARED}


@contextmanager
def staged(target: Path, *, flush: bool = True) -> Iterator[Path]:
    """A temporary neighbour of `target` to build in; it becomes `target` when the block ends well.

    A file or a folder may be built. Everything is flushed to the disk before the rename, so that a
    kill or a full disk leaves the old version or the new one. An older folder of that name goes.

    Args:
        target: Where it shall stand.
        flush: False for what a digest guards and a later run can make again: after a power failure it may be damaged,
            and nobody waits for the disk.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.draft")
    _remove(draft)
    try:
        yield draft
        if flush:
            _flush(draft)
        if draft.is_dir():
            _remove(target)
        draft.replace(target)
        if flush:
            _sync(target.parent)
    finally:
        _remove(draft)


def sweep(folder: Path) -> None:
    """Remove drafts that a killed run left in a folder; those of a living process stay."""
    for draft in folder.glob(".*.draft"):
        owner = draft.name.split(".")[-2]
        if not (owner.isdigit() and _alive(int(owner))):
            _remove(draft)


def write_file(target: Path, data: bytes, *, flush: bool = True) -> None:
    """Write a small file atomically; `flush` as for `staged`."""
    with staged(target, flush=flush) as draft:
        draft.write_bytes(data)


def publish(root: Path, pointer: str, build: Callable[[Path], str]) -> Path:
    """Build a folder and swap the pointer to it atomically.

    Args:
        root: The run's folder.
        pointer: The pointer's name, such as `data`.
        build: Fills the folder that it is given and returns the artifact's digest.

    Returns:
        The published folder, `root/pointer@DIGEST`.
    """
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    workshop = root / f".{pointer}.{os.getpid()}.draft"
    _remove(workshop)
    workshop.mkdir()
    try:
        home = root / f"{pointer}@{build(workshop)[:16]}"
        _flush(workshop)
        if home.is_dir() and digest_folder(home) == digest_folder(workshop):
            _remove(workshop)  # the same artifact again: what readers hold open stays where it is
        else:
            _remove(home)
            workshop.replace(home)
    finally:
        _remove(workshop)
    link = root / f".{pointer}.{os.getpid()}.link.draft"
    link.unlink(missing_ok=True)
    link.symlink_to(home.name, target_is_directory=True)
    link.replace(root / pointer)
    _sync(root)
    return home


def read_manifest(path: Path) -> dict[str, Any]:
    """Read a data artifact's manifest.

    Raises:
        ArtifactError: If it is absent or isn't JSON.
    """
    try:
        manifest = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        raise ArtifactError(f"No data artifact at {path.parent}", hint="gristmill data -c RECIPE") from None
    except orjson.JSONDecodeError as fault:
        raise ArtifactError(f"{path} is damaged: {fault}", hint="gristmill data -c RECIPE") from None
    return dict(manifest)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Flush a file, or every file and folder below a folder."""
    if path.is_dir():
        for inner in path.iterdir():
            _flush(inner)
    _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
