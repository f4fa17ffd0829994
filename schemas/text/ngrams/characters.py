"""What every code point is to the n-gram kernel: a separator, a part of a word or a token by itself."""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SEPARATOR, WORD, HAN = 0, 1, 2
"""What a character is: nothing, a part of a word, a token by itself."""

ASCII_LOWER = bytes(range(128)).lower() + bytes(range(128, 256))
ASCII_WORD = bytes(chr(code).isalnum() and code < 128 for code in range(256))
"""For `bytes.translate`: lower case, and whether a character is part of a word."""

_SINGLE = (
    *((0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF), (0x4E00, 0x9FFF)),
    *((0xF900, 0xFAFF), (0x20000, 0x3FFFD)),  # Han, extensions A to I among them
    *((0x3041, 0x3096), (0x309D, 0x309F), (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x31F0, 0x31FF), (0x1AFF0, 0x1B16F)),
    *((0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97F), (0xAC00, 0xD7FF)),  # hangul
)
_VARIATION_SELECTORS = (0xFE00, 0xFE0F)
_PLANES_WITH_LETTERS = 0x20000


class Characters(NamedTuple):
    """Tables over all code points.

    Attributes:
        kinds: uint8, `SEPARATOR`, `WORD` or `HAN`, of the folded character.
        folded: uint32, the NFKC form in lower case where that is one character, else the character itself.
    """

    kinds: NDArray[np.uint8]
    folded: NDArray[np.uint32]


@cache
def characters() -> Characters:
    """The tables; made once a process, in some 0.1 s."""
    folded = np.arange(0x110000, dtype=np.uint32)
    kinds = np.zeros(0x110000, np.uint8)
    for code in range(_PLANES_WITH_LETTERS):
        letter = chr(code)
        if letter.isalnum() or unicodedata.category(letter)[0] == "M":
            kinds[code] = WORD
            plain = unicodedata.normalize("NFKC", letter).lower()
            if len(plain) == 1:
                folded[code] = ord(plain)
    for first, last in _SINGLE:
        kinds[first : last + 1] = HAN
    kinds[_VARIATION_SELECTORS[0] : _VARIATION_SELECTORS[1] + 1] = SEPARATOR
    kinds[:_PLANES_WITH_LETTERS] = kinds[folded[:_PLANES_WITH_LETTERS]]
    return Characters(kinds, folded)
