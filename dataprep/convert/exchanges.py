"""A conversation as pairs of question and answer: the shape of every format without roles."""

from dataclasses import dataclass

from dataprep.convert.format import Loss
from schemas.records import Message, Record


@dataclass(frozen=True)
class Exchanges:
    """What pairs can tell of a record.

    Attributes:
        system: The opening system prompt, or None.
        pairs: User turn and answer, at least one pair.
        lost: Names of the parts that don't fit, in a fixed order: `tools`, `tool_calls`,
            `reasoning`, `weight`, `name`, `system` (an empty, a late or a second one), `order`.
    """

    system: str | None
    pairs: list[tuple[Message, Message]]
    lost: tuple[str, ...]


def exchanges(record: Record, *, weights: tuple[float, ...] = ()) -> Exchanges:
    """Read a record as pairs.

    Args:
        record: Any record.
        weights: Weights of answers that the format can write.

    Raises:
        Loss: `kind` for a record that isn't SFT, `order` for one without any pair. No setting of
            `on_loss` makes a usable row of these.
    """
    if record["kind"] != "sft":
        raise Loss("kind")
    messages = record.get("messages") or []
    lost = lost_fields(messages, weights)
    if record.get("tools"):
        lost.add("tools")
    opening = messages[0]["content"] if messages and messages[0]["role"] == "system" else None
    systems = sum(message["role"] == "system" for message in messages)
    if opening == "" or systems > (opening is not None):
        lost.add("system")
    pairs = _pairs(messages, lost)
    if not pairs:
        raise Loss("order")
    order = ("tools", "tool_calls", "reasoning", "weight", "name", "system", "order")
    return Exchanges(opening or None, pairs, tuple(part for part in order if part in lost))


def _pairs(messages: list[Message], lost: set[str]) -> list[tuple[Message, Message]]:
    """Every user turn with the answer that follows; what stands between or alone is noted in `lost`."""
    pairs: list[tuple[Message, Message]] = []
    asked: Message | None = None
    for message in messages:
        if message["role"] == "user":
            if asked is not None:
                lost.add("order")
            asked = message
        elif message["role"] == "tool" or message.get("tool_calls"):
            lost.add("tool_calls")
        elif message["role"] == "assistant":
            if asked is None:
                lost.add("order")
            else:
                pairs.append((asked, message))
            asked = None
    if asked is not None:
        lost.add("order")
    return pairs


def lost_fields(messages: list[Message], weights: tuple[float, ...] = ()) -> set[str]:
    """Which of `reasoning`, `name` and `weight` the messages have, answers' `weights` apart."""
    lost: set[str] = set()
    for message in messages:
        if message.get("reasoning"):
            lost.add("reasoning")
        if message.get("name") is not None:
            lost.add("name")
        weight = message.get("weight")
        if weight is not None and (weight not in weights or message["role"] != "assistant"):
            lost.add("weight")
    return lost
