"""Figures that follow from others in one step: a sum, a product, a growth in per cent, the days between two dates."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations, permutations

from evalsuite.metrics.claim import Amount, Day
from evalsuite.metrics.units import agree

_MOST = 100
"""Figures that are tried; a table of thousands would take minutes and prove nothing."""

_LARGE = 100.0
"""From here on a value meets a sum or product of two others so rarely by chance that one of them may be unsaid."""


def follows(amount: Amount, stated: Sequence[Amount], sourced: Sequence[Amount], days: Sequence[Day]) -> bool:
    """Whether a figure is one step away from figures that are known to be right.

    Args:
        amount: The figure in question.
        stated: Supported figures of the same answer; a value under 100 must follow from two of these.
        sourced: Figures of the support; a larger value may follow from one of `stated` and one of these.
        days: Supported dates of the same answer.
    """
    stated, sourced, days = stated[: _MOST // 2], sourced[:_MOST], days[:_MOST]
    if amount.unit == "%":
        return any(_is_share(amount.value, *pair) for pair in permutations(stated, 2))
    if amount.unit in {"day", "year"} and any(
        amount.value in _spans(*pair, amount.unit) for pair in permutations(days, 2)
    ):
        return True
    pairs: Iterable[tuple[Amount, Amount]] = combinations(stated, 2)
    if amount.value >= _LARGE:
        pairs = [*pairs, *((one, other) for one in stated for other in sourced)]
    return any(_equal(amount.value, value) for one, other in pairs for value in _steps(amount, one, other))


def _steps(amount: Amount, one: Amount, other: Amount) -> list[float]:
    """What two figures make that could be in the unit in question."""
    first, second = one.value, other.value
    found = []
    if agree(one.unit, other.unit) and agree(amount.unit, one.unit) and "%" not in {one.unit, other.unit}:
        found.append(first + second)
        if amount.value >= _LARGE:
            found.append(abs(first - second))
    if one.unit != other.unit and (agree(amount.unit, one.unit) or agree(amount.unit, other.unit)):
        found.append(first * second / (100 if "%" in {one.unit, other.unit} else 1))
    return found


def _is_share(value: float, one: Amount, other: Amount) -> bool:
    """Whether a percentage with a decimal is the part or the growth of two figures in one unit."""
    if not other.value or not agree(one.unit, other.unit) or value.is_integer():
        return False
    share = one.value / other.value * 100
    return min(abs(share - value), abs(abs(share - 100) - value)) <= 0.051


def _spans(first: Day, last: Day, unit: str) -> set[float]:
    """Days or years from one date to a later one, the last day counted or not."""
    if unit == "year" and first.year and last.year:
        years = last.year - first.year
        complete = first.month is None or last.month is None or (last.month, last.day or 1) >= (first.month, 1)
        almost = first.day == 1 and first.month is not None and last.month == (first.month - 2) % 12 + 1
        return {float(years)} if complete or almost else {float(years - 1)}
    if unit == "day" and first.month and last.month and first.day and last.day:
        year = first.year or last.year or 2023
        try:
            days = (
                date(last.year or year, last.month, last.day) - date(first.year or year, first.month, first.day)
            ).days
        except ValueError:  # 30 February
            return set()
        return {float(days), float(days + 1)} if days > 0 else set()
    return set()


def _equal(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other))
