"""Answers that repeat their prompt: counted over script-aware n-grams, and word for word."""

import numpy as np
import polars as pl

from dataprep.dedup.pairs import jaccard
from schemas.text.ngrams import shingles

_FEWEST = 6
"""Distinct n-grams of a prompt below which an answer may well say the same: a greeting, a name, a sum."""
_LENGTHS = (0.5, 2.0)
"""Texts whose lengths differ more can't be alike enough."""


def echo(exchanges: pl.DataFrame, *, rows: int) -> pl.Series:
    """How much the answers of a row repeat their prompts.

    Args:
        exchanges: `Texts.exchanges`; the prompt is compared without its `context`, which an answer may well quote.
        rows: n, the rows that they come from.

    Returns:
        n Jaccard similarities of the bigrams (of Han characters or words), Float32, of the likest answer; 0 where
        lengths differ by more than a factor of two or the prompt has fewer than six bigrams.
    """
    ratio = pl.col("answer").str.len_bytes() / pl.col("asked").str.len_bytes()
    alike = exchanges.filter(ratio.is_between(*_LENGTHS) & (pl.col("asked").str.len_bytes() > 2 * _FEWEST))
    found = np.zeros(rows, np.float32)
    if alike.height:
        grams = shingles(pl.concat([alike["asked"], alike["answer"]]), han=2, words=2)
        i = np.arange(alike.height)
        similar = np.where(grams.counts[: alike.height] < _FEWEST, 0, jaccard(grams, i, i + alike.height))
        np.maximum.at(found, alike["at"].to_numpy(), similar.astype(np.float32))
    return pl.Series("echo", found)


def repeats_prompt(exchanges: pl.DataFrame, *, rows: int) -> pl.Series:
    """True for rows with an answer that begins with its whole prompt and goes on; n booleans."""
    asked, answer = pl.col("asked").str.strip_chars(), pl.col("answer").str.strip_chars_start()
    longer = (answer.str.len_bytes() > asked.str.len_bytes()) & (asked.str.len_bytes() >= _WHOLE)
    found = exchanges.filter(longer & answer.str.starts_with(asked))["at"]
    marks = pl.repeat(value=False, n=rows, dtype=pl.Boolean, eager=True)
    return marks.scatter(found, values=True) if len(found) else marks


_WHOLE = 24
"""Bytes of a prompt (8 Han characters) below which an answer may begin like it by chance."""
