"""Lines over one x axis, such as the losses of a training run, as one inline SVG."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemas.page.svg import STYLE, clean, scale, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 600, 340, 66, 566, 76, 290
DRAWN = 500  # points of a longer series: the lowest and the highest of each short run of points


@dataclass(frozen=True)
class Line:
    """A named series of (x, y), x ascending; a y that is not finite leaves a gap and a red cross."""

    name: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Mark:
    """A vertical mark, such as "best, step 20"."""

    x: float
    text: str


def line_chart(
    series: Sequence[Line], *, title: str, x_label: str, y_label: str, marks: Sequence[Mark] = (), none: str = "no data"
) -> str:
    """Draw lines over one x axis as an `<svg>` element, for light and dark pages, wide and narrow ones.

    Every text is escaped. The y axis is logarithmic, and says so, when all values are positive and span
    more than 100 to 1. Colours tell four lines apart. `none` is shown when no value is finite.
    """
    known = [(x, y) for line in series for x, y in line.points if math.isfinite(x) and math.isfinite(y)]
    marks = [mark for mark in marks if math.isfinite(mark.x)]
    parts = [text(4, 26, title, "title")]
    if not known:
        parts.append(text(WIDTH / 2, HEIGHT / 2, none, "soft", "middle"))
    else:
        xs = [x for x, _ in known] + [mark.x for mark in marks]
        ys = [y for _, y in known]
        log = min(ys) > 0 and max(ys) > 100 * min(ys)
        place_x, x_ticks = scale(xs, LEFT, RIGHT, whole=all(x == int(x) for x in xs))
        place_y, y_ticks = scale(ys, BOTTOM, TOP, log=log, whole=log, full=not log)
        for y in y_ticks:
            parts.append(f'<path class="grid" d="M{LEFT} {place_y(y)}H{RIGHT}"/>')
            parts.append(text(LEFT - 8, place_y(y), f"{y:,.10g}", "soft", "end", 0.35))
        for number, x in enumerate(x_ticks):
            parts.append(text(place_x(x), BOTTOM, f"{x:,.10g}", "soft odd" if number % 2 else "soft", "middle", 1.4))
        parts.append(f'<path class="axis" d="M{LEFT} {BOTTOM}H{RIGHT}"/>')
        parts.append(text(RIGHT, HEIGHT - 4, x_label, "soft", "end"))
        parts.append(text(4, TOP - 20, f"{y_label} (log)" if log else y_label, "soft"))
        names = [f'<tspan class="s{n % 4}">━ {clean(line.name)}</tspan>' for n, line in enumerate(series)]
        parts.append(f'<text x="{RIGHT}" y="{TOP - 20}" text-anchor="end">{"&#8195;".join(names)}</text>')
        parts += [_line(line, f"s{number % 4}", place_x, place_y) for number, line in enumerate(series)]
        for row, mark in enumerate(marks):
            x, right = place_x(mark.x), mark.x > (min(xs) + max(xs)) / 2
            parts.append(f'<path class="mark" d="M{x} {TOP}V{BOTTOM}"/>')
            parts.append(
                text(x - 5 if right else x + 5, TOP, mark.text, "", "end" if right else "start", 1 + 1.2 * row)
            )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'{head} aria-label="{clean(title)}"><style>{STYLE}</style>{"".join(parts)}</svg>'


def _line(line: Line, colour: str, place_x: Callable[[float], float], place_y: Callable[[float], float]) -> str:
    runs: list[list[tuple[float, float]]] = [[]]
    crosses = set()
    for x, y in line.points:
        if math.isfinite(x) and math.isfinite(y):
            runs[-1].append((place_x(x), place_y(y)))
        else:
            runs.append([])
            crosses |= {place_x(x)} if math.isfinite(x) else set()
    size = max(2, math.ceil(2 * len(line.points) / DRAWN))
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in _thin(run, size)) for run in runs if run)
    lone = [run[0] for run in runs if len(run) == 1] if len(line.points) > 30 else [p for run in runs for p in run]
    dots = "".join(f'<circle class="{colour}" cx="{x}" cy="{y}" r="2.5"/>' for x, y in lone)
    gaps = "".join(f"M{x - 3:.1f} {BOTTOM - 9}l6 6m0-6l-6 6" for x in sorted(crosses))
    return f'<path class="line {colour}" d="{path}"/>{dots}' + (f'<path class="gap" d="{gaps}"/>' if gaps else "")


def _thin(run: list[tuple[float, float]], size: int) -> list[tuple[float, float]]:
    if size <= 2:
        return run
    cuts = [run[at : at + size] for at in range(0, len(run), size)]
    return [p for cut in cuts for p in sorted({min(cut, key=lambda p: p[1]), max(cut, key=lambda p: p[1])})]
