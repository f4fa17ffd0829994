"""What lm-evaluation-harness measured on both sides, with a paired test where both scored the same items."""

import math
from collections.abc import Mapping
from typing import Any

from evalsuite.harness.results import rows, samples
from evalsuite.stats import paired


def harnessed(base: Mapping[str, Any], tuned: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The harness' own scores and standard errors, and the paired difference.

    Args:
        base: What `evalsuite.harness.run` gave for the base.
        tuned: The same for the tuned model.

    Returns:
        A row for each task and metric: `rows` and `delta`, `low`, `high`, `p`, null where fewer than two items were
        scored on both sides, or where the harness' score is no mean of items (bits per byte of a whole task).
    """
    first, second = samples(base), samples(tuned)
    found = []
    for row in rows(base, tuned):
        key = (row["task"], row["metric"])
        left, right = dict(first.get(key, ())), dict(second.get(key, ()))
        both = [
            name for name, value in left.items() if math.isfinite(value) and math.isfinite(right.get(name, math.nan))
        ]
        test = paired([left[name] for name in both], [right[name] for name in both]) if len(both) > 1 else None
        told = (test.delta, test.low, test.high, test.p) if test and _is_mean(row, test.delta) else (None,) * 4
        found.append({**row, **dict(zip(("delta", "low", "high", "p"), told, strict=True))})
    return found


def _is_mean(row: Mapping[str, Any], delta: float) -> bool:
    told = (row["base"], row["tuned"])
    return None not in told and math.isclose(told[1] - told[0], delta, rel_tol=1e-6, abs_tol=1e-9)
