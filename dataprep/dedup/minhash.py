"""Near-duplicates: rows of one kind whose n-gram sets are alike; the best of those that are near one another stays.

Three parts, so that it runs over shards: `view` is row-local, `decide` looks at the views of all rows, `apply` is
row-local again. Candidates come from MinHash-LSH, every pair is verified by its true Jaccard similarity, and every
row that goes has a kept row at or above the threshold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.dedup.guards import Answers, answer_sets, answer_sums, as_answers, other_answers, sums
from dataprep.dedup.leaders import Matches, elect
from dataprep.dedup.outcome import by_merit, carry_out, decided
from dataprep.dedup.pairs import Pairs, Rows, Shares, common, jaccard, linked_pairs, reaches, similar_pairs, subset
from dataprep.dedup.sets import as_grams, as_lists
from dataprep.dedup.spoken import spoken
from dataprep.recipe.duplicates import Near
from schemas.records import KINDS
from schemas.results import StageResult
from schemas.text.hashing import Hashes
from schemas.text.ngrams import HASH_BITS, Grams, shingles

STAGE = "near_dedup"
NEAR = "near_duplicate"

_WHERE = ("id", "source", "row", "kind", "family")
_GROUP_BITS = 4
# Without 一 and 十, which stand in too many ordinary words (一下, 十分).
_NUMBER = "[0-9０-９]+|[二三四五六七八九两百千万亿]"


def view(frame: pl.DataFrame, config: Near) -> pl.DataFrame:
    """The n-gram sets of rows; about 1.5 bytes for each byte of English text, 3 of Chinese.

    Args:
        frame: n rows of schema `FRAME`, families given.
        config: Keys and sizes of the n-grams.

    Returns:
        `id, source, row, kind, family`; for each key its set as list[u64] in `KEY`, empty where the text is too
        short to be compared, the set of its numbers in `KEY_numbers` and its length in characters in
        `KEY_chars`; the sets of the answers in `dialogue_answers` if they are compared. Rows of different kinds or
        labels share no n-gram.
    """
    columns: dict[str, pl.Series] = {}
    for key in config.keys:
        texts = frame.select(spoken(key)).to_series()
        lengths = texts.str.len_chars().cast(pl.Int64)
        long_enough = texts.set(lengths < config.exact_below, None)
        found = shingles(long_enough, han=config.han, words=config.words)
        columns[key] = as_lists(Grams(_grouped(found, frame), found.offsets))
        columns[f"{key}_numbers"] = as_lists(
            numbers_in(long_enough if config.numbers else long_enough.clear(len(texts)))
        )
        columns[f"{key}_chars"] = lengths
        if key == "dialogue" and config.answers is not None:
            columns[f"{key}_answers"] = answer_sets(frame, config)
    return frame.select(_WHERE).with_columns(**columns)


def numbers_in(texts: pl.Series) -> Grams:
    """The set of numbers in each of n texts."""
    return shingles(texts.str.extract_all(_NUMBER).list.join(" "), han=1, words=1)


def _grouped(grams: Grams, frame: pl.DataFrame) -> Hashes:
    """The hashes with kind and label of their row in the highest bits, which leaves each set sorted."""
    label = pl.col("label").cast(pl.UInt64).fill_null(2)
    groups = frame.select(pl.col("kind").to_physical().cast(pl.UInt64) + label * len(KINDS)).to_series().to_numpy()
    high = np.repeat(groups << np.uint64(HASH_BITS - _GROUP_BITS), grams.counts)
    hashes: Hashes = (grams.values >> np.uint64(_GROUP_BITS)) | high
    return hashes


@dataclass(frozen=True)
class _Side:
    """The rows by one key: their sets, their numbers, the similarity that each demands, and their answers."""

    grams: Grams
    numbers: Grams
    thresholds: Shares
    answers: Answers | None


def decide(view: pl.DataFrame, config: Near, *, order: Mapping[str, int], flags: pl.DataFrame) -> pl.DataFrame:
    """Which rows are near-duplicates, and of which.

    The row with the fewest flags stays, among those the first by (place of its source, source, row). A pair must
    reach `threshold`, or `short` if one of the two is shorter than `short_below`. By the key `dialogue` each answer
    must reach `answers` besides: rows with one prompt and different answers are near-duplicates only by the key
    `prompt`.

    Args:
        view: Rows of `view`.
        config: Keys and thresholds.
        order: Source name -> its place.
        flags: `source, row, flags`: how many rules flagged a row; absent rows count as 0.

    Returns:
        Schema `outcome.DECISIONS`, one line for each row that goes (or is flagged): the row, its keeper, their
        similarity and the key by which it was measured.
    """
    rows = by_merit(view, order, flags)
    sides = [_side(rows, key, config) for key in config.keys]
    rows = rows.select(_WHERE)
    elected = elect(
        rows.height,
        link=partial(_links, sides),
        neighbours=partial(_neighbours, sides),
        compare=partial(_compared, sides),
    )
    return decided(rows, elected, config.keys)


def _side(rows: pl.DataFrame, key: str, config: Near) -> _Side:
    short = (rows[f"{key}_chars"] < config.short_below).to_numpy()
    numbers = as_grams(rows[f"{key}_numbers"])
    answers = None
    if key == "dialogue" and config.answers is not None:
        answers = as_answers(rows[f"{key}_answers"], threshold=config.answers)
    return _Side(as_grams(rows[key]), numbers, np.where(short, config.short, config.threshold), answers)


def _links(sides: list[_Side], active: Rows) -> Pairs:
    """Pairs that connect some rows by any key, whatever their numbers and answers."""
    found = [linked_pairs(subset(side.grams, active), threshold=side.thresholds[active]) for side in sides]
    return _together(found, active)


def _neighbours(sides: list[_Side], active: Rows) -> Pairs:
    """Near pairs among some rows, those with equal answers and numbers first."""
    found = [
        similar_pairs(subset(side.grams, active), threshold=side.thresholds[active], beside=_guarded(side)[active])
        for side in sides
    ]
    return _together(found, active)


def _guarded(side: _Side) -> Hashes:
    """One number for each row: equal for equal answers and numbers, and those of equal answers are in one span."""
    numbers, half = sums(side.numbers), np.uint64(32)
    return numbers if side.answers is None else answer_sums(side.answers) << half | numbers & np.uint64(0xFFFFFFFF)


def _together(found: list[Pairs], active: Rows) -> Pairs:
    i, j = (np.concatenate([getattr(pairs, name) for pairs in found]) for name in ("i", "j"))
    return Pairs(active[i], active[j], np.concatenate([pairs.similarity for pairs in found]))


def _compared(sides: list[_Side], i: Rows, j: Rows) -> Matches:
    """Pairs of rows with the first key by which they are near."""
    similarity, key = np.zeros(len(i)), np.full(len(i), -1)
    for number, side in enumerate(sides):
        rest = np.flatnonzero(key < 0)
        rest = rest[~other_numbers(side.numbers, i[rest], j[rest])]
        if side.answers is not None:
            rest = rest[~other_answers(side.answers, i[rest], j[rest])]
        measured = jaccard(side.grams, i[rest], j[rest])
        near = reaches(i[rest], j[rest], measured, side.thresholds)
        similarity[rest[near]], key[rest[near]] = measured[near], number
    return Matches(i, j, similarity, key)


def other_numbers(numbers: Grams, i: Rows, j: Rows) -> NDArray[np.bool_]:
    """True for pairs of which each row has a number that the other lacks."""
    fewest = np.minimum(numbers.counts[i], numbers.counts[j])
    lacking: NDArray[np.bool_] = common(numbers, i, j) < fewest
    return lacking


def apply(frame: pl.DataFrame, decisions: pl.DataFrame, config: Near) -> StageResult:
    """Near-duplicates go or are flagged, in any part of the rows: see `outcome.carry_out`."""
    return carry_out(frame, decisions, NEAR, stage=STAGE, flag=config.action == "flag")
