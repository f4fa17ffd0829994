import pytest

from dataprep.augment.accept.contrasts import opposed
from dataprep.augment.accept.negation import negation_differs
from dataprep.augment.accept.reading import read


def differs(one: str, other: str) -> str | None:
    return negation_differs(read(one), read(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("不得不预约", "必须预约"),
        ("不要使用表格", "避免使用表格"),
        ("不允许拍照", "禁止拍照"),
        ("无需预约", "不用预约"),
        ("除了牛奶以外还有什么", "除了牛奶还有啥"),
        ("知不知道怎么退", "知道怎么退吗"),
        ("有什么不同", "差别在哪"),
        ("打不开文件", "文件无法打开"),
        ("不超过50字", "50字以内"),
        ("没有成功", "失败了"),
        ("能不能退", "可以退吗"),
        ("Do not use lists", "Avoid lists"),
        ("It's not allowed", "It is forbidden"),
        ("unless you pay", "if you do not pay"),
        ("I don't know how to reset it", "How do I reset it"),
        ("not only cheap", "cheap"),
        ("no more than 5", "at most 5"),
        ("Why can't I log in?", "Why am I unable to log in?"),
        ("without sugar", "sugar-free"),
        ("not uncommon", "common"),
        ("Why does it fail to start", "Why doesn't it start"),
    ],
)
def test_same_meaning(one: str, other: str) -> None:
    assert differs(one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("可以吃", "不可以吃"),
        ("能退吗", "不能退吗"),
        ("需要签字", "无需签字"),
        ("允许携带", "禁止携带"),
        ("除周末外", "周末"),
        ("Can I take it", "Can't I take it"),
        ("with milk", "without milk"),
        ("safe", "unsafe"),
        ("allowed", "not allowed"),
        ("includes tax", "excludes tax"),
        ("dont tell", "tell"),
    ],
)
def test_flipped(one: str, other: str) -> None:
    assert differs(one, other) is not None
    assert differs(other, one) is not None


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("饭前吃", "饭后吃", "前 -> 后"),
        ("before lunch", "after lunch", "before -> after"),
        ("more than 5", "less than 5", "more than -> less than"),
        ("before and after", "after", None),
        ("", "after", None),
        ("目前的价格", "然后的价格", None),
    ],
)
def test_contrasts(one: str, other: str, told: str | None) -> None:
    assert opposed(read(one), read(other)) == told
