"""Likelihood: how well a model expects the right answers, in bits per byte, without drawing a token.

Each assistant turn is scored after the prompt that the model sees at inference. Prefixes of a rendered chat are not
safe to cut at (37 of 72 published templates move or rewrite text), so prompt and content are encoded on their own.
"""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from evalsuite.metrics.metric import Column, Metric

SIGNATURE = "likelihood|assistant content|own generation prompt|end of turn apart"

METRICS = (
    Metric("bits_per_byte", "lower", "bits/byte", 0.02, SIGNATURE),
    Metric("bits_per_char", "lower", "bits/char", 0.06, SIGNATURE),
    Metric("nats_per_token", "lower", "nats/token", 0.03, SIGNATURE),
    Metric("stop_probability", "higher", "share", 0.05, f"{SIGNATURE}|exp(mean log p(end of turn))"),
)
"""Margins: 0.02 bits/byte is a fortieth of SmolLM2's 0.78 on general chat; the others are the same step in their units
(3 bytes to a Han character, about 4 to an English token)."""

CJK = ("zh", "ja")


@dataclass(frozen=True)
class Turn:
    """An assistant turn to be scored.

    Attributes:
        prompt: The text after which the model speaks.
        content: What it should say.
        end: The token that ends the turn; "" scores none.
    """

    prompt: str
    content: str
    end: str = ""


@dataclass(frozen=True)
class Likelihood:
    """Sums over an item's turns.

    Attributes:
        nats: Negative log-likelihood of the content.
        tokens: Of the content.
        octets: UTF-8 bytes of the content.
        characters: Of the content.
        end_nats: Negative log-likelihood of the end tokens.
        ends: How many end tokens there are.
    """

    nats: float
    tokens: int
    octets: int
    characters: int
    end_nats: float
    ends: int


def batches(turns: Sequence[Turn], sizes: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Places of turns, longest first, in batches of at most `budget` padded tokens (at least one turn)."""
    batch: list[int] = []
    for place in sorted(range(len(turns)), key=lambda place: (-sizes[place], place)):
        if batch and sizes[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def encode(tokenizer: Any, turn: Turn) -> tuple[list[int], list[int], list[int]]:
    """Prompt, content and end ids of a turn. A turn without a prompt (raw text) starts after the bos token, if any."""
    told = [tokenizer.encode(part, add_special_tokens=False) if part else [] for part in (turn.prompt, turn.content)]
    prompt, content = told
    if not prompt:
        start = tokenizer.bos_token_id
        prompt, content = ([start], content) if start is not None else (content[:1], content[1:])
    return prompt, content, tokenizer.encode(turn.end, add_special_tokens=False) if turn.end else []


def score_batch(model: Any, tokenizer: Any, turns: Sequence[Turn], *, context: int) -> list[Likelihood | None]:
    """Score turns in one forward pass.

    Args:
        model: A causal model of transformers or PEFT.
        tokenizer: Its tokenizer.
        turns: n turns.
        context: Tokens that the model can read; a turn that is longer gives null.

    Returns:
        n results.
    """
    encoded = [encode(tokenizer, turn) for turn in turns]
    fits = [place for place, parts in enumerate(encoded) if parts[1] and sum(map(len, parts)) <= context]
    found: list[Likelihood | None] = [None] * len(turns)
    if not fits:
        return found
    for place, (content, end) in zip(fits, _forward(model, tokenizer, [encoded[p] for p in fits]), strict=True):
        text, ids = turns[place].content, encoded[place]
        octets, characters = len(text.encode()), len(text)
        if not turns[place].prompt and tokenizer.bos_token_id is None:  # the first token had nothing before it
            octets -= len(tokenizer.decode(ids[0]).encode())
        found[place] = Likelihood(content, len(ids[1]), octets, characters, end, len(ids[2]))
    return found


def _forward(model: Any, tokenizer: Any, encoded: Sequence[tuple[list[int], ...]]) -> list[tuple[float, float]]:
    """Summed negative log-likelihood of content and of end; right-padded, only the logits that are needed."""
    import torch

    rows = [[*prompt, *content, *end] for prompt, content, end in encoded]
    longest = max(map(len, rows))
    pad = tokenizer.pad_token_id or 0
    ids = torch.tensor([row + [pad] * (longest - len(row)) for row in rows], device=model.device)
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows], device=model.device)
    first = min(len(prompt) for prompt, _, _ in encoded)
    with torch.inference_mode():
        logits = model(input_ids=ids, attention_mask=mask, logits_to_keep=longest - first + 1).logits
    found = []
    for number, (prompt, content, end) in enumerate(encoded):
        start = len(prompt) - first
        stop = start + len(content) + len(end)
        targets = ids[number, len(prompt) : len(prompt) + len(content) + len(end)]
        scores = logits[number, start:stop].float().log_softmax(-1)
        nats = -scores.gather(-1, targets[:, None])[:, 0].double()
        found.append((float(nats[: len(content)].sum()), float(nats[len(content) :].sum())))
    return found


def add(parts: Sequence[Likelihood]) -> Likelihood:
    """The sums over an item's turns."""
    return Likelihood(*map(sum, zip(*map(dataclasses.astuple, parts), strict=True)))


def columns(found: Sequence[Likelihood | str], languages: Sequence[str]) -> dict[str, Column]:
    """Sums as columns, weighted so that a mean is the ratio of sums.

    Args:
        found: n sums, or why there is none.
        languages: n languages; bits per character are told of `zh` and `ja` only.
    """
    reasons = {place: told for place, told in enumerate(found) if isinstance(told, str)}
    rows = [dataclasses.astuple(told) if isinstance(told, Likelihood) else (math.nan,) * 6 for told in found]
    nats, tokens, octets, characters, end_nats, ends = np.array(rows, dtype=np.float64).reshape(-1, 6).T
    latin = {place: "not_cjk" for place, name in enumerate(languages) if name not in CJK}
    endless = {place: "no_end_token" for place in np.flatnonzero(ends == 0).tolist()}
    ends = np.where(ends == 0, np.nan, ends)
    characters = np.where([name in CJK for name in languages], characters, np.nan)
    return {
        "bits_per_byte": Column(nats / math.log(2) / octets, reasons, np.nan_to_num(octets)),
        "bits_per_char": Column(nats / math.log(2) / characters, latin | reasons, np.nan_to_num(characters)),
        "nats_per_token": Column(nats / tokens, reasons, np.nan_to_num(tokens)),
        "stop_probability": Column(np.exp(-end_nats / ends), endless | reasons),
    }
