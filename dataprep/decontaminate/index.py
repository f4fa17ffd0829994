"""The index of a benchmark: hashes of what its items ask, and nothing that can be read."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.decontaminate.items import Item
from dataprep.decontaminate.postings import Hashes
from schemas.text.ngrams import HASH_BITS, ngrams, tokens

# Below 8 words GPT-3 looked for no overlap (arXiv:2005.14165, appendix C); 5 words and 8 Han characters, which carry
# about as much, let short questions be found whole, and still pass over greetings and `1+1=?`.
LEAST_HAN, LEAST_WORDS = 8, 5

NEAR_HAN, NEAR_WORDS = 5, 3
"""N-grams of the comparison of whole questions: those of near-duplicates."""

# An n-gram of so many items is the benchmark's template, not a question.
_TEMPLATE_ITEMS, _TEMPLATE_SHARE = 10, 0.05

ITEMS = pl.Schema({"benchmark": pl.UInt32(), "name": pl.String()})
UNITS = pl.Schema(
    {"item": pl.UInt32(), "key": pl.UInt64(), "anchor": pl.UInt64(), "length": pl.Int32(), "weight": pl.Float32()}
)
NEAR = pl.Schema({"entry": pl.UInt32(), "item": pl.UInt32(), "key": pl.UInt64()})


@dataclass(frozen=True)
class Sizes:
    """Lengths of the n-grams, in Han characters and in words."""

    han: int
    words: int
    least_han: int = LEAST_HAN
    least_words: int = LEAST_WORDS
    near_han: int = NEAR_HAN
    near_words: int = NEAR_WORDS


@dataclass(frozen=True)
class Index:
    """Items of one or more benchmarks as hashes.

    Attributes:
        sizes: Lengths of the n-grams.
        names: The benchmarks.
        items: Schema `ITEMS`; an item's number is its line.
        units: Schema `UNITS`: what of an item can be quoted. `length` 0 is an n-gram; else the unit is a part too
            short for one, of so many tokens, found whole, and `anchor` is the hash of its beginning, or null where
            it is too short to be looked for by itself. `weight` is the unit's share of the item, in tokens.
        near: Schema `NEAR`: the n-grams of every question as a whole, with and without its choices.
        key: Two numbers that the hashes are mixed with, or None.
    """

    sizes: Sizes
    names: tuple[str, ...]
    items: pl.DataFrame
    units: pl.DataFrame
    near: pl.DataFrame
    key: tuple[int, int] | None = None


def build_index(files: Sequence[tuple[str, Sequence[Item]]], sizes: Sizes) -> Index:
    """Hash what items ask.

    Args:
        files: Name of a benchmark and its items.
        sizes: Lengths of the n-grams.
    """
    flat = [(place, item) for place, (_, items) in enumerate(files) for item in items]
    table = pl.DataFrame([(place, item.name) for place, item in flat], schema=ITEMS, orient="row")
    parts = [(line, text) for line, (_, item) in enumerate(flat) for text in (*item.asked, *item.choices)]
    stems = [bool(item.choices) and text in item.asked for _, item in flat for text in (*item.asked, *item.choices)]
    wholes = [
        (line, "\n".join(texts))
        for line, (_, item) in enumerate(flat)
        for texts in ((item.asked, (*item.asked, *item.choices)) if item.choices else (item.asked,))
    ]
    units = _without_templates(_units(*_columns(parts), np.array(stems, np.bool_), sizes), table)
    return Index(sizes, tuple(name for name, _ in files), table, units, _near(*_columns(wholes), sizes))


def lock(index: Index, key: tuple[int, int] | None) -> Index:
    """The index as it may be given away: hashes mixed with a key, and sorted, so that no order of a text is left."""
    units = index.units.with_columns(_mixed_column(index.units[name], key) for name in ("key", "anchor"))
    near = index.near.with_columns(_mixed_column(index.near["key"], key))
    units, near = units.sort("item", "length", "key"), near.sort("item", "entry", "key")
    return Index(index.sizes, index.names, index.items, units, near, key)


def mixed(values: Hashes, key: tuple[int, int] | None) -> Hashes:
    """Hashes mixed with a key, or as they are without one.

    An Even-Mansour cipher over the finaliser of SplitMix64 (Steele, Lea and Flood 2014), twice: it keeps
    tables of common n-grams from fitting, but it is no encryption.
    """
    if key is None:
        return values
    first, second = (np.uint64(part) for part in key)
    return (_finalise(_finalise(values ^ first) ^ first) ^ second) >> np.uint64(64 - HASH_BITS)


def _finalise(values: Hashes) -> Hashes:
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _mixed_column(column: pl.Series, key: tuple[int, int] | None) -> pl.Series:
    made = pl.Series(column.name, mixed(column.fill_null(0).to_numpy(), key), dtype=pl.UInt64)
    return pl.select(pl.when(column.is_not_null()).then(made).alias(column.name)).to_series()


def _columns(rows: Sequence[tuple[int, str]]) -> tuple[NDArray[np.int64], pl.Series]:
    return np.array([line for line, _ in rows], np.int64), pl.Series([text for _, text in rows], dtype=pl.String)


def _units(lines: NDArray[np.int64], texts: pl.Series, stems: NDArray[np.bool_], sizes: Sizes) -> pl.DataFrame:
    """What of every part can be quoted.

    A short question with choices weighs nothing itself: `Which of the following is correct?` is everywhere.
    """
    filled = np.flatnonzero(tokens(texts).grams.counts)
    lines, stems, found = lines[filled], stems[filled], tokens(texts.gather(filled))
    lengths, starts = found.grams.counts, found.grams.offsets[:-1]
    by_character = found.han[starts]
    whole = lengths < np.where(by_character, sizes.han, sizes.words)
    sought = lengths >= np.where(by_character, sizes.least_han, sizes.least_words)
    grams = ngrams(found, han=sizes.han, words=sizes.words)
    part = np.repeat(np.arange(len(lengths)), grams.counts)
    long = ~whole[part]
    quoted = _unit_frame(lines[part], grams.values, lengths[part] / grams.counts[part]).filter(pl.Series(long))
    anchors = ngrams(found, han=sizes.least_han, words=sizes.least_words)
    pieces = [quoted]
    for length in np.unique(lengths[whole]):
        same = np.flatnonzero(whole & (lengths == length))
        keys = ngrams(found, han=int(length), words=int(length))
        short = _unit_frame(lines[same], keys.values[keys.offsets[same]], np.where(stems[same], 0, length))
        anchor = pl.Series("anchor", anchors.values[anchors.offsets[same]], dtype=pl.UInt64)
        pieces.append(
            short.with_columns(
                anchor=pl.when(pl.Series(sought[same])).then(anchor), length=pl.lit(int(length), pl.Int32)
            )
        )
    return pl.concat(pieces).unique(["item", "length", "key"], keep="first", maintain_order=True)


def _unit_frame(items: NDArray[np.int64], keys: Hashes, weights: NDArray[np.float64 | np.int64]) -> pl.DataFrame:
    frame = pl.DataFrame({"item": items, "key": keys, "weight": weights.astype(np.float64)})
    return frame.with_columns(anchor=pl.lit(None), length=0).select(UNITS.names()).cast(UNITS)


def _without_templates(units: pl.DataFrame, table: pl.DataFrame) -> pl.DataFrame:
    """Units without those that many items of their benchmark share."""
    sizes = table.group_by("benchmark", maintain_order=True).len("all")
    known = units.join(table.with_row_index("item").select("item", "benchmark"), on="item", maintain_order="left")
    known = known.join(sizes, on="benchmark", maintain_order="left")
    most = pl.max_horizontal(pl.lit(_TEMPLATE_ITEMS), pl.col("all") * _TEMPLATE_SHARE)
    return known.filter(pl.len().over("benchmark", "length", "key") <= most).select(UNITS.names())


def _near(lines: NDArray[np.int64], texts: pl.Series, sizes: Sizes) -> pl.DataFrame:
    """The n-grams of whole questions that are long enough to be compared."""
    found = tokens(texts)
    filled = found.grams.counts > 0
    starts = np.minimum(found.grams.offsets[:-1], max(len(found.han) - 1, 0))
    by_character = found.han[starts] if len(found.han) else filled
    enough = filled & (found.grams.counts >= np.where(by_character, sizes.least_han, sizes.least_words))
    grams = ngrams(found, han=sizes.near_han, words=sizes.near_words)
    entry = np.repeat(np.arange(len(lines)), grams.counts)
    frame = pl.DataFrame({"entry": entry, "item": lines[entry], "key": grams.values}).cast(NEAR)
    return frame.filter(pl.Series(enough[entry], dtype=pl.Boolean)).unique(maintain_order=True)
