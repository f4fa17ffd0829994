"""What numerals in words are worth."""

import pytest

from schemas.text.numerals import everyday, han_value, words_values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("零", 0),
        ("十", 10),
        ("十二", 12),
        ("两百", 200),
        ("一百零五", 105),
        ("一万二千", 12_000),
        ("二十三万", 230_000),
        ("三亿五千万", 350_000_000),
        ("一千二百万", 12_000_000),
        ("二〇二四", 2024),
        ("叁拾伍万", 350_000),
        ("八点五", 8.5),
        ("三点五亿", 350_000_000),
        ("兩萬", 20_000),
        ("〇", 0),
        ("一百二", 120),
        ("三万五", 35_000),
        ("三萬零五", 30_005),
        ("一亿两千万", 120_000_000),
    ],
)
def test_chinese_numerals_have_their_value(text: str, value: float) -> None:
    assert han_value(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("zero", 0),
        ("twenty-seven", 27),
        ("three hundred and fifty thousand", 350_000),
        ("twelve thousand", 12_000),
        ("hundred thousand", 100_000),
        ("a dozen", 12),
        ("one million two hundred thousand and five", 1_200_005),
    ],
)
def test_english_numerals_have_their_value(text: str, value: float) -> None:
    assert words_values(text) == [value]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty-one", [21]),
        ("three thousand five", [3005]),
        ("nine ten", [9, 10]),
        ("two hundred and forty", [240]),
        ("two dozen", [24]),
        ("twentieth", [20]),
    ],
)
def test_runs_of_words(text: str, values: list[float]) -> None:
    assert words_values(text) == values


def test_everyday_characters() -> None:
    assert everyday("叁拾萬兩") == "三十万两"
