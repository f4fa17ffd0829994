"""Words: what every metric that compares texts counts, right for Chinese as for English."""

import logging
import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from schemas.errors import MissingExtra, UserError

WORDS_VERSION = 1
"""Goes up whenever `words` cuts any text differently: scores of two versions can't be compared."""

HAN_KANA = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\U0001aff0-\U0001b16f"
)
"""Inside a character class: what stands for a word by itself. Has 々 and ー, but not the dot ・."""

POINT = r"(?<=\d)\.(?=\d)"
"""The decimal point of a number."""

THOUSANDS = r"(?<=\d)(?<!\d{4}),(?=\d{3}(?!\d))"
"""The comma of a number: up to three digits, then exactly three. 1,000 but neither 2024,100 nor the list 1,2,3."""


def words(text: str) -> list[str]:
    """Cut a text into words, after NFKC and lower case.

    Each Han or kana character is a word. Any other run of letters, their marks and digits is one (`gpt4`, `größe`,
    हिन्दी). So is Korean between two spaces, and a whole clause of Thai or Khmer, which write no spaces. A number keeps
    its point and its thousands: `3.14`, `1,000`. Everything else only separates: `don't` is two words.

    Returns:
        The words; on ASCII text without such numbers, exactly those of rouge-score's default tokenizer.
    """
    found: list[str] = _pattern().findall(unicodedata.normalize("NFKC", text).lower())
    return found


def jieba_words(text: str) -> list[str]:
    """Cut a text into words with jieba's dictionary, after NFKC and lower case; punctuation is left out.

    Raises:
        MissingExtra: If jieba is not installed.
    """
    pieces: Iterable[str] = _jieba().cut(unicodedata.normalize("NFKC", text).lower())
    return [piece for piece in pieces if any(letter.isalnum() for letter in piece)]


def ascii_words(text: str) -> list[str]:
    """Cut a text as rouge-score does by default: runs of `a-z0-9`; Chinese has none, whatever it says."""
    return re.findall("[a-z0-9]+", text.lower())


TOKENIZERS: dict[str, Callable[[str], list[str]]] = {
    "gristmill": words,
    "jieba": jieba_words,
    "default": ascii_words,
}
"""What a recipe may name; `default` is rouge-score's own."""


def tokenizer_label(name: str) -> str:
    """A tokenizer's name with its version, for a metric's signature.

    Raises:
        UserError: If there is none of that name.
        MissingExtra: If it is jieba, which is not installed.
    """
    if name not in TOKENIZERS:
        raise UserError(f"there is no tokenizer {name!r}", hint="one of " + ", ".join(TOKENIZERS))
    if name == "jieba":
        _jieba()
        return f"jieba-{version('jieba')}"
    return f"gristmill-{WORDS_VERSION}" if name == "gristmill" else name


@cache
def _pattern() -> re.Pattern[str]:
    marks = f"[{_marks()}]"
    letter = rf"[^\W_{HAN_KANA}]"
    return re.compile(rf"[{HAN_KANA}]|{letter}+(?:(?:{marks}+|{POINT}|{THOUSANDS}){letter}*)*")


def _marks() -> str:
    """Every combining mark, as ranges of a character class: `re` knows no class for them."""
    # Marks live in planes 0 and 1, apart from the variation selectors, which belong to Han characters.
    codes = [code for code in range(0x300, 0x20000) if unicodedata.category(chr(code))[0] == "M"]
    starts = [code for code, before in zip(codes, [-2, *codes], strict=False) if code != before + 1]
    ends = [code for code, after in zip(codes, [*codes[1:], -2], strict=True) if code != after - 1]
    return "".join(f"{chr(start)}-{chr(end)}" for start, end in zip(starts, ends, strict=True))


@cache
def _jieba() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # its own sources have invalid escapes
            import jieba
    except ModuleNotFoundError:
        raise MissingExtra("the tokenizer jieba", package="jieba") from None
    # It tells how long its dictionary took, and of a cache that it can't write and doesn't need.
    jieba.setLogLevel(logging.CRITICAL)
    return jieba
