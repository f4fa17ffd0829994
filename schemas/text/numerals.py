"""What numerals in words are worth: Chinese of both scripts, 大写 included, and English."""

import re
from functools import lru_cache

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_FORMAL = str.maketrans("壹贰貳叁肆伍陆陸柒捌玖拾佰仟萬億兩點", "一二二三四五六六七八九十百千万亿两点")
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "亿": 10**8}
HAN = "零〇○一二三四五六七八九两兩十百千万亿萬億壹贰貳叁肆伍陆陸柒捌玖拾佰仟"
"""Every character of a Chinese numeral."""
HAN_SCALES = {**_SMALL, **_LARGE, "萬": 10**4, "億": 10**8}

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NTHS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
CARDINALS = {word: value for value, word in enumerate(_ONES.split())} | {
    word: 10 * value for value, word in enumerate(_TENS.split(), 2)
}
ORDINALS = {word: value for value, word in enumerate(_NTHS.split(), 1)}
THOUSANDS = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SCALES = {"dozen": 12, "hundred": 100, **THOUSANDS}
FRACTIONS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
"""What divides one, by its name."""
NUMBER_WORDS = frozenset((*CARDINALS, *ORDINALS, *_SCALES))


def everyday(numeral: str) -> str:
    """A Chinese numeral in everyday simplified characters: 叁拾萬 is 三十万."""
    return numeral.translate(_FORMAL)


@lru_cache(maxsize=4096)
def han_value(text: str) -> float:
    """What a Chinese numeral is worth: 一万二千 is 12000, 二〇二四 is 2024, 三点五亿 is 350000000, 三万五 is 35000."""
    text = everyday(text)
    if "点" in text:
        whole, _, rest = text.partition("点")
        digits = rest.rstrip("万亿")
        value = han_value(whole) + float("0." + "".join(str(_DIGITS[letter]) for letter in digits))
        for group in rest[len(digits) :]:
            value *= _LARGE[group]
        return value
    if not any(letter in HAN_SCALES for letter in text):
        return float("".join(str(_DIGITS[letter]) for letter in text))
    return _scaled(text)


def _scaled(text: str) -> float:
    total = section = digit = 0.0  # floats: a hundred 亿 in a row are an integer that none can hold
    scale, zero = 1, False
    for letter in text:
        if letter in _DIGITS:
            digit = float(_DIGITS[letter])
            zero = zero or digit == 0
            continue
        scale = HAN_SCALES[letter]
        if letter in _SMALL:
            section += (digit or 1) * scale
        elif letter == "亿":
            total, section = ((total + section + digit) or 1) * scale, 0.0
        else:
            total, section = total + ((section + digit) or 1) * scale, 0.0
        digit, zero = 0.0, False
    if digit and scale >= 100 and not zero:  # 三万五 is 35,000; 三万零五 is 30,005
        digit *= scale // 10
    return total + section + digit


def words_values(text: str) -> list[float]:
    """What a run of English number words is worth: `three hundred and fifty` is one number, `nine ten` are two."""
    values: list[float] = []
    total, last = 0.0, 0
    current: float | None = None
    for word in re.findall("[a-z]+", text.lower()):
        if word in _SCALES:
            current, last = (1.0 if current is None else current) * _SCALES[word], _SCALES[word]
            if word in THOUSANDS:
                total, current = total + current, None
        elif word in CARDINALS or word in ORDINALS:
            value = CARDINALS.get(word, ORDINALS.get(word, 0))
            if current is not None and last != 100 and not (20 <= last < 100 and 0 < value < 10):
                values.append(total + current)
                total, current = 0.0, None
            current, last = (current or 0) + value, value
    return [*values, total + (current or 0.0)]
