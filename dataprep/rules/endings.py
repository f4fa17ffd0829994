"""Answers that stop before they end: prose without a terminal mark."""

import polars as pl

_MARKS = list("。．.！!？?…~～”’\"'）)]】》〉}>|`0123456789")
_CLOSED = r"[；;：:*_\-—=#%°♪\p{So}\p{Sk}\p{Sc}\p{Sm}\p{Nd}\p{M}\x{200D}\x{FE0F}]\z"
_OPEN = (
    r"[，,、；;：:（(\[【「『“《的和与及或但而且在把被将向从对]\z"
    r"|(?i)(?:\A|\W)(?:and|or|but|the|a|an|of|to|in|with|for|is|are|that|which|because)\z"
)
_LONGEST = 8
"""Characters of the longest of these words and of what stands before it."""
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
_NAMES = "[-—–#]"
"""What either begins with; a cheap look before the expression above."""


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
    open_ended = pl.DataFrame({"at": at, "text": text.gather(at)}).filter(pl.col("text").str.contains(_SENTENCE))
    last_line = pl.col("text").str.split("\n").list.last()
    cut = open_ended.with_columns(last_line=last_line).filter(_stops_short()).filter(~_listed())
    named = cut.filter(pl.col("last_line").str.contains(_NAMES)).filter(pl.col("last_line").str.contains(_SOURCED))
    cut = cut.join(named, on="at", how="anti", maintain_order="left")
    lengths = cut["text"].str.len_chars().cast(pl.Int64)
    return found.scatter(cut["at"], lengths) if cut.height else found


def _stops_short() -> pl.Expr:
    text, last_line = pl.col("text"), pl.col("last_line")
    plain = ~text.str.tail(1).str.contains(_CLOSED) & last_line.str.contains(_SENTENCE)
    return plain | text.str.tail(_LONGEST).str.contains(_OPEN)


def _listed() -> pl.Expr:
    last_line = pl.col("last_line")
    alone = pl.col("text").str.contains("\n", literal=True) & last_line.str.contains(_SIGNED)
    return last_line.str.contains(_BARE_LINE) | alone
