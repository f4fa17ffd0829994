"""The charts of a comparison: gains with intervals, bits per byte on four sets, the training curve."""

from collections.abc import Mapping, Sequence
from typing import Any

from evalsuite.comparison import Row
from evalsuite.report.exhibits import cut
from evalsuite.report.figures import figure
from evalsuite.report.names import SETS, name
from evalsuite.report.told import outcome, tone, where
from evalsuite.report.words import word
from schemas.page import Interval, Line, Mark, Pair, dumbbell, forest_plot, line_chart

LABEL = 56  # characters of a row's name; more would run into its verdict


def gains(rows: Sequence[Row], lang: str) -> str:
    """A forest plot of judged rows, each drawn in its own accepted losses, better to the right."""
    drawn = [_gain(row, lang) for row in rows if row.better in ("higher", "lower")]
    title, worse, better = (word(f"forest_{key}", lang) for key in ("title", "worse", "better"))
    return forest_plot(drawn, title=title, low_label=worse, high_label=better) if drawn else ""


def likelihood(rows: Sequence[Row], lang: str) -> list[tuple[str, str]]:
    """For each language its name and a dumbbell plot of bits per byte, training rows first."""
    charts = []
    for language in sorted({row.language for row in rows}):
        chosen = sorted((row for row in rows if row.language == language), key=lambda row: SETS.index(row.set))
        title = name(language, lang)
        charts.append((title, dumbbell([_pair(row, lang) for row in chosen], title=title, x_label=_unit(chosen, lang))))
    return charts


def curve(panel: Mapping[str, Any], lang: str, *, title: str) -> str:
    """The training run's losses."""
    lines = [Line(name(key, lang), [(step, loss) for step, loss in panel.get(key) or []]) for key in ("train", "dev")]
    best = panel.get("best")
    return line_chart(
        [line for line in lines if line.points],
        title=title,
        x_label=word("step", lang),
        y_label=word("loss", lang),
        marks=[] if best is None else [Mark(best, word("best_step", lang, step=best))],
        none=word("no_data", lang),
    )


def _gain(row: Row, lang: str) -> Interval:
    """Drawn in units of the margin; a row without one is drawn from edge to edge of its own interval."""
    size = row.margin or max(abs(row.low), abs(row.high), 1e-12)
    ends = [value / size for value in (row.low, row.delta, row.high)]
    low, middle, high = ends if row.better == "higher" else [-value for value in reversed(ends)]
    label = cut(f"{name(row.metric, lang)} · {where(row, lang)}", LABEL)
    return Interval(label, low, middle, high, -1.0 if row.margin else None, outcome(row.verdict, lang), tone(row))


def _pair(row: Row, lang: str) -> Pair:
    words = f"{figure(row.base, row.unit)} → {figure(row.tuned, row.unit)}"
    return Pair(name(row.set, lang), row.base, row.tuned, words, tone(row))


def _unit(rows: Sequence[Row], lang: str) -> str:
    return name(rows[0].unit, lang)
