"""The one record that every format meets in: messages, preference answers, a KTO label or plain text.

Records are plain dicts with these types, so that they go into a frame without a copy;
`check` validates one with pydantic where rows come from outside (people, models, other programs).
"""

import hashlib
from typing import Any, Literal, Required

import orjson
from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict  # pydantic refuses typing.TypedDict before Python 3.12

Role = Literal["system", "user", "assistant", "tool"]
Kind = Literal["sft", "preference", "kto", "text"]

KINDS: tuple[str, ...] = ("sft", "preference", "kto", "text")


@with_config(ConfigDict(extra="forbid"))
class Message(TypedDict, total=False):
    """One turn. A key that is absent means null.

    `context` keeps Alpaca's `input` apart from its `instruction`. `tool_calls` is a JSON string of
    OpenAI's form: `[{"id", "type": "function", "function": {"name", "arguments": "<JSON string>"}}]`.
    `weight` is the share of the turn's loss, 0 to 1; null means the trainer's default.
    """

    role: Required[Role]
    content: Required[str]
    context: str | None
    reasoning: str | None
    tool_calls: str | None
    tool_call_id: str | None
    name: str | None
    weight: float | None


@with_config(ConfigDict(extra="forbid"))
class Record(TypedDict, total=False):
    """One training example.

    For `preference` and `kto`, `messages` is the prompt; a KTO answer sits in `chosen`. `tools` is
    a JSON string, a list of OpenAI tool schemas. `meta` holds every source column that no field took.
    """

    kind: Required[Kind]
    messages: list[Message]
    chosen: list[Message]
    rejected: list[Message]
    label: bool | None
    text: str | None
    tools: str | None
    meta: dict[str, Any]


MESSAGE_FIELDS: tuple[str, ...] = tuple(Message.__annotations__)
LISTS: tuple[str, ...] = ("messages", "chosen", "rejected")


_RECORD = TypeAdapter(Record)


def check(record: object) -> Record:
    """Validate a record from outside.

    Returns:
        The record, unchanged.

    Raises:
        pydantic.ValidationError: With every fault and its path.
    """
    return _RECORD.validate_python(record, strict=True)


def bare(record: Record) -> dict[str, Any]:
    """The same record without null fields, empty lists and `meta`: two equal records compare equal."""
    slim: dict[str, Any] = {key: value for key, value in record.items() if key != "meta" and value not in (None, [])}
    for key in LISTS:
        if key in slim:
            slim[key] = [{k: v for k, v in message.items() if v is not None} for message in slim[key]]
    return slim


def content_id(record: Record) -> str:
    """The id of a record's content: blake2b-128 in hex of its canonical JSON.

    Canonical: keys sorted; nulls, empty lists and `meta` left out.
    """
    content = bare(record) if _has_blanks(record) else {key: record[key] for key in record if key != "meta"}  # type: ignore[literal-required]
    return hashlib.blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()


def _has_blanks(record: Record) -> bool:
    """Whether `bare` would leave anything out but `meta`."""
    if None in record.values() or [] in record.values():
        return True
    for key in LISTS:
        for message in record.get(key) or ():  # type: ignore[attr-defined]
            if None in message.values():
                return True
    return False
