"""Entailment by a local NLI model: the share of an answer's sentences that its support entails."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evalsuite.metrics.grounding import support_of
from evalsuite.metrics.metric import Column, Family, Metric, Sample, column
from schemas.errors import MissingExtra, UserError

_CHUNK = 400
"""Characters of a premise chunk: some 300 tokens of English or Chinese, inside the 512 of common NLI models."""

_BATCH = 16
_SENTENCE = re.compile(r"[^。!?!?;\n.]+(?:\.(?=\S)[^。!?!?;\n.]*)*[。!?!?;.]*")


def entailment(premises: Sequence[str], hypotheses: Sequence[str], *, model: Path) -> NDArray[np.float64]:
    """Probability that each premise entails the hypothesis at the same place.

    Args:
        premises: n texts; each is cut where the model's length ends.
        hypotheses: n texts.
        model: A directory with a sequence classifier and its tokenizer; one of its labels must be called entailment.

    Returns:
        (n,) probabilities.

    Raises:
        UserError: If the directory holds no such model.
        MissingExtra: If torch or transformers is absent.
    """
    score = _classifier(model)
    pairs = list(zip(premises, hypotheses, strict=True))
    parts = [score(pairs[start : start + _BATCH]) for start in range(0, len(pairs), _BATCH)]
    return np.concatenate(parts) if parts else np.zeros(0)


def nli(model: Path) -> Family:
    """`entailed`: the share of sentences that some chunk of the support entails with probability 0.5 or more.

    Args:
        model: A directory, as for `entailment`.
    """
    metric = Metric("entailed", "higher", "share", 0.03, f"nli 1, {model.name}")
    return Family((metric,), lambda samples: {"entailed": _score(samples, model)})


def sentences(text: str) -> list[str]:
    """The sentences of a text, at 。!? and their like; a point inside a number or name doesn't end one."""
    return [told for match in _SENTENCE.finditer(text) if re.search(r"\w", told := match[0].strip())]


def chunks(text: str) -> list[str]:
    """Consecutive sentences, joined up to a premise's length; a longer sentence is cut."""
    found: list[str] = []
    for sentence in sentences(text):
        for start in range(0, len(sentence), _CHUNK):
            piece = sentence[start : start + _CHUNK]
            if found and len(found[-1]) + len(piece) < _CHUNK:
                found[-1] += f" {piece}"
            else:
                found.append(piece)
    return found


def _score(samples: Sequence[Sample], model: Path) -> Column:
    values: list[float | None] = []
    reasons = {}
    for place, sample in enumerate(samples):
        premises, told = chunks(support_of(sample)), sentences(sample.answer)
        if not premises or not told:
            reasons[place] = "no_grounding" if not premises else "empty"
            values.append(None)
            continue
        pairs = [(premise, sentence) for sentence in told for premise in premises]
        found = entailment([pair[0] for pair in pairs], [pair[1] for pair in pairs], model=model)
        values.append(float((found.reshape(len(told), -1).max(axis=1) >= 0.5).mean()))
    return Column(column(values).values, reasons)


@lru_cache(maxsize=1)
def _classifier(model: Path) -> Callable[[Sequence[tuple[str, str]]], NDArray[np.float64]]:
    try:
        import torch
        from transformers import AutoModelForSequenceClassification, AutoTokenizer
    except ImportError as fault:
        raise MissingExtra("an NLI model", package=fault.name or "transformers", extra="eval") from None
    if not (model / "config.json").is_file():
        raise UserError(f"no model at {model}", hint="name a directory that holds config.json, weights and a tokenizer")
    tokenizer = AutoTokenizer.from_pretrained(model)
    network = AutoModelForSequenceClassification.from_pretrained(model).eval()
    label = _entailment_label(network.config.id2label, model)
    length = min(512, tokenizer.model_max_length, getattr(network.config, "max_position_embeddings", 512))

    def score(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        cut: Any = tokenizer(
            [pair[0] for pair in pairs],
            [pair[1] for pair in pairs],
            truncation="longest_first",
            max_length=length,
            padding=True,
            return_tensors="pt",
        )
        with torch.inference_mode():
            logits = network(**cut).logits
        return np.asarray(torch.softmax(logits.double(), dim=-1)[:, label].tolist())

    return score


def _entailment_label(labels: dict[int, str], model: Path) -> int:
    places = [place for place, name in labels.items() if name.lower() in {"entailment", "entail", "entailed", "蕴含"}]
    if len(places) != 1:
        names = ", ".join(labels.values())
        raise UserError(
            f"{model} has no label called entailment, only {names}", hint="name the labels in config.json's id2label"
        )
    return places[0]
