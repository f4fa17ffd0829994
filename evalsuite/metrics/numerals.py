"""Find numerals and read their value: digits, Chinese numerals (also 万/亿 and 大写), English number words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_HAN_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"〇": 0, "○": 0, "两": 2, "兩": 2}
_FORMAL = str.maketrans("壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億兩", "一二二三四五六六七八九十百千万亿两")
_HAN_TENS = {"十": 10, "百": 100, "千": 1000}
_HAN_GROUPS = {"万": 10**4, "亿": 10**8}
HAN = "零〇○一二三四五六七八九两兩十百千万亿萬億壹贰貳叁肆伍陆陸柒捌玖拾佰仟"

_ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: value for value, word in enumerate(_ONES)} | {word: 20 + 10 * n for n, word in enumerate(_TENS)}
_LARGE = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_NTHS = re.findall(
    r"\w+",
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth",
)
_ORDINALS = {word: value for value, word in enumerate(_NTHS, 1)}
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}

_SCALES = {"万亿": 1e12, "千万": 1e7, "百万": 1e6, "亿": 1e8, "億": 1e8, "万": 1e4, "萬": 1e4, "千": 1e3}
_SCALES |= _LARGE | {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "B": 1e9, "bn": 1e9}
_SCALE = "|".join(sorted((name for name in _SCALES if name.isascii()), key=len, reverse=True))
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_])(?<!\d\.)(?P<plain>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|\s?(?P<scale>万亿|千万|百万|[亿億万萬]|千(?![克米瓦卡])|(?:{_SCALE})(?![A-Za-z/])))?"
)
_HAN_RUN = re.compile(rf"[{HAN}]+(?:[点點][零〇一二三四五六七八九]+[万亿萬億]*)?")
_WORD = "|".join([*_WORDS, "hundred", "dozen", *_LARGE])
_WORD_RUN = re.compile(
    rf"\b(?:(?P<share>one|two|three|four|a)[\s-](?P<part>third|quarter|fifth|tenth)s?"
    rf"|(?:a\s(?=hundred|thousand|million|billion|dozen))?(?P<run>(?:{_WORD})(?:[\s-]+(?:and\s+)?(?:{_WORD}))*)s?"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)})|(?P<half>half)|(?P<often>once|twice))\b",
    re.IGNORECASE,
)
_VAGUE = {f"{word}s" for word in ("hundred", "dozen", *_LARGE)}
_NEIGHBOURS = {"一二", "两三", "二三", "三四", "三五", "四五", "五六", "六七", "七八", "八九"}


@dataclass(frozen=True)
class Numeral:
    """A numeral in a text.

    Attributes:
        start: Its first character.
        end: One past its last.
        value: What it is worth.
        scale: The 万, `k`, `million` ... that is part of it, as a factor; 1 without.
        weak: It often isn't a number: 一, `one`, `first`, `once`, or about so many (三五, 七八).
    """

    start: int
    end: int
    value: float
    scale: float = 1.0
    weak: bool = False


def numerals(text: str) -> list[Numeral]:
    """All numerals of a text, in order; digits that belong to a word (LQ300) are not among them."""
    found = sorted([*_digits(text), *_han(text), *_words(text)], key=lambda numeral: numeral.start)
    kept: list[Numeral] = []
    for numeral in found:
        if not kept or numeral.start >= kept[-1].end:
            kept.append(numeral)
    return kept


@lru_cache(maxsize=4096)
def han_value(text: str) -> float:
    """What a Chinese numeral is worth: 一万二千 is 12000, 二〇二四 is 2024, 三点五亿 is 350000000."""
    text = text.translate(_FORMAL).replace("點", "点")
    if "点" in text:
        whole, _, rest = text.partition("点")
        digits = rest.rstrip("万亿")
        value = han_value(whole) + float("0." + "".join(str(_HAN_DIGITS[letter]) for letter in digits))
        for group in rest[len(digits) :]:
            value *= _HAN_GROUPS[group]
        return value
    if not any(letter in _HAN_TENS or letter in _HAN_GROUPS for letter in text):
        return float("".join(str(_HAN_DIGITS[letter]) for letter in text))
    total = section = digit = 0.0
    for letter in text:
        if letter in _HAN_DIGITS:
            digit = float(_HAN_DIGITS[letter])
        elif letter in _HAN_TENS:
            section, digit = section + (digit or 1) * _HAN_TENS[letter], 0.0
        elif letter == "亿":
            total, section, digit = (total + section + digit) * 1e8, 0.0, 0.0
        else:
            total, section, digit = total + (section + digit) * 1e4, 0.0, 0.0
    return total + section + digit


def words_value(text: str) -> float:
    """What English number words are worth: `three hundred and fifty thousand` is 350000."""
    total = current = 0.0
    for word in re.findall("[a-z]+", text.lower()):
        if word in _WORDS:
            current += _WORDS[word]
        elif word in {"hundred", "dozen"}:
            current = (current or 1) * (100 if word == "hundred" else 12)
        elif word in _LARGE:
            total, current = total + (current or 1) * _LARGE[word], 0.0
    return total + current


def _digits(text: str) -> Iterator[Numeral]:
    for match in _DIGITS.finditer(text):
        scale = _SCALES[match["scale"]] if match["scale"] else 1.0
        yield Numeral(*match.span(), float(match["plain"].replace(",", "")) * scale, scale)


def _han(text: str) -> Iterator[Numeral]:
    for match in _HAN_RUN.finditer(text):
        run = match[0]
        plain = run.translate(_FORMAL)
        if run != plain and len(run) == 1 and run not in "兩":
            continue  # 陆, 伍 and their like are surnames and parts of words
        if plain[0] in "百千万亿" or (plain == "十" and re.match("分(?![钟鐘之])", text[match.end() :])):
            continue  # 千万, 万一, 百姓; 十分 as "very"
        yield Numeral(*match.span(), han_value(run), weak=plain in {"一"} | _NEIGHBOURS)


def _words(text: str) -> Iterator[Numeral]:
    for match in _WORD_RUN.finditer(text):
        told = match[0].lower()
        if match["part"]:
            share = 1 if match["share"].lower() == "a" else _WORDS[match["share"].lower()]
            yield Numeral(*match.span(), share / _PARTS[match["part"].lower()], weak=told in {"a third", "a quarter"})
        elif match["run"]:
            yield Numeral(*match.span(), words_value(match["run"]), weak=told in {"one", "ones"} or told in _VAGUE)
        elif match["ordinal"]:
            yield Numeral(
                *match.span(),
                float(_ORDINALS[told]),
                weak=told in {"first", "second"} or text[match.end() : match.end() + 1] == ",",
            )
        elif match["half"]:
            yield Numeral(*match.span(), 0.5)
        else:
            yield Numeral(*match.span(), 1.0 + (told == "twice"), weak=told == "once")
