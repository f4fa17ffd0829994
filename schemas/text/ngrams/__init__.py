"""N-grams over script-aware tokens, as hashes over contiguous buffers: one Han character or one word a token."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from schemas.text.hashing import Hashes, mixed, powers_of
from schemas.text.ngrams.characters import ASCII_LOWER, ASCII_WORD, HAN, WORD, characters
from schemas.text.ngrams.compiled import Loops, loops

Places = NDArray[np.int64]

HASH_BITS = 52
"""Bits of an n-gram's hash: the other 12 hold the row's place in its block while the block is sorted."""

# What a block touches must fit into the L2 cache: blocks of 1 MB cost half as much again, measured.
_BLOCK_CHARS, _BLOCK_ROWS = 1 << 16, 1 << (64 - HASH_BITS)
_THREADS = min(4, os.cpu_count() or 1)

_P = 0x9E3779B97F4A7C15
_INVERSE = pow(_P, -1, 1 << 64)
_POWERS = 1 << 18
"""Characters of the kept tables of powers; a longer block has tables of its own."""
WEIGHTS = np.array([pow(0xD6E8FEB86659FD93, k, 1 << 64) for k in range(64)], np.uint64)
"""What the k-th token of an n-gram is multiplied by: n is 64 at most."""


@dataclass(frozen=True)
class Grams:
    """Hashes of many rows in one array.

    Attributes:
        values: uint64, the rows' hashes one after the other.
        offsets: int64, n + 1: row i owns `values[offsets[i]:offsets[i + 1]]`.
    """

    values: Hashes
    offsets: Places

    @property
    def counts(self) -> Places:
        """Hashes of each row."""
        return np.diff(self.offsets)


@dataclass(frozen=True)
class Tokens:
    """The tokens of many rows, in text order.

    Attributes:
        grams: One hash a token.
        han: True where the token is one Han, kana or hangul character; as long as `grams.values`.
    """

    grams: Grams
    han: NDArray[np.bool_]


def tokens(texts: pl.Series) -> Tokens:
    """Cut n texts into tokens: Han, kana and hangul by character, other runs of letters, marks and digits as one.

    Lower case; full-width and other one-character compatibility forms count as their plain ones (NFKC); digits
    count; punctuation, `_`, space and invisible characters only separate. Accents written as marks of their own,
    ligatures and `ß` against `ss` are not folded: cleaning composes. Thai and Khmer, which write no spaces, are
    one token a clause. A null text has no token.
    """
    fast = _loops(texts)
    parts = [_scan(block, fast) for block in _blocks(texts)]
    return Tokens(
        concatenated([part.grams for part in parts]),
        np.concatenate([np.zeros(0, np.bool_), *(part.han for part in parts)]),
    )


def ngrams(found: Tokens, *, han: int, words: int) -> Grams:
    """Every n-gram in text order, repeats included.

    The first n-gram that reaches the end of its row is cut there; later ones that would run over it are left
    out. So a row with fewer tokens than n has one of all its tokens, and no token is in none.

    Args:
        found: Tokens of n rows.
        han: Tokens of an n-gram that begins at a Han character, 1 to 64.
        words: Tokens of an n-gram that begins at a word, 1 to 64.
    """
    return _ngrams(found, loops(work=len(found.han)), han=han, words=words)


def shingles(texts: pl.Series, *, han: int, words: int) -> Grams:
    """The set of n-grams of each of n texts, sorted and without repeats; a text without a token has none."""
    fast = _loops(texts)

    def work(block: _Block) -> Grams:
        return _distinct(_ngrams(_scan(block, fast), fast, han=han, words=words))

    with ThreadPoolExecutor(_THREADS) as pool:
        return concatenated(list(pool.map(work, _blocks(texts))))


def _loops(texts: pl.Series) -> Loops | None:
    return loops(work=int(texts.str.len_bytes().sum() or 0))


def _ngrams(found: Tokens, fast: Loops | None, *, han: int, words: int) -> Grams:
    if fast:
        return _ngrams_compiled(found, fast, np.array([words, han], np.int64))
    offsets, counts = found.grams.offsets, found.grams.counts
    ends = np.repeat(offsets[1:], counts)
    sizes = np.where(found.han, han, words).astype(np.int64)
    stops = np.arange(len(ends)) + sizes
    reaching = np.flatnonzero(stops >= ends)
    last = reaching[np.searchsorted(reaching, offsets[:-1][counts > 0])]  # of each row with tokens
    chosen = stops <= ends
    chosen[last] = True
    np.minimum(sizes, ends - stops + sizes, out=sizes)
    values = _summed(found.grams.values, sizes, least=min(han, words), most=max(han, words))[chosen]
    before = np.zeros(len(ends) + 1, np.int64)
    np.cumsum(chosen, out=before[1:])
    return Grams(mixed(values) >> np.uint64(64 - HASH_BITS), before[offsets])


def _ngrams_compiled(found: Tokens, fast: Loops, sizes: Places) -> Grams:
    values, offsets = np.empty(len(found.han), np.uint64), np.zeros(len(found.grams.offsets), np.int64)
    count = fast.join(found.grams.values, found.han, found.grams.offsets, sizes, WEIGHTS, values, offsets)
    return Grams(values[:count] >> np.uint64(64 - HASH_BITS), offsets)


def _summed(values: Hashes, sizes: Places, *, least: int, most: int) -> Hashes:
    """For each token the weighted sum of it and those that follow, as many as `sizes` says."""
    total = values.copy()
    for k in range(1, most):
        term = values[k:] * WEIGHTS[k]
        short = sizes[: len(term)] <= k
        if k >= least or short.any():
            term[short] = 0
        total[: len(term)] += term
    return total


def _distinct(grams: Grams) -> Grams:
    """Each row's set of a block of at most `_BLOCK_ROWS` rows, sorted."""
    rows = len(grams.offsets) - 1
    keys = np.repeat(np.arange(rows, dtype=np.uint64) << np.uint64(HASH_BITS), grams.counts)
    keys |= grams.values
    keys.sort()
    fresh = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    keys = keys[fresh]
    borders = np.arange(rows, dtype=np.uint64) << np.uint64(HASH_BITS)
    offsets = np.append(np.searchsorted(keys, borders), len(keys)).astype(np.int64)
    return Grams(keys & np.uint64((1 << HASH_BITS) - 1), offsets)


def concatenated(parts: Sequence[Grams]) -> Grams:
    """The rows of several parts, one after the other."""
    counts = np.concatenate([np.zeros(1, np.int64), *(part.counts for part in parts)])
    return Grams(np.concatenate([np.zeros(0, np.uint64), *(part.values for part in parts)]), np.cumsum(counts))


class _Block(NamedTuple):
    """Some rows in one text, each followed by a separator; row i owns `borders[i]:borders[i + 1]`."""

    text: str
    borders: Places


def _blocks(texts: pl.Series) -> Iterator[_Block]:
    """The texts in blocks that fit the cache; a longer text is one by itself."""
    texts = texts.fill_null("")
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(texts.str.len_chars().to_numpy().astype(np.int64) + 1)])
    start = 0
    while start < len(texts):
        stop = int(np.searchsorted(starts, starts[start] + _BLOCK_CHARS, side="right")) - 1
        stop = min(max(stop, start + 1), start + _BLOCK_ROWS)
        rows = texts.slice(start, stop - start).to_list()
        yield _Block("\0".join(rows) + "\0", starts[start : stop + 1] - starts[start])
        start = stop


def _scan(block: _Block, fast: Loops | None) -> Tokens:
    """The tokens of one block: a token's hash is a polynomial over its folded characters, by prefix sums."""
    if fast:
        return _scan_compiled(block, fast)
    points, word, single = _classified(block.text)
    starts, stops, han = _spans(word, single)
    powers, inverses = _powers(len(points))
    sums = np.zeros(len(points) + 1, np.uint64)
    np.cumsum(powers * points, out=sums[1:])
    values = sums[stops]
    values -= sums[starts]
    values *= inverses[starts]
    return Tokens(Grams(mixed(values), np.searchsorted(starts, block.borders).astype(np.int64)), han)


def _scan_compiled(block: _Block, fast: Loops) -> Tokens:
    table, points = characters(), np.frombuffer(block.text.encode("utf-32-le"), np.uint32)
    values, han = np.empty(len(points), np.uint64), np.empty(len(points), np.bool_)
    offsets = np.zeros(len(block.borders), np.int64)
    count = fast.scan(points, block.borders, table.kinds, table.folded, values, han, offsets)
    return Tokens(Grams(values[:count].copy(), offsets), han[:count].copy())


def _classified(text: str) -> tuple[NDArray[np.uint8] | NDArray[np.uint32], NDArray[np.bool_], Places]:
    """Of every character the folded code point and whether it is part of a word; the places of single tokens."""
    plain = text.encode("ascii", "replace")  # one byte a character: ASCII needs no look-up
    lower, word = np.frombuffer(plain.translate(ASCII_LOWER), np.uint8), plain.translate(ASCII_WORD)
    if text.isascii():
        return lower, np.frombuffer(word, np.bool_), np.zeros(0, np.int64)
    raw = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    others = np.flatnonzero(raw > 127)
    codes, table = raw[others], characters()
    kinds = table.kinds[codes]
    points, words = lower.astype(np.uint32), np.frombuffer(bytearray(word), np.bool_)
    points[others], words[others] = table.folded[codes], kinds == WORD
    return points, words, others[kinds == HAN]


def _spans(word: NDArray[np.bool_], single: Places) -> tuple[Places, Places, NDArray[np.bool_]]:
    """Where tokens start and stop, and which are single characters; rows are apart by a separator already."""
    edges = np.zeros(len(word) + 1, np.bool_)
    edges[:-1] = word
    edges[1:] ^= word
    runs = np.flatnonzero(edges)
    starts, stops = runs[0::2], runs[1::2]
    if not len(single):
        return starts, stops, np.zeros(len(starts), np.bool_)
    starts = np.concatenate([starts, single])
    order = np.argsort(starts, kind="stable")
    han = order >= len(stops)
    return starts[order], np.concatenate([stops, single + 1])[order], han


def _powers(length: int) -> tuple[Hashes, Hashes]:
    """The powers of P and of its inverse modulo 2^64, at least `length` + 1 of each where that is used."""
    size = length + 1
    if size > _POWERS:
        return powers_of(_P, size)[:length], powers_of(_INVERSE, size)
    return _kept_powers()[0][:length], _kept_powers()[1]


@cache
def _kept_powers() -> tuple[Hashes, Hashes]:
    return powers_of(_P, _POWERS), powers_of(_INVERSE, _POWERS)
