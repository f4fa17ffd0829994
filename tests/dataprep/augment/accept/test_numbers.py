import pytest

from dataprep.augment.accept.numbers import numbers_differ
from dataprep.augment.accept.reading import read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("一下", ""),
        ("one of them", "them"),
        ("十分重要", "很重要"),
        ("千万别去", "别去"),
        ("3 cups", "three cups"),
        ("3个", "三个"),
        ("1,000元", "一千块钱"),
        ("50%", "百分之五十"),
        ("half", "一半"),
        ("2024年5月1日", "2024-05-01"),
        ("2024-05-01", "May 1, 2024"),
        ("5 km", "5公里"),
        ("10kg", "10公斤"),
        ("两个半小时", "2.5小时"),
        ("半小时", "30分钟"),
        ("half an hour", "30 minutes"),
        ("下午三点半", "3:30 pm"),
        ("two dozen eggs", "24 eggs"),
        ("1.5万", "15000"),
        ("20% off", "八折"),
        ("two thirds", "三分之二"),
        ("周五", "星期五"),
        ("$5", "5 dollars"),
        ("a week", "7 days"),
        ("-5度", "零下5度"),
        ("第三章", "chapter 3"),
    ],
)
def test_same_quantities(one: str, other: str) -> None:
    assert numbers_differ(read(one), read(other)) is None
    assert numbers_differ(read(other), read(one)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 cups", "40 cups"),
        ("5 km", "5 mi"),
        ("5 ml", "5 mg"),
        ("20公斤", "20斤"),
        ("3个月", "3年"),
        ("50%", "5%"),
        ("Friday", "Thursday"),
        ("周五", "周六"),
        ("14 August", "4 August"),
        ("3:30", "3:20"),
        ("$5", "€5"),
        ("三分之一", "四分之一"),
        ("1.5%", "15%"),
        ("买2张桌子和6把椅子", "买6张桌子和2把椅子"),
        ("in three parts", "in parts"),
    ],
)
def test_other_quantities(one: str, other: str) -> None:
    assert numbers_differ(read(one), read(other)) is not None
    assert numbers_differ(read(other), read(one)) is not None
