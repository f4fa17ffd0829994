"""What a model is shown of a row as an example: who the assistant is, the first question, and the reply to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.chat import JOINER
from schemas.frames import records_of
from schemas.records import Message, Record


@dataclass(frozen=True)
class Example:
    """One row as an example.

    Attributes:
        system: The system messages, joined; "" without one.
        question: The first user turn with its context.
        answer: The reply to it; "" where it is none to follow: a call of a tool, or an answer that people refused.
    """

    system: str
    question: str
    answer: str


def read_examples(rows: pl.DataFrame) -> dict[str, Example]:
    """Rows as examples.

    Args:
        rows: Schema `FRAME`.

    Returns:
        Id -> example, of the rows that ask something.
    """
    examples = {id_: _example(record) for id_, record in zip(rows["id"], records_of(rows), strict=True)}
    return {id_: example for id_, example in examples.items() if example.question}


def examples_of(ids: Iterable[str] | None, known: Mapping[str, Example]) -> list[Example]:
    """The examples of one plan's `seeds`, in their order; rows that ask nothing are left out."""
    return [known[id_] for id_ in ids or () if id_ in known]


def _example(record: Record) -> Example:
    good = record.get("chosen", []) if record.get("label") is not False else []
    messages: list[Any] = [*record.get("messages", []), *good]
    system = "\n\n".join(message["content"] for message in messages if message["role"] == "system")
    talk = [message for message in messages if message["role"] != "system"]
    at = next((at for at, message in enumerate(talk) if message["role"] == "user"), None)
    if at is None:
        return Example(system, "", "")
    reply = talk[at + 1] if at + 1 < len(talk) and talk[at + 1]["role"] == "assistant" else None
    answer = reply["content"] if reply and not reply.get("tool_calls") else ""
    return Example(system.strip(), _whole(talk[at]), answer.strip())


def _whole(message: Message) -> str:
    parts = (message["content"].strip(), (message.get("context") or "").strip())
    return JOINER.join(part for part in parts if part)
