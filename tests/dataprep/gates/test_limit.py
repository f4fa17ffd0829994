"""Limits: what a recipe may write, and which values meet it."""

import pytest

from dataprep.gates.limit import parse_limit


@pytest.mark.parametrize(
    ("text", "value", "met"),
    [
        ("< 0.9", 0.9, False),
        ("< 0.9", 0.89, True),
        ("<= 0.9", 0.9, True),
        (">0", 0, False),
        ("> 0", 1, True),
        (">= 5%", 0.05, True),
        ("> 5%", 0.05, False),
        ("== 0", 0, True),
        ("!= 0", 0, False),
        ("  > 1e-3 ", 0.002, True),
        ("< -1.5", -2, True),
    ],
)
def test_a_limit_is_met(text: str, value: float, met: bool) -> None:
    assert parse_limit(text).is_met(value) is met


@pytest.mark.parametrize("text", ["", "0.9", "=> 1", "< ", "< nine", "< 1 2", "= 1", "<< 1", "> 1 %%", "＜ 1"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a sign and a number in quotes"):
        parse_limit(text)
