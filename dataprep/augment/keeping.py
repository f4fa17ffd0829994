"""What a translation model must not touch: it is taken out of a text, stands there as a marker, and is put back."""

import re
from collections import Counter
from dataclasses import dataclass

from dataprep.augment.accept.reading import PLACEHOLDER
from dataprep.augment.accept.units import unit_at

_CODE = r"```[^`]*(?:`{1,2}[^`]+)*```|`[^`\n]+`"
_ADDRESS = r"(?:https?|ftp)://[!-~]*[/\w]|\bwww\.[!-~]*[/\w]|\b[A-Za-z0-9.+_-]{1,64}@[A-Za-z0-9-]{1,64}(?:\.[A-Za-z0-9-]{1,64})+"
_QUOTED = r"“[^“”]{1,2000}”|「[^「」]{1,2000}」|『[^『』]{1,2000}』|\"[^\"\n]{1,2000}\""
_WHOLE = re.compile("|".join((_CODE, _ADDRESS, PLACEHOLDER.pattern, _QUOTED)))
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z][A-Za-z]*[-_]?\d[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*(?![A-Za-z])")
_NUMBER = re.compile(r"(?<![\w.])(?:[$€£¥]\s?)?\d+(?:[.,:/]\d+)*\s?%?", re.ASCII)

_NAMES = ("XQ", "ZX", "QJ", "JX", "VQ")
"""Capitals and a number look like a model's or an order's name, which translation models copy."""

_MARKER = re.compile(rf"(?:{'|'.join(_NAMES)})+[0-9]+")
_EAST = re.compile("[\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uffef]")
"""Chinese and Japanese letters and their punctuation."""


@dataclass(frozen=True)
class Kept:
    """A text with markers.

    Attributes:
        text: What is translated.
        name: What the markers begin with.
        pieces: What each stands for, in order: `XQ1` for the first.
        tight: What letter touched each piece, before and behind: `east`, `word` or "" for none; its marker got a space.
    """

    text: str
    name: str
    pieces: tuple[str, ...]
    tight: tuple[tuple[str, str], ...]


class LostMarker(Exception):
    """A translation that lost a marker, doubled it or made one up.

    Args:
        piece: What the marker stands for.
    """

    def __init__(self, piece: str) -> None:
        super().__init__(f"lost_marker: {piece[:80]}")


def take_out(text: str) -> Kept:
    """Put markers for code, addresses, placeholders, quotations, identifiers and numbers with their units.

    Each place has a marker of its own. Beside a letter it gets a space, without which models take it for a part of
    the word.
    """
    name = next((name for name in _NAMES if name.lower() not in text.lower()), _NAMES[0] * 2)
    spans = _spans(text)
    starts, stops = zip(*spans, strict=True) if spans else ((), ())
    parts, pieces, tight, end = [], [], [], 0
    for start, stop in spans:
        pieces.append(text[start:stop])
        before = "" if start in stops else _letter(text[max(start - 1, 0) : start])
        after = "" if stop in starts else _letter(text[stop : stop + 1])
        tight.append((before, after))
        parts += [text[end:start], " " if before else "", f"{name}{len(pieces)}", " " if after else ""]
        end = stop
    return Kept("".join([*parts, text[end:]]), name, tuple(pieces), tuple(tight))


def put_back(translated: str, kept: Kept) -> str:
    """Put the pieces in the place of their markers.

    Spaces beside letters go again where the text had none.

    Raises:
        LostMarker: If not every marker is there once.
    """
    pattern = re.compile(rf"( ?){kept.name} ?([0-9]+)( ?)", re.IGNORECASE)
    found = Counter(int(match[2]) for match in pattern.finditer(translated))
    for number, piece in enumerate(kept.pieces, 1):
        if found.pop(number, 0) != 1:
            raise LostMarker(piece)
    if found:
        raise LostMarker(f"{kept.name}{next(iter(found))}")

    def piece_of(match: re.Match[str]) -> str:
        place = int(match[2]) - 1
        one, other = kept.tight[place]
        before = "" if one and _letter(translated[max(match.start() - 1, 0) : match.start()]) == one else match[1]
        after = "" if other and _letter(translated[match.end() : match.end() + 1]) == other else match[3]
        return f"{before}{kept.pieces[place]}{after}"

    return pattern.sub(piece_of, translated)


def is_bare(text: str) -> bool:
    """Whether a text is nothing but markers, digits and signs: there is nothing to translate."""
    return not any(letter.isalpha() for letter in _MARKER.sub("", text))


def _letter(character: str) -> str:
    """`east`, `word` for an ASCII letter or digit, or ""."""
    if _EAST.match(character):
        return "east"
    return "word" if character.isascii() and character.isalnum() else ""


def _spans(text: str) -> list[tuple[int, int]]:
    """Where what is kept stands, in order and without overlaps."""
    spans = [match.span() for match in _WHOLE.finditer(text)]
    spans += _free(spans, [match.span() for match in _IDENTIFIER.finditer(text)])
    spans += _free(spans, [span for match in _NUMBER.finditer(text) if (span := _measured(text, match))])
    return sorted(spans)


def _free(taken: list[tuple[int, int]], spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(start, stop) for start, stop in spans if all(stop <= one or start >= other for one, other in taken)]


def _measured(text: str, match: re.Match[str]) -> tuple[int, int] | None:
    """A number with its unit, its currency or its percent sign; null for a bare one."""
    stop = match.start() + len(match[0].rstrip())
    unit = unit_at(text, stop) or (unit_at(text, stop + 1) if text[stop : stop + 1] == " " else None)
    if unit:
        return match.start(), unit[1]
    return (match.start(), stop) if not (match[0][0].isdigit() and match[0].rstrip()[-1].isdigit()) else None
