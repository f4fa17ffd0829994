"""Which columns of a sample hold OpenAI messages, told by their content rather than by their names."""

from collections.abc import Mapping, Sequence

from dataprep.convert.cells import list_in
from dataprep.convert.columns import SYSTEM, TOOLS, TURNS, Claims, claims, columns_of, folded
from dataprep.convert.format import Refused, Row

# Sides of a pair: never the one conversation of a row.
_SIDES = frozenset({"prompt", "completion", "chosen", "rejected", "input", "output"})


def holds_messages(value: object) -> bool:
    """True for a list (or the text of one) whose first element has a role."""
    if isinstance(value, str):
        if not value.lstrip().startswith("["):
            return False
        try:
            value = list_in(value, "bad_messages")
        except Refused:
            return False
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping) and "role" in value[0]


def message_columns(rows: Sequence[Row]) -> list[str]:
    """Columns in which some row holds messages."""
    return [name for name in columns_of(rows) if any(holds_messages(row.get(name)) for row in rows)]


def message_claims(rows: Sequence[Row], part: str, extra: Mapping[str, Sequence[str]] | None = None) -> Claims | None:
    """The column of the one conversation, with the columns around it.

    Args:
        rows: The sample.
        part: The part that the conversation plays.
        extra: Further parts -> their column names.

    Returns:
        The claims, or None when no column holds a whole conversation. Several are ambiguous; a
        column with a usual name comes first.
    """
    found = [name for name in message_columns(rows) if folded(name) not in _SIDES]
    if not found:
        return None
    found.sort(key=lambda name: folded(name) not in TURNS)
    around = claims(rows, {"tools": TOOLS, "system": SYSTEM, **(extra or {})})
    ambiguous = around.ambiguous
    if len(found) > 1:
        ambiguous = (*ambiguous, f"{', '.join(found[:-1])} and {found[-1]} all hold messages")
    return Claims(
        {part: found[0], **around.columns},
        tuple(name for name in around.unmapped if name not in found),
        ambiguous,
    )
