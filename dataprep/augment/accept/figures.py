"""Numbers that are written in digits or in Chinese numerals."""

import re
from collections.abc import Iterator

from dataprep.augment.accept.measures import discounted, measured, with_unit
from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.units import CURRENCY_SIGNS, unit_at
from schemas.text.numerals import HAN_SCALES, han_value

_HAN = "[零〇一二三四五六七八九十百千万亿两兩萬億]{1,24}"
_CLASSIFIERS = frozenset(
    "个個名位只隻条條张張把本份次句话話字件台部辆輛座套双雙对對块塊元角分米克斤公年月日天周週星小时時秒点點岁歲层層楼樓"
    "页頁章节節行列种種类類项項步段篇首杯瓶盒袋包碗颗顆粒片根棵头頭匹间間家场場回遍倍折成人口度吨升毫厘号號届期代级級门門阶階居室厅廳厨卫衛缸轮輪款票餐顿頓晚夜强等奖獎集卷册冊幅味键鍵格件险險环環"
)
_IDIOMS = frozenset(("千万", "千萬", "万一", "萬一", "一一", "万万", "萬萬", "百", "千", "万", "萬", "亿", "億"))
_SOFT = frozenset(("四周", "四週", "三角", "四角", "五角", "八角", "五行"))
"""Words that are often no count: 四周 is a month or all around."""
_DIGIT = r"(?:(?<![\w.)])[-−])?\d(?:[\d,]*\d)?(?:\.\d+)*"
_HALF = (
    r"(?P<half>(?:(?:一|1/2)?半(?=个|個|小时|小時|年|天|日|价|價|数|數|斤|公斤|杯|勺|袋|碗|米|瓶|两|里)|一半)"
    r"(?P<half_unit>个小时|个月|小时|小時|個月|年|天|日|斤|公斤|米)?)"
)
_NUMBER = (
    r"(?P<sign>US\$|[$€£¥])? ?(?P<d>" + _DIGIT + r")(?P<scale>[ ]?[十百千万亿萬億](?![克米卡瓦])[万亿萬億]?"
    r"| ?(?:hundred|thousand|million|billion)\b|[kK](?![A-Za-z])|(?:M|bn)(?![A-Za-z]))?"
)
_IN_DIGITS = re.compile(
    r"(?P<part>(?P<of>\d+)分之(?P<n>\d+|" + _HAN + r"))"
    r"|(?P<slash>(?<![\d/])\d{1,2}[/⁄]\d{1,3}(?![\d/]))"
    r"|(?P<phone>\+?\d{2,4}(?:[ -]\d{3,4}){2,3}(?![\d-]))"
    r"|" + _HALF + "|(?P<digits>" + _NUMBER + ")"
)
_IN_HAN = re.compile(
    r"(?P<percent>百分之(?P<p>" + _HAN + r"|\d+(?:\.\d+)?)(?:点(?P<pp>[零一二三四五六七八九]))?)"
    r"|(?P<part>(?P<of>" + _HAN + r")分之(?P<n>\d+|" + _HAN + "))"
    r"|" + _HALF + r"|(?P<moment>[一三]刻[钟鐘])|(?P<digits>零下" + _NUMBER + ")"
    r"|(?P<about>(?:一[两兩二]|[二两兩]三|三[四五]|四五|五六|六七|七八|八九)(?=[个個十百千万名位天年周块元岁歲米斤本张張条條小分秒人件页頁遍次]))"
    r"|(?P<han>(?P<below>零下)?(?P<h>" + _HAN + r")(?:点(?P<hp>[零一二三四五六七八九]{1,4}))?)"
)
_STARTS = re.compile(r"(?<![\d.])[-−+$€£¥U0-9]|(?<=\.)\d|[零〇一二三四五六七八九十百千万亿两兩萬億半]")
_NOT_HAN = frozenset("-−+$€£¥U0123456789")
_THOUSANDS = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_PIECES = re.compile("[,.]")
_HAN_TENTHS = re.compile("折(?![叠疊])|成(?![为為绩績本员員人立功份长長果熟分])")
_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6, "bn": 1e9}
_VERSION = re.compile(r"\.\d+0$")


def figures(text: str) -> Iterator[Quantity]:
    """Quantities in the order of the text."""
    end = 0
    for start in _STARTS.finditer(text):
        place = start.start()
        if place < end:
            continue
        match = (_IN_DIGITS if start[0] in _NOT_HAN else _IN_HAN).match(text, place)
        if match is None:
            continue
        end = match.end()
        for quantity in _read(match, text):
            yield quantity
            end = max(end, place + len(quantity.shown))


def _read(match: re.Match[str], text: str) -> Iterator[Quantity]:
    kind, shown = match.lastgroup, match[0].strip()
    if kind == "digits":
        yield from _digits(match, text)
    elif kind == "han":
        yield from _han(match, text)
    elif kind == "percent":
        share = _plain(match["p"]) + (han_value(match["pp"]) / 10 if match["pp"] else 0)
        yield discounted(share / 100, text, match.start(), match.end())
    elif kind == "part":
        yield Quantity(_plain(match["n"]) / (_plain(match["of"]) or 1), "share", None, False, shown)
    elif kind == "slash":
        above, below = (float(part) for part in re.split("[/⁄]", shown))
        yield Quantity(above / (below or 1), "share", None, False, shown)
    elif kind == "phone":
        value = float(re.sub(r"\D", "", shown))
        yield Quantity(value, "", value, False, shown)
    elif kind == "moment":
        yield Quantity(900.0 if shown[0] == "一" else 2700.0, "s", None, False, shown)
    elif kind == "about":
        yield from _about(match, text)
    else:
        yield measured(0.5, match["half_unit"], shown, bare="share")


def _plain(numeral: str) -> float:
    return float(numeral) if numeral[0].isdecimal() else han_value(numeral)


def _about(match: re.Match[str], text: str) -> Iterator[Quantity]:
    """两三天 is two or three days, 三四十 thirty or forty."""
    low, high = match[0][0], match[0][1]
    scale, end = 1, match.end()
    while text[end : end + 1] in HAN_SCALES and text[end : end + 1]:
        scale, end = scale * HAN_SCALES[text[end]], end + 1
    one = han_value(low) * scale
    yield Quantity(one, "", one, False, low)
    yield with_unit(han_value(high) * scale, text, match.start(), end)


def _digits(match: re.Match[str], text: str) -> Iterator[Quantity]:
    written, shown = match["d"].replace("−", "-"), match[0].strip()
    if "," in written and _THOUSANDS.fullmatch(written):
        written = written.replace(",", "")
    parts = written.count(".")
    if (
        "," in written
        or parts > 1
        or (parts and _VERSION.search(written) and not match["sign"] and _stands(match, text))
    ):
        for piece in _PIECES.split(written):
            if piece:
                yield Quantity(float(piece), "", float(piece), False, shown)
        return
    value = -float(written) if shown[0] == "零" else float(written)
    if match["scale"]:
        scale = match["scale"].strip().lower()
        for character in scale if not scale.isascii() else ():
            value *= HAN_SCALES[character]
        if scale != "m" or match["sign"]:
            value *= _SCALES.get(scale, 1.0)
    if match["sign"]:
        yield Quantity(value, CURRENCY_SIGNS[match["sign"].upper()], value, False, shown)
    elif text[match.end() : match.end() + 1] in {"折", "成"} and _HAN_TENTHS.match(text, match.end()):
        yield _tenths(value, text, match.start(), match.end() + 1)
    else:
        yield with_unit(value, text, match.start(), match.end())


def _stands(match: re.Match[str], text: str) -> bool:
    """Whether no unit follows: 3.10 is then a version, and not 3.1."""
    return unit_at(text, match.end()) is None and text[match.end() : match.end() + 1] != "%"


def _han(match: re.Match[str], text: str) -> Iterator[Quantity]:
    numeral, start, end = match["h"], match.start(), match.end()
    after = text[end : end + 1]
    if match["hp"] is None and _is_idiom(numeral, text, start, end):
        return
    tenths = _HAN_TENTHS.match(text, end) if after in {"折", "成"} and numeral not in {"一", "十"} else None
    if tenths and not set(numeral) & set(HAN_SCALES):
        yield _tenths(han_value(numeral), text, start, end + 1)
        return
    value = han_value(numeral)
    if match["hp"]:
        value += float("0." + "".join(str(int(han_value(digit))) for digit in match["hp"]))
    value = -value if match["below"] else value
    soft = value == 1 or numeral + after in _SOFT
    if not soft and len(numeral) == 1 and not match["hp"]:
        soft = after not in _CLASSIFIERS and text[start - 1 : start] != "第" and unit_at(text, end) is None
    yield with_unit(value, text, start, end, soft=soft)


def _tenths(digits: float, text: str, start: int, end: int) -> Quantity:
    """八折 and 八成 are 0.8, 八五折 0.85; 优惠两成 is 0.8, too."""
    share = digits / (100 if digits >= 10 else 10)
    if text[end - 1] == "成":
        return discounted(share, text, start, end)
    return Quantity(share, "share", None, False, text[start:end])


def _is_idiom(numeral: str, text: str, start: int, end: int) -> bool:
    if numeral in _IDIOMS:
        return True
    return numeral == "十" and text[end : end + 1] == "分" and text[end : end + 2] not in {"分钟", "分鐘", "分之"}
