"""Points in time as chat logs write them, where they can be read in one way only."""

import re
from datetime import UTC, datetime
from math import isfinite
from typing import Any

# Seconds since 1970 reach this in the year 5138; larger numbers are milliseconds.
_MILLISECONDS = 1e11

# Beside ISO 8601 only dates that begin with the year: else day and month could be taken for each other.
_DATE = r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
_CLOCK = r"(上午|下午)?\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2}(?:\.\d{1,6})?))?"
_WRITTEN = re.compile(rf"{_DATE}(?:(?:(?<=日)|\s+){_CLOCK})?", re.ASCII)


def moment(value: Any) -> float:
    """A point in time as seconds since 1970; what has no time zone counts as UTC.

    Raises:
        ValueError: For anything that isn't a number or a date that can be read in one way only.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(repr(value)[:80])
    text = str(value).strip()
    number: float | None
    try:
        number = float(text)
    except ValueError:
        number = None
    if number is not None and isfinite(number):
        return number / 1000 if abs(number) >= _MILLISECONDS else number
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        try:
            when = _written(text)
        except ValueError:
            raise ValueError(repr(value)[:80]) from None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()


def _written(text: str) -> datetime:
    """A date as people write it, with a clock of 24 hours or with 上午 (before noon) and 下午 (after noon)."""
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, _, western_month, western_day, month, day, half, hour, minute, second = found.groups()
    hours = int(hour or 0)
    if half == "上午":
        if hours > 12:
            raise ValueError(text)
        hours %= 12
    elif half == "下午" and hours < 12:
        hours += 12
    whole, _, part = (second or "0").partition(".")
    date = int(year), int(western_month or month), int(western_day or day)
    return datetime(*date, hours, int(minute or 0), int(whole), int(part.ljust(6, "0")), tzinfo=UTC)
