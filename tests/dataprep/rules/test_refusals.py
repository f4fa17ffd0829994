"""Refusals and boilerplate: what is one, and what only looks like one."""

import pytest

from tests.dataprep.rows import ask, bot, kto, preference, sft, user
from tests.dataprep.rules.measured import breaks, signal, values

LONG = "不过可以从几个方面来看这个问题。" * 20


REFUSALS = [
    ("绿茶程序配多少克茶合适？", "抱歉，我无法回答这个问题。"),
    ("哪里能买到滤纸？", "对不起，我不能提供相关帮助。"),
    ("泡红茶要多久？", "不好意思，这个问题我没有办法回答。"),
    ("你看到我的狗了吗？", "抱歉，作为一个人工智能助手，我无法看到物体。"),
    ("这道菜叫什么名字？", "非常抱歉，我暂时无法为您识别图片。"),
    ("Which lid does E07 mean?", "I'm sorry, but I can't help with that."),
    ("Which lid does E07 mean?", "I cannot assist with that request."),
    ("Which lid does E07 mean?", "Sorry, I am unable to answer this question."),
    ("Which lid does E07 mean?", "I apologize, but I'm not able to provide that information."),
    ("What is the average age here?", "As an AI, I don't have access to such data."),
    ("What is the average age here?", "<think>Hm, not allowed.</think>\n\nI’m sorry, I can’t help with that."),
]


def test_a_short_refusal_is_dropped() -> None:
    assert all(breaks("refusal", *(ask(*case) for case in REFUSALS)))
    talks = [sft(user(asked), bot(said), user("好的，谢谢"), bot("还有别的问题吗？")) for asked, said in REFUSALS]
    assert all(breaks("refusal", *talks))


ANSWERS = [
    ("E07 怎么办？", ""),
    ("E07 怎么办？", "   "),
    ("E07 怎么办？", "👌"),
    ("过保能免费修吗？", "很抱歉，过保后我们不能免费维修。"),
    ("滤芯能用别家的吗？", "抱歉，LQ-200 无法使用其他品牌的滤芯。"),
    ("Is water damage covered?", "Sorry, we can't repair water damage under warranty."),
    ("What did he say?", "He told her: I'm sorry, but I can't help with that."),
    ("把这句话翻译成英文：抱歉，我无法帮助你。", "I'm sorry, but I can't help you."),
    ("替我写一句婉拒邀请的话。", "抱歉，我不能参加，谢谢你的邀请。"),
    ("Write a polite apology for missing the meeting.", "I apologize, but I can't give a good reason."),
    ("评价一下这家公司。", "抱歉，我无法直接评价，请您提供更多信息。"),
    ("Estimate it.", "I'm sorry, I can't predict it. Could you provide more details?"),
    ("在你看来怎样？", "作为人工智能，我无法判断。" + LONG),
    ("他为什么没来？", "他说：对不起，我不能来。"),
]


def test_what_only_looks_like_a_refusal_stays() -> None:
    assert not any(breaks("refusal", *(ask(*case) for case in ANSWERS)))


def test_a_row_with_tools_may_say_what_it_cannot_do() -> None:
    row = ask("帮我订一份披萨。", "很抱歉，我无法帮您订购披萨。")
    assert signal(row, "refusal") == 14
    assert signal({**row, "tools": "[]"}, "refusal") is None


def test_preference_rows_may_prefer_a_refusal() -> None:
    assert breaks("refusal", preference("Which lid?", "I'm sorry, but I can't help with that.", "The left.")) == [False]
    assert signal(kto("Which lid?", "I'm sorry, but I can't help with that.", label=False), "refusal") is None


BOILERPLATE = [
    ("建议三种策略。", "作为一个AI语言模型，我建议这样做。", 1),
    ("建议三种策略。", "作为AI助手，我建议这样做。作为AI助手，我还建议那样做。", 2),
    ("Suggest three ways.", "As an AI language model, I can suggest three ways.", 1),
    ("Suggest three ways.", "Certainly! As a large language model, my advice is this.", 1),
    ("Suggest three ways.", "I'm just an AI, but here they are.", 1),
    ("Suggest three ways.", "As an artist, I suggest three ways.", None),
    ("建议三种策略。", "作为一个老师，我建议这样做。", None),
    ("你是谁？", "作为一个AI助手，我叫小泉。", None),
    ("Who are you?", "As an AI assistant, I am here to help.", None),
    ("建议三种策略。", "先看市场。" * 40 + "作为一个AI语言模型，我只能说这么多。", None),
]


def test_boilerplate_counts_at_the_beginning_unless_it_was_asked_for() -> None:
    rows = [ask(asked, said) for asked, said, _ in BOILERPLATE]
    assert values("boilerplate", *rows) == [times for *_, times in BOILERPLATE]
    assert breaks("ai_boilerplate", *rows) == [times is not None for *_, times in BOILERPLATE]


@pytest.mark.parametrize(("limit", "dropped"), [(12, False), (13, True)])
def test_the_threshold_is_the_length_up_to_which_a_refusal_is_one(limit: int, dropped: bool) -> None:
    row = ask("绿茶程序配多少克茶合适？", "抱歉，我无法回答这个问题。")
    assert breaks("refusal", row, thresholds={"refusal": limit}) == [dropped]
