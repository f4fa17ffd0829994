"""Numbers as people read them: digits by unit, a true minus sign, a dash where there is none."""

import math
from typing import Any

DIGITS = {"share": 3, "bits/byte": 3, "bits/char": 3, "nats/token": 3, "nats": 3}
DIGITS |= {"points": 1, "tokens": 1, "count": 2, "ratio": 2, "grade 1-5": 2}
NONE = "–"


def figure(value: float | None, unit: str = "", *, sign: bool = False) -> str:
    """A value with as many digits as its unit bears, four significant ones where the unit is unknown."""
    if value is None or not math.isfinite(value):
        return NONE
    digits = DIGITS.get(unit)
    told = f"{value:.4g}" if digits is None else f"{value:,.{digits}f}"
    told = told.lstrip("-") if float(told.replace(",", "")) == 0 else told
    plus = "+" if sign and not told.startswith("-") else ""
    return plus + told.replace("-", "−")


def chance(p: float | None) -> str:
    """A p-value to three digits; below 0.001 only that."""
    if p is None or not math.isfinite(p):
        return NONE
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def span(low: float, high: float, unit: str) -> str:
    """An interval."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return NONE
    return f"[{figure(low, unit, sign=True)}, {figure(high, unit, sign=True)}]"


def plain(value: Any) -> str:
    """Any cell of a panel's table."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, list | tuple):
        return ", ".join(plain(each) for each in value)
    return str(value)
