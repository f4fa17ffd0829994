"""Text that isn't language: broken characters, symbols, addresses, numbers."""

import re
from functools import cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dataprep.clean.mojibake import SUSPECT
from dataprep.language.points import blocks, count, look_up

_LETTER, _BLANK, _DIGIT, _SYMBOL, _BROKEN, _BROKEN_BLANK = range(6)
_KINDS = 6
_PATTERNS = {
    _LETTER: r"[\p{L}\p{M}]",
    _BLANK: r"\s",
    _DIGIT: r"\p{N}",
    _BROKEN: r"[\x{FFFD}\p{Co}\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}\x{FFFE}\x{FFFF}]",
    _BROKEN_BLANK: r"[\x{0B}\x{0C}\x{85}]",
}
_TOLD = ((0, 0xD800), (0xE000, 0x32400), (0xE0000, 0xE0200))
"""Where Unicode has characters; behind them are only the private planes."""
_PRIVATE = 0xF0000
_UNREADABLE = r"锟斤拷|烫烫烫|屯屯屯|锛[\p{Han}]|銆[\p{Han}]|鐨勩"
"""What wrong decodings of Chinese are known for: U+FFFD read as GBK, and debug-filled memory."""
_HARMLESS = re.compile(r"(?<=[\x00-\x7F\u2E80-\uFAFF]{2})[\x00-\x7F\u2E80-\uFAFF]+(?=[\x00-\x7F\u2E80-\uFAFF]{2})")
"""The inside of a run of ASCII and Han: no mojibake of ftfy's has more than two such characters on one side."""
_ADDRESS = r"(?i)(?:https?://|ftp://|www\.)[^\s\p{Han}<>\x22，。、；）】]+"


def soups(texts: pl.DataFrame) -> pl.DataFrame:
    """How much of an answer no one can read as language.

    Args:
        texts: `Texts.rows`; the text of a text row counts as its answer.

    Returns:
        n lines of Float32, null without an answer: `garbled` (share of characters that are U+FFFD, private,
        control or of mojibake that cleaning couldn't mend), `symbols` (share of the characters other than blanks
        that are neither letters, marks nor digits), `urls` and `digits` (share of characters in addresses; share of
        digits among letters and digits); `symbols` and `digits` are null below 100 characters.
    """
    answer = pl.col("answer")
    seen = texts.select(
        chars=answer.str.len_chars(),
        address=_where(
            answer.str.contains_any(["://", "www."]), answer.str.extract_all(_ADDRESS).list.join("").str.len_chars()
        ),
    )
    seen = seen.hstack(_counts(texts["answer"])).with_columns(mojibake=_mojibake(texts["answer"]))
    seen = seen.with_columns(words=pl.col("chars") - pl.col("blanks") - pl.col("symbols"))
    return seen.select(
        garbled=_share(pl.col("broken") + pl.col("mojibake"), pl.col("chars")),
        symbols=_in_long(_share(pl.col("symbols"), pl.col("chars") - pl.col("blanks"))),
        urls=_share(pl.col("address"), pl.col("chars")),
        digits=_in_long(_share(pl.col("digits"), pl.col("words"))),
    )


_LONG = 100
"""Characters below which an answer may well be a sum, a rating or a picture made of symbols."""


def _in_long(share: pl.Expr) -> pl.Expr:
    return pl.when(pl.col("chars") >= _LONG).then(share)


def _where(asked: pl.Expr, count: pl.Expr) -> pl.Expr:
    """A count that is only taken where a cheap look says that there is something."""
    return pl.when(asked).then(count).otherwise(0)


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    part, whole = part.cast(pl.Float32), whole.cast(pl.Float32)
    return pl.when(whole.is_null()).then(None).when(whole > 0).then(part / whole).otherwise(0.0)


def _counts(answers: pl.Series) -> pl.DataFrame:
    """The `blanks, digits, symbols, broken` characters of every answer, Int64; null counts as empty."""
    counts = np.zeros((_KINDS, len(answers)), np.int64)
    for block in blocks(answers):
        kinds = look_up(block, _kinds())
        for kind in range(_BLANK, _KINDS):
            counts[kind, block.first : block.first + len(block.lengths)] = count(kinds == kind, block)
    return pl.DataFrame(
        {
            "blanks": counts[_BLANK] + counts[_BROKEN_BLANK],
            "digits": counts[_DIGIT],
            "symbols": counts[_SYMBOL] + counts[_BROKEN],
            "broken": counts[_BROKEN] + counts[_BROKEN_BLANK],
        }
    )


@cache
def _kinds() -> NDArray[np.uint8]:
    """What every code point is."""
    codes = np.concatenate([np.arange(*span, dtype=np.uint32) for span in _TOLD])
    characters = pl.Series(list(codes.tobytes().decode("utf-32-le")))
    table = np.full(0x110000, _SYMBOL, np.uint8)
    table[_PRIVATE:] = _BROKEN
    table[[0xFFFFE, 0xFFFFF, 0x10FFFE, 0x10FFFF]] = _SYMBOL  # no characters at all
    for kind, pattern in _PATTERNS.items():
        table[codes[characters.str.contains(pattern).to_numpy()]] = kind
    return table


def _mojibake(answers: pl.Series) -> pl.Series:
    """Characters of every answer that ftfy's tables, or those of this module, call wrongly decoded."""
    counts = answers.str.count_matches(_UNREADABLE).fill_null(0).cast(pl.Int64) * 3
    suspects = (answers.str.contains(SUSPECT).fill_null(value=False)).arg_true()
    if suspects.is_empty():
        return counts
    from ftfy.badness import badness

    found = [badness(_HARMLESS.sub("\0", text)) for text in answers.gather(suspects)]
    return counts.scatter(suspects, counts.gather(suspects) + pl.Series(found, dtype=pl.Int64))
