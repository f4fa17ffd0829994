"""Points on a plane, told apart by shape as well as colour, with numbered labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from schemas.page.svg import STYLE, clean, text

Shape = Literal["dot", "plus", "cross"]

WIDTH, HEIGHT, TOP, EDGE = 600, 430, 40, 14
SHAPES: dict[Shape, str] = {
    "dot": "M{x} {y}h0",
    "plus": "M{x} {y}m-3 0h6m-3-3v6",
    "cross": "M{x} {y}m-3-3l6 6m0-6l-6 6",
}
SIGNS: dict[Shape, str] = {"dot": "•", "plus": "+", "cross": "×"}

_STYLE = """.chart .frame{opacity:.25}.chart path.points{stroke:var(--ink);stroke-width:1.4}
.chart path.dot{stroke-width:4;stroke-linecap:round;opacity:.55}
.chart .tag{font-weight:600;paint-order:stroke;stroke:var(--page,#fff);stroke-width:5px;stroke-linejoin:round}
@media (max-width:480px){.chart tspan.odd{display:none}}"""


@dataclass(frozen=True)
class Cloud:
    """A named set of (x, y) points, all finite, of one shape."""

    name: str
    points: Sequence[tuple[float, float]]
    shape: Shape


@dataclass(frozen=True)
class Tag:
    """A label at (x, y): `number` always, `words` where there is room."""

    x: float
    y: float
    number: str
    words: str


def scatter(clouds: Sequence[Cloud], tags: Sequence[Tag] = (), *, title: str) -> str:
    """Draw up to four clouds over each other, the first lowest, as an `<svg>` element; axes have no unit.

    Every text is escaped. A label moves down as far as it takes to cover no other one.
    """
    spots = [point for cloud in clouds for point in cloud.points] + [(tag.x, tag.y) for tag in tags] or [(0.0, 0.0)]
    (x0, x1), (y0, y1) = ((min(ends), max(ends)) for ends in zip(*spots, strict=True))
    across, down = (WIDTH - 4 * EDGE) / ((x1 - x0) or 1), (HEIGHT - TOP - 4 * EDGE) / ((y1 - y0) or 1)

    def place(x: float, y: float) -> tuple[float, float]:
        return round(2 * EDGE + across * (x - x0), 1), round(HEIGHT - 2 * EDGE - down * (y - y0), 1)

    names = [
        f'<tspan class="s{n % 4}">{SIGNS[cloud.shape]} {clean(cloud.name)}</tspan>' for n, cloud in enumerate(clouds)
    ]
    parts = [f'<text x="{WIDTH - EDGE}" y="24" text-anchor="end">{"&#8195;".join(names)}</text>']
    parts.append(f'<path class="frame" d="M{EDGE} {TOP}H{WIDTH - EDGE}V{HEIGHT - EDGE}H{EDGE}Z"/>')
    for number, cloud in enumerate(clouds):
        drawn = "".join(SHAPES[cloud.shape].format(x=x, y=y) for x, y in (place(*point) for point in cloud.points))
        parts.append(f'<path class="points {cloud.shape} s{number % 4}" d="{drawn}"/>')
    parts += _tags([(*place(tag.x, tag.y), tag) for tag in tags])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'{head} aria-label="{clean(title)}"><style>{STYLE}{_STYLE}</style>{"".join(parts)}</svg>'


def _tags(spots: Sequence[tuple[float, float, Tag]]) -> list[str]:
    drawn: list[tuple[float, float]] = []
    parts = []
    for x, y, tag in sorted(spots, key=lambda spot: (spot[1], spot[0])):
        while any(abs(y - other) < 22 and abs(x - beside) < 190 for beside, other in drawn):
            y += 2  # noqa: PLW2901
        drawn.append((x, y))
        if not tag.words:
            parts.append(text(x, y, tag.number, "tag", "middle"))
            continue
        end = x > WIDTH * 0.62
        anchor = "end" if end else "start"
        words = f'<tspan class="odd"> {clean(tag.words)}</tspan>'
        parts.append(f'<text class="tag" x="{x}" y="{y}" text-anchor="{anchor}">{clean(tag.number)}{words}</text>')
    return parts
