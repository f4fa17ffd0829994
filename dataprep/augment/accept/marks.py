"""What is copied and never rephrased: placeholders, code, addresses, quotations."""

import re
import unicodedata
from collections import Counter

from dataprep.augment.accept.order import swapped, turned
from dataprep.augment.accept.reading import Reading, holds

_ENDS = " \t.,;:!?。，、；：！？…\"'“”"
_STRAIGHT = str.maketrans("‘’“”「」『』", '\'\'""""""')
_SIGNS = frozenset("<>≤≥≠")
_COMPARISON = re.compile("[<>=!]=|(?<![<>-])[<>](?![<>-])|[≤≥≠]")
_SPACE = re.compile(r"\s+")


def placeholders_differ(source: Reading, rewrite: Reading) -> str | None:
    """Placeholders lost, added, or in each other's place."""
    if not source.placeholders and not rewrite.placeholders:
        return None
    told = _difference(source.placeholders, rewrite.placeholders)
    if told:
        return told
    single = [mark for mark, count in Counter(source.placeholders).items() if count == 1]
    return swapped(source.text, rewrite.text, [(mark, mark) for mark in single]) or turned(
        source.text, rewrite.text, single
    )


def code_differs(source: Reading, rewrite: Reading) -> str | None:
    """Code lost or changed; a rewrite may put backticks around what its source has without them."""
    kept = [piece for piece in rewrite.code if piece in source.code or piece.strip("`") not in source.text]
    lost = [piece for piece in source.code if piece in rewrite.code or piece.strip("`") not in rewrite.text]
    told = _difference(lost, kept)
    if told or _SIGNS.isdisjoint(source.characters) or _SIGNS.isdisjoint(rewrite.characters):
        return told
    return _difference(*(_COMPARISON.findall(text.bare) for text in (source, rewrite)))


def urls_differ(source: Reading, rewrite: Reading) -> str | None:
    """Web and mail addresses lost, changed or added."""
    return _difference(sorted(set(source.urls)), sorted(set(rewrite.urls)))


def quotes_differ(source: Reading, rewrite: Reading) -> str | None:
    """Quotations lost, and quotations that the source doesn't hold anywhere."""
    if not source.quotes and not rewrite.quotes:
        return None
    lost = _absent(source.quotes, rewrite.text)
    return f"lost {lost}" if lost else (f"new {new}" if (new := _absent(rewrite.quotes, source.text)) else None)


def _absent(quotes: list[str], text: str) -> str | None:
    whole = _form(text)
    return next((quote for quote in quotes if not holds(whole, _form(quote).strip(_ENDS))), None)


def _form(text: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).replace("’", "'").translate(_STRAIGHT)).casefold()


def _difference(source: list[str], rewrite: list[str]) -> str | None:
    if source == rewrite:
        return None
    lost, new = Counter(source) - Counter(rewrite), Counter(rewrite) - Counter(source)
    if lost and new:
        return f"{next(iter(lost))} -> {next(iter(new))}"
    return f"lost {next(iter(lost))}" if lost else (f"new {next(iter(new))}" if new else None)
