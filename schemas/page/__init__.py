"""What every report is made of: an HTML shell, and charts as inline SVG, without fonts or scripts of their own."""

from schemas.page.bars import Bar, bars
from schemas.page.histogram import Bin, histogram
from schemas.page.intervals import Interval, Pair, Tone, dumbbell, forest_plot
from schemas.page.lines import DRAWN, Line, Mark, line_chart
from schemas.page.sankey import Node, sankey
from schemas.page.scatter import Cloud, Shape, Tag, scatter
from schemas.page.shell import page
from schemas.page.svg import clean, legal

__all__ = [
    "DRAWN",
    "Bar",
    "Bin",
    "Cloud",
    "Interval",
    "Line",
    "Mark",
    "Node",
    "Pair",
    "Shape",
    "Tag",
    "Tone",
    "bars",
    "clean",
    "dumbbell",
    "forest_plot",
    "histogram",
    "legal",
    "line_chart",
    "page",
    "sankey",
    "scatter",
]
