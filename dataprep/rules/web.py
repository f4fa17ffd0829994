"""Rules for web text, for `text` rows alone: Gopher, C4 and FineWeb, with FineWeb-2's numbers for Chinese.

A dialogue isn't judged by them: they keep 0.4 % of good Chinese answers. What makes a text worthless to learn from,
repetition and filler, is dropped; what only makes a page suspect (short lines, no stop words) is flagged, because a
row is often one part of a document. C4's rules cut lines out of a page; here they tell of the row.
"""

import polars as pl

from dataprep.language.counts import count_scripts
from dataprep.recipe import Verdict
from dataprep.rules.rule import Rule, at_least, at_most, never

_HAN_OF_A_WORD = 1.7
"""Characters of a Chinese word, as for `word_tokens.HAN_OF_WORDS`."""
_SHORT_LINE = 30

# Gopher's list (Rae et al. 2021, A1.1), and FineWeb-2's for Chinese (configs/cmn_Hani.yml).
_STOP_WORDS = {
    "en": tuple(rf"(?i)\b{word}\b" for word in ("the", "be", "to", "of", "and", "that", "have", "with")),
    "zh": tuple("的年在月是和日了於·為有被人中为他與後也而由"),
}
_BULLET = r"^\s*[•\-*·●■◦‣]"
_ELLIPSIS = r"(?:\.\.\.|…)\s*$"
_ENDED = r"(?:[.!?。！？．…]|[\"'”’」』])[\"'”’」』)）\]】]*\s*$"
_SENTENCE_END = r"[.!?。！？]+(?:\s|[\"'”’」』)）]|$)|[。！？]+"
_POLICY = (
    r"(?i)terms of use|privacy policy|cookie policy|uses? (?:of )?cookies"
    r"|使用条款|隐私政策|版权所有|使用條款|隱私政策|版權所有"
)
_SCRIPT = (
    r"(?i)\bjavascript\b.*\b(?:enable|disabled|browser|required|supported|turn)|(?:开启|启用|開啟|啟用).*javascript"
)


def web_signals(texts: pl.Series, languages: pl.Series) -> pl.DataFrame:
    """Measure n web texts.

    Args:
        texts: n strings; null for rows of other kinds.
        languages: Their languages, as `language.signals` tells them.

    Returns:
        n lines, null where the text is null. A word is a run of letters or digits; 1.7 Han characters are one.

        * `web_words` (Int64); `word_length`: characters of a word; `alpha_words`: share of words with a letter among
          words, numbers and marks; `stop_words`: how many of the language's list occur, null in other languages.
        * `hashes`, `ellipses`, `newlines`: by words.
        * `bullet_lines`, `ellipsis_lines`, `ended_lines`, `short_lines`, `policy_lines`: shares of the lines that
          aren't blank; a short one has 30 characters or less.
        * `sentences`; `curly_bracket`, `lorem_ipsum`, `no_javascript`: whether it has, or says, that.
    """
    frame = pl.DataFrame({"text": texts, "language": languages, "words": _words(texts)})
    text, words = pl.col("text"), pl.max_horizontal("words", 1.0)
    lines = text.str.split("\n").list.eval(pl.element().filter(pl.element().str.contains(r"\S")))
    measures = {
        "web_words": pl.col("words").round().cast(pl.Int64),
        "word_length": text.str.count_matches(r"[\p{L}\p{M}\p{N}]") / words,
        "alpha_words": _alpha_words(),
        "stop_words": _stop_words(),
        "hashes": text.str.count_matches("#", literal=True) / words,
        "ellipses": text.str.count_matches(r"\.\.\.|…+") / words,
        "newlines": text.str.count_matches("\n", literal=True) / words,
        "bullet_lines": _share(lines, pl.element().str.contains(_BULLET)),
        "ellipsis_lines": _share(lines, pl.element().str.contains(_ELLIPSIS)),
        "ended_lines": _share(lines, pl.element().str.contains(_ENDED)),
        "short_lines": _share(lines, pl.element().str.len_chars() <= _SHORT_LINE),
        "policy_lines": _share(lines, pl.element().str.contains(_POLICY)),
        "sentences": text.str.count_matches(_SENTENCE_END).cast(pl.Int64),
        "curly_bracket": text.str.contains("{", literal=True),
        "lorem_ipsum": text.str.contains("(?i)lorem ipsum"),
        "no_javascript": text.str.contains(_SCRIPT),
    }
    told = frame.select(pl.when(text.is_not_null()).then(measure).alias(name) for name, measure in measures.items())
    return told.with_columns(pl.col(pl.Float64).cast(pl.Float32))


def _words(texts: pl.Series) -> pl.Series:
    """Words and numbers; 1.7 Han characters, kana or syllables are one."""
    counts = count_scripts(texts)
    numbers = texts.fill_null("").str.count_matches(r"\p{Nd}+")
    east = (counts["han"] + counts["kana"] + counts["hangul"]) / _HAN_OF_A_WORD
    return east + counts["latin_words"] + counts["other_words"] + numbers


def _alpha_words() -> pl.Expr:
    """Gopher counts what stands between blanks; FineWeb-2's number for Chinese counts every run of marks."""
    numbers = pl.col("text").str.count_matches(r"\p{Nd}+")
    runs = pl.col("text").str.count_matches(r"[\p{P}\p{S}]+")
    alone = pl.col("text").str.count_matches(r"(?m)(?:^|\s)[\p{P}\p{S}]+(?:\s|$)")
    marks = pl.when(pl.col("language") == "zh").then(runs).otherwise(alone)
    return (pl.col("words") - numbers) / pl.max_horizontal(pl.col("words") + marks, 1)


def _stop_words() -> pl.Expr:
    found: pl.Expr = pl.lit(None, pl.Int64)
    for language, words in _STOP_WORDS.items():
        held = pl.sum_horizontal(pl.col("text").str.contains(word).cast(pl.Int64) for word in words)
        found = pl.when(pl.col("language") == language).then(held).otherwise(found)
    return found


def _share(lines: pl.Expr, fits: pl.Expr) -> pl.Expr:
    return lines.list.eval(fits.cast(pl.Float64)).list.mean().fill_null(0.0)


def _limit(name: str, measure: str, most: float, zh: float | None, verdict: Verdict, unit: str = "share") -> Rule:
    thresholds = {name: most} | ({} if zh is None else {f"{name}.zh": zh})
    return Rule(name, at_most(measure, name), verdict, ("text",), thresholds, unit)


def _need(name: str, measure: str, least: float, zh: float | None, verdict: Verdict, unit: str = "share") -> Rule:
    thresholds = {name: least} | ({} if zh is None else {f"{name}.zh": zh})
    return Rule(name, at_least(measure, name), verdict, ("text",), thresholds, unit)


# Numbers: Gopher (Rae et al. 2021, table A1) as in datatrove 0.10.1; FineWeb (Penedo et al. 2024); C4 (Raffel et al.
# 2020); .zh from FineWeb-2, configs/cmn_Hani.yml and fineweb-2-pipeline.py. 1.0 where that pipeline has no such rule.
_TOP = {2: (0.20, 0.256), 3: (0.18, 0.201), 4: (0.16, 0.171)}
_DUPLICATE = {
    5: (0.15, 0.198),
    6: (0.14, 0.182),
    7: (0.13, 0.167),
    8: (0.12, 0.154),
    9: (0.11, 0.14),
    10: (0.10, 0.127),
}

WEB: list[Rule] = [
    # Gopher's repetition rules: what repeats itself teaches repetition.
    _limit("web_dup_lines", "dup_lines", 0.30, 0.287, "drop"),
    _limit("web_dup_paragraphs", "dup_paragraphs", 0.30, 1.0, "drop"),
    _limit("web_dup_line_chars", "dup_line_chars", 0.20, 1.0, "drop"),
    _limit("web_dup_paragraph_chars", "dup_paragraph_chars", 0.20, 1.0, "drop"),
    *(_limit(f"web_top_{n}gram", f"top_{n}gram", most, zh, "drop") for n, (most, zh) in _TOP.items()),
    *(_limit(f"web_dup_{n}gram", f"dup_{n}gram", most, zh, "drop") for n, (most, zh) in _DUPLICATE.items()),
    # Gopher's quality rules.
    _need("web_few_words", "web_words", 50, None, "flag", "count"),
    _limit("web_many_words", "web_words", 100_000, None, "flag", "count"),
    _need("web_short_words", "word_length", 3, 1, "flag", "characters"),
    _limit("web_long_words", "word_length", 10, 5, "flag", "characters"),
    _limit("web_hashes", "hashes", 0.1, None, "drop"),
    _limit("web_ellipses", "ellipses", 0.1, None, "drop"),
    _limit("web_bullet_lines", "bullet_lines", 0.9, None, "flag"),
    _limit("web_ellipsis_lines", "ellipsis_lines", 0.3, None, "drop"),
    _need("web_alpha_words", "alpha_words", 0.8, 0.735, "flag"),
    _need("web_stop_words", "stop_words", 2, None, "flag", "count"),
    # FineWeb.
    _need("web_ended_lines", "ended_lines", 0.12, 0.106, "flag"),
    _limit("web_short_lines", "short_lines", 0.67, 1.0, "flag"),
    _limit("web_repeated_lines", "dup_line_chars", 0.01, 0.1, "flag"),
    _limit("web_newlines", "newlines", 0.3, 0.178, "flag"),
    # C4.
    _need("web_sentences", "sentences", 5, None, "flag", "count"),
    _limit("web_policy_lines", "policy_lines", 0.0, None, "flag"),
    Rule("web_curly_bracket", never("curly_bracket"), "flag", ("text",)),
    Rule("web_lorem_ipsum", never("lorem_ipsum"), "drop", ("text",)),
    Rule("web_no_javascript", never("no_javascript"), "drop", ("text",)),
]
