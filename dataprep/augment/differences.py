"""What a rewrite left out of its source and what it put in, by word, or by character where there are no spaces."""

from schemas.text.changes import Change, Kind, woven


def differences(before: str, after: str) -> list[Change]:
    """One list for both texts: `same` and `gone` join to `before`, `same` and `new` to `after`.

    Between two changes, a lone letter, a comma or a space that both texts have counts as changed with them: marks of
    single characters can't be read.
    """
    runs = [["", "", ""]]  # of each: what both say, then what only the source says, then what only the rewrite says
    for kind, text in woven(before, after):
        if kind == "same" and (runs[-1][1] or runs[-1][2]):
            runs.append([text, "", ""])
        else:
            runs[-1][_KINDS.index(kind)] += text
    found: list[Change] = []
    for same, gone, new in _tidied(runs):
        told: tuple[Change, ...] = (("same", same), ("gone", gone), ("new", new))
        found += [piece for piece in told if piece[1]]
    return found


_KINDS: tuple[Kind, ...] = ("same", "gone", "new")


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
