"""What a rewrite left out of its source and what it put in, by word, or by character where there are no spaces."""

from typing import Literal

from schemas.page import changes

Kind = Literal["same", "gone", "new"]

Difference = tuple[Kind, str]
"""What a piece is, and its text."""


def differences(before: str, after: str) -> list[Difference]:
    """One list for both texts: `same` and `gone` join to `before`, `same` and `new` to `after`.

    Between two changes, a lone letter, a comma or a space that both texts have counts as changed with them: marks of
    single characters can't be read.
    """
    runs = [["", "", ""]]  # of each: what both say, then what only the source says, then what only the rewrite says
    for kind, text in _woven(before, after):
        if kind == "same" and (runs[-1][1] or runs[-1][2]):
            runs.append([text, "", ""])
        else:
            runs[-1][_KINDS.index(kind)] += text
    found: list[Difference] = []
    for same, gone, new in _tidied(runs):
        told: tuple[Difference, ...] = (("same", same), ("gone", gone), ("new", new))
        found += [piece for piece in told if piece[1]]
    return found


_KINDS: tuple[Kind, ...] = ("same", "gone", "new")


def _woven(before: str, after: str) -> list[Difference]:
    """Both lists of `changes` as one: their shared runs are cut at different places, so the shorter piece counts."""
    old, new = (list(pieces[::-1]) for pieces in changes(before, after))
    woven: list[Difference] = []
    while old or new:
        if old and old[-1][0]:
            woven.append(("gone", old.pop()[1]))
        elif new and new[-1][0]:
            woven.append(("new", new.pop()[1]))
        else:
            left, right = old.pop()[1], new.pop()[1]
            size = min(len(left), len(right))
            woven.append(("same", left[:size]))
            for side, rest in ((old, left[size:]), (new, right[size:])):
                if rest:
                    side.append((False, rest))
    return woven


def _tidied(runs: list[list[str]]) -> list[list[str]]:
    tidy = runs[:1]
    for same, gone, new in runs[1:]:
        last = tidy[-1]
        inside = bool(gone or new)
        letters = sum(sign.isalpha() for sign in same)
        if inside and letters <= 1 and not any(sign.isdigit() for sign in same) and last[1] + gone and last[2] + new:
            last[1] += same + gone
            last[2] += same + new
        else:
            tidy.append([same, gone, new])
    return tidy
