"""One stage of a run: load the base, give it an adapter, train, save."""

import gc
import math
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from schemas.chat import TemplateRefusal
from schemas.errors import GristmillError
from train import checkpoints, record
from train.adapter import check_targets, freeze, load_adapter, peft_config
from train.arguments import arguments
from train.config import WHOLE, Stage
from train.diagnose import curve_of, diagnose
from train.model import load_model
from train.prepare import Prepared, Ready, processes
from train.talk import answer, questions

INTERRUPTED = 130


class Interrupted(GristmillError):
    """Ctrl-C, with a checkpoint to go on from."""

    exit_code = INTERRUPTED


def train_stage(
    prepared: Prepared, ready: Ready, index: int, target: Path, tell: Callable[[Any], None], *, resume: bool
) -> dict[str, Any]:
    """Train one stage and save it."""
    from train.watch import Watch

    meter = record.Meter(prepared.device.kind)
    place = prepared.layout.model / f"checkpoints-{index + 1}"
    os.environ["TENSORBOARD_LOGGING_DIR"] = str(
        prepared.layout.model / "tensorboard" / f"{index + 1}-{ready.stage.method}"
    )
    model, adapter = _model(prepared, ready.stage, index)
    before = _ask(prepared, model) if index == 0 else None
    start = math.log(2) if ready.stage.method == "dpo" and not _other_loss(ready.stage) else None
    watch = Watch(tell, start=start)
    trainer = _trainer(prepared, ready, model, adapter, place, watch)
    packed = _packed(trainer, ready.stage)
    whole = checkpoints.last_whole(place) if resume else None  # null when it was cut off before the first one
    trainer.train(resume_from_checkpoint=str(whole) if whole else None)
    if watch.interrupted:
        step = trainer.state.global_step
        raise Interrupted(f"stopped at step {step}; a checkpoint is saved", hint="gristmill train -c RECIPE --resume")
    outcome = _outcome(prepared, ready, trainer, meter) | {"packed_and_unpacked_loss": packed}
    last = index == len(prepared.stages) - 1
    outcome["answers"] = {"before": before, "after": _ask(prepared, trainer.model) if last else None}
    _save(prepared, trainer, target, outcome if not last else None)
    del model, trainer
    gc.collect()
    return outcome


def _other_loss(stage: Stage) -> bool:
    """DPO losses that don't start at ln 2."""
    return any(name in stage.trainer_args for name in ("loss_type", "label_smoothing", "loss_weights"))


def _model(prepared: Prepared, stage: Stage, index: int) -> tuple[Any, Any]:
    """The model that a stage starts from, and the PEFT config of a new adapter, or null."""
    base = replace(prepared.base, place=prepared.start_of(index))
    model = load_model(base, prepared.recipe, stage, prepared.device)
    earlier = prepared.recipe.adapter
    if index:
        carried = prepared.stages[index - 1].stage.tuning not in WHOLE
        earlier = prepared.layout.model / f"stage-{index}" if carried else None
    if earlier:
        return load_adapter(model, earlier), None
    check_targets(model, stage)
    if stage.tuning == "freeze":
        freeze(model, stage.layers)
    return model, peft_config(stage, prepared.device)


def _trainer(prepared: Prepared, ready: Ready, model: Any, adapter: Any, place: Path, watch: Any) -> Any:
    from transformers import EarlyStoppingCallback, PrinterCallback

    from train import preference, sft

    stage = ready.stage
    supervised = stage.method in ("sft", "cpt")
    config = sft.CONFIG if supervised else preference.CONFIGS[stage.method]
    dev = ready.dev.tokens if ready.dev else None
    options = arguments(
        stage, config, folder=place, device=prepared.device, seed=prepared.seed, dev=dev is not None, steps=ready.steps
    )
    rows = (model, prepared.base.tokenizer, config(**options), ready.train.tokens, dev, adapter)
    trainer = sft.build(*rows) if supervised else preference.build(stage.method, *rows)
    trainer.remove_callback(PrinterCallback)  # prints a dict for each log
    _drop_cards(trainer)
    trainer.add_callback(watch)
    if stage.patience and dev is not None:
        trainer.add_callback(EarlyStoppingCallback(early_stopping_patience=stage.patience))
    if stage.lora_plus:
        from peft.optimizers import create_loraplus_optimizer

        kind, settings = trainer.get_optimizer_cls_and_kwargs(trainer.args, trainer.model)
        trainer.optimizer = create_loraplus_optimizer(
            trainer.model, kind, loraplus_lr_ratio=stage.lora_plus, **settings
        )
    if stage.init in ("pissa", "olora"):
        _keep_start(trainer.model, place)
    return trainer


def _drop_cards(trainer: Any) -> None:
    """The cards that TRL and PEFT render for each checkpoint: ours is written once, at the end."""
    trainer.create_model_card = lambda *_, **__: None
    if hasattr(trainer.model, "create_or_update_model_card"):
        trainer.model.create_or_update_model_card = lambda *_, **__: None


def _keep_start(model: Any, place: Path) -> None:
    """PiSSA and OLoRA move part of the base into the adapter: what it starts as is needed to move it back."""
    settings = model.peft_config["default"]
    init, settings.init_lora_weights = settings.init_lora_weights, True
    model.save_pretrained(str(place / "start"))
    settings.init_lora_weights = init


def _packed(trainer: Any, stage: Stage) -> tuple[float, float] | None:
    from train.sft import packing_gap

    return packing_gap(trainer) if stage.packing and processes() == 1 else None


def _save(prepared: Prepared, trainer: Any, target: Path, outcome: Mapping[str, Any] | None) -> None:
    """Save weights, tokenizer, template and end tokens together; all processes take part, one publishes."""
    draft = target.with_name(f".{target.name}.saving")
    start = Path(trainer.args.output_dir) / "start"
    if start.is_dir():
        trainer.model.save_pretrained(str(draft), path_initial_model_for_weight_conversion=str(start))
    else:
        trainer.save_model(str(draft))
    if not trainer.is_world_process_zero():
        return
    shutil.rmtree(draft / "ref", ignore_errors=True)  # DPO's frozen copy of the adapter it started from
    for name in ("training_args.bin", "README.md"):
        (draft / name).unlink(missing_ok=True)
    tokenizer = prepared.base.tokenizer
    tokenizer.chat_template = prepared.base.talk.template or None
    tokenizer.save_pretrained(str(draft))
    trainer.model.generation_config.save_pretrained(str(draft))
    if outcome is not None:
        record.write(draft, outcome)
    checkpoints.publish(draft, target)


def _outcome(prepared: Prepared, ready: Ready, trainer: Any, meter: record.Meter) -> dict[str, Any]:
    state = trainer.state
    curve = curve_of(state.log_history, method=ready.stage.method)
    findings = diagnose(curve)
    known = [entry["num_tokens"] for entry in state.log_history if "num_tokens" in entry]
    weights = [weight for weight in trainer.model.parameters() if weight.requires_grad]
    return {
        "stage": ready.stage.model_dump(mode="json", include=set(Stage.model_fields)),
        "reasons": {knob: reason[0] for knob, reason in ready.reasons.items()},
        "rows": ready.train.tokens.rows.height,
        "dev_rows": ready.dev.tokens.rows.height if ready.dev else 0,
        "replayed_rows": ready.replayed,
        "over_length": {"rows": ready.train.over, "lost_tokens": ready.train.lost},
        "trained_tokens": ready.train.trained,
        "seen_tokens": int(known[-1]) if known else None,
        "steps": state.global_step,
        "planned_steps": ready.steps,
        "best_step": state.best_global_step or None,
        "trainable": sum(getattr(weight, "ds_numel", weight.numel()) for weight in weights),
        "losses": {"train": list(curve.train), "dev": list(curve.dev), "grad_norm": list(curve.grad_norm)},
        "findings": {lang: [finding.sentence(lang) for finding in findings] for lang in ("en", "zh")},
        "codes": [finding.code for finding in findings],
        "cost": meter.read(),
        "planned": {"bytes": ready.estimate.total if ready.estimate else None, "seconds": ready.seconds},
    }


def _ask(prepared: Prepared, model: Any) -> list[dict[str, str]] | None:
    """What the model says to held-out questions of dev; eval is for the verdict only.

    A 4-bit base on a CPU isn't asked: one forward pass repacks its weights, and the adapter no longer fits them.
    """
    stage = prepared.stages[0].stage
    if processes() > 1 or (stage.tuning == "qlora" and prepared.device.kind == "cpu"):
        return None
    asked = questions(prepared.data, prepared.recipe.samples)
    if not asked or not prepared.base.talk.template:
        return None
    try:
        told = answer(model, prepared.base.talk, [question for question, _ in asked])
    except TemplateRefusal:  # such rows are in the ledger; here they only cost the samples
        return None
    return [
        {"question": question[-1]["content"], "answer": said, "reference": reference}
        for (question, reference), said in zip(asked, told, strict=True)
    ]
