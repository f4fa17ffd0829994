"""Normal forms: what two texts must share to count as the same content or as the same prompt."""

import hashlib
import unicodedata

import polars as pl

from schemas.text.folding import MARKS, fold, simple_forms

FIELD, MESSAGE, PART = "\x1f", "\x1e", "\x1d"
"""What stands between the fields of a message, the messages of a list and the parts of a record in a joined text."""

_ASCII_MARKS = bytes([*range(0x21), 0x7F, *b"!\"#%&'()*,-./:;?@[\\]_{}"])
"""The characters of ASCII that `MARKS` matches."""


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
    given = texts.to_list()
    # Python takes marks out of ASCII ten times as fast as anything else does.
    forms = [_unmarked(text) if text is None or text.isascii() else None for text in given]
    wide = [place for place, form in enumerate(forms) if form is None and given[place] is not None]
    for place, form in zip(wide, simple_forms([given[place] for place in wide]), strict=True):
        forms[place] = form
    left = [place for place, form in enumerate(forms) if form == ""]
    for place, form in zip(left, _whole_forms([given[place] for place in left]), strict=True):
        forms[place] = form
    return pl.Series(forms, dtype=pl.String)


def digests(texts: pl.Series) -> pl.Series:
    """Blake2b-128, in hex, of the NFC form of every text; null stays null."""
    return pl.Series([None if text is None else digest(text) for text in texts.to_list()], dtype=pl.String)


def digest(text: str) -> str:
    """Blake2b-128, in hex, of the NFC form of one text."""
    # NFC belongs here: Python answers for text that is already normal without copying it, polars always rebuilds it.
    return hashlib.blake2b(unicodedata.normalize("NFC", text).encode(), digest_size=16).hexdigest()


def _whole_forms(texts: list[str]) -> pl.Series:
    folded = pl.Series([fold(text) for text in texts], dtype=pl.String)
    forms = folded.str.replace_all(MARKS, "")
    return pl.select(pl.when(forms == "").then(folded).otherwise(forms)).to_series()


def _unmarked(text: str | None) -> str | None:
    return text if text is None else text.lower().encode().translate(None, _ASCII_MARKS).decode()
