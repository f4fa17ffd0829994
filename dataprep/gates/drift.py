"""How far the make-up of a set moved: distributions, and the Jensen-Shannon divergence of two of them."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import polars as pl

from dataprep.gates import extras

if TYPE_CHECKING:
    from dataprep.gates.artifact import Artifact

Counts = Mapping[str, int]

DISTRIBUTIONS = ("length", "prompt_length", "language", "kind", "label", "topic", "turns", "source")
"""What is compared. Lengths go by powers of two; `topic` goes by the column of `gates.topic`, else by words."""

WORDS = 100
"""Words of prompts that stand for topics where no column does; the others are not counted."""


def distribution(artifact: "Artifact", name: str) -> dict[str, int]:
    """Value -> kept rows (for words: prompts that hold it); rows without a value are left out.

    Args:
        artifact: Where the rows are.
        name: One of `DISTRIBUTIONS`.

    Raises:
        Unmeasured: If the artifact can't tell.
    """
    if name == "topic" and artifact.topic is None:
        return dict(extras.prompt_words(artifact.folder).head(WORDS).iter_rows())
    column = {"length": "chars", "prompt_length": "prompt_chars"}.get(name, name)
    values = artifact.table([column], kept=True)[column].drop_nulls()
    if name in ("length", "prompt_length"):
        values = values.clip(lower_bound=1).log(2).floor().cast(pl.Int64)
    counted = values.cast(pl.String).alias("value").value_counts(name="rows").sort("value")
    return {str(value): int(rows) for value, rows in counted.iter_rows()}


def divergence(left: Counts, right: Counts) -> float | None:
    """Jensen-Shannon divergence in bits, less what chance alone gives: 0 is the same, 1 has nothing in common.

    J. Lin, Divergence measures based on the Shannon entropy, IEEE Transactions on Information Theory 37 (1991). It is
    bounded and knows no infinity where one side lacks a value, which the population stability index (PSI) has. Two
    samples of n and m rows of one distribution over k values differ by (k - 1)(1/n + 1/m) / (8 ln 2) bits on average
    (its second-order expansion): so much is taken off, so that a limit means the same for small and large sets.

    Returns:
        Bits between 0 and 1; null where one side has nothing.
    """
    total, other = sum(left.values()), sum(right.values())
    if not total or not other:
        return None
    values = sorted({**left, **right})
    shares = [(left.get(value, 0) / total, right.get(value, 0) / other) for value in values]
    bits = sum((_term(p, (p + q) / 2) + _term(q, (p + q) / 2)) / 2 for p, q in shares)
    chance = (len(values) - 1) * (1 / total + 1 / other) / (8 * math.log(2))
    return min(1.0, max(0.0, bits - chance))


def _term(share: float, mean: float) -> float:
    return share * math.log2(share / mean) if share else 0.0
