"""A number with the unit, the half, the dozen or the percent sign that follows it."""

import re

from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.units import UNITS, unit_at

_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|个百分点|個百分點)(?P<off> (?:off|discount)\b)?", re.IGNORECASE)
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
    percent = _PERCENT.match(text, end) if follows in " %pP个個\u00a0" else None
    if percent:
        share = 1 - value / 100 if percent["off"] else value / 100
        return Quantity(round(share, 9), "share", None, False, text[start : percent.end()].strip())
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
