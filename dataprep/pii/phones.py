"""Telephone numbers: Chinese mobile and landline, and those of the North American plan."""

import re

from dataprep.pii.detector import END, START, Detector, after, before, in_url, is_numbered, signs

_CHINA = r"(?:(?:\(\+?86\)|\+?86|0086)[ \-]?)?"
# Prefixes that the ministry has given out: 14x data cards, 162/165/167 virtual operators, no 154, no 194.
_PREFIX = r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])"
_MOBILE = re.compile(
    rf"(?=[0-9+(])(?:{START}|(?<=tel)|(?<=phone)|(?<=vx)|(?<=wx)|(?<=qq))"
    rf"{_CHINA}{_PREFIX}(?:[ \-.]?\d{{4}}[ \-.]?\d{{4}}|\d[ \-]\d{{3}}[ \-]\d{{4}})"
    rf"(?![0-9])(?![A-Za-z]?[0-9A-Za-z])(?![-.][0-9])",
    re.IGNORECASE,
)
_AREA = r"(?:10|2[0-57-9]|[3-9]\d{2})"
_LOCAL = r"[2-8]\d{3}[ \-]?\d{3,4}"
_EXTENSION = r"(?: ?(?:-|转|ext\.? ?)\d{1,5})?"
_LANDLINE = re.compile(
    rf"(?=[0+(]){START}(?:\(0{_AREA}\)[ \-]?"
    rf"|(?:\+86|0086|\(\+86\))[ \-]?0?{_AREA}[ \-]?|0{_AREA}[ \-]){_LOCAL}{_EXTENSION}{END}"
)
_SOLID_LANDLINE = re.compile(rf"{START}0{_AREA}[2-8]\d{{6,7}}{_EXTENSION}{END}")
_AMERICAN = re.compile(
    rf"(?=[0-9+(]){START}(?:(?:\+?1|001)[ .\-]?)?"
    rf"(?:\([2-9][0-8]\d\)[ \-]?|[2-9][0-8]\d(?:[ .\-]?|/(?=\d{{3}}-)))[2-9]\d{{2}}[ .\-]?\d{{4}}{END}"
)
_CALL = re.compile(
    r"电话|座机|固话|传真|热线|致电|拨打|联系|手机|(?<![\u4e00-\u9fff])号码|的号码|tel|phone|fax|call|cell|mobile|home(?![a-z])|text|dial|reach|contact",
    re.IGNORECASE,
)
_CALLED = re.compile(r" {0,2}(?:是|as|is)? ?(?:我的?|my|the|your)? ?(?:电话|手机|phone|cell)", re.IGNORECASE)
_SPACED = re.compile(r"(?:(?:\+?1|001) )?\d{3} \d{3} \d{4}")
_NUMBER_BEFORE, _NUMBER_BEHIND = re.compile(r"[\d,.] $"), re.compile(r",? \d")
_SUM = re.compile(r"(?:[*×÷]|[0-9)] ?[-+=]|= -) *$")
_TO_SUM = re.compile(r"(?:计算|算一?下|compute|calculate|evaluate)[ :]{0,2}$", re.IGNORECASE)
_AMOUNT = re.compile(r" ?(?:元|美元|块|人|吨|公里|千米|米|个|次|亿|万|分(?!机)|%)")
# Numbers of firms: toll-free codes. No area that ends in 00 or 11 is a place either; 400 is a hotline in China.
_TOLL_FREE = {"833", "844", "855", "866", "877", "888"}


def _is_mobile(match: re.Match[str]) -> bool:
    local = signs(match)[-11:]
    if local.endswith("000000") or _AMOUNT.match(after(match, 4)) or _SUM.search(before(match, 6)):
        return False
    return not is_numbered(match) and not in_url(match)


def _is_landline(match: re.Match[str]) -> bool:
    digits = re.sub(r"\D", "", re.split(_EXTENSION + "$", match[0])[0])
    digits = re.sub(r"^(?:0086|86)?0?", "", digits)
    area = 2 if digits.startswith(("1", "2")) else 3
    # Beijing, Shanghai and their peers have eight digits, the others seven or eight.
    length = len(digits) - area
    return (length == 8 if area == 2 else length in (7, 8)) and not is_numbered(match) and not in_url(match)


def _is_called(match: re.Match[str]) -> bool:
    return bool(_CALL.search(before(match, 20)) or _CALLED.match(after(match, 20)))


def _is_grouped(match: re.Match[str]) -> bool:
    """True for three groups of 3, 3 and 4 digits that don't stand in a row of numbers."""
    alone = (
        not _AMOUNT.match(after(match, 4))
        and not _NUMBER_BEFORE.search(before(match, 2))
        and not _NUMBER_BEHIND.match(after(match, 3))
    )
    return alone and bool(_SPACED.fullmatch(match[0]))


def _is_american(match: re.Match[str]) -> bool:
    digits = signs(match)[-10:]
    area = digits[:3]
    if area in _TOLL_FREE or area.endswith(("00", "11")) or is_numbered(match) or in_url(match):
        return False
    if _TO_SUM.search(before(match, 12)):
        return False
    # Ten bare digits, or digits grouped in another way, are a telephone number only when called one.
    return any(sign in match[0] for sign in "+(-./") or _is_grouped(match) or _is_called(match)


DETECTORS = (
    Detector("cn_mobile", _MOBILE, "digits", _is_mobile),
    Detector("cn_landline", _LANDLINE, "digits", _is_landline),
    Detector("cn_landline", _SOLID_LANDLINE, "digits", lambda match: _is_landline(match) and _is_called(match)),
    Detector("us_phone", _AMERICAN, "digits", _is_american),
)
