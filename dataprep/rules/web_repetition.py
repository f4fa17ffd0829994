"""How much a web text repeats itself: Gopher's measures over word n-grams, lines and paragraphs."""

import numpy as np
import polars as pl

from dataprep.language.points import Points, blocks
from dataprep.rules.parts import Shares, line_breaks, paragraph_breaks, repeated_parts
from dataprep.rules.text_hash import Places, Repeats, hashed, repeats, sequence
from dataprep.rules.word_tokens import Words, word_tokens

_TOP, _DUPLICATE = (2, 3, 4), tuple(range(5, 11))

MEASURES = (
    *(f"top_{n}gram" for n in _TOP),
    *(f"dup_{n}gram" for n in _DUPLICATE),
    "dup_lines",
    "dup_paragraphs",
    "dup_paragraph_chars",
)


def web_repetition(texts: pl.Series) -> pl.DataFrame:
    """Measure n web texts, as Rae et al. 2021 (table A1) do and datatrove counts.

    Args:
        texts: n strings; null for rows of other kinds, which no rule judges by these measures.

    Returns:
        n lines of shares from 0 to 1 (Float32), null where the text is null. Case, width and word n-grams count as for
        `repetition.repetition`, which has `dup_line_chars`, too.

        * `top_2gram` .. `top_4gram`: characters in the most frequent word n-gram that occurs more than once, by
          characters of the text.
        * `dup_5gram` .. `dup_10gram`: characters in word n-grams that stood before, none of them counted twice, by
          characters of the text.
        * `dup_lines`, `dup_paragraphs`: share of lines (paragraphs) that stood before; `dup_paragraph_chars`: their
          characters, by characters of the text.
    """
    found = {name: np.zeros(len(texts)) for name in MEASURES}
    for block in blocks(texts):
        for name, shares in _measure(block).items():
            found[name][block.first : block.first + len(shares)] = shares
    said = pl.lit(texts.is_not_null())
    return pl.DataFrame(found).select(pl.when(said).then(pl.col(name).cast(pl.Float32)).alias(name) for name in found)


def _measure(block: Points) -> dict[str, Shares]:
    text = hashed(block)
    measured = _ngrams(word_tokens(block, text), np.maximum(block.lengths, 1))
    measured["dup_lines"] = repeated_parts(block, text, line_breaks(block))[0]
    paragraphs = repeated_parts(block, text, paragraph_breaks(block))
    measured["dup_paragraphs"], measured["dup_paragraph_chars"] = paragraphs
    return measured


def _ngrams(words: Words, per_text: Places) -> dict[str, Shares]:
    text, texts = sequence(words.hashes, words.rows), len(per_text)
    before = np.concatenate([[0], np.cumsum(words.stops - words.starts)])
    measured: dict[str, Shares] = {}
    starts = np.arange(len(words.han))
    for n in (*_TOP, *_DUPLICATE):
        starts, stops = words.ngrams(starts, n)
        # An n-gram that repeats begins with a shorter one that does: only those are looked at from here on.
        found = repeats(text.keys(starts, stops))
        starts, stops = starts[found.at], stops[found.at]
        held = before[stops] - before[starts]
        if n in _TOP:
            blanks = np.where(words.han[starts], 0, n - 1)
            size = _top(words.rows[starts], starts, held + blanks, found, texts)
            measured[f"top_{n}gram"] = np.minimum(size / per_text, 1)
        else:
            chosen = _again(starts, stops, found.kind)
            rows = words.rows[starts[chosen]]
            measured[f"dup_{n}gram"] = np.bincount(rows, held[chosen], minlength=texts) / per_text
    return measured


def _top(rows: Places, starts: Places, sizes: Places, found: Repeats, texts: int) -> Places:
    """Characters of each text in its most frequent n-gram, the first one of several; blanks between words count."""
    order = np.lexsort((starts, -found.counts, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    return np.bincount(rows[first], sizes[first] * found.counts[first], minlength=texts).astype(np.int64)


def _again(starts: Places, stops: Places, kind: Places) -> list[int]:
    """Which n-grams stood before; after one of them the search goes on behind it, so that none overlap."""
    seen: set[int] = set()
    chosen, free = [], 0
    for at, (start, stop, name) in enumerate(zip(starts.tolist(), stops.tolist(), kind.tolist(), strict=True)):
        if start < free:
            continue
        if name in seen:
            chosen.append(at)
            free = stop
        else:
            seen.add(name)
    return chosen
