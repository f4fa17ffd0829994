"""Small frames for the tests of the stages."""

from typing import Any

import orjson
import polars as pl

from schemas.frames import frame_of
from schemas.records import Message, Record


def user(content: str, **more: Any) -> Message:
    return {"role": "user", "content": content, **more}  # type: ignore[typeddict-item]


def bot(content: str, **more: Any) -> Message:
    return {"role": "assistant", "content": content, **more}  # type: ignore[typeddict-item]


def system(content: str) -> Message:
    return {"role": "system", "content": content}


def tool(content: str, call_id: str | None = None) -> Message:
    return {"role": "tool", "content": content, "tool_call_id": call_id}


def calls(*names: str, ids: tuple[str | None, ...] = (), content: str = "") -> Message:
    """An assistant turn that calls these tools."""
    made = [
        {"id": call_id, "type": "function", "function": {"name": name, "arguments": "{}"}}
        for name, call_id in zip(names, ids or (None,) * len(names), strict=True)
    ]
    return bot(content, tool_calls=orjson.dumps(made).decode())


def sft(*messages: Message, **more: Any) -> Record:
    return {"kind": "sft", "messages": list(messages), **more}  # type: ignore[typeddict-item]


def ask(question: str, answer: str, **more: Any) -> Record:
    return sft(user(question), bot(answer), **more)


def preference(question: str, chosen: str, rejected: str) -> Record:
    return {"kind": "preference", "messages": [user(question)], "chosen": [bot(chosen)], "rejected": [bot(rejected)]}


def kto(question: str, answer: str, *, label: bool | None = True) -> Record:
    return {"kind": "kto", "messages": [user(question)], "chosen": [bot(answer)], "label": label}


def plain(text: str) -> Record:
    return {"kind": "text", "text": text}


def framed(*records: Record, source: str = "a.jsonl") -> pl.DataFrame:
    """Rows 1 to n of one source, each with an id of its own."""
    frame = frame_of(records, sources=[source] * len(records), rows=list(range(1, len(records) + 1)))
    return frame.with_columns(id=pl.format("{}:{}", "source", "row"))
