"""Form of new questions and answers: a table of faults, each beside its harmless neighbour."""

import random
from typing import Any

import polars as pl
import pytest

from dataprep.augment.drafts import DRAFTS
from dataprep.augment.invented import form_reasons
from dataprep.recipe.augment import Accept
from schemas.frames import empty
from tests.dataprep.rows import ask, framed

SEEDS = framed(
    ask("水箱多大？", "水箱的容量是 1.5 升，够用一天。"),
    ask("How big is the water tank?", "The tank holds 1.5 litres, enough for a day."),
    ask("把这句话译成英文：今天天气很好。", "The weather is very nice today."),
    ask("請問濾網多久換一次？", "濾網建議每半年更換一次，使用頻繁時可縮短為三個月。"),
    ask("能退货吗？", "抱歉，超过七天不能退货。"),
)
ZH, EN, TRANSLATED, TRADITIONAL, SORRY = range(1, 6)
LOOP = "请先关闭电源，然后取出滤网，用清水冲洗干净。"


def draft(seed: int, prompt: str | None, answer: str | None, **more: Any) -> dict[str, Any]:
    told = {"language": "en" if seed == EN else "zh", "finish": "stop", "seeds": [f"a.jsonl:{seed}"], **more}
    return {**told, "prompt_after": prompt, "answer_after": answer}


def judged(*lines: dict[str, Any], **settings: Any) -> pl.DataFrame:
    return form_reasons(pl.DataFrame(list(lines), schema=DRAFTS), SEEDS, Accept(**settings))


GOOD = draft(ZH, "怎么清洗滤网？", "先断电，再用清水冲洗滤网，晾干后装回。")
CASES: list[tuple[dict[str, Any], list[str]]] = [
    (GOOD, []),
    (draft(EN, "How do I clean the filter?", "Unplug it, rinse the filter with water and let it dry."), []),
    (draft(EN, "Does it run on ☀️ power? 🙂", "No, it needs a socket of 230 volts. 🔌"), []),
    (draft(ZH, None, None), ["empty"]),
    (draft(ZH, " \n", "好的"), ["empty"]),
    (draft(ZH, "怎么清洗滤网？", ""), ["empty"]),
    (draft(ZH, "怎么清洗滤网？", None, finish="error"), ["finish", "empty"]),
    (draft(ZH, "怎么清洗滤网？", "先断电，再用", finish="length"), ["finish"]),
    (draft(ZH, "好的，以下是一条新消息：怎么清洗滤网？", "先断电，再用清水冲洗滤网。"), ["preamble"]),
    (draft(EN, "Sure! Here is a new question: how do I clean it?", "Unplug it and rinse it."), ["preamble"]),
    (draft(ZH, "可以用热水洗滤网吗？", "可以，水温不超过 40 度。"), []),
    (draft(EN, "How can I clean the filter?", "Here are three ways: rinse it, brush it, or soak it."), []),
    (draft(ZH, "抱歉，我无法提供新的问题。", "没关系，请继续。"), ["refusal"]),
    (draft(ZH, "我无法完成配对，该怎么处理？", "先重启机器，再按住配对键三秒。"), []),
    (draft(ZH, "怎么清洗滤网？", "抱歉，我无法回答这个问题。"), ["refusal"]),
    (draft(SORRY, "能换货吗？", "抱歉，超过七天不能换货。"), []),
    (draft(EN, "How do I clean it?", "I'm sorry, but I can't help with that."), ["refusal"]),
    (draft(ZH, "怎么清洗滤网？怎么清洗滤网？怎么清洗滤网？", "先断电，再用清水冲洗滤网。"), ["repetition"]),
    (draft(ZH, "怎么清洗滤网？", LOOP * 8), ["repetition"]),
    (draft(ZH, "怎么清洗滤网？", LOOP + "晾干后装回，注意不要用刷子刷，也不要用洗洁精。"), []),
    (draft(ZH, "How do I clean the filter?", "先断电，再用清水冲洗滤网。"), ["language"]),
    (draft(ZH, "怎么清洗滤网？", "Unplug it and rinse the filter with clean water."), ["language"]),
    (draft(TRANSLATED, "把这句话译成英文：我喜欢喝茶。", "I like to drink tea very much."), []),
    (draft(TRADITIONAL, "怎么清洗滤网？", "先断电，再用清水冲洗滤网，晾干后装回机器。"), ["script"]),
    (draft(TRADITIONAL, "怎麼清洗濾網？", "先斷電，再用清水沖洗濾網，晾乾後裝回機器。"), []),
    (draft(ZH, "怎么清洗滤网？", "先断电，再用清水冲洗滤网。", seeds=None, language=None), []),
]


@pytest.mark.parametrize(("line", "reasons"), CASES)
def test_reasons(line: dict[str, Any], reasons: list[str]) -> None:
    [told] = judged(line).to_dicts()
    assert told["reasons"] == reasons
    assert (told["detail"] is None) == (not reasons)


def test_nothing_to_judge() -> None:
    found = form_reasons(empty(DRAFTS), SEEDS, Accept())
    assert found.is_empty() and found.schema == {"reasons": pl.List(pl.String), "detail": pl.String}


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        (draft(ZH, "怎么清洗滤网？", None, finish="length"), "length"),
        (draft(ZH, "怎么清洗滤网？", ""), "no answer"),
        (draft(ZH, "How do I clean the filter?", "先断电，再用清水冲洗滤网。"), "zh -> en"),
        (draft(ZH, "怎么清洗滤网？", LOOP * 8), "word_repetition 1.0"),
    ],
)
def test_details(line: dict[str, Any], detail: str) -> None:
    assert judged(line)["detail"].to_list() == [detail]


def test_rules_that_are_off() -> None:
    line = draft(ZH, "怎么清洗滤网？", "抱歉，我无法回答。" * 8)
    assert judged(line)["reasons"].to_list() == [["refusal", "repetition"]]
    assert judged(line, without=["refusal"])["reasons"].to_list() == [["repetition"]]
    assert judged(line, without=["refusal", "repetition"]).row(0) == ([], None)


def test_drafts_are_judged_one_by_one() -> None:
    lines = [line for line, _ in CASES]
    cut = random.Random(4).randrange(1, len(lines))
    assert pl.concat([judged(*lines[:cut]), judged(*lines[cut:])]).equals(judged(*lines))
