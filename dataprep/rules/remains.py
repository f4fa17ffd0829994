"""What a writer forgot to fill in or to translate: placeholders, and sentences in another language."""

import re

import polars as pl

from dataprep.clean.protect import split_protected
from dataprep.rules.wishes import speaks_of_languages

_SLOT = r"""\{\{\s*\w[\w.\s]{0,40}\}\}
    | \[(?:insert|your|name|date|company|recipient|sender|title|address|city|phone|email|link|url|product|position
        |manager|candidate|job|school|university|client|number|amount|time|location|month|year|event|topic|author
        |placeholder)\b[^\]\n]{0,40}\](?!\()
    | [\[【（(](?:请?(?:填写|插入|输入|填入)[^\]】）)\n]{0,20}|(?:您|你|贵)的?[^\]】）)\n，。]{0,3}
        (?:姓名|名字|公司|职位|职称|地址|电话|邮箱|学校|单位|律所|签名)[^\]】）)\n]{0,8})[\]】）)]
    | [\[【][\u4e00-\u9fff/]{0,6}(?:姓名|名字|名称|公司|日期|时间|职位|职务|地址|城市|电话|邮箱|邮件|联系方式|联系信息
        |收件人|产品|服务|金额|价格)[\u4e00-\u9fff/]{0,6}[\]】]
    | \bTODO\b | \bFIXME\b | \bTBD\b | lorem\sipsum | 待补充 | 待填写 | 此处(?:填写|插入|省略|添加|填入)
    | (?-i:X{3,}) | 某{3,} | ×{3,}
    | <(?:your|insert|name|date|company)[\s_-]?[^<>\n]{0,40}> | [:：]\s*_{4,} | ×{2,}[年月日公]
    """
_PLACEHOLDER = re.compile(_SLOT, re.VERBOSE | re.IGNORECASE)
_LOOSELY = "(?xi)" + _SLOT.replace(r"(?!\()", "").replace(r"\b", "")
"""For polars, which knows no look-ahead: whatever is a placeholder, and hardly more."""
_HINTS = (
    *(
        "{{",
        "[",
        "【",
        "（请",
        "（填",
        "（插",
        "（输",
        "（您",
        "（你",
        "（贵",
        "(请",
        "(填",
        "(插",
        "(输",
        "(您",
        "(你",
        "(贵",
    ),
    *("todo", "fixme", "tbd", "lorem", "待补充", "待填写", "此处", "xxx", "某某某", "××", "____"),
    *("<your", "<insert", "<name", "<date", "<company"),
)
"""Every placeholder has one of these; a cheap look before the expressions above."""

_COMMON = "the of and to is are was in that for you with it on this have be as at by from not can"
_FUNCTION_WORDS = frozenset(_COMMON.split())


def placeholders(texts: pl.DataFrame) -> pl.Series:
    """How many slots of a template an answer still has, code and formulas left out; Int64, null without an answer."""
    answers = texts["answer"]
    counts = pl.select(pl.when(answers.is_not_null()).then(pl.lit(0, pl.Int64))).to_series()
    hinting = answers.str.contains_any(list(_HINTS), ascii_case_insensitive=True).fill_null(value=False).arg_true()
    at = hinting.filter(answers.gather(hinting).str.contains(_LOOSELY))
    if at.is_empty():
        return counts
    found = [
        sum(len(_PLACEHOLDER.findall(piece)) for piece in split_protected(text)[::2]) for text in answers.gather(at)
    ]
    return counts.scatter(at, found)


def untranslated(texts: pl.DataFrame, spoken: pl.DataFrame) -> pl.Series:
    """Share of an answer's characters in whole sentences of another script.

    Latin sentences in a Chinese answer and Chinese ones in a Latin answer count, unless the prompt has them too,
    speaks of languages, or the sentence stands in code or a formula.

    Args:
        texts: `Texts.rows`.
        spoken: The language signals of the same rows: `language`, `han`, `latin`.

    Returns:
        n shares, Float32; null without an answer, without a prompt and where the prompt speaks of languages.
    """
    rows = texts.select("answer", "wishes", silent=~speaks_of_languages()).hstack(
        spoken.select("language", "han", "latin")
    )
    judged = pl.col("answer").is_not_null() & pl.col("silent") & (pl.col("wishes") != "")
    latin = (pl.col("language") == "zh") & (pl.col("latin") > _LITTLE)
    han = (pl.col("language") == "en") & (pl.col("han") > 0)
    shares = rows.select(pl.when(judged).then(pl.lit(0.0, pl.Float32))).to_series()
    at = rows.select((judged & (latin | han)).fill_null(value=False)).to_series().arg_true()
    if at.is_empty():
        return shares
    asked = rows.select("answer", "wishes", "language")[at]
    return shares.scatter(at, [_foreign(*row) for row in asked.iter_rows()])


_LITTLE = 0.1
"""Latin letters among all, below which a Chinese answer can only have names and terms."""

_RUNS = {
    True: re.compile(r"(?:[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*[,;:]?[ ]){7,}[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'’-]*"),
    False: re.compile("[\u3400-\u9fff][\u3400-\u9fff，、“”《》]{3,}"),
}


def _foreign(answer: str, wishes: str, language: str) -> float:
    chinese = language == "zh"
    prose = "\n".join(split_protected(answer)[::2])
    runs = [run for run in _RUNS[chinese].findall(prose) if run not in wishes]
    if chinese:
        runs = [run for run in runs if len(_FUNCTION_WORDS.intersection(run.lower().split())) > 1]
    return sum(map(len, runs)) / max(len(answer), 1)
