"""BLEU and chrF through sacrebleu, with the tokenizer that suits the sample's language."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from evalsuite.metrics.metric import Column, Family, Metric, Sample
from evalsuite.metrics.referenced import referenced
from schemas.errors import MissingExtra

NAMES = ("bleu", "chrf")

# Japanese and Korean go by character: sacrebleu's own tokenizers for them need MeCab.
_TOKENIZERS = {"zh": "zh", "ja": "char", "ko": "char"}
_OTHERWISE = "13a"


def bleu() -> Family:
    """BLEU and chrF of each answer, 0 to 100.

    BLEU counts as sacrebleu's `sentence_bleu`: n-grams up to what the answer's length allows, exponential smoothing.

    Returns:
        Both metrics; NaN without a reference (`no_reference`), or with one of whitespace alone (`no_tokens`).

    Raises:
        MissingExtra: If sacrebleu is not installed.
    """
    scorer = _bleu(_OTHERWISE)
    scorer.sentence_score("", [""])  # sacrebleu signs after its first score
    chosen = ",".join(f"{language}={name}" for language, name in _TOKENIZERS.items())
    signature = str(scorer.get_signature()).replace(f"tok:{_OTHERWISE}", f"tok:{chosen},else={_OTHERWISE}")
    character = _chrf()
    character.sentence_score("", [""])
    # What 500 items can show at 80 % power, where paired differences have a standard deviation of 15 points.
    return Family(
        (
            Metric("bleu", "higher", "points", 2.0, f"bleu|{signature}"),
            Metric("chrf", "higher", "points", 2.0, f"chrf|{character.get_signature()}"),
        ),
        _score,
    )


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    def one(reference: str, sample: Sample) -> dict[str, float] | dict[str, str]:
        if not reference.strip():
            return dict.fromkeys(NAMES, "no_tokens")
        scorers = _bleu(_tokenizer(sample.language)), _chrf()
        told = [float(scorer.sentence_score(sample.answer, [reference]).score) for scorer in scorers]
        return dict(zip(NAMES, told, strict=True))

    return referenced(samples, NAMES, one)


def _tokenizer(language: str) -> str:
    return _TOKENIZERS.get(language, _OTHERWISE)


@cache
def _bleu(tokenizer: str) -> Any:
    # force only silences a warning about answers that end in " .", which chat models do write.
    return _sacrebleu().BLEU(tokenize=tokenizer, effective_order=True, force=True)


@cache
def _chrf() -> Any:
    return _sacrebleu().CHRF()


def _sacrebleu() -> Any:
    try:
        from sacrebleu import metrics
    except ModuleNotFoundError:
        raise MissingExtra("BLEU and chrF", package="sacrebleu", extra="eval") from None
    return metrics
