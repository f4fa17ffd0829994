"""What a source says in figures, and whether it supports a reading of them."""

import re
from dataclasses import dataclass
from functools import lru_cache

from evalsuite.metrics.claim import Amount, Clock, Code, Day, Reading
from evalsuite.metrics.quantities import claims
from evalsuite.metrics.units import agree


@dataclass(frozen=True)
class Facts:
    """What a source supports, by form.

    Attributes:
        amounts: Value, as nine digits -> the units it stands with.
        days: Dates, whole or in part.
        clocks: Times of day.
        codes: Codes, lower case, without hyphens.
    """

    amounts: dict[str, frozenset[str]]
    days: frozenset[Day]
    clocks: frozenset[Clock]
    codes: frozenset[str]


@lru_cache(maxsize=256)
def facts_of(support: str) -> Facts:
    """All figures of a source, by form."""
    readings = [reading for claim in claims(support) for reading in claim.readings]
    amounts: dict[str, set[str]] = {}
    for reading in readings:
        if isinstance(reading, Amount):
            amounts.setdefault(_key(reading.value), set()).add(reading.unit)
        elif isinstance(reading, Day) and reading.year:
            amounts.setdefault(_key(reading.year), set()).add("")
    if re.search("[双雙对對]", support):  # 双人早餐 is breakfast for two
        amounts.setdefault("2", set()).add("#")
    return Facts(
        {value: frozenset(units) for value, units in amounts.items()},
        frozenset(reading for reading in readings if isinstance(reading, Day)),
        frozenset(reading for reading in readings if isinstance(reading, Clock)),
        frozenset(reading.text for reading in readings if isinstance(reading, Code)),
    )


def supports(facts: Facts, reading: Reading) -> bool:
    """Whether a source says a figure: the same value in a unit that agrees, the same date, time or code."""
    if isinstance(reading, Amount):
        return _amount_supported(reading, facts)
    if isinstance(reading, Day):
        return _day_supported(reading, facts)
    return reading in facts.clocks if isinstance(reading, Clock) else reading.text in facts.codes


def _amount_supported(amount: Amount, facts: Facts) -> bool:
    if any(agree(amount.unit, unit) for unit in facts.amounts.get(_key(amount.value), ())):
        return True
    if amount.unit == "%":  # a table's 0.78 is 78%
        return "" in facts.amounts.get(_key(amount.value / 100), ())
    return not amount.unit and "%" in facts.amounts.get(_key(amount.value * 100), ())


def _day_supported(day: Day, facts: Facts) -> bool:
    """A date is supported by one that agrees where both are known; what that one leaves out, others must say."""
    told = [(name, part) for name in ("year", "month", "day") if (part := getattr(day, name)) is not None]
    said = {name: {getattr(other, name) for other in facts.days} for name, _ in told}
    for other in facts.days:
        pairs = [(name, part, getattr(other, name)) for name, part in told]
        if pairs[-1][1] == pairs[-1][2] and all(
            part == known or (known is None and part in said[name]) for name, part, known in pairs
        ):
            return True
    return told == [("year", day.year)] and "" in facts.amounts.get(_key(day.year or 0), ())


def _key(value: float) -> str:
    return f"{value:.9g}"
