"""Files of a kind that no record holds: the format that says so of each row, where no format reads them."""

from collections.abc import Iterable, Iterator, Sequence

from dataprep.convert import alpaca, chatml, preference, query_response
from dataprep.convert.columns import ANSWERING, ASKING, CONTEXT, INPUT, INSTRUCTION, Claims, claims, has_any
from dataprep.convert.format import Match, Refused, Row
from dataprep.convert.formats import FORMATS
from dataprep.convert.message_columns import message_claims
from dataprep.convert.pair_columns import pair_claims

# Refusals that say what a row is, not what it lacks.
_KNOWN = frozenset({"unsupported_kind", "unsupported_part", "several_answers", "part_order"})


def refusing(rows: Sequence[Row], *, least: float) -> tuple[str, Match] | None:
    """The format that refuses most rows for what they are.

    Args:
        rows: The sample.
        least: The share of the rows that it has to refuse so.

    Returns:
        The format and the columns it reads, or None when too few rows are of a known kind.
    """
    judged = [(_share(rows, name, found.columns), name, found) for name, found in _candidates(rows)]
    if not judged:
        return None
    share, name, found = max(judged, key=lambda candidate: candidate[0])  # the first of equals
    if share < least:
        return None
    why = f"{share:.0%} of the rows are of a kind that no record holds"
    return name, Match(0.0, why, found.columns, found.unmapped)


def _candidates(rows: Sequence[Row]) -> Iterator[tuple[str, Claims]]:
    """Formats that may know the rows, with their columns; none that several columns claim."""
    tried: Iterable[tuple[str, Claims | None]] = (
        (chatml.CHATML.name, message_claims(rows, "messages")),
        (preference.TRL_PREFERENCE.name, pair_claims(rows, {"prompt": (*INSTRUCTION, *ASKING)}, needed=())),
        (preference.TRL_PREFERENCE.name, claims(rows, {"prompt": (*ASKING, *INPUT)})),
        (alpaca.ALPACA.name, _asked(rows, "instruction", "output", {"input": CONTEXT})),
        (query_response.QUERY_RESPONSE.name, _asked(rows, "query", "response", {})),
    )
    yield from ((name, found) for name, found in tried if found is not None and not found.ambiguous)


def _asked(rows: Sequence[Row], ask: str, answer: str, more: dict[str, tuple[str, ...]]) -> Claims | None:
    """Who asks and who answers; only Alpaca has an `instruction`."""
    if has_any(rows, INSTRUCTION) != (ask == "instruction"):
        return None
    asking = (*INSTRUCTION, *ASKING) if ask == "instruction" else (*ASKING, *INPUT)
    return claims(rows, {ask: asking, **more, answer: ANSWERING})


def _share(rows: Sequence[Row], name: str, columns: dict[str, str]) -> float:
    """The share of the rows that the format refuses for what they are."""
    return sum(_refusal(row, name, columns) in _KNOWN for row in rows) / len(rows) if rows else 0.0


def _refusal(row: Row, name: str, columns: dict[str, str]) -> str | None:
    try:
        FORMATS[name].parse(row, columns)
    except Refused as refused:
        return refused.code
    return None
