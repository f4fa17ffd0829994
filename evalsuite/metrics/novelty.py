"""How much of an answer's wording is new against what it rests on."""

from collections.abc import Sequence

from evalsuite.metrics.grounding import support_of
from evalsuite.metrics.metric import Column, Family, Metric, Sample, column
from schemas.text.words import words


def novelty_share(answer: str, support: str, *, n: int) -> float | None:
    """The share of an answer's n-grams that its support doesn't hold, 0 to 1; null under n words.

    Neither good nor bad by itself: a summary should be new in wording, a quotation should not.

    Args:
        answer: What the model said.
        support: What it may rest on.
        n: Words to a gram.
    """
    grams = _grams(words(answer), n)
    if not grams:
        return None
    known = set(_grams(words(support), n))
    return sum(gram not in known for gram in grams) / len(grams)


def novelty() -> Family:
    """`novelty_1` and `novelty_2`; NaN with reason `no_grounding`, or `too_short` under n words."""
    metrics = tuple(Metric(f"novelty_{n}", "neither", "share", 0.0, "novelty 1, words") for n in (1, 2))
    return Family(metrics, lambda samples: {f"novelty_{n}": _score(samples, n) for n in (1, 2)})


def _score(samples: Sequence[Sample], n: int) -> Column:
    supports = [support_of(sample) for sample in samples]
    values = [
        novelty_share(sample.answer, support, n=n) if support else None
        for sample, support in zip(samples, supports, strict=True)
    ]
    told = column(values, reason="too_short")
    bare = {place: "no_grounding" for place, support in enumerate(supports) if not support}
    return Column(told.values, {**told.reasons, **bare})


def _grams(tokens: Sequence[str], n: int) -> list[tuple[str, ...]]:
    return list(zip(*(tokens[place:] for place in range(n)), strict=False))
