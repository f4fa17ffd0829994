"""How long, in which language and of how many turns the rows are, before the rules and after them."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dataprep.report.artifact import MEASURES, Artifact
from dataprep.report.figures import brief, common_folder, count, percent
from dataprep.report.names import name
from dataprep.report.words import word
from schemas.page import Bar, Bin, bars, histogram

FILES, LANGUAGES, TURNS = 8, 8, 8  # bars at most
BINS = 6  # of a power of ten: from 1 on every bin holds a whole number
QUANTILES = (0.05, 0.5, 0.95, 1.0)


def distributions(artifact: Artifact, lang: str) -> list[tuple[str, str]]:
    """Heading and chart of each measure that the artifact has."""
    charts = []
    signals = _marked(artifact)
    for measure in ("chars", "tokens"):
        if signals is not None and measure in signals.columns:
            title = word(measure, lang)
            bins = _bins(signals, measure)
            charts.append((title, histogram(bins, title=title, x_label=title, none=word("no_data", lang))))
    if signals is not None and signals["language"].count():
        title = word("spoken", lang)
        charts.append((title, bars(_languages(signals, lang), title=title)))
    if signals is not None and "turns" in signals.columns:
        charts.append((word("turns", lang), bars(_turns(signals, lang), title=word("turns", lang))))
    files = _files(artifact.manifest["sources"], lang)
    charts.append((word("files", lang), bars(files, title=word("files", lang))))
    return charts


def quantiles(artifact: Artifact, lang: str) -> list[tuple[str, list[str]]]:
    """Measure, and its percentiles before and after."""
    signals = _marked(artifact)
    if signals is None:
        return []
    lines = []
    for measure in MEASURES:
        if measure not in signals.columns:
            continue
        sides = (signals[measure], signals.filter("kept")[measure])
        cells = [" → ".join(_figure(side, share) for side in sides) for share in QUANTILES]
        lines.append((word(measure, lang), cells))
    return lines


def _marked(artifact: Artifact) -> pl.DataFrame | None:
    """The signals with `kept`."""
    if artifact.signals is None:
        return None
    ids = artifact.kept.select("id", kept=pl.lit(value=True))
    joined = artifact.signals.join(ids.unique("id", maintain_order=True), on="id", how="left", maintain_order="left")
    return joined.with_columns(pl.col("kept").fill_null(value=False))


def _bins(signals: pl.DataFrame, measure: str) -> list[Bin]:
    known = signals.select("kept", value=pl.col(measure).clip(1)).drop_nulls()
    if known.is_empty():
        return []
    steps = known.select("kept", step=(pl.col("value").log10() * BINS + 1e-9).floor().cast(pl.Int64))
    counted = steps.group_by("step", maintain_order=True).agg(whole=pl.len(), part=pl.col("kept").sum()).sort("step")
    found = {step: (whole, part) for step, whole, part in counted.iter_rows()}
    return [
        Bin(10 ** (step / BINS), 10 ** ((step + 1) / BINS), *found.get(step, (0, 0)))
        for step in range(min(found), max(found) + 1)
    ]


def _languages(signals: pl.DataFrame, lang: str) -> list[Bar]:
    told = signals.with_columns(pl.col("language").fill_null("und"))
    counted = told.group_by("language", maintain_order=True).agg(whole=pl.len(), part=pl.col("kept").sum())
    ranked = counted.sort("whole", "language", descending=[True, False])
    return _bars([(name(key, lang), whole, part) for key, whole, part in ranked.iter_rows()], LANGUAGES, lang)


def _turns(signals: pl.DataFrame, lang: str) -> list[Bar]:
    told = signals.drop_nulls("turns").with_columns(pl.col("turns").clip(0, TURNS))
    counted = told.group_by("turns", maintain_order=True).agg(whole=pl.len(), part=pl.col("kept").sum()).sort("turns")
    rows = []
    for turns, whole, part in counted.iter_rows():
        label = word("turns_more", lang, count=turns) if turns == TURNS else str(turns)
        rows.append((label, whole, part))
    return _bars(rows, TURNS + 1, lang)


def _files(sources: Sequence[Mapping[str, Any]], lang: str) -> list[Bar]:
    shared = common_folder([source["source"] for source in sources])
    ranked = sorted(sources, key=lambda source: -source["read"])
    rows = [(brief(source["source"].removeprefix(shared), 26), source["read"], source["kept"]) for source in ranked]
    return _bars(rows, FILES, lang)


def _bars(rows: Sequence[tuple[str, int, int]], most: int, lang: str) -> list[Bar]:
    """The first rows as bars; the others as words, for one bar of them all would dwarf the rest."""
    shown = [Bar(label, whole, part, _words(whole, part, lang)) for label, whole, part in rows[:most]]
    if rest := rows[most:]:
        words = _words(sum(whole for _, whole, _ in rest), sum(part for _, _, part in rest), lang)
        shown.append(Bar(word("others", lang, count=len(rest)), 0, 0, words))
    return shown


def _figure(values: pl.Series, share: float) -> str:
    value = values.quantile(share, "nearest")
    return "–" if value is None else count(value)


def _words(whole: int, part: int, lang: str) -> str:
    return word("kept_of", lang, part=count(part), whole=count(whole), share=percent(part, whole))
