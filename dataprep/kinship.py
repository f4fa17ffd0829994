"""Kinship: which texts of two rows are compared to tell whether one gives the other away, and how near is too near.

Compared are the sets of `HAN`-character and `WORDS`-word n-grams of three texts of every row, whatever its kind:

| key | text |
|---|---|
| prompt | what the user says, context included, in all turns |
| answer | what the assistant says in all turns, chosen answers included |
| dialogue | both; of a text row its text |

System turns, tool results and tool schemas are left out: one system prompt over a whole set would make it one family.
Texts under `SHORTEST` characters have no n-grams, so they are kin only by an equal prompt.
"""

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from dataprep.dedup.pairs import Pairs, components, linked_pairs
from dataprep.recipe import Split
from schemas.frames import has_kind
from schemas.text.ngrams import HASH_BITS, Grams, shingles

KEYS = ("prompt", "answer", "dialogue")

HAN, WORDS = 2, 2
"""Tokens of an n-gram: shorter ones than for removing near-duplicates, because missing a leak costs more than keeping
rows together. `benchmarks/split_leaks.py`: with 3 a split of 91 rows about an assistant's name still leaves 4 % of
eval's answers near-identical to one of train, with 2 none, and the largest families grow by a few rows."""

SHORTEST = 12
"""Characters: "好的" under ten thousand prompts is no leak. The same bound as for near-duplicates."""

SHORT_BELOW = 50
"""Characters of a text with so few n-grams that a template around other content reaches 0.5: `short` judges it."""

CROWD, CROWD_SHARE = 50, 0.05
"""Answers that are alike under more prompts than both don't link: a refusal or a stock phrase. Below it they do, which
leaves families that a split can still place. In every real set that was measured no crowd was so large: the largest
were 2.7 % (a line of play dialogue), 4 % (tool calls) and 7.7 % of 91 rows about an assistant's name."""

_KEPT_BITS = 32
_LOW_BITS = np.uint64(HASH_BITS - _KEPT_BITS)

Numbers = NDArray[np.int64]


def texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The three texts of every row.

    Args:
        frame: n rows of schema `FRAME`.

    Returns:
        n rows, columns `KEYS`; "" where a row has no such text.
    """
    said = {column: _said(column) for column in ("messages", "chosen")}
    answer = pl.concat_list(_said("messages", "assistant"), said["chosen"])
    whole = pl.concat_list(_said("messages", "user", "assistant"), said["chosen"]).list.join("\n")
    return frame.select(
        prompt=_said("messages", "user").list.join("\n"),
        answer=answer.list.join("\n"),
        dialogue=pl.when(has_kind("text")).then(pl.col("text").fill_null("")).otherwise(whole),
    )


def _said(column: str, *roles: str) -> pl.Expr:
    """Content and context of the turns of some roles, or of all."""
    part = pl.element().struct.field
    line = pl.concat_str(part("content").fill_null(""), pl.lit("\n"), part("context").fill_null(""))
    line = line.str.strip_chars()
    return pl.col(column).list.eval(line.filter(part("role").is_in(roles)) if roles else line)


def lengths(words: pl.Series) -> pl.Series:
    """Characters of each text, without blanks at its ends."""
    return words.str.strip_chars().str.len_chars().cast(pl.Int32)


def grams_of(words: pl.Series) -> Grams:
    """The n-gram sets of texts; none for those under `SHORTEST` characters."""
    long = lengths(words) >= SHORTEST
    return shingles(pl.select(pl.when(long).then(words)).to_series(), han=HAN, words=WORDS)


def limits(chars: pl.Series, config: Split) -> NDArray[np.float64]:
    """The similarity from which texts are kin, by their lengths; of a pair the stricter one counts.

    Args:
        chars: Characters of n texts.
        config: `near` and `short`.
    """
    near = config.near or 1.0
    return np.where(chars.to_numpy() < SHORT_BELOW, max(near, config.short), near)


def linked(column: pl.Series, chars: pl.Series, config: Split) -> Pairs:
    """Pairs of kin by one key: enough of them to tell who is connected with whom.

    Args:
        column: From `packed`.
        chars: Characters of the texts.
        config: `near` and `short`.
    """
    grams = unpacked(column)
    if not len(grams.values):
        return Pairs(*(np.zeros(0, np.int64),) * 2, np.zeros(0))
    return linked_pairs(grams, threshold=limits(chars, config))


def crowds(i: Numbers, j: Numbers, families: pl.Series) -> NDArray[np.bool_]:
    """Which rows answer alike in a crowd: such an answer is a label, so two of them are kin by their prompts only.

    Args:
        i: Row numbers of pairs that are near by their answers.
        j: Their partners.
        families: The family of every row, by its prompt.
    """
    groups = pl.DataFrame({"group": components(len(families), i, j), "family": families})
    prompts = groups.select(pl.col("family").n_unique().over("group")).to_series().to_numpy()
    crowded: NDArray[np.bool_] = prompts > max(CROWD, CROWD_SHARE * families.n_unique())
    return crowded


def packed(grams: Grams) -> pl.Series:
    """N-gram sets as a column of 4 bytes an n-gram: a set of a million rows must fit into memory three times over."""
    values = (grams.values >> _LOW_BITS).astype(np.uint32)
    made = pa.LargeListArray.from_arrays(pa.array(grams.offsets), pa.array(values))
    return pl.Series(pl.from_arrow(made), dtype=pl.List(pl.UInt32))


def unpacked(column: pl.Series) -> Grams:
    """N-gram sets out of a column of `packed`: the low bits of the hashes are made anew from the high ones."""
    array = column.rechunk().to_arrow()
    offsets = array.offsets.to_numpy().astype(np.int64)
    values = array.values.to_numpy()[offsets[0] : offsets[-1]].astype(np.uint64)
    low = values * np.uint64(0x9E3779B97F4A7C15)
    # In place: of a large set each copy takes a gigabyte.
    low >>= np.uint64(64 - int(_LOW_BITS))
    values <<= _LOW_BITS
    values |= low
    return Grams(values, offsets - offsets[0])
