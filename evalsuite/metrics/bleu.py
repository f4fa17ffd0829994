"""BLEU and chrF through sacrebleu, with the tokenizer that suits the sample's language."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from evalsuite.metrics.metric import Column, Family, Metric, Sample
from evalsuite.metrics.referenced import referenced
from schemas.errors import MissingExtra

NAMES = ("bleu", "chrf")

# Japanese and Korean go by character: sacrebleu's own tokenizers for them need MeCab.
_TOKENIZERS = {"zh": "zh", "ja": "char", "ko": "char"}
_OTHERWISE = "13a"


@dataclass(frozen=True)
class CorpusScore:
    """One number for all answers in a language.

    Attributes:
        score: 0 to 100.
        signature: sacrebleu's own, to be printed beside the number.
        samples: How many had a reference.
    """

    score: float
    signature: str
    samples: int


def bleu() -> Family:
    """BLEU and chrF of each answer, 0 to 100.

    BLEU counts as sacrebleu's `sentence_bleu`: n-grams up to what the answer's length allows, exponential smoothing.

    Returns:
        Both metrics; NaN without a reference (`no_reference`), or with one of whitespace alone (`no_tokens`).

    Raises:
        MissingExtra: If sacrebleu is not installed.
    """
    scorer = _bleu(_OTHERWISE, sentences=True)
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


def corpus_bleu(samples: Sequence[Sample]) -> dict[str, CorpusScore]:
    """BLEU of all answers together, for each language: what papers print.

    Returns:
        Language -> score, in the order in which the languages come; samples without a reference are left out.

    Raises:
        MissingExtra: If sacrebleu is not installed.
    """
    return _corpus(samples, lambda language: _bleu(_tokenizer(language), sentences=False))


def corpus_chrf(samples: Sequence[Sample]) -> dict[str, CorpusScore]:
    """The same with chrF, which counts characters and needs no tokenizer."""
    return _corpus(samples, lambda _language: _chrf())


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    def one(reference: str, sample: Sample) -> dict[str, float] | dict[str, str]:
        if not reference.strip():
            return dict.fromkeys(NAMES, "no_tokens")
        scorers = _bleu(_tokenizer(sample.language), sentences=True), _chrf()
        told = [float(scorer.sentence_score(sample.answer, [reference]).score) for scorer in scorers]
        return dict(zip(NAMES, told, strict=True))

    return referenced(samples, NAMES, one)


def _corpus(samples: Sequence[Sample], scorer_of: Callable[[str], Any]) -> dict[str, CorpusScore]:
    scored = [sample for sample in samples if sample.reference and sample.reference.strip()]
    found = {}
    for language in dict.fromkeys(sample.language for sample in scored):
        chosen = [sample for sample in scored if sample.language == language]
        scorer = scorer_of(language)
        told = scorer.corpus_score([sample.answer for sample in chosen], [[sample.reference for sample in chosen]])
        found[language] = CorpusScore(float(told.score), str(scorer.get_signature()), len(chosen))
    return found


def _tokenizer(language: str) -> str:
    return _TOKENIZERS.get(language, _OTHERWISE)


@cache
def _bleu(tokenizer: str, *, sentences: bool) -> Any:
    # force only silences a warning about answers that end in " .", which chat models do write.
    return _sacrebleu().BLEU(tokenize=tokenizer, effective_order=sentences, force=True)


@cache
def _chrf() -> Any:
    return _sacrebleu().CHRF()


def _sacrebleu() -> Any:
    try:
        from sacrebleu import metrics
    except ModuleNotFoundError:
        raise MissingExtra("BLEU and chrF", package="sacrebleu", extra="eval") from None
    return metrics
