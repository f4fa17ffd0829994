"""Postal addresses by rule: a road with a number, and what stands around it. Flagged, not claimed."""

import re

from dataprep.pii.detector import Detector, before

_PROVINCE = (
    r"(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西"
    r"|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)(?:省|市|(?:壮族|回族|维吾尔)?自治区|特别行政区)?"
)
# No word that leads to an address may be part of its first name.
_NAME = r"(?:(?![在到至是为于住寄送往去找])[\u4e00-\u9fff])"
_CITY = rf"{_NAME}{{2,7}}(?:市|自治州|地区|盟)"
_DISTRICT = rf"{_NAME}{{1,7}}(?:区|县|旗|市)"
_TOWN = rf"{_NAME}{{1,6}}(?:镇|乡|街道)"
_ROAD = rf"{_NAME}{{1,8}}?(?:路|街|大道|大街|巷|胡同|弄|里|道|村)"
_REST = (
    r"(?:[\u4e00-\u9fff]{2,8}?(?:家园|小区|花园|公寓|苑|大厦|广场|中心|新村|园))?"
    r"(?:(?:[A-Za-z]?\d{1,5}[A-Za-z]?|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|座|单元|层|楼|室|号|房)){0,5}"
)
_CHINESE = re.compile(
    # Only a run of Chinese that a house number ends is looked at; possessive, or it would be slow.
    r"(?=[\u4e00-\u9fff]{2,60}+\d{1,5}(?:-\d{1,4})?[号弄巷])"
    rf"(?:(?P<top>{_PROVINCE})?(?P<city>{_CITY})?(?P<district>{_DISTRICT})?(?:{_TOWN})?)"
    rf"{_ROAD}\d{{1,5}}(?:-\d{{1,4}})?(?:号院?|弄|巷)(?P<rest>{_REST})"
)
_WORD = re.compile(r"地址|住址|住在|家住|位于|寄到|送到|搬到")
_ENGLISH = re.compile(
    r"(?<![0-9A-Za-z.,\-])\d{1,5} (?:(?:[NSEW]\.?|North|South|East|West) )?"
    r"(?:[A-Z][a-z]+ |\d{1,3}(?:st|nd|rd|th) ){1,3}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Drive|Dr|Lane|Ln|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Terrace|Parkway)"
    r"(?![A-Za-z])\.?"
    r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|#)\.? ?[0-9A-Za-z]{1,6})?"
    r"(?:, [A-Z][a-z]+(?: [A-Z][a-z]+){0,2}(?:,? [A-Z]{2}(?: \d{5}(?:-\d{4})?)?)?)?"
)


def _is_placed(match: re.Match[str]) -> bool:
    named = match["top"] or match["city"] or match["district"]
    return bool(named or match["rest"] or _WORD.search(before(match, 8)))


DETECTORS = (
    Detector("address", _CHINESE, "address", _is_placed),
    Detector("address", _ENGLISH, "street"),
)
