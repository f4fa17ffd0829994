"""Horizontal bars, each with the part of it that counts filled: what there was, and what is left of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from schemas.page.svg import frame, text

ROW, BAR = 40, 10  # pixels


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart.

    Attributes:
        name: At the left, above the bar.
        whole: Length of the pale bar.
        part: Length of the filled bar within it.
        words: The numbers, at the right.
    """

    name: str
    whole: float
    part: float
    words: str


def bars(rows: Sequence[Bar], *, title: str) -> str:
    """Draw rows over one scale from zero as an `<svg>` element of fixed type size and free width; text is escaped."""
    most = max((max(row.whole, row.part) for row in rows), default=0) or 1
    parts = []
    for number, row in enumerate(rows):
        top = ROW * number
        parts.append(text("0", top, row.name, "", down=1.2) + text("100%", top, row.words, "", "end", 1.2))
        parts.append(_rect("pale plain", row.whole / most, top + 22) + _rect("side", row.part / most, top + 22))
    return frame(title, ROW * len(rows), parts)


def _rect(kind: str, share: float, y: int) -> str:
    return f'<rect class="{kind}" x="0" y="{y}" width="{100 * share:.4g}%" height="{BAR}" rx="2"/>' if share else ""
