"""The story of a training run: load, adapt, train, save, diagnose, record; stage after stage."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from schemas.artifacts import digest_folder, digest_json, write_file
from schemas.errors import RuntimeFault, UserError
from schemas.models import read_run
from train import checkpoints, record
from train.config import WHOLE
from train.diagnose import Curve
from train.prepare import Prepared, processes
from train.stage import train_stage


def train(
    prepared: Prepared, tell: Callable[[Any], None], *, resume: bool = False, fresh: bool = False, force: bool = False
) -> tuple[dict[str, Any], bool]:
    """Train all stages of a recipe.

    Args:
        prepared: Base, tokens and settings.
        tell: Called with every `train.watch.Beat`.
        resume: Go on from the last whole checkpoint.
        fresh: Start anew, although the same model or an unfinished one stands there.
        force: Start although the memory plan says it can't fit.

    Returns:
        The run's record, and whether it was trained now (false: the same model stood there).

    Raises:
        UserError: If it can't fit, or an unfinished run stands there.
        RuntimeFault: If training can't go well: a wrong reference, packed rows that see each other, a full disk.
    """
    folder, key = prepared.layout.model, _key(prepared)
    done = read_run(folder)
    if done and done["key"] == digest_json(key) and not fresh and digest_folder(target_of(prepared)) == done["files"]:
        return done, False
    check_fit(prepared, force=force)
    goes_on = checkpoints.begin(folder, key, resume=resume, fresh=fresh)
    stages: list[dict[str, Any]] = []
    with _disk_faults():
        for index, ready in enumerate(prepared.stages):
            last = index == len(prepared.stages) - 1
            target = target_of(prepared) if last else folder / f"stage-{index + 1}"
            if (outcome := _finished(target, goes_on=goes_on)) is None:
                outcome = train_stage(prepared, ready, index, target, tell, resume=goes_on)
            stages.append(outcome)
        return _close(prepared, stages, key), True


def target_of(prepared: Prepared) -> Path:
    """Where the last stage's weights go."""
    whole = prepared.stages[-1].stage.tuning in WHOLE
    return prepared.layout.model / ("weights" if whole else "adapter")


def check_fit(prepared: Prepared, *, force: bool) -> None:
    """Stop before the first byte is loaded when the plan says that memory won't suffice.

    Raises:
        UserError: With the stage and the sizes.
    """
    for ready in prepared.stages:
        assert ready.estimate is not None
        if ready.estimate.low > prepared.device.memory and not force:
            need, there = ready.estimate.low / 1e9, prepared.device.memory / 1e9
            raise UserError(
                f"{ready.stage.tuning} of {prepared.recipe.base} needs at least {need:.1f} GB; "
                f"{prepared.device.name} has {there:.1f} GB",
                hint="gristmill plan -c RECIPE says what to change first; --force tries all the same",
            )


def _key(prepared: Prepared) -> dict[str, Any]:
    """Everything that decides the weights."""
    return {
        "data": prepared.digest,
        "base": [prepared.recipe.base, prepared.recipe.revision, prepared.base.talk.template],
        "stages": [ready.stage.model_dump(mode="json", exclude={"then"}) for ready in prepared.stages],
        "seed": prepared.seed,
        "device": [prepared.device.kind, prepared.device.dtype, prepared.device.attention],
        "versions": record.versions(),
        "processes": processes(),
    }


def _finished(target: Path, *, goes_on: bool) -> dict[str, Any] | None:
    """The outcome of a stage of a chain that had ended before the run was cut off."""
    return read_run(target) if goes_on and target.name.startswith("stage-") else None


def _close(prepared: Prepared, stages: list[dict[str, Any]], key: Mapping[str, Any]) -> dict[str, Any]:
    """Write the ledger, the curve, the card and, last of all, run.json."""
    folder = prepared.layout.model
    target = target_of(prepared)
    run = record.describe(prepared, stages, key=digest_json(key)) | {"weights": target.name}
    if int(os.environ.get("RANK", "0")):
        return run
    run["files"] = digest_folder(target)
    lines = [split.tokens.events for ready in prepared.stages for split in (ready.train, ready.dev) if split]
    pl.concat(lines).unique(maintain_order=True).write_parquet(folder / "ledger.parquet")
    for index, outcome in enumerate(stages, start=1):
        losses, method = outcome["losses"], outcome["stage"]["method"]
        curve = Curve(tuple(map(tuple, losses["train"])), tuple(map(tuple, losses["dev"])))
        name = "loss.svg" if index == len(stages) else f"loss-{index}.svg"
        drawn = record.draw(curve, outcome["best_step"], title=f"{run['name']}: {method}")
        write_file(folder / name, drawn.encode())
    write_file(folder / "README.md", record.card(run).encode())
    record.write(folder, run)
    checkpoints.finish(folder)
    return run


@contextmanager
def _disk_faults() -> Iterator[None]:
    """A full disk at a checkpoint, in words: torch and safetensors hide it in errors of their own."""
    try:
        yield
    except Exception as fault:
        told = str(fault)
        if "No space left" in told or "PytorchStreamWriter" in told or "file write failed" in told:
            hint = "free some space, then gristmill train -c RECIPE --resume: the checkpoint before is whole"
            raise RuntimeFault("the disk is full at a checkpoint", hint=hint) from None
        if "out of memory" in told:
            hint = "gristmill plan -c RECIPE says what to change first"
            raise RuntimeFault(f"out of memory: {told.splitlines()[0]}", hint=hint) from None
        raise
