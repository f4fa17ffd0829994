"""How small a change n items can show, and how many items a change needs."""

import math


def mde(sd: float, n: int, *, alpha: float = 0.05, power: float = 0.8) -> float:
    """The smallest change of a paired mean that a two-sided test of n pairs shows with this power.

    (z(1 - alpha/2) + z(power)) sd / sqrt(n); Miller 2024, arXiv:2411.00640.

    Args:
        sd: Standard deviation of the paired differences; for clustered items the standard error times sqrt(n).
        n: Pairs.
        alpha: Of the test.
        power: Wanted.

    Returns:
        In the unit of sd; NaN without pairs.
    """
    return _reach(alpha, power) * sd / math.sqrt(n) if n else math.nan


def items_needed(sd: float, change: float, *, alpha: float = 0.05, power: float = 0.8) -> int | None:
    """The pairs that show this change with this power, in all; null where no number can be told.

    Args:
        sd: Standard deviation of the paired differences.
        change: In the same unit.
        alpha: Of the two-sided test.
        power: Wanted.
    """
    if not math.isfinite(sd) or not change:
        return None
    return math.ceil((_reach(alpha, power) * sd / change) ** 2)


def _reach(alpha: float, power: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(1 - alpha / 2) + ndtri(power))
