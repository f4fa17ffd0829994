"""Text that isn't language: broken characters, symbols, addresses, numbers."""

import polars as pl

from dataprep.clean.mojibake import SUSPECT

_BROKEN = r"[\x{FFFD}\p{Co}\x{00}-\x{08}\x{0B}\x{0C}\x{0E}-\x{1F}\x{7F}-\x{9F}\x{FFFE}\x{FFFF}]"
_UNREADABLE = r"锟斤拷|烫烫烫|屯屯屯|锛[\p{Han}]|銆[\p{Han}]|鐨勩"
"""What wrong decodings of Chinese are known for: U+FFFD read as GBK, and debug-filled memory."""
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
        answer,
        chars=answer.str.len_chars(),
        blanks=answer.str.count_matches(r"\s"),
        letters=answer.str.count_matches(r"[\p{L}\p{M}]"),
        digits=answer.str.count_matches(r"\p{N}"),
        broken=_where(answer.str.contains(_BROKEN), answer.str.count_matches(_BROKEN)),
        address=_where(
            answer.str.contains_any(["://", "www."]), answer.str.extract_all(_ADDRESS).list.join("").str.len_chars()
        ),
    )
    seen = seen.with_columns(mojibake=_mojibake(seen["answer"]))
    words = pl.col("letters") + pl.col("digits")
    return seen.select(
        garbled=_share(pl.col("broken") + pl.col("mojibake"), pl.col("chars")),
        symbols=_in_long(_share(pl.col("chars") - pl.col("blanks") - words, pl.col("chars") - pl.col("blanks"))),
        urls=_share(pl.col("address"), pl.col("chars")),
        digits=_in_long(_share(pl.col("digits"), words)),
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


def _mojibake(answers: pl.Series) -> pl.Series:
    """Characters of every answer that ftfy's tables, or those of this module, call wrongly decoded."""
    counts = answers.str.count_matches(_UNREADABLE).fill_null(0).cast(pl.Int64) * 3
    suspects = (answers.str.contains(SUSPECT).fill_null(value=False)).arg_true()
    if suspects.is_empty():
        return counts
    from ftfy.badness import badness

    found = [badness(text) for text in answers.gather(suspects)]
    return counts.scatter(suspects, counts.gather(suspects) + pl.Series(found, dtype=pl.Int64))
