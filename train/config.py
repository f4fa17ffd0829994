"""The `train:` section of a recipe: few knobs, each with a recommended value, and two free dicts for the rest."""

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from schemas.config import Section, load_recipe_section
from schemas.errors import UserError

Method = Literal["sft", "cpt", "dpo", "orpo", "kto"]
Tuning = Literal["qlora", "lora", "dora", "full", "freeze", "prefix", "p-tuning", "prompt", "ia3"]

KINDS: dict[Method, str] = {"sft": "sft", "cpt": "text", "dpo": "preference", "orpo": "preference", "kto": "kto"}
"""The kind of record that each method learns from."""

LORA = ("qlora", "lora", "dora")
WHOLE = ("full", "freeze")
"""Tunings that change the base's own weights."""
VIRTUAL = ("prefix", "p-tuning", "prompt")
"""Tunings that put trained vectors in front of the text: they can't be merged into the weights."""

OLD_NAMES: dict[str, str] = {
    "chars_per_token": "nothing: rows are tokenised before training",
    "cutoff_len": "max_length",
    "dataset_text_field": "nothing: the data artifact has the columns",
    "do_eval": "nothing: a dev split is looked at whenever there is one",
    "evaluation_strategy": "eval_strategy in Transformers 5; here the knob eval_steps",
    "finetuning_type": "tuning",
    "fp16": "dtype: float16",
    "bf16": "dtype: bfloat16",
    "gradient_checkpointing": "checkpointing",
    "group_by_length": "trainer_args.train_sampling_strategy: group_by_length",
    "load_in_4bit": "bits: 4",
    "load_in_8bit": "bits: 8",
    "logging_dir": "nothing: TensorBoard files are in model/tensorboard",
    "lora_alpha": "alpha",
    "lora_dropout": "dropout",
    "lora_r": "rank",
    "lora_rank": "rank",
    "lora_target": "target_modules",
    "lr": "learning_rate",
    "lr_scheduler_type": "schedule",
    "max_prompt_length": "max_length and over_length",
    "max_seq_length": "max_length",
    "model_name_or_path": "base",
    "neftune_noise_alpha": "neftune",
    "no_cuda": "device: cpu",
    "num_train_epochs": "epochs",
    "optim": "optimizer",
    "overwrite_output_dir": "nothing: a new run starts anew, --resume goes on",
    "per_device_train_batch_size": "batch_size",
    "gradient_accumulation_steps": "accumulation",
    "quantization_bit": "bits",
    "save_safetensors": "nothing: always safetensors",
    "seed": "the recipe's seed, beside name",
    "stage": "method",
    "tokenizer": "nothing: the base brings it",
    "torch_dtype": "dtype",
    "use_cpu": "device: cpu",
    "use_flash_attention_2": "attention: flash_attention_2",
    "use_liger_kernel": "kernels: true",
    "warmup_ratio": "warmup (below 1 a share of all steps; warmup_steps in Transformers 5)",
    "warmup_steps": "warmup",
}
"""Names of older tutorials and other trainers -> the knob here."""


class Replay(Section):
    """General rows mixed into the training rows, against forgetting."""

    path: Path
    """A data artifact (`runs/NAME/data`), or one of its .parquet files."""
    share: Annotated[float, Field(gt=0, lt=1)] = 0.05
    """Share of general rows in what is trained on."""


class Stage(Section):
    """One training run. Null takes the recommended value, which is printed with its reason."""

    method: Method = "sft"
    tuning: Tuning = "lora"
    bits: Literal[4, 8, 16] | None = None
    """Bits of a frozen base's weights: 4 (NF4, double quantisation) or 8 with qlora, 16 otherwise."""

    train_on: Literal["assistant", "last", "completion", "all"] = "assistant"
    """Every assistant turn, the last one, all after the last question, or every token."""
    max_length: Annotated[int, Field(ge=16)] | None = None
    over_length: Literal["error", "drop", "truncate", "split"] = "drop"
    """Rows over max_length: stop, go to the ledger, lose the oldest text of their prompt, or become several rows."""
    empty_loss: Literal["error", "drop"] = "error"
    """Rows without a single trained token: stop, or go to the ledger."""
    packing: bool | None = None
    replay: Replay | None = None

    epochs: Annotated[float, Field(gt=0)] | None = None
    max_steps: Annotated[int, Field(ge=1)] | None = None
    batch_size: Annotated[int, Field(ge=1)] | None = None
    """Rows in one forward pass of one device."""
    accumulation: Annotated[int, Field(ge=1)] | None = None
    """Forward passes for one update."""
    learning_rate: Annotated[float, Field(gt=0, lt=1)] | None = None
    schedule: str = "cosine"
    warmup: Annotated[float, Field(ge=0)] = 0.05
    optimizer: str | None = None
    checkpointing: bool | None = None
    neftune: Annotated[float, Field(gt=0)] | None = None
    lora_plus: Annotated[float, Field(ge=1)] | None = None
    """LoRA+: how many times the learning rate of B is that of A."""

    rank: Annotated[int, Field(ge=1)] | None = None
    alpha: Annotated[int, Field(ge=1)] | None = None
    dropout: Annotated[float, Field(ge=0, lt=1)] = 0.0
    target_modules: list[str] | Literal["all-linear"] = "all-linear"
    rslora: bool | None = None
    init: Literal["default", "gaussian", "pissa", "olora", "loftq"] = "default"
    layers: Annotated[int, Field(ge=1)] = 2
    """With freeze: how many of the last layers learn."""
    virtual_tokens: Annotated[int, Field(ge=1)] = 16
    """With prefix, p-tuning and prompt."""

    beta: Annotated[float, Field(gt=0)] | None = None
    """DPO and KTO: how close to stay to the reference; ORPO: weight of the odds ratio."""

    eval_steps: Annotated[int, Field(ge=1)] | None = None
    dev_rows: Annotated[int, Field(ge=1)] | None = None
    """Rows of dev to look at, spread over it; null is all. A CPU has no time for hundreds."""
    patience: Annotated[int, Field(ge=1)] | None = None
    """Looks at dev without a better loss before training stops; null never stops early."""
    save_total_limit: Annotated[int, Field(ge=1)] = 2
    shuffle: bool | None = None
    """Null shuffles, unless the data's mix put its rows in an order (`data.mix.order`)."""
    peft: dict[str, Any] = Field(default_factory=dict)
    """Anything else that the PEFT config of this tuning takes."""
    trainer_args: dict[str, Any] = Field(default_factory=dict)
    """Anything else that TRL's config of this method takes."""

    @model_validator(mode="before")
    @classmethod
    def _old_names(cls, values: Any) -> Any:
        told = [f"{key} is now {OLD_NAMES[key]}" for key in values if key in OLD_NAMES and key not in cls.model_fields]
        if told:
            raise ValueError("; ".join(told))
        return values

    @field_validator("tuning", mode="before")
    @classmethod
    def _bottleneck(cls, value: Any) -> Any:
        if value in ("adapter", "adapters", "bottleneck", "houlsby", "pfeiffer"):
            raise ValueError(
                "bottleneck adapters are refused: PEFT has none, since they add layers that can't be merged and slow "
                "every answer; the nearest are lora (the same low-rank update, mergeable) and ia3 (fewest parameters)"
            )
        return value

    @model_validator(mode="after")
    def _fits(self) -> "Stage":
        faults = [sentence for broken, sentence in self._conflicts() if broken]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _conflicts(self) -> Iterable[tuple[bool, str]]:
        given = self.model_fields_set
        lora = self.tuning in LORA
        yield self.tuning == "qlora" and self.bits == 16, "qlora has 4 or 8 bits; 16 bits is tuning: lora"
        yield self.tuning not in ("qlora",) and self.bits in (4, 8), f"bits: {self.bits} needs tuning: qlora"
        yield self.beta is not None and self.method in ("sft", "cpt"), f"{self.method} has no beta"
        for name in ("rank", "alpha", "dropout", "rslora", "init", "lora_plus"):
            yield name in given and not lora, f"{name} belongs to {', '.join(LORA)}, not to {self.tuning}"
        yield "layers" in given and self.tuning != "freeze", "layers belongs to tuning: freeze"
        yield "virtual_tokens" in given and self.tuning not in VIRTUAL, f"virtual_tokens needs {', '.join(VIRTUAL)}"
        yield bool(self.peft) and self.tuning in WHOLE, f"peft: means nothing with tuning: {self.tuning}"
        yield bool(self.packing) and self.method not in ("sft", "cpt"), f"packing is for sft and cpt, not {self.method}"
        yield bool(self.packing) and self.tuning in VIRTUAL, f"packing can't hold the vectors of {self.tuning}"
        yield self.neftune is not None and self.method not in ("sft", "cpt"), "neftune is for sft and cpt"
        yield self.replay is not None and self.method not in ("sft", "cpt"), "replay is for sft and cpt"
        split = self.over_length == "split" and self.method not in ("sft", "cpt")
        yield split, f"over_length: split would tear a pair apart; {self.method} takes error, drop or truncate"
        truncate = self.over_length == "truncate" and self.method == "cpt"
        yield truncate, "over_length: truncate shortens prompts, and cpt has none; take split, drop or error"
        yield "train_on" in given and self.method != "sft", f"train_on is for sft; {self.method} knows its answers"


class TrainRecipe(Stage):
    """Everything that `gristmill train` does: the base, and one stage or a chain of them."""

    base: str
    """A hub id, `ms://user/name`, a folder, a .gguf file, or `pip://PACKAGE` for a GGUF inside a Python package."""
    revision: str | None = None
    adapter: Path | None = None
    """An adapter for this base to go on from, instead of a new one."""
    data: str | None = None
    """The run whose data is trained on; null is this recipe's own."""
    template: str | None = None
    """Chat template: null takes the base's; `chatml`, `plain`, or a .jinja file."""
    device: Literal["auto", "cuda", "mps", "cpu"] = "auto"
    dtype: Literal["auto", "bfloat16", "float16", "float32"] = "auto"
    attention: Literal["auto", "sdpa", "eager", "flash_attention_2", "flash_attention_3"] = "auto"
    kernels: bool = False
    """Kernels from the hub (Liger and others): code that is downloaded and run, so only on request."""
    trust_remote_code: bool = False
    samples: Annotated[int, Field(ge=0)] = 10
    """Held-out questions of dev that are asked before and after; eval is for the verdict only."""
    then: list[Stage] = Field(default_factory=list)
    """Further stages; each goes on from the weights of the one before."""

    @model_validator(mode="after")
    def _chain(self) -> "TrainRecipe":
        if self.adapter and self.tuning in WHOLE:
            raise ValueError(
                f"adapter: {self.tuning} would leave it aside; merge it first (gristmill export RUN --to merged)"
            )
        for before, after in zip(self.stages, self.then, strict=False):
            if before.tuning not in (after.tuning, *WHOLE):
                raise ValueError(
                    f"then: {after.tuning} can't go on from {before.tuning}: a chain keeps one adapter, "
                    "or starts with full or freeze"
                )
        return self

    @property
    def stages(self) -> list[Stage]:
        """All stages in order; the first one's knobs stand in the section itself."""
        return [self, *self.then]


def load_recipe(path: Path, *, name: str | None = None, seed: int | None = None) -> tuple[TrainRecipe, str, int]:
    """Read the `train:` section of a recipe file.

    Args:
        path: The YAML file.
        name: Takes the place of the recipe's.
        seed: Takes the place of the recipe's.

    Returns:
        The section, the run's name and its seed.

    Raises:
        ConfigError: With every fault and its line.
    """
    header, recipe = load_recipe_section(path, "train", TrainRecipe)
    return recipe, name or header.name or path.stem, header.seed if seed is None else seed


OWNED: dict[str, str] = {
    **dict.fromkeys(("output_dir", "seed", "data_seed", "dataset_kwargs", "do_train"), "gristmill sets it"),
    **{name: f"use the knob: {knob}" for name, knob in OLD_NAMES.items() if not knob.startswith("nothing")},
    **dict.fromkeys(Stage.model_fields, "use the knob of this name"),
}
"""Trainer arguments that have a knob: two places for one thing would be one too many."""


def check_free(values: Mapping[str, Any], known: type, *, place: str) -> None:
    """Check the keys of a free dict against the fields of the installed library's config.

    Args:
        values: `peft:` or `trainer_args:` of a recipe.
        known: A dataclass of TRL or PEFT.
        place: The dict's path in the recipe, for the message.

    Raises:
        UserError: With every unknown key and the name that it has now.
    """
    fields = {field.name for field in dataclasses.fields(known) if field.init}
    faults = []
    for key in values:
        if place.endswith("trainer_args") and key in OWNED:
            faults.append(f"{key}: {OWNED[key]}")
        elif key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            told = OLD_NAMES.get(key) or (f"did you mean {near[0]}?" if near else "no field of that name")
            faults.append(f"{key}: {told} ({known.__name__} of the installed library)")
    if faults:
        raise UserError(f"{place}: " + "; ".join(faults), hint="mend the recipe, then run again")
