"""Checkpoints: which one is whole after a kill, what an unfinished run was, and where its weights end."""

import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import orjson

from schemas.artifacts import staged, write_file
from schemas.errors import UserError

UNFINISHED = "unfinished.json"


def last_whole(folder: Path) -> Path | None:
    """The newest checkpoint that was written to its end; a kill in the middle of one leaves an older one."""
    found = [path for path in folder.glob("checkpoint-*") if path.name.removeprefix("checkpoint-").isdigit()]
    for path in sorted(found, key=lambda path: int(path.name.removeprefix("checkpoint-")), reverse=True):
        if is_whole(path):
            return path
    return None


def is_whole(checkpoint: Path) -> bool:
    """True if the state, the optimiser and all weights are there and can be read to their ends."""
    from safetensors import SafetensorError, safe_open

    try:
        orjson.loads((checkpoint / "trainer_state.json").read_bytes())
        weights = list(checkpoint.glob("*.safetensors"))
        for file in weights:
            with safe_open(str(file), "pt"):
                pass  # its header names the file's length
        states = [*checkpoint.glob("*.pt"), *checkpoint.glob("*.pth")]
        for state in states:
            with zipfile.ZipFile(state) as archive:
                if archive.testzip() is not None:
                    return False
    except (OSError, ValueError, SafetensorError, zipfile.BadZipFile):
        return False
    sharded = any(path.is_dir() for path in checkpoint.iterdir())  # FSDP and DeepSpeed keep folders of shards
    return sharded or bool(weights and {"optimizer.pt", "scheduler.pt"} <= {state.name for state in states})


def begin(folder: Path, key: dict[str, Any], *, resume: bool, fresh: bool) -> bool:
    """Note what is about to be trained, or find what was.

    Args:
        folder: `runs/NAME/model`.
        key: Everything that decides the weights, by name.
        resume: Go on.
        fresh: Start anew, whatever stands there.

    Returns:
        Whether there is something to go on from.

    Raises:
        UserError: If an unfinished run stands there and neither was said, or the recipe has changed since.
    """
    note = folder / UNFINISHED
    old = orjson.loads(note.read_bytes()) if note.is_file() else None
    checkpoints = sorted(folder.glob("checkpoints*"))
    steps = [path for place in checkpoints if (path := last_whole(place))]
    if resume and (old is None or not steps):
        told = "no run was begun" if old is None else "no checkpoint was finished"
        raise UserError(f"nothing to resume in {folder}: {told}", hint="gristmill train -c RECIPE")
    if old is not None and steps and not fresh:
        if not resume:
            told = f"an unfinished run stands in {folder} at {steps[-1].name.replace('-', ' ')}"
            raise UserError(told, hint="--resume goes on from there, --fresh starts anew")
        changed = [name for name in key if orjson.dumps(old.get(name)) != orjson.dumps(key[name])]
        if changed:
            told = f"the run can't go on: {', '.join(changed)} changed since it was begun"
            raise UserError(told, hint="change it back, or --fresh starts anew")
        return True
    if int(os.environ.get("RANK", "0")):
        return False  # the first process clears and notes for all
    for place in (*checkpoints, *folder.glob("stage-*")):
        shutil.rmtree(place)
    write_file(note, orjson.dumps(key, option=orjson.OPT_INDENT_2))
    return False


def finish(folder: Path) -> None:
    """Nothing is unfinished any more."""
    (folder / UNFINISHED).unlink(missing_ok=True)


def publish(draft: Path, target: Path) -> None:
    """Put saved weights where they belong, whole or not at all."""
    with staged(target) as home:
        draft.replace(home)
