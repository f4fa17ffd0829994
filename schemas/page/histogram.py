"""A histogram whose bars show how much of each bin counts: before in pale, after in full."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.page.svg import frame, scale, text

HEIGHT, TOP, BOTTOM = 190, 18, 150  # pixels


@dataclass(frozen=True)
class Bin:
    """One bar: values from `low` (counts) up to `high` (doesn't).

    Attributes:
        low: Above zero on a logarithmic axis.
        high: Above `low`.
        whole: How many there were.
        part: How many of them are left.
    """

    low: float
    high: float
    whole: int
    part: int


def histogram(bins: Sequence[Bin], *, title: str, x_label: str, none: str = "no data") -> str:
    """Draw bins over a logarithmic axis as an `<svg>` element of fixed type size and free width.

    Args:
        bins: Ascending, without gaps.
        title: For screen readers; every text is escaped.
        x_label: What the axis counts.
        none: Shown when every bin is empty.
    """
    most = max((each.whole for each in bins), default=0)
    if not most:
        return frame(title, 40, [text("0", 8, none, "soft", down=1)])
    place_y, y_ticks = scale([0, most], BOTTOM, TOP, whole=True, full=True)
    place_x, _ = scale([bins[0].low, bins[-1].high], 0, 100, log=True)
    parts = [_line("grid", place_y(y)) + text("0", place_y(y) - 3, f"{y:,.10g}", "soft halo") for y in y_ticks if y]
    parts = [_bar(each, place_x, place_y) for each in bins] + parts + [_line("zero", BOTTOM)]
    for tick in _ticks(bins[0].low, bins[-1].high):
        x = place_x(tick)
        anchor = "start" if x < 4 else "end" if x > 96 else "middle"
        parts.append(text(f"{x}%", BOTTOM, f"{tick:,.10g}", "soft", anchor, 1.3))
    parts.append(text("100%", HEIGHT - 4, x_label, "soft", "end"))
    return frame(title, HEIGHT, parts)


def _bar(each: Bin, place_x: Callable[[float], float], place_y: Callable[[float], float]) -> str:
    x, width = place_x(each.low), place_x(each.high) - place_x(each.low) - 0.4
    drawn = ""
    for kind, count in (("pale plain", each.whole), ("side", each.part)):
        if not count:
            continue
        height = max(BOTTOM - place_y(count), 1)
        drawn += f'<rect class="{kind}" x="{x}%" y="{BOTTOM - height:.1f}" width="{width:.2f}%" height="{height:.1f}"/>'
    return drawn


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers on a logarithmic axis: 1, 2 and 5 times powers of ten, or those alone where there are many."""
    powers = [10.0**power for power in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]
    steps = (1, 2, 5) if len(powers) < 4 else (1,)
    return [times * power for power in powers for times in steps if low <= times * power <= high]


def _line(kind: str, y: float) -> str:
    return f'<line class="{kind}" x1="0" y1="{y}" x2="100%" y2="{y}"/>'
