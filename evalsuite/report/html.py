"""`report.html`: the whole comparison as one self-contained page."""

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalsuite.comparison import Comparison, Row
from evalsuite.report import charts
from evalsuite.report.exhibits import SHORT, cut, exhibit, history
from evalsuite.report.figures import chance, plain
from evalsuite.report.grid import grid, pairs
from evalsuite.report.names import GROUNDING, LIKELIHOOD, SETS, STOPPING, name
from evalsuite.report.told import OUTCOMES, pick, signatures, tell
from evalsuite.report.why import counts, why
from evalsuite.report.words import word
from schemas.page import page
from schemas.page.templates import environment, fitting

if TYPE_CHECKING:
    from jinja2 import Environment

EVERY, SOME, DRAWN = 250, 60, 40  # lines of the table of all rows, of any other table, and of a chart
WORSE, BETTER, SPANS = 30, 8, 30  # items, and spans or loops, shown at most
BUDGET = 700_000  # bytes of items: with all else, well under the 1.5 MB that a browser opens at once


def render_html(comparison: Comparison, *, lang: str = "en") -> str:
    """The report as one HTML document, without scripts and without the network.

    Args:
        comparison: What to show; nothing is computed here.
        lang: `en` or `zh`.

    Raises:
        UserError: If reports aren't written in that language.
    """
    title = word("title", lang, name=comparison.name)
    body = _environment(lang).get_template("report.html.jinja").render(_view(comparison, lang), title=title)
    return page(title, body, lang=lang)


def _view(comparison: Comparison, lang: str) -> dict[str, Any]:
    rows, panels = comparison.rows, comparison.panels
    four = pick(rows, LIKELIHOOD, SETS)
    return {
        "comparison": comparison,
        "panels": panels,
        "symbol": OUTCOMES[comparison.verdict][0],
        "tone": OUTCOMES[comparison.verdict][1],
        "why": why(comparison, lang),
        "counts": counts(comparison, lang),
        "contents": _contents(comparison, bool(four)),
        "judge": pairs({key: told for key, told in panels.get("judge", {}).items() if key != "rows"}, lang),
        "human": _human(panels.get("human", {}), lang),
        "sides": [_side(side, lang) for side in comparison.sides],
        "primary": _table([row for row in rows if row.primary], lang),
        "forest": charts.gains([row for row in rows if row.primary][:DRAWN], lang),
        "exhibits": _exhibits(panels.get("items"), lang),
        "four": _table(four, lang),
        "dumbbells": charts.likelihood(four[:SOME], lang),
        "stopping": _table(pick(rows, STOPPING), lang),
        "grounding": _table(pick(rows, GROUNDING), lang),
        "slices": _table(comparison.slices, lang),
        "slice_forest": charts.gains(comparison.slices[:DRAWN], lang),
        "rows": _table(rows, lang, most=EVERY),
        "curve": charts.curve(panels["curve"], lang, title=comparison.name) if "curve" in panels else "",
        "settings": pairs(comparison.settings, lang),
        "signatures": signatures(rows, lang),
        "spans": SPANS,
    }


def _table(rows: Sequence[Row], lang: str, *, most: int = SOME) -> dict[str, Any]:
    return {"rows": [tell(row, lang) for row in rows[:most]], "total": len(rows)}


def _contents(comparison: Comparison, four: bool) -> list[str]:
    """The sections that this comparison has, in the page's order."""
    rows, panels = comparison.rows, comparison.panels
    present = {
        "items": "items" in panels,
        "likelihood": four,
        "stopping": bool(pick(rows, STOPPING)) or "loops" in panels or "causes" in panels,
        "grounding": bool(pick(rows, GROUNDING)) or "checker" in panels,
        "memory": "memory" in panels,
        "slices": bool(comparison.slices),
        **{key: key in panels for key in ("sweep", "trim", "curve", "harness", "judge", "human")},
    }
    return ["primary", *(key for key, there in present.items() if there), "rows", "settings"]


def _side(side: Mapping[str, Any], lang: str) -> tuple[str, list[tuple[str, str]]]:
    digests = ("template", "adapter")
    rest = {key: str(value)[:12] if key in digests and value else value for key, value in side.items() if key != "name"}
    return name(str(side.get("name", "")), lang), pairs(rest, lang)


def _human(panel: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    shown = {key: panel[key] for key in ("wins", "losses", "ties") if key in panel}
    told = [(word(f"human_{key}", lang), plain(value)) for key, value in shown.items()]
    return [*told, (word("human_p", lang), chance(panel.get("p")))]


def _exhibits(items: Sequence[Mapping[str, Any]] | None, lang: str) -> dict[str, Any] | None:
    """Worse and better items as far as the budget goes, and how many there are."""
    if items is None:
        return None
    worse = [item for item in items if item.get("change") == "worse"]
    better = [item for item in items if item.get("change") == "better"]
    template = _environment(lang).get_template("exhibit.html.jinja")
    blocks = [template.render(item=exhibit(item, lang)) for item in worse[:WORSE]]
    more = [template.render(item=exhibit(item, lang)) for item in better[:BETTER]]
    shown_more = fitting(more, BUDGET // 4)
    return {
        "worse": fitting(blocks, BUDGET - sum(len(block.encode(errors="replace")) for block in shown_more)),
        "better": shown_more,
        "total_worse": len(worse),
        "total_better": len(better),
    }


@cache
def _environment(lang: str) -> "Environment":
    told = {"t": partial(word, lang=lang), "name": partial(name, lang=lang), "grid": partial(grid, lang=lang)}
    return environment(Path(__file__).parent, **told, lang=lang, history=history, cut=partial(cut, most=SHORT))
