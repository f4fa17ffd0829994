"""The training rows that are nearest to a text, by the character n-grams they share."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.text.normalise import prompt_forms

_ORDERS = (3, 4, 5)
_BITS = 22
_BUCKETS = 1 << _BITS
"""N-grams are hashed into so many: 16 MB of counts."""

_BLOCK = 1 << 19  # characters that are cut at a time, about 40 MB
_QUERIES = 64  # whose similarities to all rows are held at a time
_LENGTH = 600
"""Characters of a text that are looked at: memory peaks at 50 bytes for each, and long rows are near to nothing."""

_EDGE = "\x02"


class Neighbour(NamedTuple):
    """A training row near a query.

    Attributes:
        id: Of the row.
        similarity: Cosine of the two sets of n-grams, weighted by rarity; 0 to 1.
    """

    id: str
    similarity: float


class _Grams(NamedTuple):
    """The distinct n-grams of n texts: `buckets[i]` stands in text `texts[i]`."""

    texts: NDArray[np.int32]
    buckets: NDArray[np.int32]


def nearest(queries: Sequence[str], rows: pl.DataFrame, *, count: int = 3) -> list[list[Neighbour]]:
    """The rows that share most with each query.

    Texts are compared without case, width, whitespace and punctuation, by their first 600 characters. Their
    character 3- to 5-grams count once each, with the weight ln((1 + n) / (1 + rows that have it)) + 1: phrases
    of every row say little.

    Args:
        queries: q texts, such as question and answer of items that got worse.
        rows: `id, text`: n training rows; null is "".
        count: How many rows for each.

    Returns:
        q lists of up to `count` rows with a similarity above 0, the nearest first, equals by id.
    """
    ordered = rows.select("id", pl.col("text").fill_null("")).sort("id", maintain_order=True)
    ids, size = ordered["id"].to_list(), ordered.height
    if not size or not queries:
        return [[] for _ in queries]
    trained = _grams(ordered["text"])
    weights = np.log((1 + size) / (1 + np.bincount(trained.buckets, minlength=_BUCKETS))) + 1
    lengths = _lengths(trained, weights, size)
    found: list[list[Neighbour]] = []
    for begin in range(0, len(queries), _QUERIES):
        part = pl.Series(list(queries[begin : begin + _QUERIES]), dtype=pl.String)
        found += [_best(ids, column, count) for column in _similarities(part, trained, weights, lengths)]
    return found


def _similarities(
    queries: pl.Series, trained: _Grams, weights: NDArray[np.float64], lengths: NDArray[np.float64]
) -> Iterator[NDArray[np.float64]]:
    """For each of q queries, its cosine with each of n rows."""
    from scipy.sparse import csr_matrix

    asked = _grams(queries)
    own = _lengths(asked, weights, len(queries))
    known = np.flatnonzero(np.bincount(asked.buckets, minlength=_BUCKETS))
    place = np.full(_BUCKETS, -1, dtype=np.int32)
    place[known] = np.arange(len(known), dtype=np.int32)
    columns = place[trained.buckets]
    shared = columns >= 0
    ones: NDArray[np.float64] = np.ones(int(shared.sum()))
    table: Any = csr_matrix((ones, (trained.texts[shared], columns[shared])), shape=(len(lengths), len(known)))
    for query in range(len(queries)):
        vector = np.zeros(len(known))
        buckets = asked.buckets[asked.texts == query]
        vector[place[buckets]] = weights[buckets] ** 2
        scale = lengths * own[query]
        dots: NDArray[np.float64] = table @ vector
        yield np.divide(dots, scale, out=np.zeros_like(dots), where=scale > 0)


def _best(ids: Sequence[str], similarities: NDArray[np.float64], count: int) -> list[Neighbour]:
    # Nine digits, so that rounding of sums doesn't order equals; a stable sort leaves those in the order of ids.
    rounded = np.minimum(np.round(similarities, 9), 1.0)
    order = np.argsort(-rounded, kind="stable")[:count]
    return [Neighbour(ids[row], float(rounded[row])) for row in order if rounded[row] > 0]


def _lengths(grams: _Grams, weights: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    return np.sqrt(np.bincount(grams.texts, weights=weights[grams.buckets] ** 2, minlength=size))


def _grams(texts: pl.Series) -> _Grams:
    """The distinct n-grams of texts, by text; texts begin and end with an edge, so that short ones have some too."""
    forms = prompt_forms(texts.str.head(2 * _LENGTH)).str.head(_LENGTH)
    parts = [_cut(first, block) for first, block in _blocks(forms.to_list())]
    if not parts:
        return _Grams(np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.int32))
    return _Grams(np.concatenate([part.texts for part in parts]), np.concatenate([part.buckets for part in parts]))


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Runs of texts with about `_BLOCK` characters together, each with the number of its first."""
    first, block, size = 0, [], 0
    for number, text in enumerate(texts):
        block.append(text)
        size += len(text)
        if size >= _BLOCK:
            yield first, block
            first, block, size = number + 1, [], 0
    if block:
        yield first, block


def _cut(first: int, texts: Sequence[str]) -> _Grams:
    framed = [f"{_EDGE}{text}{_EDGE}" if text else "" for text in texts]
    letters = np.frombuffer("".join(framed).encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(framed), dtype=np.uint64), [len(text) for text in framed])
    keys = [_keys(letters, owners, order) for order in _ORDERS]
    every = np.sort(np.concatenate(keys))  # np.unique hashes first: ten times as slow here
    distinct = every[np.diff(every, prepend=~every[:1]) != 0]
    return _Grams(
        (distinct >> np.uint64(_BITS)).astype(np.int32) + first,
        (distinct & np.uint64(_BUCKETS - 1)).astype(np.int32),
    )


def _keys(letters: NDArray[np.uint64], owners: NDArray[np.uint64], order: int) -> NDArray[np.uint64]:
    """Text number and bucket of every n-gram of one order that lies within one text."""
    count = max(0, len(letters) - order + 1)
    mixed: NDArray[np.uint64] = np.full(count, order, dtype=np.uint64)
    for offset in range(order):
        mixed = mixed * np.uint64(0x100000001B3) + letters[offset : offset + count]
    mixed = mixed * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(64 - _BITS)  # Fibonacci hashing: the high bits are mixed
    whole = owners[:count] == owners[order - 1 :]
    keys: NDArray[np.uint64] = (owners[:count] << np.uint64(_BITS) | mixed)[whole]
    return keys
