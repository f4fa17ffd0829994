"""The sentence beneath the verdict: which numbers decided, and by how much."""

from collections.abc import Sequence

from evalsuite.comparison import Comparison, Row
from evalsuite.report.figures import figure
from evalsuite.report.names import name
from evalsuite.report.told import where
from evalsuite.report.words import word

NAMED = 6  # more numbers than that are read in the table


def why(comparison: Comparison, lang: str) -> str:
    """One or two sentences for the verdict of the whole, from the primary rows that made it."""
    verdict = comparison.verdict
    if verdict == "INVALID":
        return word("why_INVALID", lang)
    primary = [row for row in comparison.rows if row.primary]
    if not primary:
        return word("why_nothing", lang)
    better = [row for row in primary if row.verdict == "IMPROVED"]
    deciding = {
        "REGRESSED": [row for row in primary if row.verdict == "REGRESSED"],
        "NOT IMPROVED": [row for row in primary if row.verdict != "IMPROVED"],
        "INCONCLUSIVE": [row for row in primary if row.verdict == "INCONCLUSIVE"],
        "IMPROVED": better,
        "NO REGRESSION": primary,
    }[verdict]
    told = word(f"why_{verdict}", lang, list=_list(deciding, lang))
    if better and verdict != "IMPROVED":
        space = " " if lang == "en" else ""
        told += space + word("why_also_better", lang, list=_list(better, lang))
    return told


def counts(comparison: Comparison, lang: str) -> str:
    """How many held-out items each language has."""
    most: dict[str, int] = {}
    for row in comparison.rows:
        if row.set == "eval":
            most[row.language] = max(most.get(row.language, 0), row.n)
    told = [word("items_language", lang, n=f"{n:,}", language=name(key, lang)) for key, n in sorted(most.items())]
    return word("separator", lang).join(told)


def _list(rows: Sequence[Row], lang: str) -> str:
    told = [_one(row, lang) for row in rows[:NAMED]] + (["…"] if len(rows) > NAMED else [])
    return word("separator", lang).join(told)


def _one(row: Row, lang: str) -> str:
    change = f"{figure(row.base, row.unit)} → {figure(row.tuned, row.unit)}"
    told = name(row.metric, lang) + word("in_brackets", lang, text=where(row, lang))
    extra = []
    if row.verdict == "REGRESSED":
        extra.append(word("accepted", lang, margin=figure(row.margin, row.unit)))
    if row.verdict == "INCONCLUSIVE" and row.needed is not None:
        extra.append(word("needed", lang, needed=f"{row.needed:,}"))
    return f"{told} {change}" + "".join(word("in_brackets", lang, text=text) for text in extra)
