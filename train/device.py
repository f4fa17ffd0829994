"""Where and in what numbers to train: the device, number format and attention of this machine."""

import os
from dataclasses import dataclass

from schemas.errors import UserError
from train.config import TrainRecipe
from train.plan import card, parse_memory


@dataclass(frozen=True)
class Device:
    """Where and in what numbers to train.

    Attributes:
        kind: `cuda`, `mps` or `cpu`.
        name: Of the card or processor.
        memory: Bytes, of the card or of the machine.
        dtype: Of frozen weights: `bfloat16`, `float16` or `float32`.
        attention: The implementation.
        notes: Why these.
    """

    kind: str
    name: str
    memory: int
    dtype: str
    attention: str
    notes: tuple[str, ...] = ()


def find_device(recipe: TrainRecipe) -> Device:
    """The device, number format and attention that this machine has.

    Raises:
        UserError: If the recipe asks for one that isn't there.
    """
    import torch

    kinds = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    kind = next(name for name, there in kinds.items() if there) if recipe.device == "auto" else recipe.device
    if not kinds[kind]:
        raise UserError(
            f"train.device: there is no {kind} here", hint="device: auto, or make train CONFIG=configs/quickstart.yaml"
        )
    if kind == "mps" and any(stage.tuning == "qlora" for stage in recipe.stages):
        raise UserError("bitsandbytes has no 4-bit weights on Apple's GPU", hint="tuning: lora, or device: cpu")
    name, memory, notes = "CPU", os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), []
    if kind == "cuda":
        card = torch.cuda.get_device_properties(torch.cuda.current_device())
        name, memory = card.name, card.total_memory
    wide = kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    dtype = recipe.dtype
    if dtype == "auto":
        dtype = "bfloat16" if wide else "float16" if kind == "cuda" else "float32"
        notes.append(f"{dtype}: {'what this card computes fastest' if kind == 'cuda' else f'exact on {kind}'}")
        if dtype == "float16":
            notes.append("this card has no bfloat16: float16 with loss scaling, watch for a diverging loss")
    elif dtype == "bfloat16" and kind == "cuda" and not wide:
        raise UserError(f"{name} has no bfloat16", hint="dtype: float16, or float32")
    attention, why = _attention(recipe, kind)
    return Device(kind, name, memory, dtype, attention, (*notes, f"{attention}: {why}"))


def _attention(recipe: TrainRecipe, kind: str) -> tuple[str, str]:
    from transformers.utils.import_utils import is_flash_attn_2_available

    if recipe.attention.startswith("flash") and kind != "cuda":
        raise UserError(f"train.attention: {recipe.attention} needs a CUDA card", hint="attention: auto")
    if recipe.attention != "auto":
        return recipe.attention, "asked for"
    if kind == "cuda" and is_flash_attn_2_available():
        return "flash_attention_2", "flash-attn is installed"
    return "sdpa", "part of torch, exact with packing"


def imagine(gpu: str) -> Device:
    """A card that isn't here, by its memory (`24GB`) or its name (`RTX 4090`).

    Raises:
        UserError: If it is neither.
    """
    known = card(gpu)
    return Device("cuda", gpu, known[0] if known else parse_memory(gpu), "bfloat16", "sdpa")
