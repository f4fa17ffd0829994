"""What of a text is language: code, formulas, addresses and placeholders are taken out and measured."""

import polars as pl

_CODE = (
    r"(?s)```.*?(?:```|\z)",
    r"`[^`\n]{1,1000}`",
    r"(?s)<(?:pre|code)[ >].*?</(?:pre|code)>",
)
_FORMULA = (
    r"(?s)\$\$.+?\$\$",
    r"(?s)\\\[.+?\\\]",
    r"(?s)\\\(.+?\\\)",
    r"(?s)\\begin\{[A-Za-z]+\*?\}.*?\\end\{[A-Za-z]+\*?\}",
)
# pandoc's rule: no blank inside the dollars and no digit behind them, so that $5 and $10 stay money.
_DOLLARS = r"\$([^\s$](?:[^$\n]*[^\s$\\])?)\$([^\d]|\z)"
_ADDRESSES = (
    r"(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+|[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}"
)
_PLACEHOLDERS = r"\{\{[^{}\n]{1,60}\}\}|\{[A-Za-z_][A-Za-z0-9_]{0,40}\}|<[/|]?[A-Za-z_][^<>\n]{0,80}>|\[[A-Z_]{2,40}\]"
_MARKS = ["`", "<", "$", "\\", "://", "www.", "@", "{", "["]


def prose(texts: pl.Series) -> pl.DataFrame:
    """Take out of n texts what no language is written in.

    Returns:
        `prose`: what is left, a blank in every gap. `code` and `formula`: characters of code (fences, inline code,
        `pre` and `code` elements) and of LaTeX, by characters of the text, 0 to 1 (Float32). Null for null.
    """
    whole = texts.rename("text").to_frame()
    some = pl.col("text").str.contains_any(_MARKS)
    marked = whole.select((pl.col("text").is_not_null() & some).alias("marked"))["marked"].fill_null(value=False)
    cut = _cut(whole.filter(marked))
    zero = pl.when(pl.col("text").is_not_null()).then(pl.lit(0.0, pl.Float32))
    plain = whole.select(prose="text", code=zero, formula=zero)
    places = marked.arg_true()
    if places.is_empty():
        return plain
    return plain.with_columns(plain[name].clone().scatter(places, cut[name]) for name in cut.columns)


def _cut(texts: pl.DataFrame) -> pl.DataFrame:
    uncoded = texts.with_columns(pl.col("text").alias("uncoded"))
    for pattern in _CODE:
        uncoded = uncoded.with_columns(pl.col("uncoded").str.replace_all(pattern, " "))
    cut = uncoded.with_columns(prose="uncoded")
    for pattern in _FORMULA:
        cut = cut.with_columns(pl.col("prose").str.replace_all(pattern, " "))
    cut = cut.with_columns(pl.col("prose").str.replace_all(_DOLLARS, " $2"))
    size, left, kept = (pl.col(name).str.len_chars().cast(pl.Float32) for name in ("text", "uncoded", "prose"))
    least = pl.max_horizontal(size, 1)
    return cut.select(
        pl.col("prose").str.replace_all(_ADDRESSES, " ").str.replace_all(_PLACEHOLDERS, " "),
        # A gap is one blank, so a single inline code shortens the text by all its characters but one.
        code=((size - left) / least).clip(0, 1),
        formula=((left - kept) / least).clip(0, 1),
    )
