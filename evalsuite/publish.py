"""What an evaluation leaves on disk: predictions, scores, the comparison, the reports for people and for CI."""

import importlib.metadata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from evalsuite.comparison import Comparison
from evalsuite.items import Item
from evalsuite.report import render_html, render_junit, render_markdown
from evalsuite.report.blind import set_aside, write_sheet
from evalsuite.score import Heard, draws
from evalsuite.scorecard import ScoreCard, write_cards
from schemas.artifacts import digest_json, staged, write_file

LIBRARIES = ("gristmill", "torch", "transformers", "peft", "rouge-score", "sacrebleu", "jieba", "lm-eval")

ANSWERED: dict[str, pl.DataType] = {
    "row": pl.Int64(),
    "seed": pl.Int64(),
    **dict.fromkeys(("question", "context", "reference"), pl.String()),
    **{
        f"{side}{part}": pl.Int64() if part == "_tokens" else pl.String()
        for side in ("base", "tuned")
        for part in ("", "_tokens", "_stop", "_fault")
    },
}
"""Columns of predictions.parquet behind those of the items; `fault` is null where there was none."""


def versions() -> dict[str, str]:
    """Versions of what decides the numbers; libraries that are absent are left out."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def predictions(items: Sequence[Item], heard: tuple[Heard, Heard], frame: pl.DataFrame) -> pl.DataFrame:
    """Every answered item: its slices, prompt digest, question and reference, both answers, token counts, stops.

    Args:
        items: What was asked.
        heard: What base and tuned answered.
        frame: Schema `ITEMS`, the rows of `draws`.
    """
    rows = []
    for (item, seed), shared in zip(draws(items, heard[1]), frame.iter_rows(named=True), strict=True):
        if (item.id, seed) not in heard[1].answers:
            continue
        row: dict[str, Any] = {**shared, "row": item.row, "seed": seed}
        row |= {"question": item.question, "context": item.context, "reference": item.reference}
        for name, side in zip(("base", "tuned"), heard, strict=True):
            answer = side.answers[item.id, seed]
            row |= {name: answer.text, f"{name}_tokens": answer.tokens, f"{name}_stop": answer.stop}
            row[f"{name}_fault"] = answer.fault or None
        rows.append(row)
    return pl.DataFrame(rows, schema={**frame.schema, **ANSWERED})


def publish(
    folder: Path,
    comparison: Comparison,
    cards: tuple[ScoreCard, ScoreCard],
    items: Sequence[Item],
    heard: tuple[Heard, Heard],
    *,
    lang: str,
    seed: int,
) -> None:
    """Write everything; each file appears whole.

    Args:
        folder: `runs/NAME/eval`.
        comparison: With its panels.
        cards: Of base and tuned.
        items: What was asked.
        heard: What they answered.
        lang: Of the reports.
        seed: Of the blind sheet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = predictions(items, heard, cards[0].items)
    with staged(folder / "predictions.parquet") as draft:
        told.write_parquet(draft)
    write_cards(folder / "scores.json", {"base": cards[0], "tuned": cards[1]})
    write_reports(folder, comparison, lang=lang)
    if not told.is_empty():
        sheet = folder / "blind.csv"
        set_aside(sheet)
        write_sheet(told.to_dicts(), sheet, seed=sheet_seed(cards[1], seed))


def sheet_seed(tuned: ScoreCard, seed: int) -> int:
    """Of a blind sheet: its own for every model and way to answer, so that no sheet is read as another model's."""
    told = [tuned.model.get("run"), tuned.model.get("adapter"), tuned.settings.get("generation")]
    return int(digest_json([seed, *told])[:12], 16)


def write_reports(folder: Path, comparison: Comparison, *, lang: str) -> None:
    """Write `comparison.json`, `report.html`, `report.md` and `junit.xml`."""
    folder.mkdir(parents=True, exist_ok=True)
    values: Mapping[str, Any] = comparison.as_dict()
    options = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY
    write_file(folder / "comparison.json", orjson.dumps(values, option=options, default=str) + b"\n")
    write_file(folder / "report.html", render_html(comparison, lang=lang).encode())
    write_file(folder / "report.md", render_markdown(comparison, lang=lang).encode())
    write_file(folder / "junit.xml", render_junit(comparison).encode())
