"""Find numerals and read their value: digits, Chinese numerals (also 万/亿 and 大写), English number words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.text.numerals import CARDINALS, FRACTIONS, HAN, ORDINALS, THOUSANDS, everyday, han_value, words_values

_SCALES = {"万亿": 1e12, "千万": 1e7, "百万": 1e6, "亿": 1e8, "億": 1e8, "万": 1e4, "萬": 1e4, "千": 1e3}
_SCALES |= THOUSANDS | {"k": 1e3, "K": 1e3, "M": 1e6, "mn": 1e6, "B": 1e9, "bn": 1e9}
_SCALE = "|".join(sorted((name for name in _SCALES if name.isascii()), key=len, reverse=True))
_DIGITS = re.compile(
    r"(?<![A-Za-z0-9_])(?<!\d\.)(?P<plain>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)"
    rf"(?:(?P<ordinal>st|nd|rd|th)\b|\s?(?P<scale>万亿|千万|百万|[亿億万萬]|千(?![克米瓦卡])|(?:{_SCALE})(?![A-Za-z/])))?"
)
_HAN_RUN = re.compile(rf"[{HAN}]+(?:[点點][零〇一二三四五六七八九]+[万亿萬億]*)?")
_WORD = "|".join([*CARDINALS, "hundred", "dozen", *THOUSANDS])
_WORD_RUN = re.compile(
    rf"\b(?:(?P<share>one|two|three|four|a)[\s-](?P<part>third|quarter|fifth|tenth)s?"
    rf"|(?:a\s(?=hundred|thousand|million|billion|dozen))?(?P<run>(?:{_WORD})(?:[\s-]+(?:and\s+)?(?:{_WORD}))*)s?"
    rf"|(?P<ordinal>{'|'.join(ORDINALS)})|(?P<half>half)|(?P<often>once|twice))\b",
    re.IGNORECASE,
)
_VAGUE = {f"{word}s" for word in ("hundred", "dozen", *THOUSANDS)}
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


def _digits(text: str) -> Iterator[Numeral]:
    for match in _DIGITS.finditer(text):
        scale = _SCALES[match["scale"]] if match["scale"] else 1.0
        yield Numeral(*match.span(), float(match["plain"].replace(",", "")) * scale, scale)


def _han(text: str) -> Iterator[Numeral]:
    for match in _HAN_RUN.finditer(text):
        run = match[0]
        plain = everyday(run)
        if run != plain and len(run) == 1 and run not in "兩":
            continue  # 陆, 伍 and their like are surnames and parts of words
        if plain[0] in "百千万亿" or (plain == "十" and re.match("分(?![钟鐘之])", text[match.end() :])):
            continue  # 千万, 万一, 百姓; 十分 as "very"
        yield Numeral(*match.span(), han_value(run), weak=plain in {"一"} | _NEIGHBOURS)


def _words(text: str) -> Iterator[Numeral]:
    for match in _WORD_RUN.finditer(text):
        told = match[0].lower()
        if match["part"]:
            share = 1 if match["share"].lower() == "a" else CARDINALS[match["share"].lower()]
            yield Numeral(
                *match.span(), share / FRACTIONS[match["part"].lower()], weak=told in {"a third", "a quarter"}
            )
        elif match["run"]:
            yield Numeral(
                *match.span(), sum(words_values(match["run"])), weak=told in {"one", "ones"} or told in _VAGUE
            )
        elif match["ordinal"]:
            yield Numeral(
                *match.span(),
                float(ORDINALS[told]),
                weak=told in {"first", "second"} or text[match.end() : match.end() + 1] == ",",
            )
        elif match["half"]:
            yield Numeral(*match.span(), 0.5)
        else:
            yield Numeral(*match.span(), 1.0 + (told == "twice"), weak=told == "once")
