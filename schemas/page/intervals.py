"""Charts of rows: intervals against zero (a forest plot), and two values joined by a bar (a dumbbell plot)."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.page.svg import frame, scale, text

Tone = Literal["good", "bad", "warn", "plain"]

ROW, HEAD, FOOT = 50, 10, 44  # pixels
LEFT, RIGHT = 2.0, 98.0  # per cent of the width


@dataclass(frozen=True)
class Interval:
    """One row of a forest plot.

    Attributes:
        name: At the left, above the bar.
        low: Lower end; not finite where there is no interval.
        middle: The estimate; a row whose estimate isn't finite shows its words only.
        high: Upper end.
        edge: A dashed mark, such as the largest loss accepted; null for none.
        word: The outcome, at the right, so that nothing rests on colour.
        tone: Its colour.
    """

    name: str
    low: float
    middle: float
    high: float
    edge: float | None
    word: str
    tone: Tone


@dataclass(frozen=True)
class Pair:
    """One row of a dumbbell plot: from `first` (hollow) to `second` (full).

    Attributes:
        name: At the left, above the bar.
        first: Where it began.
        second: Where it ended.
        words: The two numbers, at the right.
        tone: Its colour.
    """

    name: str
    first: float
    second: float
    words: str
    tone: Tone


def forest_plot(rows: Sequence[Interval], *, title: str, low_label: str, high_label: str, limit: float = 16) -> str:
    """Draw intervals around one zero line as an `<svg>` element of fixed type size and free width.

    Args:
        rows: All in one unit.
        title: For screen readers; every text is escaped.
        low_label: What left of zero means.
        high_label: What right of zero means.
        limit: The axis ends here at the latest, both ways; a bar that goes on has an arrow.
    """
    ends = [end for row in rows for end in (row.low, row.middle, row.high, row.edge) if end is not None]
    known = [max(-limit, min(limit, end)) for end in ends if math.isfinite(end)]
    place, ticks = scale([*known, 0.0], LEFT, RIGHT, full=True)
    bottom = HEAD + ROW * len(rows)
    parts = _axis(place, ticks, bottom)
    parts.append(_stroke("zero", place(0.0), HEAD, place(0.0), bottom))
    for number, row in enumerate(rows):
        parts += _interval(row, HEAD + ROW * number, place, (ticks[0], ticks[-1]))
    parts.append(text("0", bottom, f"← {low_label}", "soft", "start", 2.7))
    parts.append(text("100%", bottom, f"{high_label} →", "soft", "end", 2.7))
    return frame(title, bottom + FOOT, parts)


def dumbbell(rows: Sequence[Pair], *, title: str, x_label: str) -> str:
    """Draw pairs of values over one axis as an `<svg>` element of fixed type size and free width.

    Rows whose values aren't finite keep their words. Every text is escaped.
    """
    known = [end for row in rows for end in (row.first, row.second) if math.isfinite(end)]
    place, ticks = scale(known or [0.0, 1.0], LEFT, RIGHT, full=True)
    bottom = HEAD + ROW * len(rows)
    parts = _axis(place, ticks, bottom)
    for number, row in enumerate(rows):
        parts += _pair(row, HEAD + ROW * number, place)
    parts.append(text("100%", bottom, x_label, "soft", "end", 2.7))
    return frame(title, bottom + FOOT, parts)


def _interval(row: Interval, top: float, place: Callable[[float], float], ends: tuple[float, float]) -> list[str]:
    parts = [text("0", top, row.name, "", down=1.2), text("100%", top, row.word, f"word {row.tone}", "end", 1.2)]
    y = top + 34
    if row.edge is not None and math.isfinite(row.edge):
        parts.append(_stroke("edge", place(row.edge), y - 10, place(row.edge), y + 10))
    if not math.isfinite(row.middle):
        return parts
    held = [max(ends[0], min(ends[1], end)) for end in (row.low, row.high, row.middle)]
    if math.isfinite(row.low) and math.isfinite(row.high):
        parts.append(_stroke(f"span {row.tone}", place(held[0]), y, place(held[1]), y))
    if row.low < ends[0]:
        parts.append(text("0", y, "‹", f"word {row.tone}", "start", 0.32))
    if row.high > ends[1]:
        parts.append(text("100%", y, "›", f"word {row.tone}", "end", 0.32))
    parts.append(f'<circle class="{row.tone}" cx="{place(held[2])}%" cy="{y}" r="5"/>')
    return parts


def _pair(row: Pair, top: float, place: Callable[[float], float]) -> list[str]:
    parts = [text("0", top, row.name, "", down=1.2), text("100%", top, row.words, "", "end", 1.2)]
    if not (math.isfinite(row.first) and math.isfinite(row.second)):
        return parts
    y = top + 34
    parts.append(_stroke(f"span {row.tone}", place(row.first), y, place(row.second), y))
    parts.append(f'<circle class="hollow {row.tone}" cx="{place(row.first)}%" cy="{y}" r="5"/>')
    parts.append(f'<circle class="{row.tone}" cx="{place(row.second)}%" cy="{y}" r="5"/>')
    return parts


def _axis(place: Callable[[float], float], ticks: Sequence[float], bottom: float) -> list[str]:
    parts = []
    for number, tick in enumerate(ticks):
        x = place(tick)
        anchor = "start" if x <= LEFT else "end" if x >= RIGHT else "middle"
        parts.append(_stroke("grid", x, HEAD, x, bottom))
        parts.append(text(f"{x}%", bottom, f"{tick:,.10g}".replace("-", "−"), _soft(number), anchor, 1.3))
    return parts


def _soft(number: int) -> str:
    return "odd" if number % 2 else "soft"


def _stroke(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1}%" y1="{y1}" x2="{x2}%" y2="{y2}"/>'
