"""What every report is made of: an HTML shell, and charts as inline SVG, without scripts or fonts of their own."""

from schemas.page.intervals import Interval, Pair, Tone, dumbbell, forest_plot
from schemas.page.lines import DRAWN, Line, Mark, line_chart
from schemas.page.shell import page
from schemas.page.svg import clean, legal

__all__ = [
    "DRAWN",
    "Interval",
    "Line",
    "Mark",
    "Pair",
    "Tone",
    "clean",
    "dumbbell",
    "forest_plot",
    "legal",
    "line_chart",
    "page",
]
