"""Pieces of texts that occur more than once, and tokens in place, against plain counters and the n-gram kernel."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.language.points import Points, blocks
from dataprep.rules.text_hash import hashed, repeat_counts, repeated_kinds, repeats
from dataprep.rules.word_tokens import Words, distinct_tokens, word_tokens
from schemas.text.ngrams import shingles, tokens

TEXTS = st.lists(st.text(alphabet="abAB ，水箱ｂ１\n😀", max_size=30), min_size=1, max_size=8)


def block_of(texts: list[str]) -> Points:
    (block,) = blocks(pl.Series(texts, dtype=pl.String))
    return block


def windows(text: str, size: int) -> list[str]:
    folded = text.lower().replace("ｂ", "b").replace("１", "1")
    return [folded[at : at + size] for at in range(len(folded) - size + 1)]


@given(TEXTS, st.integers(1, 6))
def test_repeated_windows_are_counted_text_by_text(texts: list[str], size: int) -> None:
    text = hashed(block_of(texts))
    likely = text.likely_repeats(size)
    rows, counts = repeat_counts(text, likely, likely + size)
    expected = [
        (row, count)
        for row, one in enumerate(texts)
        for count in sorted(Counter(windows(one, size)).values(), reverse=True)
        if count > 1
    ]
    assert list(zip(rows.tolist(), counts.tolist(), strict=True)) == expected


@pytest.mark.parametrize(
    ("keys", "at", "counts"),
    [([], [], []), ([7], [], []), ([7, 8], [], []), ([7, 8, 7], [0, 2], [2, 2]), ([5, 5, 9, 5], [0, 1, 3], [3, 3, 3])],
)
def test_repeats_of_keys(keys: list[int], at: list[int], counts: list[int]) -> None:
    # Keys that share their upper half are suspects and no more.
    hashes = np.array(keys, np.uint64)
    found = repeats(hashes)
    assert (found.at.tolist(), found.counts.tolist()) == (at, counts)
    first, sizes = repeated_kinds(hashes)
    assert {keys[place] for place in first.tolist()} == {keys[place] for place in at}
    assert sizes.tolist() == counts[:1]


def words_of(texts: list[str]) -> Words:
    block = block_of(texts)
    return word_tokens(block, hashed(block))


@given(TEXTS)
def test_tokens_are_those_of_the_ngram_kernel(texts: list[str]) -> None:
    found, column = words_of(texts), pl.Series(texts, dtype=pl.String)
    kernel = tokens(column)
    assert found.han.tolist() == kernel.han.tolist()
    assert found.offsets.tolist() == kernel.grams.offsets.tolist()
    assert distinct_tokens(found).tolist() == shingles(column, han=1, words=1).counts.tolist()
