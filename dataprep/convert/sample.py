"""How well a sample of rows fits a format: the share that it can parse."""

from collections.abc import Callable, Sequence

from dataprep.convert.cells import turns_in
from dataprep.convert.columns import Claims
from dataprep.convert.format import Columns, Match, Refused, Row
from schemas.records import Record

Parse = Callable[[Row, Columns], Record]


def matched(rows: Sequence[Row], found: Claims, *, parse: Parse, telling: float, signs: str = "") -> Match | None:
    """Judge a sample by parsing it.

    Args:
        rows: The sample.
        found: Which columns claim which parts.
        parse: The format's parser.
        telling: How telling the signs are, 0 to 1.
        signs: What decided, for people; without it, the columns.

    Returns:
        None when no row can be parsed.
    """
    fits = sum(fits_row(row, found.columns, parse) for row in rows)
    if not fits:
        return None
    signs = signs or f"columns {', '.join(found.columns.values())}"
    return Match(
        confidence=telling * fits / len(rows),
        why=f"{signs}; {fits} of {len(rows)} rows can be read so",
        columns=found.columns,
        unmapped=found.unmapped,
        ambiguous=found.ambiguous,
    )


def fits_row(row: Row, columns: Columns, parse: Parse) -> bool:
    """Whether the parser takes the row."""
    try:
        parse(row, columns)
    except Refused:
        return False
    return True


def turn_keys(rows: Sequence[Row], container: str) -> list[str]:
    """The keys of the first turn in the sample that can be read; none when there is no such turn."""
    for row in rows:
        try:
            return list(turns_in(row, container)[0])
        except Refused:
            continue
    return []
