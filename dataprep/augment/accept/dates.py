"""Dates, weekdays and times of day, as quantities that are the same however they are written."""

import re
from collections.abc import Callable

from dataprep.augment.accept.quantity import Quantity
from schemas.text.numerals import han_value, words_values

_MONTHS = str.split("january february march april may june july august september october november december")
_MONTH = (
    "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" if month != "may" else "may" for month in _MONTHS) + r"|sept)\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?:,? +(\d{4}))?"
_HAN = "[一二两兩三四五六七八九十]{1,3}"
_DAYS = str.split("monday tuesday wednesday thursday friday saturday sunday")
_WEEKDAYS = (
    {day: place for place, day in enumerate(_DAYS, 1)}
    | {character: place for place, character in enumerate("一二三四五六", 1)}
    | {"日": 7, "天": 7}
)

_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_CHINESE = re.compile(
    r"(?:(?<!\d)(\d{4}|[〇零一二三四五六七八九]{4})年)?(\d{1,2}|"
    + _HAN
    + r")月(?:份|(\d{1,2}|"
    + _HAN
    + r")[日号號]?)?"
)
_MONTH_FIRST = re.compile(rf"\b({_MONTH}) (?:the )?{_DAY}\b(?!:){_YEAR}", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b{_DAY}(?: of)? ({_MONTH})\b{_YEAR}", re.IGNORECASE)
_MONTH_ALONE = re.compile(
    r"\b(?P<before>(?i:in|of|since|until|till|by|during|from|to|this|next|last|early|mid|late|every)[ -])?"
    rf"(?P<month>(?i:{'|'.join(_MONTHS)})|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_UNSURE = frozenset(("march", "may"))
"""Months that are words, too: they need a word before them or a day."""
_WEEKDAY = re.compile(
    r"(?:星期|礼拜|禮拜|(?<![一二两兩三四五六七八九十几幾每\d])[周週])([一二三四五六日天])(?![次个個回遍年月])"
    r"|\b(" + "|".join(_DAYS) + r")s?\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2}):(\d{2})(?!\d)(?: ?([ap])\.?m\b\.?)?", re.IGNORECASE)
_AM_PM = re.compile(r"\b(\d{1,2}) ?([ap])\.?m\b\.?|\b(\d{1,2}) o'?clock\b", re.IGNORECASE)
_HOUR = re.compile(
    r"(?<![\d.第之十])(\d{1,2}|"
    + _HAN
    + r")(?:[点點时時](半|一刻|三刻|整|(?:\d{1,2}|[一二三四五六七八九十]{1,3})分?)?)(?![建意要原理间間])"
)
_PAST = re.compile(
    r"\b(?:a )?(half|quarter) (past|to) (one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b",
    re.I,
)
_NOON = re.compile(r"\b(?:noon|midday|midnight)\b|(?:正午|中午|午夜)(?!\d|[一二三四五六七八九十]{1,3}[点點])", re.I)
_DAYTIMES = frozenset("午上晨夜到在于於是")
_SHORT_DAYS = re.compile(r"\b(Mon|Tues?|Wed|Thu(?:rs?)?|Fri)\b\.?")
_Reader = Callable[[re.Match[str]], list[Quantity]]


def take_dates(text: str, hints: frozenset[str]) -> tuple[list[Quantity], str]:
    """Find dates and times.

    Args:
        text: A text.
        hints: Its unique characters and its Latin words, lower case.

    Returns:
        The quantities, and the text with a mark in place of each date.
    """
    found: list[Quantity] = []
    digits = not hints.isdisjoint("0123456789")
    for needs, needs_digits, pattern, read in _READERS:
        if (digits or not needs_digits) and not hints.isdisjoint(needs):
            text = pattern.sub(_taker(found, read), text)
    return found, text


def _taker(found: list[Quantity], read: _Reader) -> Callable[[re.Match[str]], str]:
    def take(match: re.Match[str]) -> str:
        quantities = read(match)
        found.extend(quantities)
        return "\uffff" if quantities else match[0]

    return take


def _value(numeral: str) -> float:
    return float(numeral) if numeral.isascii() else han_value(numeral)


def _month(name: str) -> float | None:
    short = name[:3].lower()
    return next((place for place, month in enumerate(_MONTHS, 1) if month.startswith(short)), None)


def _parts(match: re.Match[str], year: str | None, month: float | None, day: str | None) -> list[Quantity]:
    parts = [("year", _value(year) if year else None), ("month of year", month), ("day", _value(day) if day else None)]
    found = [Quantity(value, kind, value, False, match[0].strip()) for kind, value in parts if value is not None]
    if month is not None and day:
        found.append(Quantity(month * 100 + _value(day), "date", None, True, match[0].strip()))
    return found


def _chinese(match: re.Match[str]) -> list[Quantity]:
    return _parts(match, match[1], _value(match[2]), match[3])


def _month_alone(match: re.Match[str]) -> list[Quantity]:
    name, before = match["month"], (match["before"] or "").strip().lower()
    if not before and (name.lower() in _UNSURE or name.lower() not in _MONTHS):
        return []
    if name in _UNSURE and before in {"to", "this"}:  # verbs
        return []
    return _parts(match, None, _month(name), None)


def _weekday(match: re.Match[str]) -> list[Quantity]:
    place = _WEEKDAYS[(match[1] or match[2]).lower()]
    return [Quantity(place, "weekday", None, False, match[0])]


def _time(match: re.Match[str], hour: float, minute: float) -> list[Quantity]:
    """Half a day apart is the same: what says morning or evening is often said in words."""
    if hour > 24 or minute > 59:
        return []
    return [Quantity((hour * 60 + minute) % 720, "time", hour if not minute else None, False, match[0])]


def _hour(match: re.Match[str]) -> list[Quantity]:
    if match[0] in {"一点", "一點"} and match.string[max(0, match.start() - 1) : match.start()] not in _DAYTIMES:
        return []  # a little
    rest = (match[2] or "").rstrip("分")
    minute = {"": 0.0, "整": 0.0, "半": 30.0, "一刻": 15.0, "三刻": 45.0}.get(rest)
    return _time(match, _value(match[1]), _value(rest) if minute is None else minute)


def _past(match: re.Match[str]) -> list[Quantity]:
    hour = words_values(match[3])[0] if match[3].isalpha() else float(match[3])
    minutes = 30 if match[1].lower() == "half" else 15
    before = match[2].lower() == "to"
    return _time(match, hour - before, 60 - minutes if before else minutes)


def _noon(match: re.Match[str]) -> list[Quantity]:
    return [Quantity(0.0, "time", None, True, match[0])]


def _short_day(match: re.Match[str]) -> list[Quantity]:
    place = next(place for place, day in enumerate(_DAYS, 1) if day.startswith(match[1].lower()[:3]))
    return [Quantity(place, "weekday", None, False, match[0])]


_SHORT = frozenset((*_MONTHS, *(month[:3] for month in _MONTHS), "sept"))
_READERS: tuple[tuple[frozenset[str], bool, re.Pattern[str], _Reader], ...] = (
    (frozenset("-/."), True, _ISO, lambda match: _parts(match, match[1], float(match[3]), match[4])),
    (frozenset("月"), False, _CHINESE, _chinese),
    (_SHORT, True, _MONTH_FIRST, lambda match: _parts(match, match[3], _month(match[1]), match[2])),
    (_SHORT, True, _DAY_FIRST, lambda match: _parts(match, match[3], _month(match[2]), match[1])),
    (_SHORT, False, _MONTH_ALONE, _month_alone),
    (frozenset((*_DAYS, *(day + "s" for day in _DAYS), *"周週星拜")), False, _WEEKDAY, _weekday),
    (frozenset(":"), True, _CLOCK, lambda match: _time(match, float(match[1]), float(match[2]))),
    (
        frozenset(("am", "pm", "m", "o'clock", "oclock")),
        True,
        _AM_PM,
        lambda match: _time(match, float(match[1] or match[3]), 0),
    ),
    (frozenset(("half", "quarter")), False, _PAST, _past),
    (frozenset("点點时時"), False, _HOUR, _hour),
    (frozenset(("noon", "midday", "midnight", "午")), False, _NOON, _noon),
    (frozenset(("mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri")), False, _SHORT_DAYS, _short_day),
)
DATE_HINTS: frozenset[str] = frozenset().union(*(needs for needs, digits, _, _ in _READERS if not digits))
"""What every text with a date but without a digit has one of."""
