"""Which format a sample of rows is in: every format looks at columns and contents, the surest comes first."""

from collections.abc import Mapping, Sequence

from dataprep.convert.format import Match, Row
from dataprep.convert.formats import FORMATS


def detect(rows: Sequence[Row]) -> list[tuple[str, Match]]:
    """Try every format on a sample.

    Args:
        rows: The sample; rows that aren't objects are looked past.

    Returns:
        Format names and how they match, best first; empty when no format reads any row.
    """
    sample = [row for row in rows if isinstance(row, Mapping) and row]
    if not sample:
        return []
    tried = [(name, format_.recognise(sample)) for name, format_ in FORMATS.items()]
    found = [(name, match) for name, match in tried if match is not None]
    return sorted(found, key=lambda candidate: -candidate[1].confidence)
