"""How long a row is: characters, estimated tokens, turns."""

import polars as pl

from dataprep.validate.length import characters, octets
from schemas.frames import turns
from schemas.text.tokens import ASCII_CHARACTER, FURTHER_BYTE


def sizes(frame: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Sizes of every row.

    Args:
        frame: n rows of schema `FRAME`.
        texts: `Texts.rows` of the same rows.

    Returns:
        `chars` (Int64, all that a model reads), `prompt_chars`, `answer_chars` (Int64, null without a prompt or
        answer), `tokens` and `answer_tokens` (Int64, estimated from characters and bytes), `turns` (Int32).
    """
    whole = frame.select(
        chars=characters().cast(pl.Int64), octets=octets().cast(pl.Int64), turns=turns().cast(pl.Int32)
    )
    parts = texts.select(
        prompt_chars=_length("prompt"),
        answer_chars=_length("answer"),
        answer_octets=pl.col("answer").str.len_bytes().cast(pl.Int64),
    )
    return whole.hstack(parts).select(
        "chars",
        "prompt_chars",
        "answer_chars",
        _tokens("chars", "octets").alias("tokens"),
        _tokens("answer_chars", "answer_octets").alias("answer_tokens"),
        "turns",
    )


def _length(column: str) -> pl.Expr:
    """Characters without the blanks at both ends."""
    return pl.col(column).str.strip_chars().str.len_chars().cast(pl.Int64)


def _tokens(chars: str, octets: str) -> pl.Expr:
    guess = ASCII_CHARACTER * pl.col(chars) + FURTHER_BYTE * (pl.col(octets) - pl.col(chars))
    return guess.ceil().cast(pl.Int64)
