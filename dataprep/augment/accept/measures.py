"""A number with the unit, the half, the dozen or the percent sign that follows it."""

import re

from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.units import UNITS, unit_at

_PERCENT = re.compile(
    r"[\s-]?(?:%|percent\b|per cent\b|个百分点|個百分點)"
    r"(?:(?P<off>[ -](?:off|discount|markdown|rebate|price (?:cut|reduction|drop))\b|的?(?:优惠|優惠|折扣))"
    r"|(?P<less> (?:reduction|cheaper|less|lower|cut|drop)\b))?",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:(?P<off>\b(?:discount(?:ed|s)?|mark(?:ed|s|ing)? down|markdown|rebate|price (?:cut|drop|reduction))"
    r"(?: price)?(?: (?:of|by|at|is))?|优惠|優惠|便宜|降价|降價|减价|減價|立减|立減|让利|讓利|折扣[为為是率])"
    r"|(?P<less>\b(?:reduced|lowered|cut|lower|less|drop(?:ped)?|fell|decreased)(?: it| them| prices?)? by"
    r"|\bsav(?:e|es|ing)"
    r"|降低|下降|减少|減少|降|减|減))(?: (?:a|an|about))?(?:了|约|約)?[ :：]?$",
    re.IGNORECASE,
)
_BACK = 30
"""How far before a number its discount is looked for."""
_AND_HALF = re.compile(r"(?:个|個)?半(?=个|個|小时|小時|年|月|天)|\s?and a half\b", re.IGNORECASE)
_DOZEN = re.compile(r"[ -]dozen\b", re.IGNORECASE)
_ENDS = frozenset(("", *".,?!;:)]}\"'>。、，？！；：）」』”’\ufffe\uffff\n=*/+|"))
"""After these a number has no unit."""


def measured(value: float, unit: str | None, shown: str, *, soft: bool = False, bare: str = "") -> Quantity:
    """A value in its unit; `bare` is its kind where there is none."""
    kind, factor = UNITS.get((unit or "").lower().replace("个小时", "小时"), (bare, 1.0))
    if kind == "month" and factor == 12 and value >= 1000:  # 2024年
        kind, factor = "year", 1.0
    return Quantity(round(value * factor, 9), kind, value if kind != "share" else None, soft, shown)


def with_unit(value: float, text: str, start: int, end: int, *, soft: bool = False) -> Quantity:
    """The number that stands from `start` to `end`, with the unit that follows."""
    follows = text[end : end + 1]
    if follows in _ENDS:
        return Quantity(value, "", value, soft, text[start:end].strip())
    percent = _PERCENT.match(text, end) if follows in " -%pP个個\u00a0" else None
    if percent:
        return discounted(value / 100, text, start, percent.end(), off=percent["off"], less=percent["less"])
    half = _AND_HALF.match(text, end) if follows in " 个個半aA" else None
    if half:
        value, end, soft = value + 0.5, half.end(), False
    dozen = _DOZEN.match(text, end) if follows in " -" else None
    if dozen:
        value, end, soft = value * 12, dozen.end(), False
    unit = unit_at(text, end)
    if follows == "分" and text[start - 1 : start] in {"时", "時"}:
        unit = ("分钟", end + 1)
    if unit and not half and text[unit[1] : unit[1] + 1] == "半":  # 三年半
        value = value + 0.5
    shown = text[start : unit[1] if unit else end].strip()
    return measured(value, unit[0] if unit else None, shown, soft=soft)


def discounted(
    share: float, text: str, start: int, end: int, *, off: str | None = None, less: str | None = None
) -> Quantity:
    """A share; of a discount what is left to pay: 25% off, 优惠25% and 七五折 are 0.75.

    A share by which something falls is of the kind `share less`: it may be a discount or not.
    """
    before = None if off or less else _BEFORE.search(text[max(0, start - _BACK) : start])
    off, less = off or (before and before["off"]), less or (before and before["less"])
    value = round(1 - share if off else share, 9)
    return Quantity(value, "share less" if less else "share", None, False, text[start:end].strip())
