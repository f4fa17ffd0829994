"""A sentence-embedding model from a folder, as sentence-transformers saves it or as plain transformers."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from dataprep.embeddings.embedder import Embedder, Vectors
from schemas.artifacts import digest_folder, digest_json
from schemas.errors import MissingExtra, UserError
from schemas.models import loading

_LONGEST = 512
"""Tokens, where the model says nothing: the usual limit of encoders."""

_MODULES = ("Transformer", "Pooling", "Normalize")


def open_folder(folder: Path) -> Embedder:
    """Load a model; the weights must be safetensors, and code in the folder is never run.

    Pooling and length are those of sentence-transformers' own files, where they are there; else the mean over
    512 tokens.

    Raises:
        UserError: If there is no such model, or it needs what isn't offered here.
        MissingExtra: If torch or transformers is absent.
    """
    if not any(folder.glob("*.safetensors")):
        told = "no safetensors in it" if folder.is_dir() else "no such folder"
        hint = "a folder with config.json, tokenizer and model.safetensors, as hf download writes it"
        raise UserError(f"the embedding model {folder}: {told}", hint=hint)
    pooling = _pooling(folder)
    try:
        import torch
        from transformers import AutoModel, AutoTokenizer
    except ImportError:
        raise MissingExtra("A local embedding model", package="transformers", extra="train") from None
    plain: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    with loading(str(folder)):
        tokenizer = AutoTokenizer.from_pretrained(folder, **plain)
        model = AutoModel.from_pretrained(folder, use_safetensors=True, dtype=torch.float32, **plain).eval()
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model, limit = model.to(device), _limit(folder, tokenizer, model)

    def embed(texts: Sequence[str]) -> Vectors:
        cut = tokenizer(list(texts), padding=True, truncation=True, max_length=limit, return_tensors="pt").to(device)
        with torch.no_grad():
            states = model(**cut).last_hidden_state.float().cpu().numpy()
        return _pooled(states, cut["attention_mask"].cpu().numpy(), pooling)

    return Embedder(digest_json([digest_folder(folder), pooling, limit]), embed)


def _pooling(folder: Path) -> str:
    """`mean`, `cls` or `last`.

    Raises:
        UserError: For another way, or a model with more modules than an encoder and its pooling.
    """
    modules = [str(module.get("type", "")).rpartition(".")[2] for module in _settings(folder / "modules.json", [])]
    other = [module for module in modules if module not in _MODULES]
    told = _settings(folder / "1_Pooling" / "config.json", {})
    switched = [name for name, value in told.items() if value is True and name.startswith("pooling_mode_")]
    modes = [str(told["pooling_mode"])] if "pooling_mode" in told else switched
    short = {"mean_tokens": "mean", "cls_token": "cls", "lasttoken": "last"}
    named = [mode.removeprefix("pooling_mode_") for mode in modes]
    chosen = [short.get(mode, mode) for mode in named] or ["mean"]
    if other or len(chosen) > 1 or chosen[0] not in short.values():
        what = other[0] if other else " and ".join(chosen)
        hint = "serve it (vllm, llama.cpp, text-embeddings-inference) and set endpoint and name instead of model"
        raise UserError(f"{folder}: its {what} is not offered here; mean, cls and last-token pooling are", hint=hint)
    return chosen[0]


def _limit(folder: Path, tokenizer: Any, model: Any) -> int:
    """The longest input in tokens."""
    told = _settings(folder / "sentence_bert_config.json", {}).get("max_seq_length")
    positions = getattr(model.config, "max_position_embeddings", _LONGEST)
    return min(int(told or _LONGEST), int(tokenizer.model_max_length), int(positions))


def _settings(path: Path, default: Any) -> Any:
    return orjson.loads(path.read_bytes()) if path.is_file() else default


def _pooled(states: Vectors, mask: Any, pooling: str) -> Vectors:
    """One vector for each text from those of its tokens; padding may stand on either side."""
    if pooling == "mean":
        weights = mask[:, :, None].astype(np.float32)
        mean: Vectors = (states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        return mean
    first = mask.argmax(axis=1)
    last = mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)
    chosen: Vectors = states[np.arange(len(states)), first if pooling == "cls" else last]
    return chosen
