"""GGUF tensors: what of a transformers model llama.cpp can hold, under which names and in which order of rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from math import prod
from pathlib import Path
from typing import Any, Literal

from schemas.errors import UserError

Kind = Literal["f32", "f16", "bf16", "q8_0"]

ARCHITECTURES = ("llama", "qwen2", "qwen3")
"""The `model_type` values that are written here; GGUF gives these architectures the same names."""

LORA_SETTINGS = {
    *("auto_mapping", "base_model_name_or_path", "exclude_modules", "inference_mode", "init_lora_weights"),
    *("layers_pattern", "layers_to_transform", "lora_alpha", "lora_dropout", "peft_type", "peft_version"),
    *("r", "revision", "target_modules", "task_type", "use_rslora"),
}
"""The settings of PEFT's LoraConfig that an adapter may set; any other must have PEFT's default."""

INITIAL_BASE = (True, False, "gaussian", "orthogonal")
"""The `init_lora_weights` of PEFT that leave the base's own weights alone."""


@dataclass(frozen=True)
class Tensor:
    """One tensor to write: its GGUF name, its shape in torch's order, and how to get it as float32."""

    name: str
    shape: tuple[int, ...]
    load: Callable[[], Any]


def accept(config: Any) -> None:
    """Refuse, with a reason, if a model of this config would come out wrong."""
    if config.model_type not in ARCHITECTURES:
        raise UserError(f"its architecture is {config.model_type}, not {', '.join(ARCHITECTURES)}")
    rope = config.rope_parameters
    faults = {
        f"its rotary scaling is {rope['rope_type']}": rope["rope_type"] not in {"default", "llama3"},
        "it rotates a part of each head only": rope.get("partial_rotary_factor", 1) != 1,
        f"its activation is {config.hidden_act}": config.hidden_act != "silu",
        "its projections have biases": getattr(config, "attention_bias", False) or getattr(config, "mlp_bias", False),
        "it uses sliding windows": getattr(config, "use_sliding_window", False),
        "its weights are quantised": hasattr(config, "quantization_config"),
    }
    for reason, present in faults.items():
        if present:
            raise UserError(reason)


def accept_lora(settings: dict[str, Any]) -> None:
    """Refuse, with a reason, if llama.cpp can't express an adapter with these PEFT settings."""
    from peft import LoraConfig

    if settings["peft_type"] != "LORA":
        raise UserError(f"its method is {settings['peft_type']}, not LORA")
    plain = vars(LoraConfig())
    odd = sorted(name for name, value in settings.items() if name not in LORA_SETTINGS and value != plain.get(name))
    if settings.get("init_lora_weights", True) not in INITIAL_BASE:
        odd.append("init_lora_weights")
    if odd:
        raise UserError(f"llama.cpp's adapters don't know its {', '.join(odd)}")


def describe(writer: Any, config: Any) -> None:
    """The hyperparameters, as llama.cpp's converter writes them."""
    width = _head_width(config)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_rope_dimension_count(width)
    writer.add_vocab_size(config.vocab_size)


def _head_width(config: Any) -> int:
    return int(getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads)


def weights(folder: Path, config: Any, stack: ExitStack) -> Iterator[Tensor]:
    """The tensors of a transformers folder under their GGUF names, each read when it's asked for."""
    from safetensors import safe_open

    paths = sorted(folder.glob("model*.safetensors"))
    if not paths:
        raise UserError("it holds no model*.safetensors", hint="merge the adapter into its base first")
    if config.rope_parameters["rope_type"] == "llama3":
        yield Tensor("rope_freqs.weight", (_head_width(config) // 2,), partial(_rope_factors, config))
    for path in paths:
        shard = stack.enter_context(safe_open(path, "pt"))
        for key in shard.keys():  # noqa: SIM118 - not a dict
            if key == "lm_head.weight" and config.tie_word_embeddings:
                continue  # llama.cpp takes the embedding when there is no head
            name, shape = _rename(key, config), tuple(shard.get_slice(key).get_shape())
            yield Tensor(name, shape, partial(_reorder, shard, key, config))


def lora_tensor(shard: Any, key: str, config: Any) -> Tensor:
    """One matrix of a LoRA: A [rank, in] as it is, B [out, rank] in the row order of its layer."""
    module, found, side = key.removeprefix("base_model.model.").rpartition(".lora_")
    if not found or side not in {"A.weight", "B.weight"}:
        raise UserError(f"llama.cpp's adapters have no place for its {key}")
    if module == "lm_head" and config.tie_word_embeddings:
        raise UserError("it adapts lm_head, which the base ties to the embedding")
    name = f"{_rename(module + '.weight', config)}.lora_{side[0].lower()}"
    shape = tuple(shard.get_slice(key).get_shape())
    return Tensor(name, shape, partial(_reorder, shard, key, config))


def _rename(key: str, config: Any) -> str:
    """The GGUF name of a transformers tensor, from llama.cpp's own table in the package gguf."""
    name = _names(config.model_type, config.num_hidden_layers).get_name(key, try_suffixes=(".weight", ".bias"))
    if name is None:
        raise UserError(f"llama.cpp has no name for its tensor {key}")
    return str(name)


@cache
def _names(architecture: str, blocks: int) -> Any:
    import gguf

    return gguf.get_tensor_name_map({name: arch for arch, name in gguf.MODEL_ARCH_NAMES.items()}[architecture], blocks)


def _reorder(shard: Any, key: str, config: Any) -> Any:
    """Read a tensor as float32, its rows in llama.cpp's order.

    In each head transformers rotates row i with row i + width/2. llama.cpp does the same, but for `llama`, where
    it rotates row 2i with 2i + 1 (`permute` in convert_hf_to_gguf.py).
    """
    rows = shard.get_tensor(key).float().numpy()
    heads = config.num_attention_heads if "q_proj" in key else config.num_key_value_heads if "k_proj" in key else 0
    if config.model_type != "llama" or not heads or "lora_A" in key:
        return rows
    return rows.reshape(heads, 2, -1, *rows.shape[1:]).swapaxes(1, 2).reshape(rows.shape)


def _rope_factors(config: Any) -> Any:
    """`rope_freqs`: the plain inverse frequencies over Llama 3's [head width / 2]."""
    import torch
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    scaled, _ = ROPE_INIT_FUNCTIONS["llama3"](config, torch.device("cpu"))
    width = _head_width(config)
    plain = config.rope_parameters["rope_theta"] ** -(torch.arange(0, width, 2, dtype=torch.float32) / width)
    return (plain / scaled).numpy()


def write_tensors(writer: Any, tensors: Sequence[Tensor], kind: Kind) -> None:
    """Announce every tensor, then read, convert and write them one by one."""
    import gguf
    import numpy as np

    types = gguf.GGMLQuantizationType
    chosen = []
    for tensor in tensors:
        chosen.append(types[kind.upper()] if len(tensor.shape) > 1 else types.F32)
        if chosen[-1] == types.Q8_0 and tensor.shape[-1] % 32:
            chosen[-1] = types.F16
        size = prod(gguf.quant_shape_to_byte_shape(tensor.shape, chosen[-1]))
        writer.add_tensor_info(tensor.name, tensor.shape, np.dtype("float32"), size, raw_dtype=chosen[-1])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for tensor, form in zip(tensors, chosen, strict=True):
        writer.write_tensor_data(gguf.quants.quantize(np.ascontiguousarray(tensor.load()), form))
