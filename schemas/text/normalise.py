"""Normal forms: what two texts must share to count as the same content or as the same prompt."""

import hashlib
import unicodedata

import polars as pl

FIELD, MESSAGE, PART = "\x1f", "\x1e", "\x1d"
"""What stands between the fields of a message, the messages of a list and the parts of a record in a joined text."""


def content_form(text: pl.Expr, *, ignore_case: bool = False, ignore_numbers: bool = False) -> pl.Expr:
    """A text as exact comparison sees it; `digests` adds Unicode NFC.

    Args:
        text: An expression of strings; null stays null.
        ignore_case: Fold to lower case.
        ignore_numbers: Let every run of digits, of any script, count as the same number.

    Returns:
        The text without whitespace at its ends and without the separators of this module.
    """
    text = text.str.replace_all(r"[\x1c-\x1f]", " ").str.strip_chars()
    if ignore_case:
        text = text.str.to_lowercase()
    return text.str.replace_all(r"\p{Nd}+", "0") if ignore_numbers else text


def prompt_forms(texts: pl.Series) -> pl.Series:
    """Prompts as families see them: NFKC, case folded, without whitespace, punctuation and invisible characters.

    A text of nothing but those keeps its NFKC form, so that `???` and `!!!` stay apart.
    """
    folded = pl.Series([None if text is None else _fold(text) for text in texts], dtype=pl.String)
    slim = folded.str.replace_all(r"[\s\p{P}\p{Cf}\p{Cc}]+", "")
    return pl.select(pl.when(slim == "").then(folded).otherwise(slim)).to_series()


def digests(texts: pl.Series) -> pl.Series:
    """Blake2b-128, in hex, of the NFC form of every text; null stays null."""
    return pl.Series([None if text is None else digest(text) for text in texts], dtype=pl.String)


def digest(text: str) -> str:
    """Blake2b-128, in hex, of the NFC form of one text."""
    # NFC belongs here: Python answers for text that is already normal without copying it, polars always rebuilds it.
    return hashlib.blake2b(unicodedata.normalize("NFC", text).encode(), digest_size=16).hexdigest()


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
