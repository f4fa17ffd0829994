"""Find dates and times of day in any of their usual forms, and read them as one."""

import re
from collections.abc import Iterator

from evalsuite.metrics.claim import Amount, Claim, Clock, Day, Reading
from schemas.text.numerals import han_value

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    r"|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_NTH = r"(?:st|nd|rd|th)?"
_TO = r"\s*(?:-|–|—|to)\s*"
_SMALL = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_YEAR = r"(?:\d{4}|[零〇○一二三四五六七八九]{4})"
_EARLY = "凌晨|清晨|早上|早晨|上午|早"
_LATE = "下午|傍晚|晚上|夜里|夜間|夜间|晚间|今晚|晚"

_DATES = re.compile(
    rf"(?<![\d.])(?P<y1>\d{{4}})(?P<sep>[-/.])(?P<m1>\d{{1,2}})(?P=sep)(?P<d1>\d{{1,2}})(?![\d])"
    rf"|(?<![\d/])(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})/(?P<y2>\d{{4}})(?!\d)"
    rf"|民[国國](?P<roc>\d{{2,3}})年(?:(?P<m8>{_SMALL})月(?:(?P<d8>{_SMALL})[日号號])?)?"
    rf"|(?<!\d)(?P<y3>{_YEAR})\s?年(?:\s?(?P<m3>{_SMALL})\s?月(?:\s?(?P<d3>{_SMALL})\s?[日号號])?)?"
    rf"|(?<![\d.])(?P<m4>{_SMALL})\s?月(?:份|(?P<d4>{_SMALL})[日号號]|\s(?P<d9>\d{{1,2}})\s?[日号號])?"
    rf"|(?<![\w.])(?P<d5>\d{{1,2}}){_NTH}(?:{_TO}(?P<e5>\d{{1,2}}){_NTH})?\s+(?:of\s+)?(?P<m5>{_MONTH})"
    r"(?:,?\s+(?P<y5>\d{4})(?!\d))?"
    rf"|\b(?P<m6>{_MONTH})\s+(?P<d6>\d{{1,2}})(?![\d:]){_NTH}\b(?:{_TO}(?P<e6>\d{{1,2}})\b)?"
    r"(?:,?\s+(?P<y6>\d{4})(?!\d))?"
    rf"|\b(?P<m7>{_MONTH}),?\s+(?P<y7>\d{{4}})(?!\d)"
    r"|\b(?P<m10>January|February|April|June|July|August|September|October|November|December)\b"
    r"|(?<=\b(?:in|of|by)\s)(?P<m11>March|May)\b"
)
_DAY_ONLY = re.compile(rf"(?<![\d.第])(?P<d>{_SMALL})(?P<mark>[日号號])(?![常用前]?[楼樓馆館线線店厅廳])")
_CLOCKS = re.compile(
    rf"(?P<part>{_EARLY}|中午|正午|{_LATE})?\s?(?<!\d)(?P<h1>{_SMALL}|两|兩)\s?(?:[点點](?P<mark>半|[钟鐘整])?|[时時](?!间|間|候))"
    rf"(?:(?P<q>一刻|三刻)|(?P<n1>{_SMALL})分|(?P<n3>\d\d))?(?![\d一二三四五六七八九])"
    rf"|(?P<part2>{_EARLY}|中午|正午|{_LATE})?(?<![\d:])(?P<h2>\d{{1,2}}):(?P<n2>\d\d)(?![\d:])\s?(?P<pm2>[ap]\.?m\b\.?)?"
    r"|(?<![\w.:])(?P<h3>\d{1,2})\s?(?P<pm3>[ap]\.?m\b\.?)"
    r"|\bhalf past (?P<h4>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b"
    r"|\b(?P<noon>noon)\b|\b(?P<midnight>midnight)\b",
    re.IGNORECASE,
)
_HOURS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


def dates(text: str) -> Iterator[Claim]:
    """Calendar dates, whole or in part; a day of the month alone (5日) may also be a number of days."""
    covered = []
    for match in _DATES.finditer(text):
        for days in _days({name: told for name, told in match.groupdict().items() if told}):
            covered.append(match.span())
            yield Claim("date", match.start(), match[0], days)
    for match in _DAY_ONLY.finditer(text):
        if not any(start <= match.start() < end for start, end in covered):
            value = _number(match["d"])
            other = Amount(float(value), "day" if match["mark"] == "日" else "#")
            readings: tuple[Reading, ...] = (other, Day(day=value)) if value <= 31 else (other,)
            yield Claim("date" if value <= 31 else "number", match.start(), match[0], readings, weak=match["d"] == "一")


def clocks(text: str) -> Iterator[Claim]:
    """Times of day; 两点 alone may be in the morning or the afternoon."""
    for match in _CLOCKS.finditer(text):
        told = {name: found for name, found in match.groupdict().items() if found}
        readings = tuple(_times(told))
        if readings:
            vague = "h1" in told and not match["h1"].isdecimal() and not {"part", "mark", "n1", "q"} & told.keys()
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield Claim("date", start, match[0].strip(), readings, weak=vague)


def _days(told: dict[str, str]) -> Iterator[tuple[Day, ...]]:
    """The readings of each day that one match names: two days for a range."""
    if "a" in told:
        pairs = [(int(told["a"]), int(told["b"])), (int(told["b"]), int(told["a"]))]
        yield tuple(Day(int(told["y2"]), month, day) for month, day in pairs if 1 <= month <= 12 and 1 <= day <= 31)
        return
    part = {name[0]: value for name, value in told.items() if name not in {"sep", "roc"}}
    year = _number(part["y"]) if "y" in part else int(told["roc"]) + 1911 if "roc" in told else None
    month = _month(part["m"]) if "m" in part else None
    days = [_number(part[name]) for name in "de" if name in part]
    if (month is None or 1 <= month <= 12) and all(1 <= day <= 31 for day in days):
        yield from [(Day(year, month, day),) for day in days] or [(Day(year, month),)]


def _times(told: dict[str, str]) -> Iterator[Reading]:
    if "noon" in told or "midnight" in told:
        yield Clock(12 if "noon" in told else 0)
        return
    hour_text = next(told[name] for name in ("h1", "h2", "h3", "h4") if name in told)
    hour = _HOURS.index(hour_text.lower()) + 1 if hour_text.lower() in _HOURS else _number(hour_text)
    minute = _minute(told)
    part = told.get("part") or told.get("part2") or ""
    half = (told.get("pm2") or told.get("pm3") or "").lower()[:1]
    if hour > 24 or minute > 59:
        return
    if hour == 24 or (hour == 12 and part[:1] in {"晚", "夜", "今", "凌"}):
        yield Clock(0, minute)
        return
    late = half == "p" or re.fullmatch(_LATE, part) or (part in {"中午", "正午"} and hour < 3)
    if late or half == "a" or part:
        yield Clock((hour % 12 + 12 if late else hour % 24 if half != "a" else hour % 12) % 24, minute)
        return
    yield Clock(hour % 24, minute)
    if hour < 12 and ("h1" in told or "h4" in told):
        yield Clock(hour + 12, minute)


def _minute(told: dict[str, str]) -> int:
    if "h4" in told or told.get("mark") == "半":
        return 30
    if "q" in told:
        return 15 if told["q"] == "一刻" else 45
    return _number(told.get("n1") or told.get("n2") or told.get("n3") or "0")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else int(han_value(text))


def _month(text: str) -> int:
    return _MONTHS.index(text[:3]) + 1 if text[0].isalpha() and text.isascii() and text[0].isupper() else _number(text)
