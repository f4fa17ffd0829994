"""What two answers don't share, marked by word, or by character where a script has no spaces."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

Piece = tuple[bool, str]
"""Whether the other text lacks it, and the text."""

_UNITS = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.S)


def changes(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut into pieces that are shared or not; each list joins to its text.

    What is common at the ends is set apart first, which keeps long answers fast.
    """
    a, b = _UNITS.findall(old), _UNITS.findall(new)
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    left, right = a[head : len(a) - tail], b[head : len(b) - tail]
    old_pieces, new_pieces = [(False, "".join(a[:head]))], [(False, "".join(b[:head]))]
    for kind, from_a, to_a, from_b, to_b in SequenceMatcher(None, left, right).get_opcodes():
        old_pieces.append((kind != "equal", "".join(left[from_a:to_a])))
        new_pieces.append((kind != "equal", "".join(right[from_b:to_b])))
    old_pieces.append((False, "".join(a[len(a) - tail :])))
    new_pieces.append((False, "".join(b[len(b) - tail :])))
    return _joined(old_pieces), _joined(new_pieces)


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    pairs = zip(a, b, strict=False)
    return next((place for place, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for apart, text in pieces:
        if not text:
            continue
        if joined and joined[-1][0] == apart:
            joined[-1] = (apart, joined[-1][1] + text)
        else:
            joined.append((apart, text))
    return joined
