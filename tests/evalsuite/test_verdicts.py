"""The word that a number earns, and the word of the whole."""

import dataclasses
import math
from typing import Any

import pytest

from evalsuite.comparison import Row
from evalsuite.policy import Policy, row_name
from evalsuite.verdicts import overall, verdict

ROW = Row(
    metric="chrf", set="eval", language="en", slice="", unit="share", better="higher", n=100, excluded=0, base=0.5,
    tuned=0.5, delta=0.0, low=-0.01, high=0.01, p=1.0, adjusted=None, test="paired t", margin=0.05, verdict=None,
    primary=True, mde=0.02, needed=None, improved=0, worsened=0, signature="chrf|1",
)  # fmt: skip


@pytest.mark.parametrize(
    ("delta", "low", "high", "p", "n", "told"),
    [
        (0.0, 0.0, 0.0, 1.0, 30, "NO REGRESSION"),
        (0.0, 0.0, 0.0, 1.0, 29, "INCONCLUSIVE"),
        (-0.05, -0.09, -0.01, 0.049, 100, "REGRESSED"),
        (-0.0499, -0.09, -0.01, 0.049, 100, "WORSE WITHIN MARGIN"),
        (-0.05, -0.09, 0.01, 0.05, 100, "INCONCLUSIVE"),
        (-0.01, -0.049, 0.03, 0.6, 100, "NO REGRESSION"),
        (-0.01, -0.05, 0.03, 0.6, 100, "INCONCLUSIVE"),
        (0.02, 0.01, 0.03, 0.001, 100, "IMPROVED"),
        (0.1, -0.2, 0.4, 0.5, 100, "INCONCLUSIVE"),
        (math.nan, math.nan, math.nan, math.nan, 0, "INCONCLUSIVE"),
        (0.3, math.nan, math.nan, math.nan, 100, "INCONCLUSIVE"),  # one cluster
    ],
)
@pytest.mark.parametrize("better", ["higher", "lower"])
def test_verdict(delta: float, low: float, high: float, p: float, n: int, told: str, better: str) -> None:
    if better == "lower":
        delta, low, high = -delta, -high, -low
    row = dataclasses.replace(ROW, better=better, delta=delta, low=low, high=high, p=p, n=n)
    assert verdict(row, alpha=0.05, minimum=30) == told
    assert verdict(dataclasses.replace(row, better="neither"), alpha=0.05, minimum=30) is None


def test_the_adjusted_p_decides() -> None:
    row = dataclasses.replace(ROW, delta=-0.1, low=-0.15, high=-0.05, p=0.001, adjusted=0.06)
    assert verdict(row, alpha=0.05, minimum=30) == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("words", "must", "options", "told"),
    [
        ([], False, {}, ("INCONCLUSIVE", 0)),
        (["IMPROVED"], True, {}, ("IMPROVED", 0)),
        (["IMPROVED", "NO REGRESSION"], False, {}, ("IMPROVED", 0)),
        (["IMPROVED", "WORSE WITHIN MARGIN"], False, {}, ("NO REGRESSION", 0)),
        (["NO REGRESSION"], False, {}, ("NO REGRESSION", 0)),
        (["NO REGRESSION"], True, {}, ("NOT IMPROVED", 1)),
        (["INCONCLUSIVE"], True, {"require_conclusive": True}, ("NOT IMPROVED", 1)),
        (["IMPROVED", "INCONCLUSIVE"], False, {}, ("INCONCLUSIVE", 0)),
        (["IMPROVED", "INCONCLUSIVE"], False, {"require_conclusive": True}, ("INCONCLUSIVE", 3)),
        (["REGRESSED", "IMPROVED", "INCONCLUSIVE"], False, {"require_conclusive": True}, ("REGRESSED", 1)),
    ],
)
def test_overall(words: list[Any], must: bool, options: dict[str, Any], told: tuple[str, int]) -> None:
    rows = [dataclasses.replace(ROW, language=f"l{place}", verdict=word) for place, word in enumerate(words)]
    other = dataclasses.replace(ROW, language="other", verdict="REGRESSED", primary=False)
    musts = [row_name(row) for row in rows] if must else []
    assert overall([*rows, other], musts, Policy(**options), invalid=False) == told
    assert overall([*rows, other], musts, Policy(**options), invalid=True) == ("INVALID", 3)
