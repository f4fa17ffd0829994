"""Exchanges that teach nothing: an answer that only nods, a prompt that asks for nothing."""

import polars as pl

_FILLERS = (
    r"\A(?:好[的吧啊呀嘞]?|嗯+|[哦噢啊呃行无略]|(?:当然)?可以|当然|没问题|收到|明白了?|知道了|了解|谢谢|多谢|不客气|不用谢|暂无"
    r"|同上|见上|如图|哈哈|呵呵|嘿嘿|继续|请?稍等|我?不知道|我?不清楚|不确定"
    r"|ok|okay|sure|yeah|yep|hmm|um|uh|well|fine|alright|gotit|isee|thanks|thankyou|(?:youa?re)?welcome|ofcourse|certainly"
    r"|noproblem|na|none|nil|null|nan|undefined|test|asdf|idk|idontknow|notsure|same|seeabove|continue|done)\z"
)
"""Whole answers, without punctuation and blanks. Yes and no are not among them: they can be the answer."""

_QUESTION_CHARS = 10
"""A prompt of fewer characters may be small talk, to which a nod is an answer."""


def fillers(exchanges: pl.DataFrame, *, rows: int) -> pl.Series:
    """True for rows with an answer that is nothing but a filler although the prompt asks something; n booleans."""
    bare = pl.col("answer").str.head(40).str.to_lowercase().str.replace_all(r"[\s\p{P}\p{S}]+", "")
    asks = (pl.col("prompt").str.len_chars() >= _QUESTION_CHARS) | pl.col("prompt").str.contains(r"[?？]")
    short = pl.col("answer").str.len_chars() <= 24
    found = exchanges.filter(short).filter(asks & bare.str.contains(_FILLERS))["at"]
    marks = pl.repeat(value=False, n=rows, dtype=pl.Boolean, eager=True)
    return marks.scatter(found, values=True) if len(found) else marks


_LOOK = 50


def prompt_letters(texts: pl.DataFrame) -> pl.Series:
    """Letters, digits and pictures among the first 50 characters of the prompt, Int64; null without a prompt."""
    count = pl.col("prompt").str.head(_LOOK).str.count_matches(r"[\p{L}\p{N}\p{So}]").cast(pl.Int64)
    return texts.select(prompt_letters=count).to_series()
