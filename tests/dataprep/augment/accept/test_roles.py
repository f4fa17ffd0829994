import pytest

from dataprep.augment.accept.reading import read
from dataprep.augment.accept.roles import reversed_roles


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("长期失眠为什么会引起焦虑？", "长期焦虑为什么会引起失眠？"),
        (
            "How do I merge my feature branch into main without losing commits?",
            "What is the way to merge main into my feature branch without losing commits?",
        ),
        ("Convert miles to kilometres in Python", "In Python, convert kilometres to miles"),
        ("把英里转换为公里", "如何将公里转换为英里"),
        ("Does stress cause insomnia?", "Does insomnia cause stress?"),
        ("吸烟如何影响睡眠", "睡眠如何影响吸烟"),
    ],
)
def test_reversed(one: str, other: str) -> None:
    assert reversed_roles(read(one), read(other)) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("导致", "导致"),
        ("into", "into"),
        ("吸烟会导致肺癌吗", "肺癌是吸烟导致的吗"),
        ("How do I get from Leeds to York?", "What is the way to York from Leeds?"),
        ("Write a letter to my boss about leave", "To my boss, write a letter about leave"),
        ("失眠为什么会引起焦虑", "焦虑为什么会由失眠引起"),
        ("Explain to a child how rain forms", "How does rain form? Explain it to a child"),
        ("Translate the sentence from German into French", "Into French, please translate this German sentence"),
        (
            "I want to give my old phone to my sister, how do I wipe it?",
            "How do I wipe my old phone to give it to my sister?",
        ),
        ("Add milk to tea or tea to milk?", "Should I add tea to milk or milk to tea?"),
    ],
)
def test_kept(one: str, other: str) -> None:
    assert reversed_roles(read(one), read(other)) is None
