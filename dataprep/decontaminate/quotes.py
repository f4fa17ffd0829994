"""Quotations: rows that hold the n-grams of a benchmark item."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.decontaminate.index import Index, mixed
from dataprep.decontaminate.postings import Places, Postings, met, postings
from schemas.text.ngrams import Grams, Tokens, ngrams, tokens

FOUND = pl.Schema(
    {
        "row": pl.UInt32(),
        "item": pl.UInt32(),
        "score": pl.Float64(),
        "piece": pl.UInt32(),
        "first": pl.Int64(),
        "last": pl.Int64(),
    }
)
"""A row and an item: how much of it, in which piece of the row's text, from which token to before which one."""

_MATCHED = pl.Schema(
    {**{name: pl.Int64() for name in ("row", "item", "unit", "piece", "first", "last")}, "weight": pl.Float64()}
)

_ROUNDING = 1e-6  # weights are 32-bit floats


@dataclass(frozen=True)
class Sought:
    """What an index is searched for, ready for many frames.

    Attributes:
        index: The index; a unit's number is its line.
        long: N-gram -> units.
        anchors: Beginning of a short part -> units.
        item: int64, the item of each unit.
        weight: float64, the weight of each unit.
        total: float64, all that can be quoted of each item.
        short: float64, how much of that are short parts.
    """

    index: Index
    long: Postings
    anchors: Postings
    item: Places
    weight: NDArray[np.float64]
    total: NDArray[np.float64]
    short: NDArray[np.float64]


def sought(index: Index) -> Sought:
    """Prepare an index for the search."""
    units = index.units.with_row_index("unit")
    long, anchored = units.filter(pl.col("length") == 0), units.drop_nulls("anchor")
    item = units["item"].to_numpy().astype(np.int64)
    weight = units["weight"].to_numpy().astype(np.float64)
    short = np.where(units["length"].to_numpy() > 0, weight, 0)
    return Sought(
        index,
        postings(long["key"].to_numpy(), long["unit"].to_numpy().astype(np.int64)),
        postings(anchored["anchor"].to_numpy(), anchored["unit"].to_numpy().astype(np.int64)),
        item,
        weight,
        np.bincount(item, weights=weight, minlength=index.items.height).astype(np.float64),
        np.bincount(item, weights=short, minlength=index.items.height).astype(np.float64),
    )


def quotations(pieces: pl.DataFrame, found: Tokens, known: Sought, *, overlap: float) -> pl.DataFrame:
    """Rows that quote an item.

    Args:
        pieces: `row, text`: every text of every row.
        found: The tokens of these texts.
        known: What is looked for.
        overlap: Share of an item that a row must hold; every n-gram, or short part, weighs as many tokens as it
            stands for.

    Returns:
        Schema `FOUND`: the share, and the piece that holds most of it.
    """
    sizes, items = known.index.sizes, len(known.total)
    rows = pieces["row"].to_numpy().astype(np.int64)
    grams = ngrams(found, han=sizes.han, words=sizes.words)
    at, unit = met(mixed(grams.values, known.index.key), known.long)
    row = rows[_piece(at, grams)]
    pairs, held = _held(row, unit, known)
    beginnings = ngrams(found, han=sizes.least_han, words=sizes.least_words)
    there, begun = met(mixed(beginnings.values, known.index.key), known.anchors)
    fresh = np.setdiff1d(rows[_piece(there, beginnings)] * items + known.item[begun], pairs)
    pairs, held = np.append(pairs, fresh), np.append(held, np.zeros(len(fresh)))
    item = pairs % max(items, 1)
    enough = held + known.short[item] >= overlap * known.total[item] - _ROUNDING
    pairs = np.sort(pairs[enough & (known.total[item] > 0)])
    if not len(pairs):
        return pl.DataFrame(schema=FOUND)
    chosen = np.isin(row * items + known.item[unit], pairs)
    long = _matched(row[chosen], unit[chosen], at[chosen], grams, found, known)
    return _scored(pl.concat([long, *_short_parts(pieces, pairs, known)]), known, overlap)


def _piece(at: Places, grams: Grams) -> Places:
    """The text that each n-gram stands in."""
    return np.searchsorted(grams.offsets, at, side="right") - 1


def _held(row: Places, unit: Places, known: Sought) -> tuple[Places, NDArray[np.float64]]:
    """Every row and item that share a unit, as one number, and the weight of what they share."""
    units = max(len(known.item), 1)
    code = np.sort(row * units + unit)  # np.unique hashes, which is several times slower here
    code = code[np.append(True, code[1:] != code[:-1])[: len(code)]]
    unit = code % units
    pairs, place = np.unique(code // units * len(known.total) + known.item[unit], return_inverse=True)
    return pairs, np.bincount(place, weights=known.weight[unit], minlength=len(pairs)).astype(np.float64)


def _matched(
    row: Places, unit: Places, at: Places, grams: Grams, found: Tokens, known: Sought, length: int = 0
) -> pl.DataFrame:
    """What was found, with its place in tokens; schema `_MATCHED`."""
    piece = _piece(at, grams)
    first = at - grams.offsets[piece]
    by_character = found.han[found.grams.offsets[piece] + first]
    last = first + (length or np.where(by_character, known.index.sizes.han, known.index.sizes.words))
    item, weight = known.item[unit], known.weight[unit]
    columns = {"row": row, "item": item, "unit": unit, "piece": piece, "first": first, "last": last, "weight": weight}
    return pl.DataFrame(columns, schema=_MATCHED)


def _short_parts(pieces: pl.DataFrame, pairs: Places, known: Sought) -> list[pl.DataFrame]:
    """The short parts of candidate items that stand whole in their rows."""
    items = len(known.total)
    wanted = pl.DataFrame({"pair": pairs, "item": (pairs % items).astype(np.uint32)})
    units = known.index.units.with_row_index("unit").filter(pl.col("length") > 0)
    wanted = wanted.join(units, on="item", maintain_order="left")
    numbered = pieces.with_columns(row=pl.col("row").cast(pl.Int64)).with_row_index("piece")
    texts = numbered.filter(pl.col("row").is_in((wanted["pair"] // items).unique(maintain_order=True).implode()))
    rows, places = (texts[name].to_numpy().astype(np.int64) for name in ("row", "piece"))
    found = tokens(texts["text"])
    parts = []
    for length in wanted["length"].unique(maintain_order=True).sort():
        same = wanted.filter(pl.col("length") == length)
        grams = ngrams(found, han=length, words=length)
        line = np.arange(same.height)
        at, line = met(mixed(grams.values, known.index.key), postings(same["key"].to_numpy(), line))
        row = rows[_piece(at, grams)]
        own = row == same["pair"].to_numpy()[line] // items
        unit = same["unit"].to_numpy().astype(np.int64)[line[own]]
        made = _matched(row[own], unit, at[own], grams, found, known, length)
        parts.append(made.with_columns(piece=pl.Series(places[made["piece"].to_numpy()], dtype=pl.Int64)))
    return parts


def _scored(matched: pl.DataFrame, known: Sought, overlap: float) -> pl.DataFrame:
    """Each row and item with the share of the item that its units make up."""
    pair = ["row", "item"]
    once = matched.unique(["row", "unit"], keep="first", maintain_order=True)
    shares = once.group_by(pair, maintain_order=True).agg(pl.col("weight").sum())
    total = pl.Series(known.total[shares["item"].to_numpy()], dtype=pl.Float64)
    shares = shares.select(*pair, score=(pl.col("weight") / total).round(6)).filter(pl.col("score") >= overlap)
    spots = matched.group_by([*pair, "piece"], maintain_order=True).agg(
        pl.col("weight").sum().alias("held"), pl.col("first").min(), pl.col("last").max()
    )
    best = spots.sort(*pair, "held", "piece", descending=[False, False, True, False])
    best = best.unique(pair, keep="first", maintain_order=True)
    return shares.join(best, on=pair).sort(pair).select(FOUND.names()).cast(FOUND)
