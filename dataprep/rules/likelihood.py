"""What a local model expects of an answer: its perplexity, and how much the prompt helps (IFD). Only when asked for."""

import math
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from schemas.device import find_device
from schemas.errors import MissingExtra
from schemas.models import loading, locate

_ANSWER, _WHOLE = 1024, 2048
"""Tokens that are read of an answer, and of an answer with its prompt: the prompt's last, the answer's first."""


def perplexity(rows: pl.DataFrame, folder: Path) -> pl.Series:
    """Perplexity of the last answer after its prompt, or of a text by itself.

    Rows are read one by one, so that a number doesn't depend on its neighbours; the first token isn't counted.

    Args:
        rows: `Texts.rows`.
        folder: Of a causal model with its tokenizer.

    Returns:
        n numbers of 1 or more, Float64; null without an answer of two tokens.

    Raises:
        MissingExtra: If transformers isn't installed.
        UserError: If the folder holds no model.
    """
    found = [_exp(_nats(folder, prompt, answer)) for prompt, answer in _said(rows)]
    return pl.Series("perplexity", found, dtype=pl.Float64)


def ifd(rows: pl.DataFrame, folder: Path) -> pl.Series:
    """Instruction-following difficulty: loss of the last answer after its prompt by its loss alone.

    Li et al. 2023 (arXiv 2308.12032): above 1 the prompt doesn't help, so that the two hardly belong together; near 0
    there is little to learn. Arguments and errors as for `perplexity`.

    Returns:
        n ratios, Float64; null without a prompt or an answer of two tokens.
    """
    pairs = [(_nats(folder, prompt, answer), _nats(folder, None, answer)) if prompt else (None, None)
             for prompt, answer in _said(rows)]  # fmt: skip
    found = [after / alone if after is not None and alone else None for after, alone in pairs]
    return pl.Series("ifd", found, dtype=pl.Float64)


def _said(rows: pl.DataFrame) -> Iterable[tuple[str | None, str | None]]:
    return rows.select("prompt", pl.coalesce("last", "answer")).iter_rows()


def _exp(nats: float | None) -> float | None:
    return None if nats is None else math.exp(min(nats, 700.0))


def _nats(folder: Path, prompt: str | None, answer: str | None) -> float | None:
    """Mean negative log-likelihood of the answer's tokens but the first."""
    if not answer:
        return None
    import torch

    model, tokenizer = _open(folder)
    spoken = tokenizer.encode(answer, add_special_tokens=False)[:_ANSWER]
    if len(spoken) < 2:
        return None
    before = _asked(tokenizer, prompt)[-(_WHOLE - len(spoken)) :] if prompt else []
    ids = torch.tensor([before + spoken], device=model.device)
    with torch.inference_mode():
        scores = model(input_ids=ids).logits[0, -len(spoken) : -1].float().log_softmax(-1)
    return float(-scores.gather(-1, ids[0, -len(spoken) + 1 :, None]).double().mean())


def _asked(tokenizer: Any, prompt: str) -> list[int]:
    """The prompt as the model reads it before it speaks."""
    if tokenizer.chat_template:
        turn = [{"role": "user", "content": prompt}]
        prompt = tokenizer.apply_chat_template(turn, tokenize=False, add_generation_prompt=True)
    else:
        prompt = f"{prompt}\n"
    return list(tokenizer.encode(prompt, add_special_tokens=False))


@cache
def _open(folder: Path) -> tuple[Any, Any]:
    try:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer
    except ImportError:
        raise MissingExtra("data.rules: perplexity and ifd", package="transformers", extra="train") from None
    device = find_device(section="data.rules")
    place = locate(str(folder), None, cache=Path(".gristmill") / "models")
    with loading(place):
        tokenizer = AutoTokenizer.from_pretrained(place)
        model: Any = AutoModelForCausalLM.from_pretrained(place, dtype=getattr(torch, device.dtype))
    return model.to(device.kind).eval(), tokenizer
