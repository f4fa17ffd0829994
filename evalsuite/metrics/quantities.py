"""Find what a text claims in figures: amounts with their units, dates, times, codes and phone numbers."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from evalsuite.metrics.claim import Amount, Claim, Code, Day, Kind, Reading, blank, same_length_form
from evalsuite.metrics.dates import clocks, dates
from evalsuite.metrics.numerals import Numeral, numerals
from evalsuite.metrics.units import MONEY, UNIT, UNITS
from schemas.text.numerals import HAN, han_value

LINK = re.compile(
    r"(?:https?://|www\.)[\w\-.~:/?#\[\]@!$&'()*+,;=%]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE | re.ASCII
)
_CODE = re.compile(
    rf"(?<![A-Za-z0-9_$])(?!(?:{'|'.join(name for name in MONEY if name.isalpha())})\d)"
    r"(?:[vV](?P<version>\d+(?:\.\d+)+)|[A-Za-z]+(?:-[A-Za-z]+)*-?\d[A-Za-z0-9]*(?:[-.][A-Za-z0-9]*\d[A-Za-z0-9]*)*)"
)
_DIGIT_CODE = re.compile(
    r"(?<![\w.])(?=(?:-?\d){7})\+?\d{1,4}(?:-\d{3,}){1,4}(?![\d-])|(?<![A-Za-z\d.])\d+(?:\.\d+){2,}(?![\d.])", re.ASCII
)
_SHARE = re.compile(
    rf"(?P<whole>百|千|万|萬|[{HAN}]{{1,3}})分之(?P<part>\d+(?:\.\d+)?|[{HAN}]+(?:[点點][零〇一二三四五六七八九]+)?)"
)
_HALF = re.compile(r"(?:一半|半(?=价|價|数|數|(?:个|個)?(?:小时|小時|钟头|月)|[天年日片包杯斤瓶公]))")
_LISTING = re.compile(
    r"^[ \t]*(?:\(?\d{1,2}[.)、:](?!\d)|[一二三四五六七八九十]+、)|\((?:\d|[一二三四五六七八九十])\)", re.MULTILINE
)
_MONEY = re.compile(rf"(?:{'|'.join(re.escape(name) for name in MONEY)}|人民币|新台币|新臺幣)\s?$")
_RANGE = re.compile(r"\s?(?:-|–|—|——|~|～|至|到|to|and|or|或)\s?")


@lru_cache(maxsize=4096)
def claims(text: str) -> tuple[Claim, ...]:
    """All figures of a text, in order; links and e-mail addresses are left out.

    Args:
        text: An answer, or what it may rest on.
    """
    rest = same_length_form(text)
    rest = blank(rest, [Claim("url", match.start(), match[0], ()) for match in LINK.finditer(rest)])
    found: list[Claim] = []
    for finder in (dates, _codes, _shares, clocks, _amounts):
        told = list(finder(rest))
        rest = blank(rest, told)
        found += told
    listed = {place for match in _LISTING.finditer(text) for place in range(*match.span())}
    told = [replace(claim, weak=claim.weak or claim.start in listed) for claim in found]
    return tuple(sorted(told, key=lambda claim: claim.start))


def _codes(text: str) -> Iterator[Claim]:
    for match in _CODE.finditer(text):
        if match["version"]:
            yield Claim("number", match.start(), match[0], (Code(match["version"]),))
        else:
            yield Claim("name", match.start(), match[0], (Code(match[0].lower().replace("-", "")),))
    for match in _DIGIT_CODE.finditer(text):
        yield Claim("number", match.start(), match[0], (Code(re.sub("[+-]", "", match[0])),))


def _shares(text: str) -> Iterator[Claim]:
    """百分之五十, 万分之五, 三分之一, 一半, 半价."""
    for match in _SHARE.finditer(text):
        part = float(match["part"]) if match["part"][0].isdecimal() else han_value(match["part"])
        whole = {"百": 100.0, "千": 1000.0, "万": 1e4, "萬": 1e4}.get(match["whole"]) or han_value(match["whole"])
        percent = match["whole"] in {"百", "千", "万", "萬"}
        if whole:
            reading = Amount(part / whole * 100, "%") if percent else Amount(part / whole)
            yield Claim("number", match.start(), match[0], (reading,))
    for match in _HALF.finditer(text):
        unit = UNIT.match(text, match.end())
        told = text[match.start() : unit.end() if unit else match.end()]
        yield Claim("quantity" if unit else "number", match.start(), told, (Amount(0.5, _unit(unit)),))


def _amounts(text: str) -> Iterator[Claim]:
    found = [_amount(text, numeral) for numeral in numerals(text)]
    for place, claim in enumerate(found):
        after = found[place + 1] if place + 1 < len(found) else None
        if after and _RANGE.fullmatch(text, claim.end, after.start):
            yield _as_its_range(claim, after)
        else:
            yield claim


def _amount(text: str, numeral: Numeral) -> Claim:
    money = _MONEY.search(text, max(0, numeral.start - 5), numeral.start)
    unit = None if money else UNIT.match(text, numeral.end)
    if money and re.match(r"\s?m\b", text[numeral.end : numeral.end + 3]):  # $5m; elsewhere m is metres
        numeral = replace(numeral, value=numeral.value * 1e6, scale=1e6)
    name = UNITS.get(money[0].strip(), "TWD" if "新" in money[0] else "CNY") if money else _unit(unit)
    start = money.start() if money else numeral.start
    end = unit.end() if unit else numeral.end
    readings: tuple[Reading, ...] = (_reading(numeral, name),)
    nth = text[numeral.start : numeral.end][-2:].lower() in {"st", "nd", "rd", "th"}
    if nth and numeral.value <= 31:
        readings += (Day(day=int(numeral.value)),)
    if text[numeral.start : numeral.end].lower() in {"once", "twice"}:
        readings = (Amount(numeral.value, "times"),)
    kind: Kind = "number" if name in {"", "%", "折", "成"} else "quantity"
    return Claim(kind, start, text[start:end], readings, _weak(text, numeral, text[numeral.end : end], name))


def _weak(text: str, numeral: Numeral, after: str, unit: str) -> bool:
    """Whether a numeral with its unit says too little to be held against an answer."""
    told = text[numeral.start : numeral.end].lower()
    nth = text[max(0, numeral.start - 1) : numeral.start] == "第"
    if told in {"一", "one"}:  # 一个, 一次, 一天, 一成不变, `one day`
        return unit in {"", "#", "times", "day", "year", "元", "成", "degree", "s"}
    if told in {"二", "两", "兩", "two"} and not nth and after in {"", "个", "個", "种", "種", "类", "類"}:
        return True
    if nth and (told + after == "二天" or text[numeral.end : numeral.end + 1] in {",", "、", ":"}):
        return True  # 第二天 is the next day, 第三, opens a point
    lone = not after and len(told) == 1 and told in HAN and not nth
    return numeral.weak or lone or told + after == "四周"


def _reading(numeral: Numeral, unit: str) -> Amount:
    if unit == "成":
        return Amount(numeral.value * 10, "%")
    if unit == "折":  # 八五折 is 8.5折
        return Amount(numeral.value / 10 if numeral.value > 10 else numeral.value, unit)
    return Amount(numeral.value, unit)


def _as_its_range(claim: Claim, after: Claim) -> Claim:
    """The 3 of `3-5天` is in days too, the 30 of `30-50万` in ten thousands."""
    first, last = claim.readings[0], after.readings[0]
    if not (isinstance(first, Amount) and isinstance(last, Amount)) or first.unit:
        return claim
    found = numerals(after.text)
    scale = found[0].scale if found and first.value < 1000 else 1.0
    scaled = (Amount(first.value * scale, last.unit),) if scale > 1 else ()
    readings = (*scaled, Amount(first.value, last.unit))
    return replace(claim, kind=after.kind, readings=readings, weak=claim.weak and claim.text not in HAN)


def _unit(match: re.Match[str] | None) -> str:
    return UNITS[match["unit"]] if match else ""
