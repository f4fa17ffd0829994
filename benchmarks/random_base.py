"""Bases of the size of real ones with random weights, for machines that can download nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHAPES: dict[str, dict[str, Any]] = {
    "Llama-3.1-8B": {
        "model_type": "llama",
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
        "max_position_embeddings": 131072,
        "rms_norm_eps": 1e-5,
        "tie_word_embeddings": False,
    },
    "Qwen2.5-7B": {
        "model_type": "qwen2",
        "hidden_size": 3584,
        "intermediate_size": 18944,
        "num_hidden_layers": 28,
        "num_attention_heads": 28,
        "num_key_value_heads": 4,
        "vocab_size": 152064,
        "max_position_embeddings": 32768,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": False,
    },
}
"""From the config.json of each; rotary scaling, which changes neither speed nor memory, is left out."""

SMALL = {
    "hidden_size": 64,
    "intermediate_size": 192,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 512,
    "max_position_embeddings": 256,
}

TEMPLATE = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def write_checkpoint(name: str, folder: Path, *, small: bool) -> None:
    """Write a transformers folder with random bfloat16 weights, one shard a layer.

    Args:
        name: A key of `SHAPES`.
        folder: To make.
        small: Two small layers, made on the CPU; otherwise all of them, made on the card.
    """
    import torch
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForCausalLM

    folder.mkdir(parents=True)
    shape = {**SHAPES[name], **(SMALL if small else {})}
    config = AutoConfig.for_model(**shape, bos_token_id=0, eos_token_id=1, pad_token_id=2, dtype="bfloat16")
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    config.architectures = [type(model).__name__]
    config.save_pretrained(folder)
    place = "cpu" if small else "cuda"
    torch.manual_seed(17)
    weights: dict[str, str] = {}
    for shard, tensors in enumerate(_shards(model.state_dict())):
        file = f"model-{shard:05}.safetensors"
        made = {key: _random(key, meta, place) for key, meta in tensors.items()}
        save_file(made, folder / file, metadata={"format": "pt"})
        weights |= dict.fromkeys(made, file)
    size = sum(tensor.numel() * 2 for tensor in model.state_dict().values())
    index = {"metadata": {"total_size": size}, "weight_map": weights}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    write_tokenizer(folder)


def _shards(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The tensors of each layer, and those of none."""
    layers: dict[str, dict[str, Any]] = {}
    for key, tensor in state.items():
        layers.setdefault(".".join(key.split(".")[:3]) if ".layers." in key else key, {})[key] = tensor
    yield from layers.values()


def _random(key: str, meta: Any, place: str) -> Any:
    """Norms are ones, the rest is normal with the usual deviation of 0.02."""
    import torch

    if "norm" in key:
        return torch.ones(meta.shape, dtype=torch.bfloat16)
    return (torch.randn(meta.shape, dtype=torch.bfloat16, device=place) * 0.02).cpu()


def write_tokenizer(folder: Path) -> None:
    """Enough of a tokenizer for a trainer: rows come as token ids."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = ["<|im_start|>", "<|im_end|>", "<|pad|>", "<|unk|>", "user", "assistant", "system", "?", "!", "."]
    inner = Tokenizer(models.WordLevel({word: place for place, word in enumerate(words)}, unk_token="<|unk|>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    names = {"bos_token": words[0], "eos_token": words[1], "pad_token": words[2], "unk_token": words[3]}
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=inner, chat_template=TEMPLATE, **names
    )
    tokenizer.save_pretrained(folder)
