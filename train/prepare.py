"""Everything before the first step: base, tokens, recommended settings, and whether it will fit."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from schemas.artifacts import Layout, digest_bytes, digest_file, read_manifest
from schemas.device import Device
from schemas.errors import UserError
from train import plan
from train.arguments import updates
from train.config import WHOLE, Stage, TrainRecipe
from train.data import Progress, Tokens, read_replay, read_split, tokenise
from train.defaults import Reason, Setting, recommend
from train.device import find_device
from train.lengths import Fitted, fit
from train.model import Base, find_base

CPU_FLOPS = 1.5e11
"""Of one thread, float32: AVX-512 at 2-3 GHz; SmolLM2 with LoRA took 4 seconds for 512 tokens on one."""


@dataclass(frozen=True)
class Ready:
    """One stage that could start.

    Attributes:
        stage: With every knob filled in.
        reasons: Knob -> why its recommended value was taken.
        train: What is trained on.
        dev: What is looked at, or null.
        replayed: General rows among those of train.
        steps: Updates.
        load: What it asks of the device.
        estimate: Memory.
        seconds: Shortest and longest time.
    """

    stage: Stage
    reasons: dict[str, Reason]
    train: Fitted
    dev: Fitted | None
    replayed: int
    steps: int = 0
    load: plan.Load | None = None
    estimate: plan.Estimate | None = None
    seconds: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Prepared:
    """A recipe that could start.

    Attributes:
        layout: Of the run that is written.
        recipe: As it was read.
        seed: Of everything random.
        data: Folder of the data artifact.
        digest: Of its manifest.
        base: The base model.
        device: Where it trains.
        stages: In order.
    """

    layout: Layout
    recipe: TrainRecipe
    seed: int
    data: Path
    digest: str
    base: Base
    device: Device
    stages: tuple[Ready, ...]

    def start_of(self, index: int) -> str:
        """Where a stage's weights come from: the base, or the last earlier stage that learned all of them."""
        whole = [number for number, ready in enumerate(self.stages[:index], start=1) if ready.stage.tuning in WHOLE]
        return str(self.layout.model / f"stage-{whole[-1]}") if whole else self.base.place


def prepare(
    recipe: TrainRecipe, *, name: str, seed: int, root: Path, progress: Progress, device: Device | None = None
) -> Prepared:
    """Look at everything that a run needs, without loading weights.

    Args:
        recipe: The `train:` section.
        name: Of the run.
        seed: Of everything random.
        root: The working folder: `runs/` and `.gristmill/` are below it.
        progress: Told of finished rows.
        device: One that isn't here, to plan for; null looks at this machine.

    Raises:
        UserError: For whatever would fail later.
    """
    data = Layout(root / "runs" / (recipe.data or name)).data
    if not (data / "manifest.json").is_file():
        raise UserError(
            f"no data artifact at runs/{recipe.data or name}/data",
            hint="gristmill data -c RECIPE; or name a run that has one: train.data",
        )
    ordered = read_manifest(data / "manifest.json").get("recipe", {}).get("mix", {}).get("order", "input") != "input"
    device = device or find_device(recipe)
    base = find_base(recipe, cache=root / ".gristmill" / "models")
    read = partial(tokenise, talk=base.talk, cache=root / ".gristmill" / "tokens", progress=progress)
    told = [
        stage.model_copy(update={"shuffle": not ordered}) if stage.shuffle is None else stage for stage in recipe.stages
    ]
    stages = tuple(_ready(stage, data, base, device, read, seed=seed) for stage in told)
    digest = digest_file(data / "manifest.json")
    return Prepared(Layout(root / "runs" / name), recipe, seed, data.resolve(), digest, base, device, stages)


def _ready(stage: Stage, data: Path, base: Base, device: Device, read: Callable[..., Tokens], *, seed: int) -> Ready:
    frames = {split: read_split(data, split, stage) for split in ("train", "dev")}
    if stage.dev_rows and frames["dev"].height > stage.dev_rows:
        frames["dev"] = frames["dev"].gather_every(frames["dev"].height // stage.dev_rows).head(stage.dev_rows)
    tokens = {
        split: read(frame, stage=stage, key=f"{digest_file(data / f'{split}.parquet')} {frame.height}")
        for split, frame in frames.items()
    }
    replayed = 0
    if stage.replay:
        extra = read_replay(stage.replay, tokens["train"].rows.height, stage, seed=seed)
        mixed = read(extra, stage=stage, key=digest_bytes("".join(extra["id"]).encode()))
        replayed = mixed.rows.height
        frames["train"] = pl.concat([frames["train"], extra])
        tokens["train"] = _joined(tokens["train"], mixed)
    filled, reasons = recommend(stage, _setting(tokens, base, device))
    fitted = {
        split: fit(rows, frames[split], base.talk, filled, max_length=filled.max_length or 1, split=split)
        for split, rows in tokens.items()
    }
    dev = fitted["dev"] if fitted["dev"].tokens.rows.height else None
    return _costed(Ready(filled, reasons, fitted["train"], dev, replayed), base, device)


def _joined(one: Tokens, other: Tokens) -> Tokens:
    return Tokens(pl.concat([one.rows, other.rows]), pl.concat([one.events, other.events]))


def _setting(tokens: dict[str, Tokens], base: Base, device: Device) -> Setting:
    lengths = tokens["train"].lengths
    flat = tokens["train"].rows["weights"].explode()
    text: dict[str, Any] = base.config.get("text_config") or base.config
    return Setting(
        rows=len(lengths),
        longest=max(lengths.to_list(), default=0),
        median=int(sorted(lengths.to_list())[len(lengths) // 2]) if len(lengths) else 0,
        parameters=base.shape.parameters,
        device=device.kind,
        context=int(text.get("max_position_embeddings") or 4096),
        dev=tokens["dev"].rows.height > 0,
        fractional=bool(((flat > 0) & (flat < 1)).any()),
        processes=processes(),
    )


def processes() -> int:
    """How many processes train together, as torchrun and accelerate say."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def _costed(ready: Ready, base: Base, device: Device) -> Ready:
    """The same stage with its updates, memory and time."""
    stage, lengths = ready.stage, ready.train.tokens.lengths.to_list()
    steps = updates(stage, len(lengths), processes=processes())
    load = load_of(stage, device)
    rows = steps * (stage.batch_size or 1) * (stage.accumulation or 1) * processes()
    sides = 2 if stage.method in ("dpo", "orpo") else 1
    looked = sum(ready.dev.tokens.lengths.to_list()) * (steps / (stage.eval_steps or steps) + 1) if ready.dev else 0
    tokens = sides * (rows * sum(lengths) / len(lengths) + looked / 3)  # a look is a forward pass only
    known = plan.card(device.name)
    flops = known[1] if known else CPU_FLOPS * int(os.environ.get("OMP_NUM_THREADS") or os.cpu_count() or 1)
    time = plan.seconds(base.shape, load, round(tokens), flops=flops)
    return replace(ready, steps=steps, load=load, estimate=plan.estimate(base.shape, load), seconds=time)


def load_of(stage: Stage, device: Device) -> plan.Load:
    """What a stage asks of the device, in the planner's words."""
    wide = device.dtype == "float32" or stage.tuning in WHOLE
    targets = stage.target_modules if isinstance(stage.target_modules, str) else tuple(stage.target_modules)
    sharded = os.environ.get("ACCELERATE_USE_FSDP") == "true" or os.environ.get("ACCELERATE_USE_DEEPSPEED") == "true"
    return plan.Load(
        tuning=stage.tuning,
        bits=(stage.bits or 16) if stage.tuning == "qlora" else 32 if wide else 16,
        batch=stage.batch_size or 1,
        length=stage.max_length or 1,
        rank=stage.rank or 16,
        targets=targets,
        dropout=stage.dropout,
        checkpointing=bool(stage.checkpointing),
        optimizer=stage.optimizer or "adamw_torch",
        method=stage.method,
        fused_loss=stage.method != "orpo",
        processes=processes(),
        sharded=sharded,
        layers_trained=stage.layers if stage.tuning == "freeze" else None,
        device="cuda" if device.kind == "cuda" else "cpu",
    )
