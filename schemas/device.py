"""Where and in what numbers a model runs: the device, number format and attention of this machine."""

import os
from dataclasses import dataclass

from schemas.errors import UserError


@dataclass(frozen=True)
class Device:
    """Where and in what numbers a model runs.

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


def find_device(
    *, kind: str = "auto", dtype: str = "auto", attention: str = "auto", quantised: bool = False, section: str = "train"
) -> Device:
    """The device, number format and attention that this machine has.

    Args:
        kind: `auto`, or the one that is asked for.
        dtype: `auto`, or the one that is asked for.
        attention: `auto`, or the one that is asked for.
        quantised: Whether bitsandbytes' weights are needed.
        section: Of the recipe, for errors.

    Raises:
        UserError: If what is asked for isn't there.
    """
    import torch

    kinds = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    kind = next(name for name, there in kinds.items() if there) if kind == "auto" else kind
    if not kinds[kind]:
        raise UserError(
            f"{section}.device: there is no {kind} here", hint="device: auto, or CONFIG=configs/quickstart.yaml"
        )
    if kind == "mps" and quantised:
        raise UserError("bitsandbytes has no 4-bit weights on Apple's GPU", hint="tuning: lora, or device: cpu")
    name, memory, notes = "CPU", os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"), []
    if kind == "cuda":
        card = torch.cuda.get_device_properties(torch.cuda.current_device())
        name, memory = card.name, card.total_memory
    wide = kind == "cuda" and torch.cuda.is_bf16_supported(including_emulation=False)
    if dtype == "auto":
        dtype = "bfloat16" if wide else "float16" if kind == "cuda" else "float32"
        notes.append(f"{dtype}: {'what this card computes fastest' if kind == 'cuda' else f'exact on {kind}'}")
        if dtype == "float16":
            notes.append("this card has no bfloat16: float16 with loss scaling, watch for a diverging loss")
    elif dtype == "bfloat16" and kind == "cuda" and not wide:
        raise UserError(f"{name} has no bfloat16", hint="dtype: float16, or float32")
    found, why = _attention(attention, kind, section)
    return Device(kind, name, memory, dtype, found, (*notes, f"{found}: {why}"))


def _attention(asked: str, kind: str, section: str) -> tuple[str, str]:
    from transformers.utils.import_utils import is_flash_attn_2_available

    if asked.startswith("flash") and kind != "cuda":
        raise UserError(f"{section}.attention: {asked} needs a CUDA card", hint="attention: auto")
    if asked != "auto":
        return asked, "asked for"
    if kind == "cuda" and is_flash_attn_2_available():
        return "flash_attention_2", "flash-attn is installed"
    return "sdpa", "part of torch, exact with packing"
