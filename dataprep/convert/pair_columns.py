"""The two columns of a preference pair, and what surrounds them in every dialect."""

from collections.abc import Mapping, Sequence
from typing import Any

from dataprep.convert.columns import SYSTEM, TOOLS, Claims, claims
from dataprep.convert.format import Row

# TRL's names and Argilla's.
CHOSEN = ("chosen", "chosen_response")
REJECTED = ("rejected", "rejected_response")

AROUND: dict[str, Sequence[str]] = {
    "chosen": CHOSEN,
    "rejected": REJECTED,
    "tools": TOOLS,
    "system": SYSTEM,
}


def pair_claims(
    rows: Sequence[Row], extra: Mapping[str, Sequence[str]], *, needed: Sequence[str] = ()
) -> Claims | None:
    """Who claims the parts of a pair.

    Args:
        rows: The sample.
        extra: Further parts -> their column names.
        needed: Which of these must have a column, as both sides of the pair must.

    Returns:
        The claims, or None when a needed part has no column.
    """
    found = claims(rows, {**extra, **AROUND})
    return found if all(part in found.columns for part in (*needed, "chosen", "rejected")) else None


def first_cell(rows: Sequence[Row], column: str) -> Any:
    """The column's first cell that isn't null."""
    return next((row[column] for row in rows if row.get(column) is not None), None)
