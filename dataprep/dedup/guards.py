"""What keeps two rows apart whose dialogues are alike: other answers, compared one by one, as sets of n-grams."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dataprep.dedup.pairs import Rows, jaccard, places, reaches
from dataprep.recipe.duplicates import Near
from schemas.frames import has_kind
from schemas.text.hashing import Hashes
from schemas.text.ngrams import HASH_BITS, Grams, shingles

_BITS = 32
_CALL_ID = r'"id":\s*"[^"]*",?\s*'
_ENDS = " \n.。!,~—"
"""Taken from the ends of a short answer, after NFKC. Not the minus sign, which makes another answer."""
_NO_ANSWER = pl.List(pl.Struct({"text": pl.String(), "called": pl.Boolean()}))


@dataclass(frozen=True)
class Answers:
    """The answers of n rows.

    Attributes:
        turns: int64, n + 1: row i gave the answers `turns[i]` to `turns[i + 1]`.
        grams: The set of each answer; none is empty.
        threshold: Jaccard similarity of answers that are alike.
    """

    turns: Rows
    grams: Grams
    threshold: float


def answer_sets(frame: pl.DataFrame, config: Near) -> pl.Series:
    """The n-gram sets of every answer: each assistant turn of an sft row, of chosen and of rejected.

    The set of an answer that must be equal has one hash, of the whole answer without case, width, and blanks and
    stops at its ends: under `exact_below` characters, without a token, or with a tool call, whose id doesn't count.

    Args:
        frame: n rows of schema `FRAME`.
        config: Sizes of the n-grams.

    Returns:
        n values of list[list[u32]], empty for rows without an answer and for text rows.
    """
    said = pl.when(has_kind("sft")).then(_turns("messages")).otherwise(pl.lit([], _NO_ANSWER))
    given = frame.select(pl.concat_list(said, _turns("chosen"), _turns("rejected"))).to_series()
    answers = given.explode().drop_nulls().struct.unnest()
    exact = answers["called"] | (answers["text"].str.len_chars() < config.exact_below)
    found = _short(shingles(answers["text"].set(exact, None), han=config.han, words=config.words))
    sets = _with_whole(found, answers["text"])
    turns = np.append(0, np.cumsum(given.list.len().to_numpy().astype(np.int64)))
    inner = pa.LargeListArray.from_arrays(pa.array(sets.offsets), pa.array(sets.values))
    series = pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(turns), inner))
    assert isinstance(series, pl.Series)
    return series


def _turns(column: str) -> pl.Expr:
    """What the assistant says, turn by turn, and whether it calls tools."""
    part = pl.element().struct.field
    calls = part("tool_calls").str.replace_all(_CALL_ID, "")
    text = pl.concat_str(part("content"), calls, ignore_nulls=True).str.strip_chars()
    turn = pl.struct(text=text, called=calls.is_not_null())
    return pl.col(column).list.eval(turn.filter(part("role") == "assistant"))


def _short(grams: Grams) -> Grams:
    """The sets with 32 bits a hash, which halves them."""
    values: Hashes = (grams.values >> np.uint64(HASH_BITS - _BITS)).astype(np.uint32)
    fresh = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=fresh[1:])
    fresh[grams.offsets[:-1][grams.counts > 0]] = True
    kept = np.append(0, np.cumsum(fresh))
    return Grams(values[fresh], kept[grams.offsets])


def _with_whole(grams: Grams, texts: pl.Series) -> Grams:
    """The sets, those without n-grams filled with one hash of the whole text."""
    bare = grams.counts == 0
    forms = texts.filter(pl.Series(bare)).str.normalize("NFKC").str.to_lowercase().str.strip_chars(_ENDS)
    hashes = b"".join(blake2b(form.encode(), digest_size=_BITS // 8).digest() for form in forms)
    values = np.insert(grams.values, grams.offsets[:-1][bare], np.frombuffer(hashes, np.uint32))
    return Grams(values, grams.offsets + np.append(0, np.cumsum(bare)))


def as_answers(sets: pl.Series, *, threshold: float) -> Answers:
    """The sets of `answer_sets`, of any rows, over contiguous buffers."""
    rows = sets.rechunk().to_arrow()
    turns = rows.offsets.to_numpy().astype(np.int64)
    answers = rows.values
    return Answers(turns, Grams(answers.values.to_numpy(), answers.offsets.to_numpy().astype(np.int64)), threshold)


def other_answers(answers: Answers, i: Rows, j: Rows) -> NDArray[np.bool_]:
    """True for pairs of rows that give different numbers of answers, or answers of which any two are not alike."""
    given = np.diff(answers.turns)
    other: NDArray[np.bool_] = given[i] != given[j]
    pairs = np.flatnonzero(~other)
    turns = Grams(answers.grams.values, answers.turns)
    left, right = places(turns, i[pairs]), places(turns, j[pairs])
    alike = reaches(left, right, jaccard(answers.grams, left, right), answers.threshold)
    other[np.repeat(pairs, given[i[pairs]])[~alike]] = True
    return other


def answer_sums(answers: Answers) -> Hashes:
    """One hash for all answers of each row."""
    return sums(Grams(answers.grams.values, answers.grams.offsets[answers.turns]))


def sums(grams: Grams) -> Hashes:
    """One hash for the whole set of each row."""
    found = np.zeros(len(grams.counts), np.uint64)
    filled = grams.counts > 0
    if filled.any():
        found[filled] = np.add.reduceat(grams.values, grams.offsets[:-1][filled], dtype=np.uint64)
    return found
