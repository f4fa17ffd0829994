"""Finished runs of tiny models, written by hand: no training."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from schemas.artifacts import Layout
from schemas.frames import frame_of
from schemas.records import Record
from tests.train.gguf_models import make_model, small_tokenizer, torch
from train.config import LORA, Stage

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

TARGETS = ("q_proj", "v_proj", "down_proj")


def chat_tokenizer(template: str = CHATML) -> Any:
    """The tests' byte-level tokenizer, with ChatML's two tokens."""
    tokenizer = small_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    tokenizer.pad_token, tokenizer.chat_template = tokenizer.eos_token, template
    return tokenizer


def make_run(root: Path, tuning: str = "lora", *, kind: str = "llama", dtype: str = "float32", **knobs: Any) -> Layout:
    """`root/runs/tiny` with a random adapter of that tuning for a random base, and its data; `full` moves the base."""
    base, model_folder = root / "base", root / "runs" / "tiny" / "model"
    tokenizer = chat_tokenizer()
    make_model(base, kind, tokenizer=tokenizer)
    weights = model_folder / ("weights" if tuning == "full" else "adapter")
    stage = Stage(tuning=tuning, **_defaults(tuning) | knobs)  # type: ignore[arg-type]
    _save_trained(base, weights, stage)
    tokenizer.save_pretrained(weights)
    _write_data(root / "runs" / "facts" / "data@0123")
    stops = tokenizer.convert_tokens_to_ids(["<|im_end|>", "</s>"])
    (model_folder / "run.json").write_text(
        json.dumps(_record(stage, base, weights.name, stops, dtype)), encoding="utf-8"
    )
    return Layout(root / "runs" / "tiny")


def _defaults(tuning: str) -> dict[str, Any]:
    common = {"max_length": 256, "batch_size": 4, "accumulation": 2, "learning_rate": 2e-4, "epochs": 3.0}
    common |= {
        "optimizer": "adamw_torch",
        "checkpointing": True,
        "packing": False,
        "bits": 4 if tuning == "qlora" else 16,
    }
    return common | ({"rank": 4, "alpha": 8, "rslora": False} if tuning in LORA else {})


def _save_trained(base: Path, weights: Path, stage: Stage) -> None:
    import peft
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base)
    torch.manual_seed(1)
    if stage.tuning == "full":
        trained: Any = model
    elif stage.tuning == "ia3":
        trained = peft.get_peft_model(model, peft.IA3Config(task_type="CAUSAL_LM"))
    elif stage.tuning == "prefix":
        trained = peft.get_peft_model(model, peft.PrefixTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4))
    else:
        settings = peft.LoraConfig(
            r=stage.rank, lora_alpha=stage.alpha, use_dora=stage.tuning == "dora", target_modules=list(TARGETS)
        )
        settings.task_type = "CAUSAL_LM"
        trained = peft.get_peft_model(model, settings)
    for name, weight in trained.named_parameters():
        if weight.requires_grad and ("lora_B" in name or stage.tuning in ("full", "ia3", "prefix")):
            weight.data += 0.3 * torch.randn_like(weight) * (0.1 if stage.tuning == "full" else 1.0)
    trained.save_pretrained(weights)


def _write_data(folder: Path) -> None:
    folder.mkdir(parents=True)
    for split, count in (("train", 6), ("dev", 5)):
        records: list[Record] = [
            {
                "kind": "sft",
                "messages": [
                    {"role": "user", "content": f"{split} 问题 {number}: abc ab?"},
                    {"role": "assistant", "content": f"答案 {number * 7}, abc."},
                ],
            }
            for number in range(count)
        ]
        frame_of(records, sources=["facts.jsonl"] * count, rows=range(1, count + 1)).write_parquet(
            folder / f"{split}.parquet"
        )
    assert pl.read_parquet(folder / "dev.parquet").height == 5


def _record(stage: Stage, base: Path, weights: str, stops: list[int], dtype: str) -> dict[str, Any]:
    outcome = {
        "stage": stage.model_dump(mode="json", include=set(Stage.model_fields)),
        "rows": 6,
        "trained_tokens": 60,
        "steps": 3,
        "planned_steps": 3,
        "trainable": 1000,
        "losses": {"train": [[1, 2.0]], "dev": [], "grad_norm": []},
        "findings": {"en": [], "zh": []},
        "cost": {"seconds": 1.0},
    }
    return {
        "format": 1,
        "key": "k" * 32,
        "name": "tiny",
        "data": {"run": "facts", "digest": "0123", "folder": "data@0123"},
        "base": str(base),
        "revision": None,
        "place": str(base),
        "template": "the base's own",
        "stops": stops,
        "seed": 17,
        "versions": {"gristmill": "0.1.0"},
        "hardware": {"device": "CPU", "kind": "cpu", "memory_bytes": 1, "dtype": dtype, "attention": "sdpa"},
        "stages": [outcome],
        "weights": weights,
        "files": {},
    }
