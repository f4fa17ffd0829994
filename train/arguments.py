"""A stage's knobs as the arguments of TRL's config; nothing that matters is left to a library's default."""

from pathlib import Path
from typing import Any

from schemas.device import Device
from schemas.errors import UserError
from train.config import VIRTUAL, Stage, check_free


def arguments(
    stage: Stage, config: type, *, folder: Path, device: Device, seed: int, dev: bool, steps: int
) -> dict[str, Any]:
    """Keyword arguments for `config`.

    Args:
        stage: With every knob filled in.
        config: `SFTConfig`, `DPOConfig`, `KTOConfig` or `ORPOConfig`.
        folder: For checkpoints.
        device: Decides mixed precision.
        seed: Of everything random.
        dev: Whether there is a dev split to look at.
        steps: Updates in all.

    Raises:
        UserError: If `trainer_args:` has a key that `config` doesn't know, or one that has a knob.
    """
    check_free(stage.trainer_args, config, place="train.trainer_args")
    told: dict[str, Any] = {
        "output_dir": str(folder),
        "per_device_train_batch_size": stage.batch_size,
        "per_device_eval_batch_size": stage.batch_size,
        "gradient_accumulation_steps": stage.accumulation,
        "num_train_epochs": stage.epochs,
        "max_steps": stage.max_steps or -1,
        "learning_rate": stage.learning_rate,
        "lr_scheduler_type": stage.schedule,
        "warmup_steps": stage.warmup,
        "optim": stage.optimizer,
        "seed": seed,
        "data_seed": seed,
        "save_total_limit": stage.save_total_limit,
        "report_to": "tensorboard",
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "max_length": None,
    }
    if stage.shuffle is False:  # else the trainer's own way: KTO must not shuffle
        told["train_sampling_strategy"] = "sequential"
    looks = _looks(stage, dev=dev, steps=steps)
    return {**told, **_on_device(stage, device), **looks, **_of_method(stage), **stage.trainer_args}


def _on_device(stage: Stage, device: Device) -> dict[str, Any]:
    """Precision and memory. Weights that learn are float32 in mixed precision; products use the smaller type."""
    mixed = device.dtype if device.kind == "cuda" else "float32"
    return {
        "bf16": mixed == "bfloat16",
        "fp16": mixed == "float16",
        "use_cpu": device.kind == "cpu",
        "activation_checkpointing": bool(stage.checkpointing) and stage.tuning not in VIRTUAL,
        "dataloader_pin_memory": device.kind == "cuda",
        "ddp_find_unused_parameters": False,
    }


def _looks(stage: Stage, *, dev: bool, steps: int) -> dict[str, Any]:
    """When to log, look at dev and save; the best checkpoint is dev's."""
    every = min(stage.eval_steps or max(1, steps // 8), steps)
    return {
        "logging_steps": max(1, steps // 100),
        "logging_first_step": True,
        "logging_nan_inf_filter": False,  # or a NaN is logged as 0.0, which looks like success
        "eval_strategy": "steps" if dev else "no",
        "eval_steps": every,
        "eval_on_start": dev,
        "save_strategy": "steps",
        "save_steps": every,
        "load_best_model_at_end": dev,
        "metric_for_best_model": "eval_loss" if dev else None,
        "greater_is_better": False if dev else None,
    }


def _of_method(stage: Stage) -> dict[str, Any]:
    if stage.method in ("sft", "cpt"):
        packed = {"packing": True, "packing_strategy": "bfd_split", "max_length": stage.max_length}
        return {"neftune_noise_alpha": stage.neftune, **(packed if stage.packing else {})}
    beta = {"beta": stage.beta} if stage.beta else {}
    # ORPO fills in 512 when it is told nothing; our rows already fit.
    return {**beta, "max_length": stage.max_length} if stage.method == "orpo" else beta


def updates(stage: Stage, rows: int, *, processes: int = 1) -> int:
    """Updates of a whole stage, as transformers counts them.

    Raises:
        UserError: If there is nothing to train on.
    """
    if not rows:
        raise UserError("no row is left to train on", hint="train.max_length, train.over_length: truncate | split")
    batches = -(-rows // ((stage.batch_size or 1) * processes))
    whole = max(1, batches // (stage.accumulation or 1) + bool(batches % (stage.accumulation or 1)))
    return stage.max_steps or max(1, -int(-whole * (stage.epochs or 1.0) // 1))
