"""A run as a script for Unsloth, which pins other libraries and so needs an environment of its own."""

import math
from pathlib import Path
from pprint import pformat
from string import Template
from typing import Any

import orjson

from schemas.artifacts import digest_file
from schemas.errors import UserError
from train.config import Stage
from train.data import read_split, tokenise
from train.lengths import fit
from train.merge import Trained
from train.model import TEMPLATES

UNSLOTH = "unsloth==2026.10.9"
"""The release that the script was written for: TRL up to 1.15, Transformers up to 5.17."""

SCRIPT = TEMPLATES / "train_unsloth.txt"


def write_script(folder: Path, trained: Trained, *, cache: Path) -> tuple[str, ...]:
    """Write `train_unsloth.py`, the rows as tokens and the chat template.

    Rows go over as `input_ids` and `labels`, which Unsloth's trainer takes as they are.

    Args:
        folder: To write into.
        trained: The run.
        cache: Folder of tokenised splits.

    Returns:
        What differs from the run.

    Raises:
        UserError: If Unsloth has no such method or tuning.
    """
    stage, talk, run, data = trained.stage, trained.base.talk, trained.run, trained.data
    if stage.method not in ("sft", "cpt") or stage.tuning not in ("lora", "qlora", "full"):
        told = f"the Unsloth script is for sft and cpt with lora, qlora or full, not {stage.method} with {stage.tuning}"
        raise UserError(told, hint=f"gristmill export {trained.name} --to adapter")
    fractions = False
    for split in ("train", "dev"):
        frame, key = read_split(data, split, stage), digest_file(data / f"{split}.parquet")
        tokens = tokenise(frame, talk, stage, cache=cache, key=key, progress=lambda _step, _rows: None)
        rows = fit(tokens, frame, talk, stage, max_length=stage.max_length or 1, split=split).tokens.rows
        with (folder / f"{split}.jsonl").open("wb") as file:
            for ids, weights in rows.select("ids", "weights").iter_rows():
                labels = [token if weight > 0 else -100 for token, weight in zip(ids, weights, strict=True)]
                fractions = fractions or any(0 < weight < 1 for weight in weights)
                file.write(orjson.dumps({"input_ids": ids, "labels": labels}) + b"\n")
    (folder / "chat_template.jinja").write_text(talk.template, encoding="utf-8")
    targets = sorted((trained.settings or {}).get("target_modules") or ())
    parts = {
        name: pformat(value, sort_dicts=False)
        for name, value in _settings(run, stage, trained.address, targets).items()
    }
    script = Template(SCRIPT.read_text(encoding="utf-8"))
    parts |= {"name": trained.name, "version": run["versions"]["gristmill"], "unsloth": UNSLOTH}
    (folder / "train_unsloth.py").write_text(script.substitute(parts), encoding="utf-8")
    left = _left_out(run, stage) + (["weights of messages between 0 and 1"] if fractions else [])
    notes = ("written from the run's settings and not run here: Unsloth needs a card",)
    return (*notes, f"left out: {', '.join(left)}") if left else notes


def _settings(run: dict[str, Any], stage: Stage, base: str, targets: list[str]) -> dict[str, Any]:
    """The keyword arguments of Unsloth's two calls and of TRL's config; names that old and new versions share."""
    whole, steps = stage.tuning == "full", run["stages"][-1]["planned_steps"]
    model: dict[str, Any] = {"model_name": base, "max_seq_length": stage.max_length, "full_finetuning": whole}
    model |= {"load_in_4bit": stage.bits == 4, "load_in_8bit": stage.bits == 8, "dtype": None}
    adapter: dict[str, Any] = {"r": stage.rank, "lora_alpha": stage.alpha, "lora_dropout": stage.dropout}
    adapter |= {"target_modules": targets, "use_rslora": bool(stage.rslora), "bias": "none"}
    adapter |= {"random_state": run["seed"]}
    adapter |= {"use_gradient_checkpointing": "unsloth" if stage.checkpointing else False}
    trainer = {
        "per_device_train_batch_size": stage.batch_size,
        "gradient_accumulation_steps": stage.accumulation,
        "num_train_epochs": stage.epochs,
        "max_steps": stage.max_steps or -1,
        "learning_rate": stage.learning_rate,
        "lr_scheduler_type": stage.schedule,
        "warmup_steps": math.ceil(steps * stage.warmup) if stage.warmup < 1 else int(stage.warmup),
        "optim": stage.optimizer,
        "neftune_noise_alpha": stage.neftune,
        "max_length": stage.max_length,
        "packing": False,
        "eval_steps": stage.eval_steps or max(1, steps // 8),
        "logging_steps": max(1, steps // 100),
        "seed": run["seed"],
        "data_seed": run["seed"],
        "report_to": "none",
    }
    return {"model": model, "adapter": None if whole else adapter, "trainer": trainer}


def _left_out(run: dict[str, Any], stage: Stage) -> list[str]:
    """Settings of the run that the script doesn't have, by name."""
    left = {
        "the stages before the last": len(run["stages"]) > 1,
        "packing": stage.packing,
        "replay": stage.replay,
        f"init: {stage.init}": stage.tuning != "full" and stage.init != "default",
        "lora_plus": stage.lora_plus,
        "patience": stage.patience,
        "peft": stage.peft,
        "trainer_args": stage.trainer_args,
    }
    return [name for name, there in left.items() if there]
