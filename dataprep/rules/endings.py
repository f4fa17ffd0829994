"""Answers that stop before they end: prose without a terminal mark."""

import polars as pl

_MARKS = list("。．.！!？?…~～”’\"'）)]】》〉}>|`0123456789")
_CLOSED = r"[；;：:*_\-—=#%°♪]\s*\z|[\p{So}\p{Sk}\p{Sc}\p{Sm}\p{Nd}\p{M}\x{200D}\x{FE0F}]\s*\z"
_OPEN = (
    r"[，,、；;：:（(\[【「『“《]\s*\z|[的和与及或但而且在把被将向从对]\s*\z"
    r"|(?i)\b(?:and|or|but|the|a|an|of|to|in|with|for|is|are|that|which|because)\s*\z"
)
_SENTENCE = r"[。！？]|[\p{Ll}\p{Nd})\x22”][.!?](?:\s|\z)"
_BARE_LINE = (
    r"\A\s*(?:[-*•·+#|>]|\p{Nd}+\s*[.、)）:：]|[(（]?\p{Nd}+[)）]|[a-zA-Z]\s*[.)]|第.{1,4}[步条章节点]"
    r"|\p{Han}{1,8}[:：]|[\p{Latin} ]{1,24}:)"
)
"""The last line is a list item, a heading, a table row, or `name: value`."""
_SIGNED = (
    r"(?i)敬上|此致|敬礼|您的|\[|sincerely|regards|yours|best,|love,"
    r"|\A\s*\S{1,24}(?:\s\S{1,16}){0,3}\s*\z"
)
"""The last line is a signature, or a few words by themselves."""
_SOURCED = r"[-—–]\s*\S[^。！？!?]{0,30}\z|#[\w]+\z"
"""The text ends with who said so, or with a tag."""


def unfinished(texts: pl.DataFrame) -> pl.Series:
    """Length of a last answer that stops in the middle of its prose.

    Args:
        texts: `Texts.rows`.

    Returns:
        n lengths in characters, Int64: of the last answer where it looks cut, 0 where it is finished, null without
        an answer. Finished are a terminal mark, quote, bracket, symbol or number at the end; a list, a heading, a
        table, a signature; and whatever shows no terminal mark before, for then its writer uses none.
    """
    text = texts["last"].str.strip_chars_end()
    found = pl.select(pl.when(text.is_not_null()).then(pl.lit(0, pl.Int64))).to_series().alias("unfinished")
    at = (~text.str.tail(1).is_in(_MARKS)).fill_null(value=False).arg_true()
    if at.is_empty():
        return found
    open_ended = text.gather(at).alias("text").to_frame()
    return found.scatter(at, open_ended.select(_length_if_cut(pl.col("text"))).to_series())


def _length_if_cut(text: pl.Expr) -> pl.Expr:
    last_line = text.str.extract(r"([^\n]*)\z", 1)
    alone = text.str.contains("\n", literal=True) & last_line.str.contains(_SIGNED)
    listed = last_line.str.contains(_BARE_LINE) | last_line.str.contains(_SOURCED) | alone
    plain = ~text.str.contains(_CLOSED) & last_line.str.contains(_SENTENCE)
    cut = text.str.contains(_OPEN) & text.str.contains(_SENTENCE)
    return pl.when((plain | cut) & ~listed).then(text.str.len_chars().cast(pl.Int64)).otherwise(0)
