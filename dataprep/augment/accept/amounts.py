"""The quantities of a text: numbers in digits and in words, with their units, dates and times."""

import re
from collections.abc import Iterable, Iterator

from dataprep.augment.accept.dates import DATE_HINTS, take_dates
from dataprep.augment.accept.quantity import Quantity
from dataprep.augment.accept.reading import Reading
from dataprep.augment.accept.units import CURRENCY_SIGNS, UNITS, unit_at
from schemas.text.numerals import HAN_SCALES, NUMBER_WORDS, ORDINALS, han_value, words_values

_HAN_NUMERAL = "[零〇一二三四五六七八九十百千万亿两兩萬億]{1,24}"
_ONE_WORD = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
_ENGLISH_NUMERAL = rf"\b(?:{_ONE_WORD})(?:(?:[ -]|[ -]and[ -])(?:{_ONE_WORD})){{0,12}}\b"

_CLASSIFIERS = frozenset(
    "个個名位只隻条條张張把本份次句话話字件台部辆輛座套双雙对對块塊元角分米克斤公年月日天周週星小时時秒点點岁歲层層楼樓"
    "页頁章节節行列种種类類项項步段篇首杯瓶盒袋包碗颗顆粒片根棵头頭匹间間家场場回遍倍折成人口度吨升毫厘号號届期代级級门門阶階"
)
_IDIOMS = frozenset(("千万", "千萬", "万一", "萬一", "一一", "万万", "萬萬", "百", "千", "万", "萬", "亿", "億"))
_SMALL_WORDS = {
    "once": 1.0,
    "single": 1.0,
    "both": 2.0,
    "pair": 2.0,
    "couple": 2.0,
    "double": 2.0,
    "twofold": 2.0,
    "twin": 2.0,
}
_FRACTION_NAMES = {
    "half": 2,
    "halves": 2,
    "third": 3,
    "thirds": 3,
    "quarter": 4,
    "quarters": 4,
    "fifth": 5,
    "fifths": 5,
    "tenth": 10,
}
_DIGIT = r"(?:(?<![\w.)])[-−])?\d(?:[\d,]*\d)?(?:\.\d+)*"
_SIGNS = re.compile(
    r"(?P<percent>百分之(?P<p>" + _HAN_NUMERAL + r"|\d+(?:\.\d+)?)(?:点(?P<pp>[零一二三四五六七八九]))?)"
    r"|(?P<part>(?P<of>\d+|" + _HAN_NUMERAL + r")分之(?P<n>\d+|" + _HAN_NUMERAL + r"))"
    r"|(?P<slash>(?<![\d/])\d{1,2}/\d{1,3}(?![\d/]))"
    r"|(?P<half>(?:(?:一|1/2)?半(?=个|個|小时|小時|年|天|日|价|價|数|數|斤|公斤|杯|勺|袋|碗|米|瓶|两|"
    r"里)|一半)(?P<half_unit>个小时|个月|小时|小時|個月|年|天|日|斤|公斤|米)?)"
    r"|(?P<digits>(?P<minus>零下)?(?P<sign>US\$|[$€£¥])? ?(?P<d>"
    + _DIGIT
    + r")(?P<scale>[ ]?[十百千万亿萬億](?![克米卡瓦])[万亿萬億]?| ?(?:hundred|thousand|million|billion)\b|"
    r"[kK](?![A-Za-z]))?)"
    r"|(?P<han>(?P<below>零下)?(?P<h>" + _HAN_NUMERAL + r")(?:点(?P<hp>[零一二三四五六七八九]{1,4}))?)"
)
_WORDS = re.compile(
    r"(?P<fraction>\b(?P<fn>a|one|two|three|four)[ -](?P<fd>half|halves|thirds?|quarters?|fifths?|"
    r"tenth)\b(?! of an? (?:hour|year|day)\b))"
    r"|(?P<timely>\b(?:half|quarter)(?: of)? an? (?:hour|day|year|kilo|dozen|mile)\b|\bhalf[ -](?:hour|"
    r"day|year|kilo)\b)"
    r"|(?P<bare_half>\bhalf\b)"
    r"|(?P<an>\ban? (?=(?:hour|day|week|month|year|minute|kilo|mile|dozen|hundred|thousand|million)\b))"
    r"|(?P<small>\b(?:once|single|both|pair|couple|double|twofold)\b)|(?P<twice>\btwice\b)|"
    r"(?P<triple>\b(?:thrice|triple)\b)"
    r"|(?P<dozen>\bdozen\b)"
    r"|(?P<english>" + _ENGLISH_NUMERAL + r")"
)
_SIGN_CHARACTERS = frozenset("0123456789零〇一二三四五六七八九十百千万亿两兩萬億半")
_NUMBER_WORDS = NUMBER_WORDS | set(
    str.split("once twice single both pair couple double twofold thrice triple dozen half quarter")
)
_LETTERS = re.compile("[a-z]+")
_ARTICLES = frozenset(("a", "an"))
_COUNTED = frozenset(str.split("hour day week month year minute kilo mile"))
_ANY = DATE_HINTS | _SIGN_CHARACTERS | _NUMBER_WORDS | _COUNTED
_SIGN_STARTS = re.compile("[-−$€£¥U0-9零〇一二三四五六七八九十百千万亿两兩萬億半]")
_DIGITS = re.compile(r"\d[\d.,]* ?(?:hundred|thousand|million|billion)\b")
_PERCENT = re.compile(r"\s?(?:%|percent\b|per cent\b|个百分点|個百分點)(?P<off> (?:off|discount)\b)?", re.IGNORECASE)
_AND_HALF = re.compile(r"(?:个|個)?半(?=个|個|小时|小時|年|月|天)|\s?and a half\b", re.IGNORECASE)
_DOZEN = re.compile(r"[ -]dozen\b", re.IGNORECASE)
_HAN_TENTHS = re.compile("折|成(?![为為绩績本员員人立功份长長果熟分])")
_ENGLISH_SCALES = {"hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "k": 1e3}


def quantities(text: Reading) -> list[Quantity]:
    """Every number, date and time of a text without code, addresses and placeholders."""
    hints = _hints(text)
    if hints.isdisjoint(_ANY):
        return []
    found, rest = take_dates(text.prose, hints)
    for match in (
        _each(_SIGNS, _SIGN_STARTS.finditer(rest), rest, found) if not hints.isdisjoint(_SIGN_CHARACTERS) else ()
    ):
        found.extend(_read_sign(match, rest))
    if not _NUMBER_WORDS.isdisjoint(hints) or (_ARTICLES & hints and _COUNTED & hints):
        low = _DIGITS.sub(lambda match: "\ufffe" * len(match[0]), rest.lower())
        starts = (word for word in _LETTERS.finditer(low) if word[0] in _NUMBER_WORDS or word[0] in _ARTICLES)
        for match in _each(_WORDS, starts, low, found):
            found.extend(_read_word(match, low))
    return found


def _each(
    pattern: re.Pattern[str], starts: Iterable[re.Match[str]], text: str, found: list[Quantity]
) -> Iterator[re.Match[str]]:
    """Matches of a pattern where it may begin, each after the end of what the last one was read as."""
    end = 0
    for start in starts:
        match = pattern.match(text, start.start()) if start.start() >= end else None
        if match:
            known = len(found)
            yield match
            shown = found[-1].shown if len(found) > known else ""
            end = max(match.end(), match.start() + len(shown))


def _read_sign(match: re.Match[str], text: str) -> Iterator[Quantity]:
    shown = match[0].strip()
    if match["digits"]:
        yield from _digits(match, text)
    elif match["han"]:
        yield from _han(match, text)
    elif match["percent"]:
        share = _plain(match["p"]) + (han_value(match["pp"]) / 10 if match["pp"] else 0)
        yield Quantity(share / 100, "share", None, False, shown)
    elif match["part"]:
        yield Quantity(_plain(match["n"]) / (_plain(match["of"]) or 1), "share", None, False, shown)
    elif match["slash"]:
        above, below = map(float, shown.split("/"))
        yield Quantity(above / (below or 1), "share", None, False, shown)
    else:
        yield _measured(0.5, match["half_unit"], shown, bare="share")


def _read_word(match: re.Match[str], text: str) -> Iterator[Quantity]:
    name, low = match.lastgroup, match[0].strip().lower()
    if match["english"]:
        yield from _english(match, text)
    elif match["fraction"]:
        count = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4}[match["fn"].lower()]
        yield Quantity(count / _FRACTION_NAMES[match["fd"].lower()], "share", None, False, low)
    elif match["timely"]:
        yield _measured(0.25 if low[0] == "q" else 0.5, re.split("[ -]", low)[-1], low, bare="share")
    elif match["bare_half"]:
        yield Quantity(0.5, "share", None, False, low)
    elif name == "an":
        unit = unit_at(text, match.end())
        yield _measured(1.0, unit[0] if unit else None, low, soft=True)
    elif name == "small":
        yield Quantity(_SMALL_WORDS[low], "", _SMALL_WORDS[low], True, low)
    else:
        value = {"twice": 2.0, "triple": 3.0, "dozen": 12.0}[name or ""]
        yield Quantity(value, "", value, False, low)


def _plain(numeral: str) -> float:
    return float(numeral) if numeral[0].isdecimal() else han_value(numeral)


def _measured(value: float, unit: str | None, shown: str, *, soft: bool = False, bare: str = "") -> Quantity:
    kind, factor = UNITS.get((unit or "").lower().replace("个小时", "小时"), (bare, 1.0))
    if kind == "month" and factor == 12 and value >= 1000:  # 2024年
        kind, factor = "year", 1.0
    return Quantity(round(value * factor, 9), kind, value if kind != "share" else None, soft, shown)


def _with_unit(value: float, text: str, start: int, end: int, *, soft: bool = False) -> Quantity:
    """The number that ends at `end`, with the unit that follows."""
    percent = _PERCENT.match(text, end)
    if percent:
        share = 1 - value / 100 if percent["off"] else value / 100
        return Quantity(round(share, 9), "share", None, False, text[start : percent.end()].strip())
    half = _AND_HALF.match(text, end)
    if half:
        value, end, soft = value + 0.5, half.end(), False
    dozen = _DOZEN.match(text, end)
    if dozen:
        value, end, soft = value * 12, dozen.end(), False
    unit = unit_at(text, end)
    if unit and not half and text[unit[1] : unit[1] + 1] == "半":  # 三年半
        value = value + 0.5
    shown = text[start : unit[1] if unit else end].strip()
    return _measured(value, unit[0] if unit else None, shown, soft=soft)


def _digits(match: re.Match[str], text: str) -> Iterator[Quantity]:
    written = match["d"].replace("−", "-")
    if re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", written):
        written = written.replace(",", "")
    pieces = [piece for piece in written.split(",") if piece]
    if len(pieces) > 1 or written.count(".") > 1:  # 1,2,3 or a version
        for piece in re.split(r"[,.]", written):
            yield Quantity(float(piece), "", float(piece), False, match[0].strip())
        return
    scale = (match["scale"] or "").strip().lower()
    value = -float(written) if match["minus"] else float(written)
    for character in scale if not scale.isascii() else ():
        value *= HAN_SCALES[character]
    value *= _ENGLISH_SCALES.get(scale, 1.0)
    if match["sign"]:
        yield Quantity(value, CURRENCY_SIGNS[match["sign"].upper()], value, False, match[0].strip())
        return
    if _HAN_TENTHS.match(text, match.end()):
        yield Quantity(
            value / (100 if value >= 10 else 10), "share", None, False, text[match.start() : match.end() + 1]
        )
        return
    yield _with_unit(value, text, match.start(), match.end())


def _han(match: re.Match[str], text: str) -> Iterator[Quantity]:
    numeral, start, end = match["h"], match.start(), match.end()
    after = text[end : end + 1]
    if match["hp"] is None and _is_idiom(numeral, text, start, end):
        return
    tenths = _HAN_TENTHS.match(text, end)
    if tenths and numeral not in {"一", "十"} and not set(numeral) & set(HAN_SCALES):
        digits = han_value(numeral)
        yield Quantity(digits / (100 if digits >= 10 else 10), "share", None, False, text[start : end + 1])
        return
    value = han_value(numeral)
    if match["hp"]:
        value += float("0." + "".join(str(int(han_value(digit))) for digit in match["hp"]))
    value = -value if match["below"] else value
    counted = after in _CLASSIFIERS or text[start - 1 : start] == "第" or unit_at(text, end) is not None
    yield _with_unit(
        value, text, start, end, soft=value == 1 or (len(numeral) == 1 and not counted and not match["hp"])
    )


def _is_idiom(numeral: str, text: str, start: int, end: int) -> bool:
    if numeral in _IDIOMS:
        return True
    return numeral == "十" and text[end : end + 1] == "分" and text[end : end + 2] not in {"分钟", "分鐘", "分之"}


def _english(match: re.Match[str], text: str) -> Iterator[Quantity]:
    words, values = match[0].lower(), words_values(match[0])
    soft = words in {"one", "first", "second"}
    for value in values[:-1]:
        yield Quantity(value, "", value, False, words)
    if words in ORDINALS:
        yield Quantity(values[-1], "", values[-1], soft, words)
        return
    yield _with_unit(values[-1], text, match.start(), match.end(), soft=soft)


def _hints(text: Reading) -> frozenset[str]:
    """Unique characters and Latin words, quotations and parts of hyphenated words among them."""
    if text.quotes:
        words = frozenset(_LETTERS.findall(text.prose.lower()))
        return words | frozenset(text.prose) | text.vocabulary
    if "-" in text.characters:
        words = frozenset(part for word in text.vocabulary for part in word.split("-"))
        return text.vocabulary | text.characters | words
    return text.vocabulary | text.characters
