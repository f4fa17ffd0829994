"""What every chart shares: colours and type, scales with round ticks, escaped text."""

import math
import re
from collections.abc import Callable, Sequence
from html import escape

STYLE = """.chart{width:100%;max-width:720px;height:auto;font:13px system-ui,sans-serif}.chart text{fill:currentColor}
.chart .title{font-size:1.15em;font-weight:600}.chart .soft{opacity:.72}
.chart path{fill:none;stroke:currentColor;vector-effect:non-scaling-stroke}.chart .grid{opacity:.14}
.chart .axis{opacity:.5}.chart .mark{opacity:.5;stroke-dasharray:3 3}.chart .gap{stroke:#d1242f;stroke-width:1.5}
.chart path.line{stroke:var(--ink);stroke-width:1.6;stroke-linejoin:round}.chart circle,.chart tspan{fill:var(--ink)}
.chart .s0{--ink:#1f6feb}.chart .s1{--ink:#bc4c00}.chart .s2{--ink:#1a7f37}.chart .s3{--ink:#8250df}
@media (prefers-color-scheme:dark){.chart .s0{--ink:#79b8ff}.chart .s1{--ink:#ffa657}.chart .s2{--ink:#7ee787}
.chart .s3{--ink:#d2a8ff}.chart .gap{stroke:#ff7b72}}
@media (max-width:480px){.chart{font-size:19px}.chart .odd{display:none}}"""
"""Of a chart that scales as a whole."""

ROW_STYLE = """.rows{display:block;width:100%;max-width:720px;font:13px system-ui,sans-serif;overflow:visible}
.rows text{fill:currentColor;font-variant-numeric:tabular-nums}.rows .soft{opacity:.72}.rows .odd{opacity:.72}
.rows line{stroke:currentColor}.rows .grid{opacity:.12}.rows .zero{opacity:.55}
.rows .edge{stroke-dasharray:3 2;opacity:.75;stroke-width:1.5}
.rows .span{stroke:var(--ink);stroke-width:3;stroke-linecap:round}
.rows circle{fill:var(--ink)}.rows .hollow{fill:var(--page,#fff);stroke:var(--ink);stroke-width:2}
.rows text.word{fill:var(--ink);font-weight:600;paint-order:stroke;stroke:var(--page,#fff);stroke-width:6px}
.rows .good{--ink:#1a7f37}.rows .bad{--ink:#cf222e}.rows .warn{--ink:#9a6700}.rows .plain{--ink:#57606a}
.rows .side{--ink:#1f6feb}
@media (prefers-color-scheme:dark){.rows .good{--ink:#7ee787}.rows .bad{--ink:#ff7b72}.rows .warn{--ink:#e3b341}
.rows .plain{--ink:#9198a1}.rows .side{--ink:#79b8ff}}
.rows rect{fill:var(--ink)}.rows .pale{opacity:.28}.rows .flow{fill:var(--ink);stroke:none;opacity:.24}
.rows .halo{paint-order:stroke;stroke:var(--page,#fff);stroke-width:6px;stroke-linejoin:round}
@media (max-width:480px){.rows .odd{display:none}}"""
"""Of a chart of rows, which is as wide as its place while its letters keep their size."""


def frame(title: str, height: float, parts: Sequence[str]) -> str:
    """The `<svg>` element of a chart in `ROW_STYLE`, as wide as its place, `height` in pixels; `title` is read out."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="rows" role="img" height="{height:g}"'
    return f'{head} aria-label="{clean(title)}"><style>{ROW_STYLE}</style>{"".join(parts)}</svg>'


def text(x: float | str, y: float, words: str, kind: str, anchor: str = "start", down: float = 0) -> str:
    """A `<text>` element.

    Args:
        x: Pixels, or a share of the width such as `40%`.
        y: Pixels.
        words: Escaped here.
        kind: CSS classes.
        anchor: `start`, `middle` or `end`.
        down: Lines below y.
    """
    return f'<text x="{x}" y="{y}" dy="{down:.2g}em" class="{kind}" text-anchor="{anchor}">{clean(words)}</text>'


def clean(words: str) -> str:
    """Escaped for HTML and SVG."""
    return escape(legal(words))


def legal(words: str) -> str:
    """With U+FFFD for whatever XML and HTML forbid: control characters, lone surrogates, non-characters."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "�", words)


def scale(
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
