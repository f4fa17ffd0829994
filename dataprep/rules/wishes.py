"""Which language an answer should have: the one that the prompt asks for, else the prompt's own."""

import polars as pl

_NAMES = {
    "en": ("英文|英语|英語", "english"),
    "zh": ("中文|汉语|漢語|华语|普通话", "chinese|mandarin"),
    "ja": ("日文|日语|日語", "japanese"),
    "ko": ("韩文|韩语|韓語|韓文", "korean"),
    "fr": ("法文|法语|法語", "french"),
    "de": ("德文|德语|德語", "german"),
    "es": ("西班牙文|西班牙语|西班牙語", "spanish"),
    "ru": ("俄文|俄语|俄語", "russian"),
}

_ANY_NAME = [name for chinese, english in _NAMES.values() for name in (*chinese.split("|"), *english.split("|"))]

_TOPICS = (
    "翻译 翻譯 译成 译为 译文 译者 英译 中译 汉译 日译 法译 双语 雙語 语言 語言 "
    "外语 外文 单词 词汇 词典 拼音 语法 口语 文言 方言 粤语 "
    "繁体 繁體 简体 簡體 英文 英语 英語 日文 日语 日語 法文 法语 法語 德文 德语 德語 "
    "俄文 俄语 俄語 韩文 韩语 韓文 韓語 葡萄牙语 意大利语 "
    "西班牙语 西班牙文 阿拉伯语 拉丁 中文 汉语 漢語 华语 普通话 "
    "translat translit interpret bilingual language vocabulary dialect phrasebook english chinese mandarin cantonese "
    "japanese korean french german spanish russian italian portuguese arabic hindi turkish dutch vietnamese"
)
_ABOUT_LANGUAGE = _TOPICS.split()
"""A prompt that speaks of languages at all. Unless it says clearly which one it wants, it isn't judged."""

# The mismatch must be plain: an answer of a name, a number or a product is right in any language.
_FEWEST_HAN = 4
# Plain ranges: Unicode classes and word borders make Rust's regex leave its fast path.
_HAN = r"[\x{4E00}-\x{9FFF}]"
_LATIN_RUN = r"(?:[A-Za-z][A-Za-z'’-]*[ ,;:\n]+){5}[A-Za-z]"

_SENTENCE = r"(?:^|[^A-Za-z])(?:is|are|the|of|with|without|to|for|in|per|on|it|you|and|at)[ ,].*[.!?]\s*$"
_THREE_WORDS = r"(?:[A-Za-z][A-Za-z'’-]*[^A-Za-z]+){2}[A-Za-z]"

_ABOUT_WORDS = r"[词句]|短语"
"""A Chinese prompt that asks for a sentence with an English phrase."""
_PINYIN = r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]"
_CODE = (
    r"\A\s*(?:def |class |import |from |#include|public |private |SELECT |function|var |let |const "
    r"|[<{#$]|//|/\*|print\()"
)

_EAST = ["zh", "ja", "ko"]
"""Languages of one script are told apart by a model that errs on short texts: a difference counts only where one of
the two is among these."""

_EASTERN = [name for code in _EAST for name in "|".join(_NAMES[code]).split("|")]

_MOST_CODE = 0.3


def speaks_of_languages() -> pl.Expr:
    """True where the column `wishes` names a language or asks for a translation."""
    return pl.col("wishes").str.contains_any(_ABOUT_LANGUAGE, ascii_case_insensitive=True)


def wished_languages(wishes: pl.Series) -> pl.Series:
    """The one language that each text asks an answer in; null where it asks for none, or for several."""
    asked: dict[int, set[str]] = {}
    somewhere = wishes.str.contains_any(_ANY_NAME, ascii_case_insensitive=True).fill_null(value=False).arg_true()
    naming = wishes.gather(somewhere)
    for code, (chinese, english) in _NAMES.items():
        named = naming.str.contains_any([*chinese.split("|"), *english.split("|")], ascii_case_insensitive=True)
        at = named.arg_true()
        found = at.filter(naming.gather(at).str.contains(_wish(chinese, english)))
        for place in somewhere.gather(found):
            asked.setdefault(place, set()).add(code)
    clear = {place: next(iter(codes)) for place, codes in asked.items() if len(codes) == 1}
    wished = pl.repeat(None, len(wishes), dtype=pl.String, eager=True)
    return wished.scatter(list(clear), list(clear.values())) if clear else wished


def other_language(texts: pl.DataFrame, language: pl.DataFrame) -> pl.Series:
    """True where an answer is in another language than was asked for.

    Args:
        texts: `Texts.rows`.
        language: The language signals of the same n rows: `language`, `prompt_language`, `code`, `han`,
            `latin`.

    Returns:
        n booleans; null where it can't be said: no prompt or answer, a language is not known, much code, or a
        prompt that quotes the other script or speaks of languages without saying which one it wants.
    """
    rows = texts.hstack(language.select("language", "prompt_language", "code", "han", "latin"))
    bare = (pl.col("language") == "und") & (pl.col("han") == 0) & (pl.col("latin") > _MOST_LATIN)
    rows = rows.with_columns(language=pl.when(bare).then(pl.lit("latin")).otherwise("language"))
    known = (pl.col("language") != "und") & (pl.col("code") < _MOST_CODE)
    known &= pl.col("prompt").is_not_null() & pl.col("answer").is_not_null()
    rows = rows.with_columns(known=known.fill_null(value=False), speaks=speaks_of_languages())
    same = (pl.col("language") == pl.col("prompt_language")).fill_null(value=False)
    eastern = pl.col("language").is_in(_EAST) | pl.col("prompt_language").is_in(_EAST)
    named = pl.col("speaks") & pl.col("wishes").str.contains_any(_EASTERN, ascii_case_insensitive=True)
    close = pl.col("known") & ((pl.col("speaks") | ~same) & eastern | named)
    at = rows.select(close.fill_null(value=False)).to_series().arg_true()
    verdicts = rows.select(other_language=pl.when(pl.col("known") & same).then(pl.lit(value=False))).to_series()
    if at.is_empty():
        return verdicts
    closer = rows[at].with_columns(wished=wished_languages(rows["wishes"].gather(at)))
    return verdicts.scatter(at, closer.select(_differs()).to_series())


_MOST_LATIN = 0.7
"""Latin letters among all letters and digits: a short text like that is no Chinese, whatever it is."""


def _differs() -> pl.Expr:
    """The verdict on rows that need a closer look."""
    answer, wishes, chinese = pl.col("answer"), pl.col("wishes"), pl.col("prompt_language") == "zh"
    words = wishes.str.contains(r"[A-Za-z]{3}") & wishes.str.contains(_ABOUT_WORDS) | wishes.str.contains(_PINYIN)
    quotes = pl.when(chinese).then(wishes.str.contains(_LATIN_RUN) | words).otherwise(wishes.str.contains(_HAN))
    silent = ~pl.col("speaks") & ~quotes & (pl.col("prompt_language") != "und")
    expected = pl.coalesce("wished", pl.when(silent).then("prompt_language"))
    sentence = answer.str.contains(_THREE_WORDS) & answer.str.contains(_SENTENCE) & ~answer.str.contains(_HAN)
    latin = (answer.str.contains(_LATIN_RUN) | sentence) & ~answer.str.contains(_CODE)
    plain = pl.when(pl.col("language") == "zh").then(answer.str.count_matches(_HAN) >= _FEWEST_HAN).otherwise(latin)
    differs = pl.col("language") != expected
    judged = expected.is_not_null() & (~differs | pl.col("language").is_in(_EAST) | expected.is_in(_EAST))
    return pl.when(judged).then(differs & plain)


def _wish(chinese: str, english: str) -> str:
    return (
        rf"(?i)(?:用|以|使用|改用|换成)(?:{chinese})(?:来|進行|进行|简短|详细|简要|地)*"
        r"(?:回答|回复|回覆|答复|作答|答|写|说|表达|描述|解释|介绍|输出|交流|总结|概括)"
        rf"|(?:翻译|翻譯|译|译写|翻)(?:成|为|為|作|到)(?:{chinese})"
        rf"|(?:answer|reply|respond|write|speak|summari[sz]e|explain|output)[^.!?\n]{{0,40}} in (?:{english})"
        rf"|translat[^.!?\n]{{0,80}}to (?:{english})"
    )
