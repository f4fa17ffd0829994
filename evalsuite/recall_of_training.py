"""What answers recite: the longest span of each that stands word for word in the training data."""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from evalsuite.metrics.metric import Column, Metric, Sample, column
from evalsuite.metrics.word_places import word_places
from evalsuite.personal import has_personal
from schemas.text.words import words

GRAM = 8
"""Shortest span that counts: eight words, or eight Han characters. Stock phrases are shorter."""

VERBATIM = Metric(
    "verbatim",
    # Not judged: a support desk's set phrases are wanted, a customer's letter is not. People look at the spans.
    "neither",
    "tokens",
    8.0,
    f"longest span in the training answers; words, from {GRAM}; copies of question and context left out",
)

_BASE = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no step of the polynomial loses bits
_BORDER, _UNKNOWN = -1, -2


@dataclass(frozen=True)
class Index:
    """Every n-gram of the training answers.

    Attributes:
        rows: r row ids, in order.
        starts: (r,) where each row's words begin in `codes`.
        codes: (t,) int32 words of all rows; -1 after each row.
        vocabulary: Word -> code.
        hashes: (g,) uint64, sorted: the n-grams within rows.
        places: (g,) int32: where in `codes` each begins; ascending among equal hashes.
    """

    rows: list[str]
    starts: NDArray[np.int64]
    codes: NDArray[np.int32]
    vocabulary: dict[str, int]
    hashes: NDArray[np.uint64]
    places: NDArray[np.int32]


@dataclass(frozen=True)
class Span:
    """The longest span of one answer that was in the training data.

    Attributes:
        tokens: Its length.
        text: As the answer has it.
        row: The training row, the smallest id among equals.
        in_reference: Whether the item's reference says it too: learned, or the only right answer.
        personal: Kinds of personal data in it.
    """

    tokens: int
    text: str
    row: str
    in_reference: bool
    personal: tuple[str, ...]


@dataclass(frozen=True)
class Recall:
    """What n answers recite.

    Attributes:
        column: n values of `VERBATIM`; `found` has the spans' texts.
        spans: n spans; null where nothing was recited.
    """

    column: Column
    spans: tuple[Span | None, ...]

    def worst_first(self) -> list[int]:
        """Places of the answers that recite something: personal data first, then the longest."""
        hits = [(span, place) for place, span in enumerate(self.spans) if span is not None]
        return [place for _, place in sorted(hits, key=lambda hit: (not hit[0].personal, -hit[0].tokens, hit[1]))]


def index(texts: pl.DataFrame) -> Index:
    """Index training answers: 16 bytes a word, and the vocabulary.

    Args:
        texts: `id, text`: n training rows and what they teach the model to say; null is "".
    """
    ordered = texts.select("id", pl.col("text").fill_null("")).sort("id", maintain_order=True)
    vocabulary: dict[str, int] = {}
    codes, starts = array("i"), []
    for text in ordered["text"]:
        starts.append(len(codes))
        codes.extend([vocabulary.setdefault(word, len(vocabulary)) for word in words(text)])
        codes.append(_BORDER)
    flat = np.frombuffer(codes, dtype=np.int32) if codes else np.zeros(0, dtype=np.int32)
    hashes, places = _hashes(flat), np.arange(max(0, len(flat) - GRAM + 1), dtype=np.int32)
    inside = np.convolve(flat < 0, np.ones(GRAM, dtype=np.int32), mode="valid") == 0 if len(places) else places == 0
    hashes, places = hashes[inside], places[inside]
    order = np.argsort(hashes, kind="stable")
    return Index(
        ordered["id"].to_list(), np.array(starts, dtype=np.int64), flat, vocabulary, hashes[order], places[order]
    )


def recall(training: Index, samples: Sequence[Sample]) -> Recall:
    """The longest verbatim span of each answer.

    Case, width and punctuation are ignored. Words of the answer that lie in an n-gram of its own question or context
    are quotations, and end a span. Every span was compared word by word, not by hash alone.

    Args:
        training: From `index`.
        samples: n items with answers.

    Returns:
        n values: tokens of the span, 0 where there is none; NaN (`too_short`) for answers below eight words.
    """
    values: list[float | None] = []
    spans: list[Span | None] = []
    for sample in samples:
        short = len(words(sample.answer)) < GRAM
        span = None if short else _span(training, sample)
        spans.append(span)
        values.append(None if short else float(span.tokens if span else 0))
    found = {place: [span.text] for place, span in enumerate(spans) if span is not None}
    return Recall(column(values, reason="too_short", found=found), tuple(spans))


class _Match(NamedTuple):
    start: int
    length: int
    place: int


def _span(training: Index, sample: Sample) -> Span | None:
    said = word_places(sample.answer)
    codes = np.array([training.vocabulary.get(word.word, _UNKNOWN) for word in said], dtype=np.int32)
    quoted = _quoted([word.word for word in said], (sample.question, sample.context))
    match = _longest(training, np.where(quoted, np.int32(_UNKNOWN), codes))
    if match is None:
        return None
    ends = match.start + match.length
    text = sample.answer[said[match.start].start : said[ends - 1].end]
    row = training.rows[int(np.searchsorted(training.starts, match.place, side="right")) - 1]
    recited = [word.word for word in said[match.start : ends]]
    in_reference = sample.reference is not None and _holds(words(sample.reference), recited)
    return Span(match.length, text, row, in_reference, tuple(has_personal(text)))


def _longest(training: Index, codes: NDArray[np.int32]) -> _Match | None:
    """The first of the longest spans of an answer's codes that occur in the index."""
    hashes = _hashes(codes)
    low = np.searchsorted(training.hashes, hashes, side="left")
    counts = np.searchsorted(training.hashes, hashes, side="right") - low
    best: _Match | None = None
    for start in np.flatnonzero(counts):
        need = best.length + 1 if best else GRAM
        grams = counts[start : start + need - GRAM + 1]
        if len(grams) < need - GRAM + 1 or not grams.all():
            continue
        rare = int(start + grams.argmin())  # all of the span's n-grams must match: try where the rarest does
        places = training.places[low[rare] : low[rare] + counts[rare]].astype(np.int64) - (rare - start)
        best = _grown(training.codes, codes, int(start), places[places >= 0], need) or best
    return best


def _grown(
    trained: NDArray[np.int32], codes: NDArray[np.int32], start: int, places: NDArray[np.int64], need: int
) -> _Match | None:
    """The longest of the spans from `start` that begin at one of the training places, at least `need` words long."""
    length = 0
    while start + length < len(codes):
        places = places[places + length < len(trained)]
        alike = places[trained[places + length] == codes[start + length]]
        if not len(alike):
            break
        places, length = alike, length + 1
    return _Match(start, length, int(places.min())) if length >= need else None


def _hashes(codes: NDArray[np.int32]) -> NDArray[np.uint64]:
    """A polynomial hash of every n-gram, modulo 2^64: t codes -> t - 7 numbers."""
    count = max(0, len(codes) - GRAM + 1)
    total = np.zeros(count, dtype=np.uint64)
    for offset in range(GRAM):
        total *= _BASE
        total += codes[offset : offset + count].astype(np.uint64)
    return total ^ (total >> np.uint64(29))


def _quoted(said: Sequence[str], sources: Iterable[str]) -> NDArray[np.bool_]:
    """Which words of an answer lie in an n-gram that its question or context has too."""
    known = {gram for source in sources for gram in _grams(words(source))}
    quoted = np.zeros(len(said), dtype=np.bool_)
    for start, gram in enumerate(_grams(said)):
        if gram in known:
            quoted[start : start + GRAM] = True
    return quoted


def _grams(tokens: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(tokens[start : start + GRAM]) for start in range(len(tokens) - GRAM + 1)]


def _holds(tokens: Sequence[str], span: Sequence[str]) -> bool:
    """Whether the span stands in the tokens; the separator is no part of any word."""
    return "\x1f".join(["", *span, ""]) in "\x1f".join(["", *tokens, ""])
