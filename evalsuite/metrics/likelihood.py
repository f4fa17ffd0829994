"""Likelihood: how well a model expects the right answers, in bits per byte, without drawing a token.

Each assistant turn is scored after the prompt that the model sees at inference. Prefixes of a rendered chat are not
safe to cut at (37 of 72 published templates move or rewrite text), so prompt and content are encoded on their own.
"""

import dataclasses
import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

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


class Encoded(NamedTuple):
    """A turn as tokens."""

    prompt: list[int]
    content: list[int]
    end: list[int]

    @property
    def ids(self) -> list[int]:
        """All of them in order."""
        return [*self.prompt, *self.content, *self.end]


@dataclass(frozen=True)
class Passage:
    """Tokens that the model reads once, for every turn that they begin with.

    Attributes:
        ids: Of the longest of the turns.
        turns: Places of its turns in the list that was given.
    """

    ids: list[int]
    turns: list[int]


def encode(tokenizer: Any, turn: Turn) -> Encoded:
    """Prompt, content and end of a turn. A turn without a prompt (raw text) starts after the bos token, if any."""
    told = [tokenizer.encode(part, add_special_tokens=False) if part else [] for part in (turn.prompt, turn.content)]
    prompt, content = told
    if not prompt:
        start = tokenizer.bos_token_id
        prompt, content = ([start], content) if start is not None else (content[:1], content[1:])
    return Encoded(prompt, content, tokenizer.encode(turn.end, add_special_tokens=False) if turn.end else [])


def passages(encoded: Sequence[Encoded], owners: Sequence[Hashable]) -> list[Passage]:
    """Turns of one conversation that begin alike are read in one pass: causal attention gives the same numbers.

    Args:
        encoded: n turns.
        owners: n conversations.
    """
    found: dict[Hashable, list[Passage]] = {}
    for place in sorted(range(len(encoded)), key=lambda place: (-len(encoded[place].ids), place)):
        ids, own = encoded[place].ids, found.setdefault(owners[place], [])
        home = next((passage for passage in own if passage.ids[: len(ids)] == ids), None)
        if home is None:
            own.append(Passage(ids, [place]))
        else:
            home.turns.append(place)
    return [passage for own in found.values() for passage in own]


def batches(sizes: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Places of texts, longest first, in batches of at most `budget` padded tokens (at least one text)."""
    batch: list[int] = []
    for place in sorted(range(len(sizes)), key=lambda place: (-sizes[place], place)):
        if batch and sizes[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(place)
    if batch:
        yield batch


def score_passages(
    model: Any, read: Sequence[Passage], encoded: Sequence[Encoded], *, pad: int
) -> dict[int, tuple[float, float]]:
    """Negative log-likelihoods in one forward pass, right-padded; a batch that doesn't fit the card is halved.

    Args:
        model: A causal model of transformers or PEFT.
        read: Passages over `encoded`.
        encoded: n turns.
        pad: Any token's id.

    Returns:
        Place of a turn -> nats of its content, nats of its end.
    """
    import torch

    longest = max(len(passage.ids) for passage in read)
    ids = torch.tensor([passage.ids + [pad] * (longest - len(passage.ids)) for passage in read], device=model.device)
    mask = torch.arange(longest)[None, :] < torch.tensor([len(passage.ids) for passage in read])[:, None]
    first = min(len(encoded[place].prompt) for passage in read for place in passage.turns)
    try:
        with torch.inference_mode():
            kept = longest - first + 1
            logits = model(input_ids=ids, attention_mask=mask.long().to(ids.device), logits_to_keep=kept).logits
    except torch.cuda.OutOfMemoryError:
        if len(read) == 1:
            raise
        torch.cuda.empty_cache()
        parts = (read[: len(read) // 2], read[len(read) // 2 :])
        return {k: v for part in parts for k, v in score_passages(model, part, encoded, pad=pad).items()}
    found = {}
    for number, passage in enumerate(read):
        for place in passage.turns:
            start, content = len(encoded[place].prompt), len(encoded[place].content)
            stop = start + content + len(encoded[place].end)
            scores = logits[number, start - first : stop - first].float().log_softmax(-1)
            nats = -scores.gather(-1, ids[number, start:stop][:, None])[:, 0].double()
            found[place] = (float(nats[:content].sum()), float(nats[content:].sum()))
    return found


def likelihood(turn: Turn, told: Encoded, nats: tuple[float, float], tokenizer: Any) -> Likelihood:
    """A turn's sums. Raw text without a bos token is scored from its second token on."""
    octets = len(turn.content.encode())
    if not turn.prompt and tokenizer.bos_token_id is None:
        octets -= len(tokenizer.decode(told.prompt).encode())
    return Likelihood(nats[0], len(told.content), octets, len(turn.content), nats[1], len(told.end))


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
    endless = dict.fromkeys(np.flatnonzero(ends == 0).tolist(), "no_end_token")
    ends = np.where(ends == 0, np.nan, ends)
    characters = np.where([name in CJK for name in languages], characters, np.nan)
    return {
        "bits_per_byte": Column(nats / math.log(2) / octets, reasons, np.nan_to_num(octets)),
        "bits_per_char": Column(nats / math.log(2) / characters, latin | reasons, np.nan_to_num(characters)),
        "nats_per_token": Column(nats / tokens, reasons, np.nan_to_num(tokens)),
        "stop_probability": Column(np.exp(-end_nats / ends), endless | reasons),
    }
