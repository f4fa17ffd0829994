"""The marks of every report: for now a line chart as one inline SVG, without scripts or fonts of its own."""

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 600, 340, 66, 566, 76, 290
DRAWN = 500  # points of a longer series: the lowest and the highest of each short run of points

STYLE = """.chart{width:100%;max-width:720px;height:auto;font:13px system-ui,sans-serif}.chart text{fill:currentColor}
.chart .title{font-size:1.15em;font-weight:600}.chart .soft{opacity:.72}
.chart path{fill:none;stroke:currentColor;vector-effect:non-scaling-stroke}.chart .grid{opacity:.14}
.chart .axis{opacity:.5}.chart .mark{opacity:.5;stroke-dasharray:3 3}.chart .gap{stroke:#d1242f;stroke-width:1.5}
.chart path.line{stroke:var(--ink);stroke-width:1.6;stroke-linejoin:round}.chart circle,.chart tspan{fill:var(--ink)}
.chart .s0{--ink:#1f6feb}.chart .s1{--ink:#bc4c00}.chart .s2{--ink:#1a7f37}.chart .s3{--ink:#8250df}
@media (prefers-color-scheme:dark){.chart .s0{--ink:#79b8ff}.chart .s1{--ink:#ffa657}.chart .s2{--ink:#7ee787}
.chart .s3{--ink:#d2a8ff}.chart .gap{stroke:#ff7b72}}
@media (max-width:480px){.chart{font-size:19px}.chart .odd{display:none}}"""


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
    parts = [_text(4, 26, title, "title")]
    if not known:
        parts.append(_text(WIDTH / 2, HEIGHT / 2, none, "soft", "middle"))
    else:
        xs = [x for x, _ in known] + [mark.x for mark in marks]
        ys = [y for _, y in known]
        log = min(ys) > 0 and max(ys) > 100 * min(ys)
        place_x, x_ticks = _scale(xs, LEFT, RIGHT, whole=all(x == int(x) for x in xs))
        place_y, y_ticks = _scale(ys, BOTTOM, TOP, log=log, whole=log, full=not log)
        for y in y_ticks:
            parts.append(f'<path class="grid" d="M{LEFT} {place_y(y)}H{RIGHT}"/>')
            parts.append(_text(LEFT - 8, place_y(y), f"{y:,.10g}", "soft", "end", 0.35))
        for number, x in enumerate(x_ticks):
            parts.append(_text(place_x(x), BOTTOM, f"{x:,.10g}", "soft odd" if number % 2 else "soft", "middle", 1.4))
        parts.append(f'<path class="axis" d="M{LEFT} {BOTTOM}H{RIGHT}"/>')
        parts.append(_text(RIGHT, HEIGHT - 4, x_label, "soft", "end"))
        parts.append(_text(4, TOP - 20, f"{y_label} (log)" if log else y_label, "soft"))
        names = [f'<tspan class="s{n % 4}">━ {_safe(line.name)}</tspan>' for n, line in enumerate(series)]
        parts.append(f'<text x="{RIGHT}" y="{TOP - 20}" text-anchor="end">{"&#8195;".join(names)}</text>')
        parts += [_line(line, f"s{number % 4}", place_x, place_y) for number, line in enumerate(series)]
        for row, mark in enumerate(marks):
            x, right = place_x(mark.x), mark.x > (min(xs) + max(xs)) / 2
            parts.append(f'<path class="mark" d="M{x} {TOP}V{BOTTOM}"/>')
            parts.append(
                _text(x - 5 if right else x + 5, TOP, mark.text, "", "end" if right else "start", 1 + 1.2 * row)
            )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'{head} aria-label="{_safe(title)}"><style>{STYLE}</style>{"".join(parts)}</svg>'


def _scale(
    values: Sequence[float], begin: float, end: float, *, log: bool = False, whole: bool = False, full: bool = False
) -> tuple[Callable[[float], float], list[float]]:
    """Value to pixel; and ticks, about five, at 1, 2 or 5 times a power of ten. `full`: begin and end at ticks."""
    bend = math.log10 if log else float
    low, high = bend(min(values)), bend(max(values))
    if math.isclose(low, high, rel_tol=1e-12, abs_tol=1e-300):
        low, high = low - (abs(low) / 10 or 1), high + (abs(high) / 10 or 1)
    unit = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= (high - low) / 5.001)
    step = max(1.0, step) if whole else step
    if full:
        low, high = math.floor(low / step) * step, math.ceil(high / step) * step
    ticks = [n * step for n in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
    slope = (end - begin) / (high - low)
    return lambda value: round(begin + slope * (bend(value) - low), 1), [10.0**tick if log else tick for tick in ticks]


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


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start", down: float = 0) -> str:
    return f'<text x="{x}" y="{y}" dy="{down:.2g}em" class="{kind}" text-anchor="{anchor}">{_safe(text)}</text>'


def _safe(text: str) -> str:
    return escape(re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "�", text))
