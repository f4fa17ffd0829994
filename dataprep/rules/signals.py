"""Measure every row once: sizes, language and whatever a rule compares."""

from pathlib import Path

import polars as pl

from dataprep import language
from dataprep.recipe import DataRecipe, Rules
from dataprep.rules.echo import echo, repeats_prompt
from dataprep.rules.endings import unfinished
from dataprep.rules.fillers import fillers, prompt_letters
from dataprep.rules.likelihood import ifd, perplexity
from dataprep.rules.refusals import refusals
from dataprep.rules.remains import placeholders, untranslated
from dataprep.rules.repetition import repetition
from dataprep.rules.scores import judge_scores
from dataprep.rules.sizes import sizes
from dataprep.rules.soups import soups
from dataprep.rules.texts import Texts, read_texts
from dataprep.rules.toolcalls import toolcalls
from dataprep.rules.web import web_signals
from dataprep.rules.web_repetition import web_repetition
from dataprep.rules.wishes import other_language

PLACE = ("id", "source", "row", "kind")


def measure(frame: pl.DataFrame, config: DataRecipe, *, answers: Path | None = None) -> pl.DataFrame:
    """The signals of every row.

    Args:
        frame: n rows of schema `FRAME`.
        config: Of the recipe, `language` and the optional models of `rules`; thresholds don't matter here.
        answers: The file that keeps what a judge answered; None keeps nothing.

    Returns:
        n lines in the same order: `id, source, row, kind`, those of `language.signals`, sizes, and one column for
        every measure that a rule compares; null where a measure doesn't apply.
    """
    texts = read_texts(frame)
    pages = frame["text"].set(frame["kind"] != "text", None)
    spoken = language.signals(frame, config.language).drop(PLACE, strict=False)
    parts = [
        frame.select(PLACE),
        spoken,
        sizes(frame, texts.rows),
        _of_answers(frame, texts),
        _of_texts(texts.rows, spoken),
        repetition(texts.rows["answer"]),
        web_repetition(pages),
        web_signals(pages, spoken["language"]),
        toolcalls(frame),
        _of_models(texts.rows, spoken["language"], config.rules, answers),
    ]
    return pl.concat(parts, how="horizontal")


def _of_models(rows: pl.DataFrame, languages: pl.Series, rules: Rules, answers: Path | None) -> pl.DataFrame:
    """What the models say that the recipe names; no column without one."""
    columns = []
    if rules.perplexity is not None:
        columns.append(perplexity(rows, rules.perplexity))
    if rules.ifd is not None:
        columns.append(ifd(rows, rules.ifd))
    if rules.judge is not None:
        columns.append(judge_scores(rows, languages, rules.judge, answers=answers))
    return pl.DataFrame(columns)


def _of_answers(frame: pl.DataFrame, texts: Texts) -> pl.DataFrame:
    """What is seen in an answer beside its prompt."""
    n = frame.height
    found = refusals(texts.exchanges, rows=n).with_columns(
        echo(texts.exchanges, rows=n),
        repeats_prompt=repeats_prompt(texts.exchanges, rows=n),
        filler=fillers(texts.exchanges, rows=n),
        tools=frame["tools"],
    )
    # With tools declared, saying that something can't be done is what such rows teach.
    return found.select(
        "echo", "repeats_prompt", pl.when(pl.col("tools").is_null()).then("refusal"), "boilerplate", "filler"
    )


def _of_texts(rows: pl.DataFrame, spoken: pl.DataFrame) -> pl.DataFrame:
    """What is seen in an answer, or a text, by itself and in its language."""
    return soups(rows).with_columns(
        unfinished(rows),
        prompt_letters(rows),
        placeholders(rows).alias("placeholders"),
        untranslated(rows, spoken).alias("untranslated"),
        other_language(rows, spoken),
        script_mix(rows, spoken),
    )


_FEWEST_HAN = 20
"""Han characters below which one variant makes a mixture."""
_ABOUT_SCRIPTS = ["繁体", "繁體", "简体", "簡體", "正体", "正體", "简繁", "繁简", "異體", "异体"]


def script_mix(rows: pl.DataFrame, spoken: pl.DataFrame) -> pl.Series:
    """Share of the rarer of simplified and traditional characters among those that differ, Float32.

    Null in short texts, without such characters, and where the prompt speaks of the two scripts.
    """
    rarer = pl.min_horizontal("traditional", 1 - pl.col("traditional")).cast(pl.Float32)
    long = pl.col("answer_chars") * pl.col("han") >= _FEWEST_HAN
    asked = pl.col("wishes").str.contains_any(_ABOUT_SCRIPTS).fill_null(value=False)
    both = rows.select("wishes", answer_chars=pl.col("answer").str.len_chars()).hstack(
        spoken.select("traditional", "han")
    )
    return both.select(script_mix=pl.when(long & ~asked).then(rarer)).to_series()
