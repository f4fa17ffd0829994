"""Whether an answer says that it doesn't know, and whether that is right: the reference decides."""

import re
from collections.abc import Sequence

from evalsuite.metrics.metric import Column, Family, Metric, Sample, column

_CHINESE = (
    r"(?<!并非)(?<!不是)(?:无法|無法|不能|没法|沒法|难以|難以)(?:确定|確定|确认|確認|判断|判斷|回答|得知|得出|查到|查询|查詢|提供)"
    r"|不知道|不清楚|不太清楚|不确定|不確定|不得而知|无从得知|無從得知"
    r"|(?:没有|沒有|并未|並未|未|没|沒)(?:提到|提及|提供|说明|說明|给出|給出|涉及|包含|记载|記載|找到|查到|相关|相關|足够|足夠)"
    r"|(?:信息|資訊|资料|資料)(?:不足|不够|不夠)|没有.{0,8}(?:信息|数据|资料|内容)|沒有.{0,8}(?:資訊|數據|資料|內容)"
)
_ENGLISH = (
    r"\bI(?:'m| am) (?:not sure|not certain|unsure|unable to|not able to)\b|\bI (?:do not|don't) (?:know|have)\b"
    r"|\b(?:cannot|can't|can not|could not|couldn't|unable to|impossible to|not possible to)\s+(?:be\s+)?"
    r"(?:determin\w*|answer\w*|tell|say|confirm\w*|verif\w*|find|found|provide\w*)"
    r"|\b(?:not|isn't|aren't|wasn't|never|nor) (?:\w+ ){0,2}(?:mentioned|stated|specified|provided|given|included"
    r"|available|known|covered|clear|enough information)\b"
    r"|\b(?:does|do|did)(?: not|n't) (?:\w+ ){0,2}(?:mention|say|state|specify|provide|contain|include|tell|give"
    r"|cover)\b"
    r"|\b(?:no|not enough|insufficient) (?:\w+ ){0,2}(?:information|data|details?|evidence|context|mention)\b"
    r"|\bunanswerable\b|\bunknown\b"
)
_ABSTENTION = re.compile(f"{_CHINESE}|{_ENGLISH}", re.IGNORECASE)
_SENTENCES = re.compile(r"(?<=[。!?!?\n])|(?<=\.)\s")


def abstained(text: str) -> bool:
    """True where the first sentence that says anything declines to answer, in Chinese or English.

    Later sentences don't count: `It costs 5 yuan. I don't know about delivery.` has answered. A text of nothing but
    whitespace is no abstention but an empty answer.
    """
    told = text.replace("’", "'")
    first = next((part for part in _SENTENCES.split(told) if re.search(r"\w.*\w", part) and not _is_opening(part)), "")
    return _ABSTENTION.search(first) is not None


def abstention() -> Family:
    """`abstention` on unanswerable samples, `over_refusal` on the others.

    A sample is unanswerable where its reference itself abstains. `abstention` is 1 where the answer does too, and NaN
    with reason `answerable` elsewhere; `over_refusal` is 1 where the answer abstains although the reference doesn't,
    and NaN with reason `unanswerable` elsewhere. Without a reference both are NaN with reason `no_reference`.
    """
    return Family(
        (
            Metric("abstention", "higher", "share", 0.05, "phrases 1", binary=True),
            Metric("over_refusal", "lower", "share", 0.03, "phrases 1", binary=True),
        ),
        _score,
    )


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    answerable = [None if not (told := (x.reference or "").strip()) else not abstained(told) for x in samples]
    return {
        "abstention": _column(samples, answerable, scored=False, reason="answerable"),
        "over_refusal": _column(samples, answerable, scored=True, reason="unanswerable"),
    }


def _column(samples: Sequence[Sample], answerable: Sequence[bool | None], *, scored: bool, reason: str) -> Column:
    values = [
        float(abstained(sample.answer)) if known is scored else None
        for sample, known in zip(samples, answerable, strict=True)
    ]
    told = column(values, reason=reason)
    bare = {place: "no_reference" for place, known in enumerate(answerable) if known is None}
    return Column(told.values, {**told.reasons, **bare})


def _is_opening(part: str) -> bool:
    """Sorry, 您好, 抱歉: a greeting is not yet an answer."""
    return (
        re.fullmatch(r"\W*(?:您好|你好|抱歉|对不起|對不起|很抱歉|非常抱歉|sorry|hello|hi)\W*", part, re.I) is not None
    )
