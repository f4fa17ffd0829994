"""Whether an exported model still says what the trained one says: KL divergence over held-out answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.chat import Chat, TemplateRefusal
from schemas.errors import InputError
from schemas.frames import has_kind, records_of
from train.config import KINDS, Stage
from train.data import encode_record

ROWS = 20
"""Rows that are compared."""

ANSWER = 64
"""Tokens of an answer that are compared: 20 x 64 of them with a vocabulary of 150,000 are 0.8 GB."""

LIMIT = 0.031
"""Highest mean KL of a merge, nats per token: what Q4_K_M costs Llama 3 8B (llama.cpp, tools/perplexity/README.md).

Merging is meant to cost less than the coarsest quantisation that is recommended for serving.
"""


@dataclass(frozen=True)
class Probe:
    """A held-out row as the model reads it.

    Attributes:
        ids: Its tokens, up to the last one that is compared.
        places: Indices of the tokens after which a token of the answer comes.
    """

    ids: tuple[int, ...]
    places: tuple[int, ...]


@dataclass(frozen=True)
class Gap:
    """How far one model is from another, over all compared tokens.

    Attributes:
        kl: Mean Kullback-Leibler divergence, nats per token.
        agreement: Share of tokens for which both have the same first choice.
    """

    kl: float
    agreement: float


@dataclass(frozen=True)
class Parity:
    """What an export cost, beside what training brought.

    Attributes:
        rows: Rows compared.
        tokens: Answer tokens in them.
        result: From the trained model to the exported one.
        off: From the trained model to its base, the adapter off.
        back: From the base to the exported model.
    """

    rows: int
    tokens: int
    result: Gap
    off: Gap
    back: Gap

    @property
    def lost(self) -> bool:
        """True where the exported model is nearer to the base than to the trained model."""
        return self.back.kl < self.result.kl

    def fault(self, limit: float) -> str | None:
        """What is wrong with the export, or null.

        Args:
            limit: Highest KL, nats per token.
        """
        if self.lost:
            return f"the result is nearer to the base (KL {self.back.kl:.2g}) than to what was trained ({self.told()})"
        if not self.result.kl <= limit:  # so that NaN is a fault
            return f"the result isn't what was trained: {self.told()}, {limit:g} is allowed"
        return None

    def told(self) -> str:
        """The main number."""
        return f"KL {self.result.kl:.2g}"

    def sentence(self, lang: str) -> str:
        """Both gaps in words, `en` or `zh`."""
        facts = (self.rows, self.tokens, self.result.kl, self.result.agreement, self.off.kl, self.off.agreement)
        told = "against the trained model ({} held-out rows, {} answer tokens): KL {:.4f}, same first choice {:.1%}"
        told += "; its base alone: KL {:.4f}, {:.1%}"
        if lang == "zh":
            told = "与训练好的模型相比（{} 条留出数据，{} 个回答词元）：KL {:.4f}，首选一致 {:.1%}"
            told += "；只用底座：KL {:.4f}，{:.1%}"
        return told.format(*facts)


@dataclass(frozen=True)
class Reference:
    """What the trained model and its base say.

    Attributes:
        probes: n rows.
        policy: n matrices [places, vocabulary] of the trained model's log-probabilities.
        off: n such matrices of its base.
    """

    probes: Sequence[Probe]
    policy: Sequence[Any]
    off: Sequence[Any]

    def compare(self, model: Any) -> Parity:
        """How near a model is to the two."""
        told = log_probabilities(model, self.probes)
        tokens = sum(len(probe.places) for probe in self.probes)
        gaps = gap(self.policy, told), gap(self.policy, self.off), gap(self.off, told)
        return Parity(len(self.probes), tokens, *gaps)


def find_probes(data: Path, talk: Chat, stage: Stage) -> list[Probe]:
    """Up to `ROWS` rows of dev, spread over it and masked as in training; of train where dev has none.

    Raises:
        InputError: If the data artifact is gone, or the template can express none of its rows.
    """
    for split in ("dev", "train"):
        path = data / f"{split}.parquet"
        if not path.is_file():
            raise InputError(f"{data}, which the run was trained on, is gone", hint="gristmill data -c RECIPE")
        frame = pl.read_parquet(path).filter(has_kind(KINDS[stage.method]))
        spread = frame.gather_every(max(1, frame.height // ROWS)).head(2 * ROWS)
        found = [probe for record in records_of(spread) if (probe := _probe(record, talk, stage))]
        if found:
            return found[:ROWS]
    raise InputError(f"{data} has no row to compare the models with", hint="gristmill data -c RECIPE")


def _probe(record: Any, talk: Chat, stage: Stage) -> Probe | None:
    try:
        told = encode_record(record, talk, stage)
    except TemplateRefusal:
        return None
    longest = min(len(told["ids"]), stage.max_length or len(told["ids"]))
    places = [place for place in range(longest - 1) if told["weights"][place + 1] > 0][:ANSWER]
    return Probe(tuple(told["ids"][: places[-1] + 1]), tuple(places)) if places else None


def log_probabilities(model: Any, probes: Sequence[Probe]) -> list[Any]:
    """Log-probabilities for the answers' tokens: a float32 matrix [places, vocabulary] for each row."""
    import torch

    model.eval()
    found = []
    with torch.inference_mode():
        for probe in probes:
            logits = model(input_ids=torch.tensor([probe.ids], device=model.device)).logits[0, list(probe.places)]
            found.append(logits.float().log_softmax(-1).cpu())
    return found


def gap(truth: Sequence[Any], other: Sequence[Any]) -> Gap:
    """Mean KL(truth || other) and agreement of the first choice, over all rows' tokens."""
    import torch

    pairs = list(zip(truth, other, strict=True))
    kl = torch.cat([(one.exp() * (one - two)).sum(-1) for one, two in pairs])
    same = torch.cat([one.argmax(-1) == two.argmax(-1) for one, two in pairs])
    return Gap(float(kl.mean()), float(same.float().mean()))
