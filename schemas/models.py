"""Models as training and evaluation must both load them: where a base is, its 4-bit form, a finished run's record."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from schemas.artifacts import Layout, digest_file
from schemas.errors import MissingExtra, UserError


def locate(base: str, revision: str | None, *, cache: Path) -> str:
    """Where a base can be loaded from: a folder, or a hub id; GGUF files are converted once.

    Raises:
        UserError: If the address leads nowhere.
    """
    from schemas import gguf

    file = gguf.bundled(base.removeprefix("pip://")) if base.startswith("pip://") else Path(base)
    if file.suffix == ".gguf":
        if not file.is_file():
            raise UserError(f"no such file: {base}", hint="a base is a .gguf file, a folder or a hub id")
        target = cache / f"{file.stem}-{digest_file(file)[:12]}"
        if not target.is_dir():
            gguf.read_gguf(file, target)
        return str(target)
    if base.startswith("ms://"):
        try:
            from modelscope import snapshot_download
        except ImportError:
            raise MissingExtra(base, package="modelscope", extra="modelscope") from None
        return str(snapshot_download(base.removeprefix("ms://"), revision=revision, cache_dir=str(cache)))
    if file.is_dir():
        return str(file)
    if base.count("/") != 1 or base.startswith((".", "/", "~")):
        raise UserError(f"no such folder: {base}", hint="a base is a folder, a .gguf file, ms://user/name or user/name")
    return base


@contextmanager
def loading(address: str) -> Iterator[None]:
    """Whatever transformers says about a model that can't be loaded, in one sentence.

    Raises:
        UserError: If the folder holds no model, or the hub can't be reached.
    """
    try:
        yield
    except (OSError, ValueError) as fault:
        told = str(fault).strip().splitlines() or [type(fault).__name__]
        hint = "a folder with config.json, weights and tokenizer, or a hub id that can be reached from here"
        raise UserError(f"the model {address!r} can't be loaded: {told[0]}", hint=hint) from None


def quantisation(bits: int, dtype: str) -> Any:
    """Bitsandbytes' NF4 with double quantisation (QLoRA, arXiv 2305.14314), or LLM.int8."""
    import torch
    from transformers import BitsAndBytesConfig

    if bits == 8:
        return BitsAndBytesConfig(load_in_8bit=True)  # type: ignore[no-untyped-call]
    kind = getattr(torch, dtype)
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=kind,
        bnb_4bit_quant_storage=kind,  # FSDP shards 4-bit weights only in the type of everything else
    )


def read_run(folder: Path) -> dict[str, Any] | None:
    """A training run's record, or null when it never finished."""
    path = folder / "run.json"
    return dict(orjson.loads(path.read_bytes())) if path.is_file() else None


def find_model(layout: Layout) -> tuple[dict[str, Any], Path]:
    """A finished run's record and the folder of its weights.

    Raises:
        UserError: If the run has no finished model.
    """
    run = read_run(layout.model)
    if run is None:
        raise UserError(f"the run {layout.root.name!r} has no finished model", hint="gristmill train -c RECIPE")
    return run, layout.model / run["weights"]
