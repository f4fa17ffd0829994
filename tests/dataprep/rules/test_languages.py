"""Answers in the wrong language, half-translated ones, mixed scripts."""

import pytest

from tests.dataprep.rows import ask, bot, kto, preference, sft, system, user
from tests.dataprep.rules.measured import breaks, signal, values

ENGLISH = "The water tank holds two litres and is cleaned once a week."
CHINESE = "水箱容量两升，每周清洗一次。"


LANGUAGES = [
    ("水箱多大？", CHINESE, False),
    ("How large is the tank?", ENGLISH, False),
    ("水箱多大？", ENGLISH, True),
    ("水箱多大？", "It is LQ-B3.", True),
    ("How large is the tank?", CHINESE, True),
    ("Answer in Chinese: how large is the tank?", CHINESE, False),
    ("How large is the tank? Please answer in Chinese.", ENGLISH, True),
    ("请用英文回答：水箱多大？", ENGLISH, False),
    ("请用英文回答：水箱多大？", CHINESE, True),
    ("把这句话翻译成英文：水箱容量两升。", "The tank holds two litres of water.", False),
    ("翻译这句话：水箱容量两升。", "The tank holds two litres of water.", None),
    ("Translate to Chinese: the tank holds two litres.", "水箱容量两升。", False),
    ("Translate: the tank holds two litres of water.", "水箱容量两升。", None),
    ("推荐一部电影。", "Gone with the Wind", False),
    ("这款机器叫什么？", "LQ-200", None),
    ("这款机器叫什么？", "", None),
    ("用 opulent 写一个句子。", "The room was opulent and bright, as it was meant to be.", None),
    ("What does 水箱 mean?", "水箱是装水的容器。", None),
    ("这段英文是什么意思？the tank holds two litres of water", ENGLISH, None),
    (
        "写一个求和函数。",
        "def add(a, b):\n    # the sum of the two numbers that were given\n    return a + b",
        False,
    ),
]


def test_answer_language() -> None:
    rows = [ask(asked, said) for asked, said, _ in LANGUAGES]
    assert values("other_language", *rows) == [other for *_, other in LANGUAGES]
    assert breaks("answer_language", *rows) == [bool(other) for *_, other in LANGUAGES]


def test_a_system_turn_may_wish_too() -> None:
    row = sft(system("You always answer in English."), user("水箱多大？"), bot(ENGLISH))
    assert signal(row, "other_language") is False
    assert breaks("answer_language", preference("水箱多大？", ENGLISH, CHINESE)) == [True]
    assert signal(kto("水箱多大？", ENGLISH, label=False), "other_language") is None


HALF = [
    ("介绍爱迪生。", "爱迪生是美国发明家。", 0.0),
    (
        "介绍爱迪生。",
        "爱迪生一生有一千多项发明，最有名的是电灯和留声机。He was an American inventor and he was born in Milan. "
        "他从小喜欢做实验，办过工厂，也办过实验室，工作到八十四岁。",
        0.51,
    ),
    ("介绍爱迪生。", "爱迪生的英文名是 Thomas Alva Edison。", 0.0),
    ("用英语介绍爱迪生。", "爱迪生 was an American inventor who was born in the city of Milan.", None),
    ("写代码。", "如下：\n```\n# this is the first line of the code that we have\n```\n完成了这一段代码。", 0.0),
    ("Describe the tank.", "The tank is large and made of glass. 水箱容量很大。 It is easy to clean it.", 0.1),
    ("Describe the tank.", "The 水箱 is large and made of glass, so that it is easy to clean.", 0.0),
    ("Describe the tank.", "", None),
]


def test_untranslated() -> None:
    found = values("untranslated", *(ask(asked, said) for asked, said, _ in HALF))
    assert found == [share if share is None else pytest.approx(share, abs=0.06) for *_, share in HALF]


SCRIPTS = [
    ("推荐几部电影。", "我在九十年代找到了一些喜剧电影，你可能會喜歡。這裡有几个选项，希望对你有所帮助。", True),
    ("推荐几部电影。", "我找到了一些喜剧电影，你可能会喜欢。这里有几个选项，希望对你有所帮助。", False),
    ("推荐几部电影。", "我找到了一些喜劇電影，你可能會喜歡。這裡有幾個選項，希望對你有所幫助。", False),
    (
        "把这句话变成繁体。",
        "我在九十年代找到了一些喜剧电影，你可能會喜歡。這裡有几个选项，希望对你有所帮助。",
        False,
    ),
    ("推荐。", "會喜歡这个。", False),
    ("Recommend a film.", "I found some films for you, and I hope that you like them.", False),
]


def test_script_mix() -> None:
    assert breaks("script_mix", *(ask(asked, said) for asked, said, _ in SCRIPTS)) == [mixed for *_, mixed in SCRIPTS]
