import pytest

from evalsuite.metrics.dates import clocks, dates


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("", []),
        ("2024-03-05", [["2024-03-05"]]),
        ("2024/3/5", [["2024-03-05"]]),
        ("2024年3月5日", [["2024-03-05"]]),
        ("二〇二四年三月五日", [["2024-03-05"]]),
        ("民國113年7月1日", [["2024-07-01"]]),
        ("March 5, 2024", [["2024-03-05"]]),
        ("5 March 2024", [["2024-03-05"]]),
        ("Sept 22nd", [["--09-22"]]),
        ("5 March", [["--03-05"]]),
        ("Sept 2019", [["2019-09"]]),
        ("2019年9月", [["2019-09"]]),
        ("2023年", [["2023"]]),
        ("10月14日", [["--10-14"]]),
        ("12/31/2024", [["2024-12-31"]]),
        ("03/05/2024", [["2024-03-05", "2024-05-03"]]),
        ("14-17 October 2024", [["2024-10-14"], ["2024-10-17"]]),
        ("7日", [["7 day", "--07"]]),
        ("it may rain and march on", []),
        ("3个月", []),
        ("2024-13-05", []),
    ],
)
def test_dates_have_one_form(text: str, forms: list[list[str]]) -> None:
    assert [[str(reading) for reading in claim.readings] for claim in dates(text)] == forms


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("", []),
        ("14:30", ["14:30"]),
        ("下午两点半", ["14:30"]),
        ("2:30 pm", ["14:30"]),
        ("5:30 p.m.", ["17:30"]),
        ("晚上8点", ["20:00"]),
        ("晚上12点", ["0:00"]),
        ("中午12点", ["12:00"]),
        ("20时", ["20:00"]),
        ("下午4点20分", ["16:20"]),
        ("上午十点一刻", ["10:15"]),
        ("12 am", ["0:00"]),
        ("half past ten", ["10:30", "22:30"]),
        ("三点五公斤", []),
        ("3小时", []),
        ("25:99", []),
    ],
)
def test_times_have_one_form(text: str, forms: list[str]) -> None:
    assert [str(reading) for claim in clocks(text) for reading in claim.readings] == forms


def test_three_points_are_not_held_against_an_answer() -> None:
    assert [claim.weak for claim in clocks("有三点建议")] == [True]
