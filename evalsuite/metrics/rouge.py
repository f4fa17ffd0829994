"""ROUGE: how much of the reference's words, pairs of words and order an answer has, in Chinese as in English."""

from collections.abc import Callable, Sequence
from functools import cache, partial
from importlib.metadata import version
from typing import Any

from evalsuite.metrics.metric import Column, Family, Metric, Sample
from evalsuite.metrics.referenced import referenced
from schemas.errors import MissingExtra
from schemas.text.lcs import lcs_length, union_hits
from schemas.text.words import TOKENIZERS, tokenizer_label

NAMES = ("rouge1", "rouge2", "rougeL", "rougeLsum")

Tokenize = Callable[[str], list[str]]


def rouge(tokenizer: str = "gristmill") -> Family:
    """ROUGE-1, -2, -L and -Lsum, each an F1 from 0 to 1.

    Args:
        tokenizer: One of `schemas.text.words.TOKENIZERS`. `default` is rouge-score's own, which sees nothing but ASCII
            letters and digits: it scores a wrong Chinese answer 1.0 if the numbers in it are right.

    Returns:
        The four metrics; NaN without a reference (`no_reference`), or without a word in it (`no_tokens`).

    Raises:
        UserError: If there is no such tokenizer.
        MissingExtra: If rouge-score, or jieba where it is named, is not installed.
    """
    _ngram_scorer()
    label = f"rouge|tokenizer:{tokenizer_label(tokenizer)}|f1|rouge-score:{version('rouge-score')}"
    # What 500 items can show at 80 % power, where paired differences have a standard deviation of .15.
    metrics = tuple(Metric(name, "higher", "share", 0.02, label) for name in NAMES)
    return Family(metrics, partial(_score, tokenize=TOKENIZERS[tokenizer]))


def rouge_scores(reference: str, answer: str, *, tokenize: Tokenize) -> dict[str, float]:
    """The four F1 of one answer, equal to rouge-score's with the same tokenizer.

    A text without words scores 0. So does ROUGE-2 where a text has a single word. ROUGE-Lsum takes lines as sentences,
    as rouge-score does; the full stops 。 or . end none, and a text of one line scores as in ROUGE-L.
    """
    expected, found = tokenize(reference), tokenize(answer)
    ngrams = _ngram_scorer().score(expected, found)
    if "\n" in reference or "\n" in answer:
        wanted, lines = _lines(reference, tokenize), _lines(answer, tokenize)
    else:
        wanted, lines = [expected], [found]
    return {
        "rouge1": float(ngrams["rouge1"].fmeasure),
        "rouge2": float(ngrams["rouge2"].fmeasure),
        "rougeL": _f1(lcs_length(expected, found), len(expected), len(found)),
        "rougeLsum": _f1(union_hits(wanted, lines), sum(map(len, wanted)), sum(map(len, lines))),
    }


def _score(samples: Sequence[Sample], *, tokenize: Tokenize) -> dict[str, Column]:
    def one(reference: str, sample: Sample) -> dict[str, float] | dict[str, str]:
        if not tokenize(reference):
            return dict.fromkeys(NAMES, "no_tokens")
        return rouge_scores(reference, sample.answer, tokenize=tokenize)

    return referenced(samples, NAMES, one)


def _lines(text: str, tokenize: Tokenize) -> list[list[str]]:
    return [tokenize(line) for line in text.split("\n") if line]


def _f1(hits: int, expected: int, found: int) -> float:
    """The harmonic mean of hits / expected and hits / found."""
    return 2 * hits / (expected + found) if hits else 0.0


class _Ready:
    """A tokenizer for rouge-score that is handed the tokens themselves: no text is cut twice."""

    def tokenize(self, tokens: list[str]) -> list[str]:
        return tokens


@cache
def _ngram_scorer() -> Any:
    try:
        from rouge_score.rouge_scorer import RougeScorer
    except ModuleNotFoundError:
        raise MissingExtra("ROUGE", package="rouge-score", extra="eval") from None
    return RougeScorer(["rouge1", "rouge2"], tokenizer=_Ready())
