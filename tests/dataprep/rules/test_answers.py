"""Echoes, endings, fillers, placeholders, soups: each at its edge."""

import numpy as np
import polars as pl
import pytest
from ftfy.badness import badness
from hypothesis import given
from hypothesis import strategies as st

from dataprep.clean.protect import split_protected
from dataprep.rules.remains import _PLACEHOLDER, placeholders
from dataprep.rules.soups import _BLANK, _BROKEN, _HARMLESS, _PATTERNS, _kinds
from tests.dataprep.rows import ask, bot, plain, sft, tool, user
from tests.dataprep.rules.measured import breaks, signal, values

TASK = "请介绍一下这款净水器的水箱怎么清洗，多久洗一次。"
PROSE = "水箱每周清洗一次就好。先把水倒掉，再用清水冲洗两遍，最后把盖子晾干再装回"


ECHOES = [
    (ask(TASK, TASK), 1.0),
    (ask(TASK, TASK.replace("。", "！ ")), 1.0),
    (ask("你好", "你好"), 0.0),
    (ask(TASK, "每周一次，先倒水，再冲洗，最后晾干即可。"), 0.0),
    (ask("改正错别字。", TASK, context=""), 0.0),
    (sft(user("改正错别字。", context=TASK), bot(TASK)), 0.0),
    (sft(user(TASK), bot("每周一次。"), user("再说一遍我的问题好吗谢谢"), bot(TASK)), 0.0),
    (plain(TASK), 0.0),
]


def test_echo() -> None:
    rows = [row for row, _ in ECHOES]
    assert values("echo", *rows) == [pytest.approx(similar, abs=0.05) for _, similar in ECHOES]
    assert breaks("echo", *rows) == [similar > 0.9 for _, similar in ECHOES]


REPEATED = [(TASK + "\n每周一次。", True), (TASK, False), ("好的。" + TASK + "每周一次。", False)]


def test_an_answer_that_begins_with_its_prompt() -> None:
    assert breaks("repeats_prompt", *(ask(TASK, said) for said, _ in REPEATED)) == [repeats for _, repeats in REPEATED]


ENDINGS = [
    (PROSE, True),
    (PROSE + "，", True),
    ("The tank is washed once a week. First pour the water out, then rinse it twice, and finally the", True),
    (PROSE + "。", False),
    (PROSE + "”", False),
    (PROSE + "……", False),
    (PROSE + " 😊", False),
    (PROSE + "。\n- 盖子", False),
    (PROSE + "。\n此致\n敬礼", False),
    (PROSE + "。\n| 步骤 | 时间", False),
    (PROSE + "。见 https://example.org/a1", False),
    (PROSE + "。\n```\nx = 1\n```", False),
    ("两升", False),
    ("每周清洗一次，先倒水，再冲洗，最后晾干", False),
    ("每周一次。再晾", False),
    ("", None),
]


def test_unfinished() -> None:
    rows = [ask(TASK, said) for said, _ in ENDINGS]
    assert breaks("unfinished", *rows) == [bool(cut) for _, cut in ENDINGS]
    assert [found is None for found in values("unfinished", *rows)] == [cut is None for _, cut in ENDINGS]


FILLERS = [
    (TASK, "好的。", True),
    (TASK, "嗯……", True),
    ("How is the tank cleaned?", "OK!", True),
    ("How is the tank cleaned?", "You're welcome.", True),
    (TASK, "每周一次。", False),
    ("水箱能洗吗？", "是的。", False),
    ("Can it be washed?", "Yes", False),
    ("多谢", "不客气。", False),
    ("", "好的。", False),
]


def test_filler() -> None:
    assert breaks("filler", *(ask(asked, said) for asked, said, _ in FILLERS)) == [filler for *_, filler in FILLERS]


PROMPTS = [
    ("？？？", 0, True),
    ("  ", 0, True),
    ("你好", 2, False),
    ("1+1=?", 2, False),
    ("😀", 1, False),
    ("Hi!", 2, False),
]


def test_no_question() -> None:
    rows = [ask(asked, "您好，请问有什么可以帮您？") for asked, *_ in PROMPTS]
    assert values("prompt_letters", *rows) == [letters for _, letters, _ in PROMPTS]
    assert breaks("no_question", *rows) == [empty for *_, empty in PROMPTS]


SLOTS = [
    ("尊敬的[客户姓名]：\n您好！\n[您的姓名]", 2),
    ("我是 {{name}}，由 {{author}} 开发。", 2),
    ("Dear [Recipient],\nBest regards,\n[Your Name]", 2),
    ("我毕业于XXX大学，此处省略。", 2),
    ("See [address](https://example.org) and [1].", 0),
    ("【注意】请先断电。（请勿用热水）", 0),
    ("```jinja\n{{ name }}\n```\n模板如上。", 0),
    ("The roman number XXX is thirty.", 1),
    ("水箱每周清洗一次。", 0),
    ("", None),
]


def test_placeholders() -> None:
    rows = [ask("写一封信。", said) for said, _ in SLOTS]
    assert values("placeholders", *rows) == [slots for _, slots in SLOTS]
    assert breaks("placeholder", *rows) == [bool(slots) for _, slots in SLOTS]


@given(st.lists(st.sampled_from([said for said, _ in SLOTS] + ["[", "todo", "`", "X", "【", "姓名】"])).map("".join))
def test_the_look_before_placeholders_misses_none(text: str) -> None:
    (found,) = placeholders(pl.DataFrame({"answer": [text]}))
    assert found == sum(len(_PLACEHOLDER.findall(piece)) for piece in split_protected(text)[::2])


SOUPS = [
    ("这款净水器的水箱��周清洗一次。", "garbled"),
    ("锟斤拷锟斤拷，水箱每周清洗一次。", "garbled"),
    ("The caf\ue000 is open.", "garbled"),
    ("+-|" * 40 + "流程图", "symbol_soup"),
    ("12345 " * 30, "number_soup"),
    ("见 https://example.org/" + "a" * 60, "url_soup"),
    ("★★★★★", None),
    ("15\n9\n8\n4\n0", None),
    ("Über café naïve Ärger, déjà vu.", None),
    ("水箱每周清洗一次 😊👍🏽。", None),
    ("详见 https://example.org/a 的说明，里面写了清洗水箱的每一步。", None),
]


def test_soups() -> None:
    rows = [ask(TASK, said) for said, _ in SOUPS]
    for name in ("garbled", "symbol_soup", "number_soup", "url_soup"):
        assert breaks(name, *rows) == [rule == name for _, rule in SOUPS]


@pytest.mark.parametrize("kind", _PATTERNS)
def test_every_character_is_what_its_class_says(kind: int) -> None:
    codes = np.concatenate([np.arange(0xD800), np.arange(0xE000, 0x110000, 3), [0xFFFFF, 0x10FFFE]])
    characters = pl.Series([chr(code) for code in codes.tolist()])
    wanted = characters.str.contains(_PATTERNS[kind])
    if kind == _BROKEN:
        wanted &= ~characters.str.contains(r"\s")
    if kind == _BLANK:
        wanted &= ~characters.str.contains(_PATTERNS[_BROKEN])
    assert ((_kinds()[codes] == kind) == wanted.to_numpy()).all()


@given(st.text(alphabet="Ãâ€™Â\xa0×²ñóå•ab .水箱。\n", max_size=60))
def test_mojibake_counts_as_ftfy_does_whatever_stands_around_it(text: str) -> None:
    assert badness(_HARMLESS.sub("\0", text)) == badness(text)


def test_what_a_text_row_can_break() -> None:
    assert breaks("garbled", plain("水箱��周清洗一次。")) == [True]
    rows = [plain("抱歉，我无法回答这个问题。"), plain("好的。")]
    for rule in ("refusal", "too_short_answer", "unfinished", "filler"):
        assert breaks(rule, *rows) == [False, False]


def test_low_information_needs_a_long_answer() -> None:
    assert breaks("low_information", ask(TASK, "清洗水箱，" * 30)) == [True]
    assert signal(ask(TASK, "清洗水箱，" * 5), "distinct") is None


def test_a_tool_result_is_no_prompt() -> None:
    row = sft(
        user("查一下水箱容量多少，谢谢你了"),
        bot("我查一下。"),
        tool("水箱容量两升，每周清洗。"),
        bot("水箱容量两升，每周清洗。"),
    )
    assert signal(row, "echo") == 0
