"""How alike two texts are: the same, nearly the same, or about something else."""

from dataprep.augment.accept.reading import Reading, form, mask, neighbours, same_script
from schemas.text.lcs import lcs_length

_MARKS = 12
"""Blanks and marks that one text may have more than the other."""
_LONG = 3000
"""Above, shares of common n-grams stand for the common subsequence, whose time grows with the product of lengths."""


def dice(one: frozenset[str], other: frozenset[str]) -> float:
    """Twice what two sets share over both sizes; 1 for two empty ones."""
    return 2 * len(one & other) / (len(one) + len(other)) if one or other else 1.0


def nearly_identical(source: Reading, rewrite: Reading, limit: float) -> str | None:
    """Whether the prose differs in a few characters only."""
    if not _may_be_near(source, rewrite, limit):
        return None
    one, other = form(source.bare), form(rewrite.bare)
    if not one or not other or abs(len(one) - len(other)) > (1 - limit) * (len(one) + len(other)):
        return None
    ratio = dice(neighbours(one), neighbours(other))
    if ratio < 3 * limit - 2:  # One edit spoils two bigrams.
        return None
    if len(one) + len(other) <= 2 * _LONG:
        ratio = 2 * lcs_length(one, other) / (len(one) + len(other))
    return f"{ratio:.2f}" if ratio >= limit else None


def _may_be_near(source: Reading, rewrite: Reading, limit: float) -> bool:
    """Quick looks: every word that only one text has costs a letter or more."""
    slack = (1 - limit) * (len(source.bare) + len(rewrite.bare))
    if (
        len(source.vocabulary ^ rewrite.vocabulary) > slack
        or abs(len(source.bare) - len(rewrite.bare)) > slack + _MARKS
    ):
        return False
    return not source.chinese or _common_at_most(source, rewrite) >= limit


def _common_at_most(source: Reading, rewrite: Reading) -> float:
    """A bound of the ratio: Chinese characters that the other text lacks are in no common subsequence."""
    lost, new = source.characters - rewrite.characters, rewrite.characters - source.characters
    lost, new = (frozenset(character for character in side if character >= "㐀") for side in (lost, new))
    one, other = len(source.bare), len(rewrite.bare)
    return 2 * min(one - len(lost), other - len(new)) / (one + other)


def unlike(source: Reading, rewrite: Reading, floor: float) -> str | None:
    """Whether the texts share too few characters and pairs of them (Chinese) or beginnings of words (others).

    Characters that only one Chinese script has don't count where the script changes.
    """
    if source.chinese and rewrite.chinese:
        other_script = not same_script(source, rewrite)
        common = len(source.characters & rewrite.characters)
        grams = sum(len(text.characters) + len(text.bare) for text in (source, rewrite))
        if not other_script and 2 * common >= floor * grams:  # Pairs can only add to it.
            return None
        one, other = (neighbours(form(text.bare)) | text.characters for text in (source, rewrite))
        if other_script:
            one, other = (frozenset(map(mask, grams)) - {"□"} for grams in (one, other))
    else:
        one, other = source.vocabulary, rewrite.vocabulary
        if 2 * len({word[:4] for word in one & other}) > floor * (len(one) + len(other)):
            return None
        one, other = (frozenset(word[:4] for word in words) for words in (one, other))
    if not one or not other:
        return None
    shared = dice(one, other)
    return f"{shared:.2f}" if shared < floor else None
