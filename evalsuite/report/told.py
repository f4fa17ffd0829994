"""A row of the comparison as the words of one table line, with the symbol and the colour of its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass

from evalsuite.comparison import Row
from evalsuite.report.exhibits import cut
from evalsuite.report.figures import NONE, chance, figure, span
from evalsuite.report.names import name, slice_name
from evalsuite.report.words import word
from schemas.page import Tone

OUTCOMES: dict[str, tuple[str, Tone]] = {
    "INVALID": ("✕", "bad"),
    "REGRESSED": ("▼", "bad"),
    "NOT IMPROVED": ("✕", "bad"),
    "WORSE WITHIN MARGIN": ("▽", "warn"),
    "INCONCLUSIVE": ("?", "warn"),
    "NO REGRESSION": ("✓", "good"),
    "IMPROVED": ("▲", "good"),
}
"""Verdict -> symbol and colour: nothing rests on colour alone."""


@dataclass(frozen=True)
class Told:
    """All of a row as text; `tone` is the colour of its verdict, `where` is its set, language and slice."""

    metric: str
    where: str
    base: str
    tuned: str
    delta: str
    interval: str
    p: str
    adjusted: str
    verdict: str
    tone: Tone
    margin: str
    unit: str
    n: str
    excluded: str
    improved: str
    worsened: str
    needed: str
    mde: str
    test: str
    signature: str


def outcome(verdict: str | None, lang: str) -> str:
    """Symbol and word of a verdict; a dash for none."""
    return f"{OUTCOMES[verdict][0]} {word(verdict, lang)}" if verdict else NONE


def where(row: Row, lang: str) -> str:
    """The set, the language and the slice of a row."""
    parts = [name(row.set, lang), name(row.language, lang), cut(slice_name(row.slice, lang), 120)]
    return " · ".join(part for part in parts if part)


def tone(row: Row) -> Tone:
    """Of a row's verdict: a primary number is coloured, a slice at most warns, all else is plain."""
    if row.verdict is None or not (row.primary or row.slice):
        return "plain"
    told = OUTCOMES[row.verdict][1]
    return told if row.primary else "warn" if told == "bad" else "plain"


def tell(row: Row, lang: str) -> Told:
    """A row in words."""
    unit, undecided = row.unit, row.verdict == "INCONCLUSIVE"
    return Told(
        metric=name(row.metric, lang),
        where=where(row, lang),
        base=figure(row.base, unit),
        tuned=figure(row.tuned, unit),
        delta=figure(row.delta, unit, sign=True),
        interval=span(row.low, row.high, unit),
        p=chance(row.p),
        adjusted=chance(row.adjusted),
        verdict=outcome(row.verdict, lang),
        tone=tone(row),
        margin=figure(row.margin, unit),
        unit=name(unit, lang),
        n=f"{row.n:,}",
        excluded=f"{row.excluded:,}",
        improved=f"{row.improved:,}",
        worsened=f"{row.worsened:,}",
        needed=word("needed", lang, needed=f"{row.needed:,}") if undecided and row.needed else "",
        mde=figure(row.mde, unit),
        test=row.test,
        signature=row.signature,
    )


def pick(rows: Sequence[Row], metrics: Sequence[str], sets: Sequence[str] = ("eval",)) -> list[Row]:
    """The rows of some metrics on some sets, language by language, in the order of `metrics`, then of `sets`."""
    chosen = [row for row in rows if row.metric in metrics and row.set in sets and not row.slice]
    return sorted(chosen, key=lambda row: (row.language, metrics.index(row.metric), sets.index(row.set)))


def signatures(rows: Sequence[Row], lang: str) -> dict[str, str]:
    """Metric -> signature, each once."""
    return {name(row.metric, lang): row.signature for row in rows}
