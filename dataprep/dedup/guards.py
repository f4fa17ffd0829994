"""What keeps two rows apart whose dialogues are alike: other answers or other questions, compared turn by turn."""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dataprep.dedup.blocks import places
from dataprep.dedup.pairs import Rows, jaccard, reaches
from dataprep.recipe.duplicates import Near
from schemas.frames import has_kind
from schemas.records import LISTS
from schemas.text.hashing import Hashes
from schemas.text.ngrams import HASH_BITS, Grams, shingles

_BITS = 32
_CALL_ID = r'"id":\s*"[^"]*",?\s*'
_ENDS = " \n.。!,~—"
"""Taken from the ends of a short answer, after NFKC. Not the minus sign, which makes another answer."""
_MARKS = _ENDS + "?？！，"
_GRAMS, _TOKENS, _WHOLE = range(3)


@dataclass(frozen=True)
class Answers:
    """The turns of n rows.

    Attributes:
        turns: int64, n + 1: row i has the turns `turns[i]` to `turns[i + 1]`.
        grams: The set of each turn; none is empty.
        threshold: Jaccard similarity of turns that are alike.
    """

    turns: Rows
    grams: Grams
    threshold: float


def answer_sets(frame: pl.DataFrame, config: Near) -> pl.Series:
    """The sets of every answer (each assistant turn of an sft row, of chosen and of rejected) and of every question.

    An answer has its n-grams. The set of an answer that must be equal has one hash, of the whole answer without case,
    width, and blanks and stops at its ends: under `exact_below` characters, without a token, or with a tool call,
    whose id doesn't count. A question under `exact_below` characters has its tokens, and one with a `context` the
    n-grams of its content: a persona greets with one text, and a long passage is asked about in many ways. A longer
    question makes up enough of the dialogue to be compared there, and has one hash that all such questions share.

    Args:
        frame: n rows of schema `FRAME`.
        config: Sizes of the n-grams.

    Returns:
        n values of list[list[u32]], empty for text rows.
    """
    turns = _turns(frame, config)
    texts, form = turns["text"], turns["form"]
    grams = _short(shingles(texts.set(form != _GRAMS, None), han=config.han, words=config.words))
    words = _short(shingles(texts.set(form != _TOKENS, None), han=1, words=1))
    sets = _with_whole(_merged(grams, words), texts)
    ends = np.append(0, np.cumsum(np.bincount(turns["place"].to_numpy(), minlength=frame.height)))
    inner = pa.LargeListArray.from_arrays(pa.array(sets.offsets), pa.array(sets.values))
    series = pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(ends), inner))
    assert isinstance(series, pl.Series)
    return series


def _turns(frame: pl.DataFrame, config: Near) -> pl.DataFrame:
    """Every question and answer of every row, in this order: the `place` of the row, `text` and `form`."""
    rows = frame.with_row_index("place")
    asked, chosen, rejected = (
        rows.select("place", "kind", turn=column).explode("turn", empty_as_null=False).unnest("turn")
        for column in LISTS
    )
    parts = [
        _questions(asked.filter(~has_kind("text")), config),
        *(_answers(turns, config) for turns in (asked.filter(has_kind("sft")), chosen, rejected)),
    ]
    return pl.concat(parts).sort("place", maintain_order=True)


def _answers(turns: pl.DataFrame, config: Near) -> pl.DataFrame:
    """What the assistant says, turn by turn."""
    calls = pl.col("tool_calls").str.replace_all(_CALL_ID, "")
    text = pl.concat_str("content", calls, ignore_nulls=True).str.strip_chars()
    exact = calls.is_not_null() | (text.str.len_chars() < config.exact_below)
    form = pl.when(exact).then(_WHOLE).otherwise(_GRAMS)
    return turns.filter(role="assistant").select("place", text=text, form=form)


def _questions(turns: pl.DataFrame, config: Near) -> pl.DataFrame:
    """What the user says, turn by turn."""
    text, context = (pl.col(name).fill_null("").str.strip_chars(_MARKS) for name in ("content", "context"))
    short = text.str.len_chars() < config.exact_below
    told = pl.when(short | (context != "")).then(text).otherwise(pl.lit(""))
    form = pl.when(short).then(_TOKENS).when(context != "").then(_GRAMS).otherwise(_WHOLE)
    return turns.filter(role="user").select("place", text=told, form=form)


def _merged(one: Grams, other: Grams) -> Grams:
    """Two families of sets of which every row has at most one."""
    values = np.insert(one.values, np.repeat(one.offsets[:-1], other.counts), other.values)
    return Grams(values, one.offsets + other.offsets)


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
    found = forms.unique(maintain_order=True).to_list()
    made = {form: blake2b(form.encode(), digest_size=_BITS // 8).digest() for form in found}
    hashes = np.frombuffer(b"".join(made[form] for form in forms.to_list()), np.uint32)
    values = np.insert(grams.values, grams.offsets[:-1][bare], hashes)
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
