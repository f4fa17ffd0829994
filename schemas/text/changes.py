"""What two texts share and what only one of them says: by word, or by character where a script has no spaces."""

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter
from typing import Literal, TypeVar

Kind = Literal["same", "gone", "new"]

Change = tuple[Kind, str]
"""What a piece is, and its text."""

Piece = tuple[bool, str]
"""Whether the other text lacks it, and the text."""

_K = TypeVar("_K")
_UNITS = re.compile(r"\d+(?:[.,:]\d+)*|[^\W_\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|\s+|.", re.S)


def woven(old: str, new: str) -> list[Change]:
    """One list for both texts: `same` and `gone` join to `old`, `same` and `new` to `new`.

    What is common at the ends is set apart first, which keeps long answers fast.
    """
    a, b = _UNITS.findall(old), _UNITS.findall(new)
    head = _shared(a, b)
    tail = _shared(a[head:][::-1], b[head:][::-1])
    left, right = a[head : len(a) - tail], b[head : len(b) - tail]
    told: list[Change] = [("same", "".join(a[:head]))]
    for kind, from_a, to_a, from_b, to_b in SequenceMatcher(None, left, right).get_opcodes():
        own, other = "".join(left[from_a:to_a]), "".join(right[from_b:to_b])
        told += [("same", own)] if kind == "equal" else [("gone", own), ("new", other)]
    told.append(("same", "".join(a[len(a) - tail :])))
    return _joined(told)


def changes(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts cut into pieces that are shared or not; each list joins to its text."""
    told = woven(old, new)
    sides = ([(kind != "same", text) for kind, text in told if kind in {"same", own}] for own in ("gone", "new"))
    before, after = (_joined(side) for side in sides)
    return before, after


def _shared(a: Sequence[str], b: Sequence[str]) -> int:
    pairs = zip(a, b, strict=False)
    return next((place for place, (x, y) in enumerate(pairs) if x != y), min(len(a), len(b)))


def _joined(pieces: Iterable[tuple[_K, str]]) -> list[tuple[_K, str]]:
    """Neighbours of one kind as one, without empty ones."""
    full = (piece for piece in pieces if piece[1])
    return [(kind, "".join(text for _, text in group)) for kind, group in groupby(full, itemgetter(0))]
