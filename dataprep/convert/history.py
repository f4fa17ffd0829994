"""Earlier turns in a column of their own: `[[question, answer], ...]`. Refuses with `bad_history`."""

from dataprep.convert.cells import list_in
from dataprep.convert.format import Refused
from schemas.records import Message


def history_of(value: object) -> list[Message]:
    """Earlier turns from a list of pairs, also one written as JSON or as a Python literal.

    Raises:
        Refused: `bad_history`.
    """
    if value is None or value in ("", []):
        return []
    messages: list[Message] = []
    for pair in list_in(value, "bad_history"):
        if not (isinstance(pair, list | tuple) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise Refused("bad_history", f"a pair of texts is due, not {pair!r}"[:80])
        messages += [{"role": "user", "content": pair[0]}, {"role": "assistant", "content": pair[1]}]
    return messages
