"""Scripts: how much of a text is Han, kana, hangul, Latin or digits, and what that says of its language."""

import polars as pl

_CLASSES = {
    "han": r"\p{Han}",
    "kana": r"[\p{Hiragana}\p{Katakana}ー]",
    "hangul": r"\p{Hangul}",
    "latin": r"\p{Latin}",
    "digit": r"\p{Nd}",
    "other": r"[\p{L}--[\p{Han}\p{Hiragana}\p{Katakana}ー\p{Hangul}\p{Latin}]]",
}

SCRIPTS = tuple(_CLASSES)

# Japanese prose is 40 to 60 % kana; Chinese that quotes a の or a product name stays far below a fifth.
_KANA_OF_JAPANESE = 0.2


def shares(text: pl.Expr) -> dict[str, pl.Expr]:
    """The share of each script among a text's letters and digits, 0 to 1; 0 where it has neither.

    Args:
        text: An expression of strings.

    Returns:
        One expression for each of `SCRIPTS`; null where the text is null.
    """
    counts = {script: text.str.count_matches(pattern) for script, pattern in _CLASSES.items()}
    total = pl.sum_horizontal(counts.values())
    return {
        script: pl.when(text.is_null()).then(None).when(total > 0).then(count / total).otherwise(0.0)
        for script, count in counts.items()
    }


def language(text: pl.Expr) -> pl.Expr:
    """The language that a text's scripts speak for: `zh`, `ja`, `ko`, `en` (any Latin script) or `und`.

    Han, kana and hangul count by character, the other scripts by word, because a Han character
    carries about as much as a Latin word: Chinese that names `transformers` stays Chinese.
    """
    han, kana, hangul = (text.str.count_matches(_CLASSES[script]) for script in ("han", "kana", "hangul"))
    latin = text.str.count_matches(r"\p{Latin}[\p{Latin}\p{M}'’-]*")
    other = text.str.count_matches(f"{_CLASSES['other']}(?:{_CLASSES['other']}|\\p{{M}})*")
    east = han + kana
    most = pl.max_horizontal(east, hangul, latin, other)
    return (
        pl.when(text.is_null() | (most == 0))
        .then(pl.lit("und"))
        .when(east == most)
        .then(pl.when(kana >= _KANA_OF_JAPANESE * east).then(pl.lit("ja")).otherwise(pl.lit("zh")))
        .when(hangul == most)
        .then(pl.lit("ko"))
        .when(latin == most)
        .then(pl.lit("en"))
        .otherwise(pl.lit("und"))
    )
