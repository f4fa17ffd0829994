"""What a user turn says where a format has one prompt: instruction and input, joined."""

from typing import cast

from schemas.records import LISTS, Message, Record


def spoken(message: Message, joiner: str) -> str:
    """The turn's content and context as one text; an empty part leaves no joiner behind."""
    context = message.get("context")
    if not context:
        return message["content"]
    return f"{message['content']}{joiner}{context}" if message["content"] else context


def joined(record: Record, joiner: str) -> Record:
    """The record as a format without an input column tells it: every context joined into its content."""
    said: dict[str, object] = dict(record)
    for key in LISTS:
        if key in record:
            said[key] = [_without_context(message, joiner) for message in record[key]]  # type: ignore[literal-required]
    return cast(Record, said)


def _without_context(message: Message, joiner: str) -> Message:
    told = message.copy()
    told["content"] = spoken(message, joiner)
    told.pop("context", None)
    return told


def joined_but_last(record: Record, joiner: str) -> Record:
    """The record with every context joined but the last question's, for formats that give that one a column."""
    told = joined(record, joiner)
    asked = [index for index, message in enumerate(record["messages"]) if message["role"] == "user"]
    told["messages"][asked[-1]] = record["messages"][asked[-1]]
    return told
