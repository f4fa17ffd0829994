"""How much a text repeats itself: n-grams of characters and words, lines, paragraphs, and a loop at its end."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.language.points import Points, blocks
from dataprep.rules.tail_loop import likely_loops, tail_loop
from dataprep.rules.text_hash import Hashed, Places, Repeats, hashed, repeats, segments
from schemas.text.ngrams.characters import HAN, WORD, characters

Shares = NDArray[np.float64]

HAN_OF_WORDS = {2: 3, 3: 5, 4: 7, 5: 8, 6: 10, 7: 12, 8: 14, 9: 15, 10: 17}
"""Words of an n-gram -> its length where it begins at a Han character, kana or hangul syllable. A Chinese word has
1.7 characters (jieba on two sets of Chinese answers: 1.62 and 1.81), and the thresholds of FineWeb-2 count words."""

MEASURES = (
    "char_repetition",
    "word_repetition",
    *(f"top_{n}gram" for n in (2, 3, 4)),
    *(f"dup_{n}gram" for n in range(5, 11)),
    "dup_lines",
    "dup_line_chars",
    "dup_paragraphs",
    "dup_paragraph_chars",
    "tail_loop",
)
_CHARACTERS = 10


def repetition(texts: pl.Series) -> pl.DataFrame:
    """Measure n texts; upper and lower case, full and half width count as the same.

    Args:
        texts: n strings.

    Returns:
        n lines of shares from 0 to 1 (Float32), null where the text is null. A word n-gram is as long as
        `HAN_OF_WORDS` says where it begins at a Han character.

        * `char_repetition`: of a text's character 10-grams, the share that its most frequent repeated ones make up;
          the square root of their number of kinds counts (Data-Juicer, `character_repetition_filter`).
        * `word_repetition`: share of the word 10-grams that occur more than once (Data-Juicer).
        * `top_2gram` .. `top_4gram`: characters in the most frequent word n-gram that occurs more than once, by
          characters of the text (Rae et al. 2021, table A1, as datatrove counts).
        * `dup_5gram` .. `dup_10gram`: characters in word n-grams that stood before, none of them counted
          twice, by characters of the text (the same).
        * `dup_lines`, `dup_paragraphs`: share of lines (paragraphs) that stood before; `dup_line_chars`,
          `dup_paragraph_chars`: their characters, by characters of the text (the same).
        * `tail_loop`: characters in the longest loop that ends the text (`tail_loop.tail_loop`).
    """
    found = {name: np.zeros(len(texts)) for name in MEASURES}
    loops: list[int] = []
    with ThreadPoolExecutor(2) as pool:
        for block, measured, likely in pool.map(_measure, blocks(texts)):
            for name, shares in measured.items():
                found[name][block.first : block.first + len(shares)] = shares
            loops += (likely + block.first).tolist()
    if loops:
        found["tail_loop"][loops] = [tail_loop(text) for text in texts.gather(loops)]
    said = pl.lit(texts.is_not_null())
    return pl.DataFrame(found).select(pl.when(said).then(pl.col(name).cast(pl.Float32)).alias(name) for name in found)


def _measure(block: Points) -> tuple[Points, dict[str, Shares], Places]:
    """All measures of a block but `tail_loop`, and the places of texts that may end in a loop."""
    text = hashed(block, characters().folded)
    per_text = np.maximum(block.lengths, 1)
    starts, keys = text.windows(_CHARACTERS)
    windows = repeats(keys)
    starts = starts[windows.at]
    measured = {"char_repetition": _character_repetition(windows, text.rows[starts], block.lengths)}
    measured |= _word_repetition(block, text, per_text)
    for name, breaks in _breaks(block).items():
        measured |= _repeated_parts(name, text, *segments(block, breaks), per_text)
    return block, measured, likely_loops(block, text, starts)


def _character_repetition(windows: Repeats, rows: Places, lengths: Places) -> Shares:
    texts, windows_of = len(lengths), np.maximum(lengths - _CHARACTERS + 1, 0)
    _, first = np.unique(windows.kind, return_index=True)
    rows, counts = rows[first], windows.counts[first]
    kinds = windows_of - np.bincount(rows, counts - 1, minlength=texts).astype(np.int64)
    order = np.lexsort((-counts, rows))
    rows, counts = rows[order], counts[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    top = rank < np.sqrt(kinds).astype(np.int64)[rows]
    return np.bincount(rows[top], counts[top], minlength=texts) / np.maximum(windows_of, 1)


@dataclass(frozen=True)
class _Words:
    """The tokens of a block: hash sums, characters before each, where each one's text stops, whether it is Han."""

    text: Hashed
    before: Places
    ends: Places
    rows: Places
    han: NDArray[np.bool_]

    def stops(self, starts: Places, words: int) -> Places:
        """Where the n-grams that start at these tokens stop."""
        return starts + np.where(self.han[starts], HAN_OF_WORDS[words], words)


def _word_repetition(block: Points, text: Hashed, per_text: Places) -> dict[str, Shares]:
    words, texts = _words(block, text), len(per_text)
    measured: dict[str, Shares] = {}
    starts = np.arange(len(words.han))
    for n in HAN_OF_WORDS:
        stops = words.stops(starts, n)
        whole = stops <= words.ends[starts]
        # An n-gram that repeats begins with a shorter one that does: only those are looked at from here on.
        found = repeats(words.text.keys(starts[whole], stops[whole]))
        starts, stops = starts[whole][found.at], stops[whole][found.at]
        if n < 5:
            measured[f"top_{n}gram"] = np.minimum(_top(words, starts, stops, found, n, texts) / per_text, 1)
        else:
            chosen = _again(starts, stops, found.kind)
            held = words.before[stops[chosen]] - words.before[starts[chosen]]
            measured[f"dup_{n}gram"] = np.bincount(words.rows[starts[chosen]], held, minlength=texts) / per_text
    longest = max(HAN_OF_WORDS)
    every = np.arange(len(words.han))
    total = np.bincount(words.rows[words.stops(every, longest) <= words.ends], minlength=texts)
    measured["word_repetition"] = np.bincount(words.rows[starts], minlength=texts) / np.maximum(total, 1)
    return measured


def _words(block: Points, text: Hashed) -> _Words:
    """Cut a block into tokens as `schemas.text.ngrams` does, and tell where they stand."""
    kinds = characters().kinds[block.values]
    starts, stops = segments(block, kinds != WORD)
    single = np.flatnonzero(kinds == HAN)
    han = np.zeros(len(starts) + len(single), np.bool_)
    if len(single):
        starts = np.concatenate([starts, single])
        order = np.argsort(starts, kind="stable")
        han, starts, stops = order >= len(stops), starts[order], np.concatenate([stops, single + 1])[order]
    offsets = np.searchsorted(starts, block.offsets)
    rows = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return _Words(
        text=text.over(starts, stops),
        before=np.concatenate([[0], np.cumsum(stops - starts)]),
        ends=np.repeat(offsets[1:], np.diff(offsets)),
        rows=rows,
        han=han,
    )


def _top(words: _Words, starts: Places, stops: Places, found: Repeats, n: int, texts: int) -> Places:
    """Characters of each text in its most frequent n-gram, the first one of several; blanks between words count."""
    rows = words.rows[starts]
    order = np.lexsort((starts, -found.counts, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    blanks = np.where(words.han[starts[first]], 0, n - 1)
    size = words.before[stops[first]] - words.before[starts[first]] + blanks
    return np.bincount(rows[first], size * found.counts[first], minlength=texts).astype(np.int64)


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


def _breaks(block: Points) -> dict[str, NDArray[np.bool_]]:
    """What parts lines, and what parts paragraphs: two line breaks or more."""
    breaks = block.values == ord("\n")
    after = np.zeros_like(breaks)
    after[1:] = breaks[1:] & breaks[:-1]
    after[block.offsets[:-1][block.lengths > 0]] = False
    apart = after.copy()
    apart[:-1] |= after[1:]
    return {"line": breaks, "paragraph": apart}


def _repeated_parts(name: str, text: Hashed, starts: Places, stops: Places, per_text: Places) -> dict[str, Shares]:
    _, first, counts = np.unique(text.keys(starts, stops), return_index=True, return_counts=True)
    rows, texts = text.rows[starts[first]], len(per_text)
    again = np.bincount(rows, counts - 1, minlength=texts)
    held = np.bincount(rows, (counts - 1) * (stops - starts)[first], minlength=texts)
    parts = np.maximum(np.bincount(rows, counts, minlength=texts), 1)
    return {f"dup_{name}s": again / parts, f"dup_{name}_chars": held / per_text}
