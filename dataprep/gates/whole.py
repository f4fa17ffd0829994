"""Numbers about a whole artifact, not about its rows one by one."""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from dataprep.gates.artifact import Artifact


def empty_slices(artifact: "Artifact", column: str) -> float:
    """How many values of a column (`language`, `source`, `kind`) stand in train but not in eval."""
    table = artifact.table([column] if column == "language" else [], kept=True)
    train, held_out = (set(table.filter(pl.col("split") == name)[column].drop_nulls()) for name in ("train", "eval"))
    return float(len(train - held_out))


def leak_pairs(artifact: "Artifact", _argument: str) -> float:
    """Pairs of rows that leak, and families, contents and parents on two sides; all computed anew."""
    return float(artifact.leaks["over"] + sum(artifact.leaks["crossing"].values()))


def leak_highest(artifact: "Artifact", _argument: str) -> float:
    """Highest similarity of two rows on different sides, computed anew."""
    return float(artifact.leaks["highest"])
