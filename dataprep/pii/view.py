"""A text as a detector reads it: compatibility characters folded, with the way back to the original places."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

# Dashes of every width are one separator; what joins or hides digits (zero-width, keycaps) is not there at all.
_DASHES = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-")
_HIDDEN = dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\u20e3", "")
_NAMED = _DASHES | _HIDDEN
_ABOVE = (*range(0x1D400, 0x1D800), *range(0x1F100, 0x1F200))  # mathematical and enclosed letters and digits


@dataclass(frozen=True)
class View:
    """A folded text.

    Attributes:
        text: NFKC, character by character.
        places: For every character of `text` and its end, the place in the original; None where they are equal.
    """

    text: str
    places: Sequence[int] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that a span of `text` came from."""
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> View:
    """Fold full-width and circled digits, full-width letters and punctuation, dashes and hidden characters."""
    if text.isascii():
        return View(text, None)
    for dash in _DASHES:
        text = text.replace(dash, "-")
    if unicodedata.is_normalized("NFKC", text) and not any(sign in text for sign in _HIDDEN):
        return View(text, None)  # nearly every English text: the tables are 20 times as slow
    even, uneven, special = _tables()
    if not special.search(text):
        return View(text.translate(even), None)
    pieces: list[str] = []
    places: list[int] = []
    end = 0
    for match in special.finditer(text):
        at = match.start()
        piece = uneven[match[0]]
        pieces += [text[end:at], piece]
        places += [*range(end, at), *[at] * len(piece)]
        end = at + 1
    pieces.append(text[end:])
    places += range(end, len(text))
    return View("".join(pieces).translate(even), [*places, len(text)])


@cache
def _tables() -> tuple[dict[int, str], dict[str, str], re.Pattern[str]]:
    """The characters that become another, those that become none or several, and a pattern of the latter."""
    even: dict[int, str] = {}
    uneven: dict[str, str] = {}
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x10000), *_ABOVE):
        sign = chr(code)
        piece = _NAMED.get(sign, unicodedata.normalize("NFKC", sign))
        if piece != sign:
            if len(piece) == 1:
                even[code] = piece
            else:
                uneven[sign] = piece
    return even, uneven, re.compile(f"[{''.join(map(re.escape, uneven))}]")
