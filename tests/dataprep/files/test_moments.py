"""Times of chat logs: every form that can be read in one way only, and no other."""

import pytest

from dataprep.files.moments import moment

SAME = 1704448980.0  # 2024-01-05 10:03:00 UTC


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (0, 0.0),
        (1704448980, SAME),
        ("1704448980", SAME),
        (1704448980000, SAME),
        ("2024-01-05T10:03:00", SAME),
        ("2024-01-05 10:03", SAME),
        ("2024-01-05T12:03:00+02:00", SAME),
        ("2024-01-05T10:03:00Z", SAME),
        ("2024/1/5 10:03", SAME),
        ("2024-1-5 10:03", SAME),
        ("2024-1-5 10:03:00", SAME),
        ("2024.1.5 10:03", SAME),
        ("2024/01/05  10:03:00.5", SAME + 0.5),
        ("2024年1月5日 10:03", SAME),
        ("2024年01月05日10：03：00", SAME),
        ("2024-1-5 9:01", SAME - 62 * 60),
        ("2024年1月5日 9:01:30", SAME - 62 * 60 + 30),
        ("2024/1/5 上午10:03", SAME),
        ("2024年1月5日 上午 10:03", SAME),
        ("2024/1/5 下午3:05", SAME + 5 * 3600 + 2 * 60),
        ("2024年1月5日下午15:05", SAME + 5 * 3600 + 2 * 60),
        ("2024/1/5 上午12:03", SAME - 10 * 3600),
        ("2024/1/5 下午12:03", SAME + 2 * 3600),
        ("2024/1/5", SAME - 10 * 3600 - 3 * 60),
    ],
)
def test_times_are_understood(value, seconds) -> None:
    assert moment(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "nan",
        [],
        "10:03",
        "05/01/2024 10:03",
        "5.1.2024 10:03",
        "1-5-24 10:03",
        "2024-1/5 10:03",
        "2024-13-5 10:03",
        "2024/2/30 10:03",
        "2024/1/5 24:03",
        "2024/1/5 10:60",
        "2024/1/5 上午13:03",
        "2024/1/5 3:05 or so",
        "2024/1/510:03",
    ],
)
def test_times_that_cannot_be_read_in_one_way_are_not(value) -> None:
    with pytest.raises(ValueError, match=r"^.+$"):
        moment(value)
