import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.loops import tail_loop
from evalsuite.metrics.trimming import trim

SPEECH = st.lists(
    st.sampled_from(
        ["你好。", "我不知道", "！", "Yes. ", "no", "\n", "- item", "1. ", "```", "……", "\ufffd", " ", "😂", "(a)"]
    ),
    max_size=30,
).map("".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \n", ""),
        ("\ufffd\ufffd", ""),
        ("巴黎", "巴黎"),  # never below one sentence
        ("Paris is the capital of", "Paris is the capital of"),
        ("你好。我是", "你好。"),
        ("It rains. It will", "It rains."),
        ("It costs 3.14 dollars", "It costs 3.14 dollars"),
        ("He met Dr. Smith and J. Doe in", "He met Dr. Smith and J. Doe in"),
        ("他说：“好。”然后他就", "他说：“好。”"),
        ("价格是3.5元。半\ufffd", "价格是3.5元。"),
        ("说得好……", "说得好……"),
        ("很高兴认识你。😊", "很高兴认识你。😊"),
        ("可以的：\n- 苹果\n- 香蕉", "可以的：\n- 苹果\n- 香蕉"),
        ("步骤如下。\n1. 打开设置\n2. 选择网", "步骤如下。\n1. 打开设置\n2. 选择网"),
        ("Use this.\n```python\nprint(1)\nx = ", "Use this.\n```python\nprint(1)\nx ="),
        ("Use this.\n```\nsay it. And then", "Use this.\n```\nsay it. And then"),
        ("Use this.\n```\nx\n```", "Use this.\n```\nx\n```"),
        ("Thank you for asking.\n\nBest regards,\nAnna", "Thank you for asking.\n\nBest regards,\nAnna"),
        ("第一段写完了。\n第二段还没有写完就停在了这", "第一段写完了。"),
        ("Go out. #sunny #day", "Go out. #sunny #day"),
        (
            "平均数等于 8.75。\n(5 + 8 + 10 + 12) / 4 = 35 / 4 = 8.75",
            "平均数等于 8.75。\n(5 + 8 + 10 + 12) / 4 = 35 / 4 = 8.75",
        ),
        ("我不知道你在说什么。" * 5, "我不知道你在说什么。"),
        ("好的。" + "请稍等一下，" * 6 + "请稍", "好的。"),
        ("I can help you with that. " * 4 + "I can", "I can help you with that."),
        ("1. 打开设置并选择网络。\n2. 打开设置并选择网络。\n3. 打开设置并选择网络。", "1. 打开设置并选择网络。"),
    ],
)
def test_trim(text: str, expected: str) -> None:
    assert trim(text) == expected


@given(SPEECH)
def test_trimming_twice_changes_nothing_and_only_cuts(text: str) -> None:
    shorter = trim(text)
    assert trim(shorter) == shorter
    assert text.startswith(shorter)
    assert tail_loop(shorter) is None
    assert not shorter.endswith(("\ufffd", " ", "\n"))
