"""Values of numbers written in words: Chinese numerals of both scripts, English number words."""

import re

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
SCALES = {**_SMALL, **_LARGE}
HAN_NUMERAL = "[零〇一二三四五六七八九十百千万亿两兩萬億]{1,24}"

_UNITS = str.split(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
)
_UNITS += str.split("seventeen eighteen nineteen")
_TENS = str.split("twenty thirty forty fifty sixty seventy eighty ninety")
_ORDINALS = str.split("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth")
_WORDS = (
    {word: value for value, word in enumerate(_UNITS)}
    | {word: 10 * value for value, word in enumerate(_TENS, 2)}
    | {word: value for value, word in enumerate(_ORDINALS, 1)}
)
_SCALE_WORDS = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
NUMBER_WORDS = frozenset((*_WORDS, *_SCALE_WORDS))
ORDINALS = frozenset(_ORDINALS)
NUMBER_WORDS = frozenset((*_WORDS, *_SCALE_WORDS))
_ONE = "|".join(sorted((*_WORDS, *_SCALE_WORDS), key=len, reverse=True))
ENGLISH_NUMERAL = rf"\b(?:{_ONE})(?:(?:[ -]|[ -]and[ -])(?:{_ONE})){{0,12}}\b"
_BREAK = re.compile(r"[\s-]+")


def chinese_value(numeral: str) -> float:
    """The value of a Chinese numeral.

    >>> chinese_value("一百二十"), chinese_value("二〇二四"), chinese_value("三万五")
    (120.0, 2024.0, 35000.0)
    """
    if not any(character in SCALES for character in numeral):
        return float("".join(str(_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    scale = 1
    zero = False
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
            zero = zero or digit == 0
        elif character in _SMALL:
            scale = _SMALL[character]
            section += (digit or 1) * scale
            digit, zero = 0, False
        else:
            scale = _LARGE[character]
            total = (
                ((total + section + digit) or 1) * scale if scale >= 10**8 else total + (section + digit or 1) * scale
            )
            section, digit, zero = 0, 0, False
    if digit and scale >= 100 and not zero:  # 三万五 is 35,000; 三万零五 is 30,005.
        digit *= scale // 10
    return float(total + section + digit)


def english_value(numeral: str) -> list[float]:
    """The values of a run of English number words; `nine ten` are two.

    >>> english_value("two hundred and forty"), english_value("five six")
    ([240.0], [5.0, 6.0])
    """
    values: list[float] = []
    total, current, last = 0, None, 0
    for word in _BREAK.split(numeral.lower()):
        if word in _SCALE_WORDS:
            scale = _SCALE_WORDS[word]
            current = (1 if current is None else current) * scale
            if scale > 100:
                total, current = total + current, None
            last = scale
        elif word in _WORDS:
            value = _WORDS[word]
            fits = current is None or (last == 100) or (20 <= last < 100 and 0 < value < 10)
            if not fits and current is not None:
                values.append(float(total + current))
                total, current = 0, None
            current = (current or 0) + value
            last = value
    return [*values, float(total + (current or 0))]
