"""A conversation whose turns are OpenAI's messages or ShareGPT's `from` and `value`, told by its first turn."""

from collections.abc import Mapping

from dataprep.convert import sharegpt
from dataprep.convert.messages import Aside, parse_messages
from dataprep.convert.stored import unpacked
from schemas.records import Message


def parse_conversation(value: object, aside: Aside, *, where: str = "messages") -> list[Message]:
    """Read a conversation in either form; see `parse_messages` for the arguments.

    Raises:
        Refused: With a code of `messages` or of `sharegpt`.
    """
    turns = unpacked(value)
    if not is_sharegpt(turns):
        return parse_messages(turns, aside, where=where)
    record = sharegpt.parse({"conversations": turns}, {})
    extras = (record.get("meta") or {}).get("conversations") or []
    found = [{"in": where, "turn": turn, **extra} for turn, extra in enumerate(extras) if extra]
    if found:
        aside.setdefault("message_fields", []).extend(found)
    return record["messages"]


def is_sharegpt(turns: object) -> bool:
    """True for a list whose first turn has `from` or `value`."""
    first = turns[0] if isinstance(turns, list) and turns else None
    return isinstance(first, Mapping) and ("from" in first or "value" in first)
