"""Normal forms: what two texts must share to count as the same content or as the same prompt."""

import hashlib
import unicodedata

import polars as pl

FIELD, MESSAGE, PART = "\x1f", "\x1e", "\x1d"
"""What stands between the fields of a message, the messages of a list and the parts of a record in a joined text."""

_MARKS = r"[\s\p{P}\p{Cf}\p{Cc}]+"
_ASCII_MARKS = bytes([*range(0x21), 0x7F, *b"!\"#%&'()*,-./:;?@[\\]_{}"])
"""The characters of ASCII that `_MARKS` matches."""


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
    folded = [None if text is None else _fold(text) for text in texts.to_list()]
    # Python takes marks out of ASCII ten times as fast as a regular expression does.
    slim = [_unmarked(text) if text is not None and text.isascii() else text for text in folded]
    forms, whole = pl.Series(slim, dtype=pl.String), pl.Series(folded, dtype=pl.String)
    wide = (forms.str.len_bytes() != forms.str.len_chars()).fill_null(value=False).arg_true()
    if len(wide):
        forms = forms.scatter(wide, forms.gather(wide).str.replace_all(_MARKS, ""))
    return pl.select(pl.when(forms == "").then(whole).otherwise(forms)).to_series()


def digests(texts: pl.Series) -> pl.Series:
    """Blake2b-128, in hex, of the NFC form of every text; null stays null."""
    return pl.Series([None if text is None else digest(text) for text in texts], dtype=pl.String)


def digest(text: str) -> str:
    """Blake2b-128, in hex, of the NFC form of one text."""
    # NFC belongs here: Python answers for text that is already normal without copying it, polars always rebuilds it.
    return hashlib.blake2b(unicodedata.normalize("NFC", text).encode(), digest_size=16).hexdigest()


def _fold(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


def _unmarked(text: str) -> str:
    return text.encode().translate(None, _ASCII_MARKS).decode()
