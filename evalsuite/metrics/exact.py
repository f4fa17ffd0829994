"""Exact match and token F1, as SQuAD scores short answers, with normal forms for both scripts."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from evalsuite.metrics.metric import Column, Family, Metric, Sample
from evalsuite.metrics.referenced import referenced
from schemas.text.words import HAN_KANA, POINT, THOUSANDS, tokenizer_label, words

NAMES = ("exact_match", "token_f1")

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_SIGN = rf"(?<![^\W{HAN_KANA}])-(?=\d)"
_BETWEEN = r"(?<=\d)[^\w\s](?=\d)"
_MARKS = re.compile(rf"(?P<kept>{_SIGN}|{POINT})|(?P<gone>{THOUSANDS})|(?P<parting>{_BETWEEN})|(?P<mark>[^\w\s]|_)")
_SPACES_BY_HAN = re.compile(rf"(?<=[{HAN_KANA}])\s+|\s+(?=[{HAN_KANA}])")


def exact() -> Family:
    """Exact match (0 or 1) and F1 over words (0 to 1) of normalised texts.

    Returns:
        Both metrics; NaN without a reference (`no_reference`), or with nothing left of it (`no_tokens`).
    """
    form = f"form:squad-zh-1|tokenizer:{tokenizer_label('gristmill')}"
    # What 500 items can show at 80 % power, where 5 % of exact matches change or F1 differs by .15 (one deviation).
    return Family(
        (
            Metric("exact_match", "higher", "share", 0.02, f"exact_match|{form}", binary=True),
            Metric("token_f1", "higher", "share", 0.02, f"token_f1|{form}"),
        ),
        _score,
    )


def normalise(text: str, *, language: str) -> str:
    """A short answer without what makes no difference to it.

    SQuAD v1.1 (`evaluate-v1.1.py`) drops case, punctuation, English articles and spare whitespace. So does this, with
    the punctuation of all scripts, and NFKC first. Spaces beside Han and kana go too. Unlike SQuAD's, it leaves
    numbers what they are: `3.14` is not 314, nor -5 five, nor 3-5 thirty-five, but `1,000` is 1000. Symbols such as
    + and $ stay: C++ is not C.

    Args:
        text: Any text.
        language: Articles go where it is `en`, unless nothing else is there: the answer may be option A.
    """
    text = unicodedata.normalize("NFKC", text).casefold().replace("−", "-")
    text = _MARKS.sub(_mark, text)
    if language == "en":
        text = _ARTICLES.sub(" ", text).strip() or text
    return _SPACES_BY_HAN.sub("", " ".join(text.split()))


def exact_match(reference: str, answer: str, *, language: str) -> float:
    """1.0 if both have the same normal form, else 0.0."""
    return float(normalise(reference, language=language) == normalise(answer, language=language))


def token_f1(reference: str, answer: str, *, language: str) -> float:
    """The harmonic mean of precision and recall over words, Han by character; 0.0 where either text has none."""
    expected = Counter(words(normalise(reference, language=language)))
    found = Counter(words(normalise(answer, language=language)))
    common = (expected & found).total()
    return 2 * common / (expected.total() + found.total()) if common else 0.0


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    def one(reference: str, sample: Sample) -> dict[str, float | str]:
        form = normalise(reference, language=sample.language)
        match = exact_match(reference, sample.answer, language=sample.language) if form else "no_tokens"
        f1 = token_f1(reference, sample.answer, language=sample.language) if words(form) else "no_tokens"
        return dict(zip(NAMES, (match, f1), strict=True))

    return referenced(samples, NAMES, one)


def _mark(found: re.Match[str]) -> str:
    mark = found[0]
    if found.lastgroup == "kept" or unicodedata.category(mark)[0] != "P":
        return mark
    return " " if found.lastgroup == "parting" else ""
