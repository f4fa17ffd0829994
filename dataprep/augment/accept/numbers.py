"""Numbers, dates and units: two texts must hold the same quantities, however they are written."""

import math
from collections import Counter

from dataprep.augment.accept.amounts import may_differ, quantities
from dataprep.augment.accept.order import swapped
from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.reading import Reading, mask, same_script
from dataprep.augment.accept.series import uncounted

_LOOKALIKES = ({"pound", "money gbp"}, {"g", "byte"}, {"m", "money"}, {"watt", "money"})
"""Kinds of which one sign may stand for either: 5 pounds, 16G."""
_SHARES = ({"share less", "share"}, {"share less"})
"""What falls by 25 percent is often 25% off, which is 0.75."""
_MOST = 50
"""Numbers of a text that are compared one by one; texts with more differ or hold the same multiset."""


def numbers_differ(source: Reading, rewrite: Reading) -> str | None:
    """Quantities lost, added, or in each other's place."""
    if not may_differ(source) and not may_differ(rewrite):
        return None
    mine, theirs = quantities(source), quantities(rewrite)
    if not mine and not theirs:
        return None
    lost, added = compare_quantities(mine, theirs)
    lost, added = uncounted(lost, mine, source.prose), uncounted(added, theirs, rewrite.prose)
    if lost and added:
        return f"{lost[0]} -> {added[0]}"
    if lost or added:
        return f"lost {lost[0]}" if lost else f"new {added[0]}"
    return _dates_differ(mine, theirs) or _exchanged(source, rewrite, mine, theirs)


def _exchanged(source: Reading, rewrite: Reading, mine: list[Quantity], theirs: list[Quantity]) -> str | None:
    """Numbers in each other's place."""
    marks = _written(mine, theirs)
    if len(marks) < 2:
        return None
    if same_script(source, rewrite):
        return swapped(source.prose, rewrite.prose, marks)
    return swapped(mask(source.prose), mask(rewrite.prose), [(mask(one), mask(other)) for one, other in marks])


def _dates_differ(mine: list[Quantity], theirs: list[Quantity]) -> str | None:
    """Days that went to each other's months."""
    had, has = ({one.value: one.shown for one in side if one.kind == "date"} for side in (mine, theirs))
    lost, new = had.keys() - has.keys(), has.keys() - had.keys()
    return f"{had[min(lost)]} -> {has[min(new)]}" if lost and new else None


def compare_quantities(source: list[Quantity], rewrite: list[Quantity]) -> tuple[list[str], list[str]]:
    """What was lost and what was added: quantities as they stand in the texts.

    Equal values of one dimension match first, then bare numbers with whatever holds the same number.
    """
    if sorted([one[:2] for one in source]) == sorted([one[:2] for one in rewrite]):
        return [], []
    lost, added = _without(source, rewrite), _without(rewrite, source)
    for one in lost[:_MOST]:
        other = next((other for other in added[:_MOST] if _equal_bare(one, other)), None)
        if other is not None:
            lost.remove(one)
            added.remove(other)
    for kind in {one.kind for one in lost} & {one.kind for one in added} - {"", "day", "time"}:
        totals = [sum(one.value for one in side if one.kind == kind) for side in (lost, added)]
        if math.isclose(*totals):  # 1 hour 20 minutes are 80 minutes
            lost, added = ([one for one in side if one.kind != kind] for side in (lost, added))
    if not added:
        lost = [one for one in lost if not _told_again(one, rewrite)]
    elif not lost:
        added = [one for one in added if not _told_again(one, source)]
    return [one.shown for one in lost if not one.soft], [one.shown for one in added if not one.soft]


def _told_again(one: Quantity, others: list[Quantity]) -> bool:
    """Whether a text names the same measure once and the other one twice: 5 kg of the 5 kg."""
    return one.kind != "" and any(one.kind == other.kind and one.value == other.value for other in others)


def _without(these: list[Quantity], those: list[Quantity]) -> list[Quantity]:
    """Quantities that the others lack, as often as they do."""
    left, missing = Counter((float(f"{one.value:.12g}"), one.kind) for one in those), []
    for one in these:
        key = float(f"{one.value:.12g}"), one.kind
        left[key] -= 1
        if left[key] < 0:
            missing.append(one)
    return missing


def _equal_bare(one: Quantity, other: Quantity) -> bool:
    if {one.kind, other.kind} in _SHARES:
        return math.isclose(one.value, other.value) or math.isclose(one.value + other.value, 1)
    if one.raw is None or one.raw != other.raw:
        return False
    kinds = {one.kind, other.kind}
    return "" in kinds or kinds in _LOOKALIKES


def _written(mine: list[Quantity], theirs: list[Quantity]) -> list[tuple[str, str]]:
    """Numbers that occur once, as each text writes them."""
    mine, theirs = mine[:_MOST], theirs[:_MOST]
    values = [one.value for one in mine]
    written = {
        one.shown: other.shown
        for one in mine
        if not one.soft and values.count(one.value) == 1
        for other in theirs
        if other.value == one.value and not other.soft
    }
    return list(written.items())
