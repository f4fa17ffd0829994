"""The word that a number earns, and the word and exit code of the whole."""

import math
from collections.abc import Collection, Sequence

from evalsuite.comparison import Overall, Row, Verdict
from evalsuite.policy import Policy, row_name


def verdict(row: Row, *, alpha: float, minimum: int) -> Verdict | None:
    """Judge one number by its adjusted p, or its p where it belongs to no family.

    Args:
        row: Its numbers.
        alpha: A p below it is significant.
        minimum: Items below which nothing is concluded.

    Returns:
        REGRESSED: significantly worse by the margin or more. WORSE WITHIN MARGIN: significantly worse by less.
        IMPROVED: significantly better. NO REGRESSION: neither, and the interval excludes a loss of the margin.
        INCONCLUSIVE: none of these. Null where neither direction is better.
    """
    if row.better == "neither":
        return None
    p = row.p if row.adjusted is None else row.adjusted
    if row.n < minimum or math.isnan(p) or math.isnan(row.low):
        return "INCONCLUSIVE"
    gain, floor = (row.delta, row.low) if row.better == "higher" else (-row.delta, -row.high)
    if p < alpha and gain < 0:
        return "REGRESSED" if -gain >= row.margin else "WORSE WITHIN MARGIN"
    if p < alpha and gain > 0:
        return "IMPROVED"
    return "NO REGRESSION" if floor > -row.margin else "INCONCLUSIVE"


def overall(rows: Sequence[Row], musts: Collection[str], policy: Policy, *, invalid: bool) -> tuple[Overall, int]:
    """Judge the whole by its primary rows.

    Args:
        rows: Of one comparison.
        musts: Names of the rows that have to improve.
        policy: Whether INCONCLUSIVE fails.
        invalid: The comparison is refused.

    Returns:
        The word, and the exit code: 0, 1 for a failed number, 3 where nothing can be said.
    """
    gating = [row for row in rows if row.primary]
    words = {row.verdict for row in gating}
    if invalid:
        return "INVALID", 3
    if "REGRESSED" in words:
        return "REGRESSED", 1
    if any(row.verdict != "IMPROVED" for row in gating if row_name(row) in musts):
        return "NOT IMPROVED", 1
    if not gating or "INCONCLUSIVE" in words:
        return "INCONCLUSIVE", 3 if policy.require_conclusive else 0
    if "IMPROVED" in words and "WORSE WITHIN MARGIN" not in words:
        return "IMPROVED", 0
    return "NO REGRESSION", 0
