"""Tiny random models and their GGUF tensors, for the tests of GGUF files."""

import json
from pathlib import Path
from typing import Any

import pytest

from schemas.gguf.tokens import PRE_TOKENIZERS

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")
tokenizers = pytest.importorskip("tokenizers")
gguf = pytest.importorskip("gguf")

torch.set_num_threads(1)  # two on a busy machine of two cores: 5 to 50 times slower

SHAPE = {
    **{"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4},
    **{"num_key_value_heads": 2, "max_position_embeddings": 512, "initializer_range": 0.2},
    **{"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1},
}


def small_tokenizer(**parts: Any) -> Any:
    """Byte-level BPE with two special tokens, 256 bytes and two merges, cut by GPT-2's rules unless told otherwise."""
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    names = ["<s>", "</s>", *letters, "ab", "abc"]
    model = {"type": "BPE", "vocab": {name: i for i, name in enumerate(names)}, "merges": [["a", "b"], ["ab", "c"]]}
    added = [
        {"id": i, "content": names[i], "special": True, "normalized": False, "single_word": False}
        | {"lstrip": False, "rstrip": False}
        for i in (0, 1)
    ]
    rules = {"version": "1.0", "added_tokens": added, "model": model, "pre_tokenizer": PRE_TOKENIZERS["gpt-2"].rules}
    rules["decoder"] = {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}
    backend = tokenizers.Tokenizer.from_str(json.dumps(rules | parts))
    return transformers.PreTrainedTokenizerFast(tokenizer_object=backend, bos_token="<s>", eos_token="</s>")


def make_model(folder: Path, kind: str = "llama", *, tokenizer: Any = None, **config: Any) -> Any:
    """A random model and its tokenizer in a folder; norms and biases aren't left at their trivial start."""
    torch.manual_seed(0)
    tokenizer = tokenizer or small_tokenizer()
    settings = transformers.AutoConfig.for_model(kind, **SHAPE | {"vocab_size": len(tokenizer)} | config)
    model = transformers.AutoModelForCausalLM.from_config(settings, dtype=torch.float32).eval()
    for name, weight in model.named_parameters():
        if "norm" in name or "bias" in name:
            weight.data += 0.2 * torch.randn_like(weight)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return model


def tensors(path: Path) -> dict[str, Any]:
    return {tensor.name: tensor.data for tensor in gguf.GGUFReader(path).tensors}


def interleave(rows: Any, *, width: int, moved: bool = True) -> Any:
    """Row by row: within a head, i and i + width / 2 become neighbours."""
    order = [
        head + half for head in range(0, len(rows), width) for i in range(width // 2) for half in (i, i + width // 2)
    ]
    return (rows[order] if moved else rows).detach().numpy()
