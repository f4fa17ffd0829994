"""What learns: an adapter of PEFT, new or saved, or the last layers of the base itself."""

from pathlib import Path
from typing import Any

import orjson

from schemas.device import Device
from schemas.errors import UserError
from train.config import LORA, Stage, check_free

PEFT_CONFIGS: dict[str, str] = {
    "qlora": "LoraConfig",
    "lora": "LoraConfig",
    "dora": "LoraConfig",
    "prefix": "PrefixTuningConfig",
    "p-tuning": "PromptEncoderConfig",
    "prompt": "PromptTuningConfig",
    "ia3": "IA3Config",
}


def peft_config(stage: Stage, device: Device) -> Any:
    """The PEFT config of a stage, or null for full and freeze.

    Raises:
        UserError: If `peft:` has a key that this config doesn't know, or the init needs a card.
    """
    import peft

    if stage.tuning not in PEFT_CONFIGS:
        return None
    kind = getattr(peft, PEFT_CONFIGS[stage.tuning])
    check_free(stage.peft, kind, place="train.peft")
    options: dict[str, Any] = {"task_type": "CAUSAL_LM"}
    if stage.tuning in LORA:
        options |= {"r": stage.rank, "lora_alpha": stage.alpha, "lora_dropout": stage.dropout}
        options |= {"use_rslora": bool(stage.rslora), "use_dora": stage.tuning == "dora"}
        options |= {"target_modules": stage.target_modules}
        if stage.init != "default":
            options["init_lora_weights"] = stage.init
        if stage.init == "loftq":
            if device.kind != "cuda":
                raise UserError("train.init: loftq needs a CUDA card", hint="init: pissa, or default")
            options["loftq_config"] = peft.LoftQConfig(loftq_bits=4)
    elif stage.tuning != "ia3":
        options["num_virtual_tokens"] = stage.virtual_tokens
    return kind(**{**options, **stage.peft})


def check_targets(model: Any, stage: Stage) -> None:
    """Check that the named modules are there, before PEFT says so with the whole model printed.

    Raises:
        UserError: With the names that the model has.
    """
    import torch

    if stage.tuning not in LORA or isinstance(stage.target_modules, str):
        return
    names = [name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)]
    unknown = [
        target for target in stage.target_modules if not any(f".{name}".endswith(f".{target}") for name in names)
    ]
    if unknown:
        known = sorted({name.rpartition(".")[2] for name in names} - {"lm_head"})
        raise UserError(
            f"train.target_modules: the base has no {', '.join(unknown)}", hint=f"{', '.join(known)}; or all-linear"
        )


def load_adapter(model: Any, adapter: Path) -> Any:
    """Put a saved adapter on its base, trainable.

    Raises:
        UserError: If it is no adapter, or one for another base.
    """
    from peft import PeftModel

    check_adapter(adapter, model.config.to_dict())
    return PeftModel.from_pretrained(model, str(adapter), is_trainable=True)


def check_adapter(adapter: Path, config: dict[str, Any]) -> dict[str, Any]:
    """Check that an adapter's matrices fit a base.

    Returns:
        Its `adapter_config.json`.

    Raises:
        UserError: If it is no adapter, or its shapes are those of another base.
    """
    from safetensors import safe_open

    file, weights = adapter / "adapter_config.json", adapter / "adapter_model.safetensors"
    if not file.is_file() or not weights.is_file():
        raise UserError(f"no adapter at {adapter}", hint="gristmill train -c RECIPE makes runs/NAME/model/adapter")
    settings: dict[str, Any] = orjson.loads(file.read_bytes())
    text = config.get("text_config") or config
    with safe_open(str(weights), "pt") as tensors:
        widths = {tensors.get_slice(key).get_shape()[-1] for key in tensors.keys() if "q_proj.lora_A" in key}  # noqa: SIM118
        layers = {int(part) for key in tensors.keys() for part in key.split(".") if part.isdigit()}  # noqa: SIM118
    if (widths and widths != {text["hidden_size"]}) or (layers and max(layers) >= text["num_hidden_layers"]):
        made = settings.get("base_model_name_or_path")
        raise UserError(f"the adapter {adapter} was made for another base ({made})", hint=f"train.base: {made}")
    return settings


def freeze(model: Any, layers: int) -> None:
    """Let only the last layers learn."""
    import torch

    stacks = [module for module in model.modules() if isinstance(module, torch.nn.ModuleList)]
    blocks = max(stacks, key=len)
    model.requires_grad_(False)
    for block in list(blocks)[-layers:]:
        block.requires_grad_(True)
