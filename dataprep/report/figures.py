"""Numbers, places and texts as people read them, and the command that tells a row's history."""

import re
import shlex
from collections.abc import Sequence
from pathlib import PurePosixPath


def count(value: float) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,.0f}"


def percent(part: float, whole: float) -> str:
    """A share; a dash of nothing."""
    if not whole:
        return "–"
    share = part / whole
    return f"{share:.1%}" if 0.001 <= share <= 0.999 or share in (0, 1) else f"{share:.3%}"


def similarity(value: float | None) -> str:
    """A similarity from 0 to 1, cut, so that what is below a limit never looks like the limit."""
    return "–" if value is None else f"{int(value * 1000 + 1e-9) / 1000:.3f}"


def why(what: str) -> str:
    """The command that tells where a row came from and what became of it."""
    return f"gristmill why {shlex.quote(what)}"


def place(source: object, row: object) -> str:
    """`FILE:LINE`."""
    return f"{source}:{row}"


def cut(text: object, most: int) -> str:
    """The beginning of a text, with an ellipsis where more follows."""
    told = "" if text is None else str(text)
    return told if len(told) <= most else told[:most].rstrip() + " …"


def opening(text: str) -> str:
    """What a transcript (`user: ... ⏎ assistant: ...`) asks first, on one short line."""
    line = " ".join(text[:400].split())
    asked = re.split(r"(?:⏎ )?\bassistant: ", line, maxsplit=1)[0].rpartition("user: ")[2]
    return cut((asked or line).removesuffix("⏎ ").strip(), 80)


def brief(text: str, most: int) -> str:
    """A name short enough for a label: its middle left out. Wide characters count twice."""
    if width(text) <= most:
        return text
    head, tail = most // 3, most - most // 3 - 1
    while width(text[:head]) + width(text[-tail:]) > most - 1 and tail > 1:
        head, tail = max(1, head - 1), tail - 1
    return f"{text[:head]}…{text[-tail:]}"


def width(text: str) -> int:
    """Columns of a text, about: what stands in the East Asian blocks and beyond is wide."""
    return sum(2 if sign >= "\u2e80" else 1 for sign in text)


def common_folder(names: Sequence[str]) -> str:
    """The folder that all names begin with, with its slash; "" when there is none."""
    parents = [PurePosixPath(name).parts[:-1] for name in names]
    shared: list[str] = []
    for parts in zip(*parents, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join(shared) + "/" if shared and shared[0] != "/" else ""
