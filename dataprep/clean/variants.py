"""Forms of characters on request: full-width letters and digits made plain, Chinese in one script."""

from functools import cache
from typing import Any

from schemas.errors import MissingExtra

FULL_WIDTH = r"[\x{FF10}-\x{FF19}\x{FF21}-\x{FF3A}\x{FF41}-\x{FF5A}]"
HAN = r"\p{Han}"

# Letters and digits alone: full-width punctuation is how Chinese is written, and U+3000 indents its paragraphs.
_PLAIN = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}


def fold_width(text: str) -> str:
    """`ＡＢＣ１２３％` -> `ABC123％`."""
    return text if text.isascii() else text.translate(_PLAIN)


def simplify(text: str) -> str:
    """Traditional Chinese of any region in simplified characters, by OpenCC's phrases (乾淨 -> 干净, but 乾坤 stays).

    Raises:
        MissingExtra: If OpenCC is not installed.
    """
    return text if text.isascii() else str(_converter("t2s").convert(text))


def traditionalise(text: str) -> str:
    """Simplified Chinese in OpenCC's standard of traditional characters, by its phrases (头发 -> 頭髮, 发展 -> 發展).

    Raises:
        MissingExtra: If OpenCC is not installed.
    """
    return text if text.isascii() else str(_converter("s2t").convert(text))


@cache
def _converter(name: str) -> Any:
    try:
        import opencc
    except ModuleNotFoundError:
        raise MissingExtra("data.clean.chinese", package="opencc", extra="opencc") from None
    return opencc.OpenCC(name)
