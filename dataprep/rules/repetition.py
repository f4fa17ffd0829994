"""How much a text repeats itself: n-grams of characters and words, lines, few distinct words, a loop at its end."""

import numpy as np
import polars as pl

from dataprep.language.points import Points, blocks
from dataprep.rules.parts import Shares, line_breaks, repeated_parts
from dataprep.rules.tail_loop import likely_loops, tail_loop
from dataprep.rules.text_hash import Hashed, Places, hashed, repeat_counts, sequence
from dataprep.rules.word_tokens import Words, distinct_tokens, word_tokens

MEASURES = ("char_repetition", "word_repetition", "distinct", "dup_line_chars", "tail_loop")
_CHARACTERS, _WORDS = 10, 10
_LONG = 50
"""Tokens below which a share of distinct ones says nothing."""


def repetition(texts: pl.Series) -> pl.DataFrame:
    """Measure n texts; upper and lower case, full and half width count as the same.

    Args:
        texts: n strings.

    Returns:
        n lines of shares from 0 to 1 (Float32), null where the text is null. A word n-gram is as long as
        `word_tokens.HAN_OF_WORDS` says where it begins at a Han character.

        * `char_repetition`: of a text's character 10-grams, the share that its most frequent repeated ones make up;
          the square root of their number of kinds counts (Data-Juicer, `character_repetition_filter`).
        * `word_repetition`: share of the word 10-grams that occur more than once (Data-Juicer).
        * `distinct`: distinct tokens by tokens; null below 50 tokens.
        * `dup_line_chars`: characters in lines that stood before, by characters of the text (Rae et al. 2021, table
          A1, as datatrove counts).
        * `tail_loop`: characters in the longest loop that ends the text (`tail_loop.tail_loop`).
    """
    found = {name: np.zeros(len(texts)) for name in MEASURES}
    loops: list[int] = []
    for block in blocks(texts):
        measured, likely = _measure(block)
        for name, shares in measured.items():
            found[name][block.first : block.first + len(shares)] = shares
        loops += (likely + block.first).tolist()
    if loops:
        found["tail_loop"][loops] = [tail_loop(text) for text in texts.gather(loops)]
    said = pl.lit(texts.is_not_null())
    table = pl.DataFrame(found).with_columns(pl.col("distinct").fill_nan(None))
    return table.select(pl.when(said).then(pl.col(name).cast(pl.Float32)).alias(name) for name in found)


def _measure(block: Points) -> tuple[dict[str, Shares], Places]:
    """All measures of a block but `tail_loop`, and the places of texts that may end in a loop."""
    text = hashed(block)
    words, windows = word_tokens(block, text), text.likely_repeats(_CHARACTERS)
    measured = {
        "char_repetition": _character_repetition(text, windows, block.lengths),
        "word_repetition": _word_repetition(words),
        "distinct": _distinct(words),
        "dup_line_chars": repeated_parts(block, text, line_breaks(block))[1],
    }
    return measured, likely_loops(block, text, windows)


def _character_repetition(text: Hashed, windows: Places, lengths: Places) -> Shares:
    texts, windows_of = len(lengths), np.maximum(lengths - _CHARACTERS + 1, 0)
    rows, counts = repeat_counts(text, windows, windows + _CHARACTERS)
    kinds = windows_of - np.bincount(rows, counts - 1, minlength=texts).astype(np.int64)
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    top = rank < np.sqrt(kinds).astype(np.int64)[rows]
    return np.bincount(rows[top], counts[top], minlength=texts) / np.maximum(windows_of, 1)


def _word_repetition(words: Words) -> Shares:
    starts, stops = words.ngrams(np.arange(len(words.han)), _WORDS)
    texts = len(words.offsets) - 1
    rows, counts = repeat_counts(sequence(words.hashes, words.rows), starts, stops)
    again = np.bincount(rows, counts, minlength=texts)
    return again / np.maximum(np.bincount(words.rows[starts], minlength=texts), 1)


def _distinct(words: Words) -> Shares:
    counts = np.diff(words.offsets)
    return np.where(counts >= _LONG, distinct_tokens(words) / np.maximum(counts, 1), np.nan)
