"""Exported chat logs with one message per row, put together to conversations."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import orjson
import polars as pl

from dataprep.files.batches import Basket, Batch
from dataprep.recipe import ChatLog
from schemas.errors import InputError

# Beside ISO 8601 only forms in which day and month can't be taken for each other.
_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y-%m-%d %H:%M:%S")
# Seconds since 1970 reach this in the year 5138; larger numbers are milliseconds.
_MILLISECONDS = 1e11

_MESSAGES = pl.Schema(
    {"row": pl.Int64(), "key": pl.String(), "moment": pl.Float64(), "message": pl.String(), "rest": pl.String()}
)


class _Unusable(Exception):
    pass


def assemble(batches: Iterable[Batch], chat: ChatLog, basket: Basket) -> Iterator[Batch]:
    """Turn rows of messages into rows of conversations, in order of time; equal times keep the file's order.

    A conversation becomes `{<conversation column>: ..., "messages": [{role, content}], "log": [...]}`
    and takes the row number of its first message. Columns that say the same in all its messages
    stand beside `messages`, all others in `log`. Messages that one side sends in a row become one
    turn, a line each, unless the recipe says `merge: false`. A message that can't be used is refused
    alone. All messages of a file are held in memory, because an export may mix its conversations.

    Args:
        batches: What another door read.
        chat: Which columns make a conversation.
        basket: Where the conversations pile up.

    Raises:
        InputError: If no row of the file has one of the columns.
    """
    frames = [pl.DataFrame(schema=_MESSAGES)]
    columns: dict[str, None] = {}
    for batch in batches:
        basket.note(*batch.notes)
        frames.append(_messages(batch.frame, chat, basket, columns))
    _check_columns(chat, list(columns), basket.name)
    talk = (
        pl.concat(frames)
        .sort("moment", "row", maintain_order=True)
        .group_by("key", maintain_order=True)
        .agg(pl.col("row").min(), pl.col("message"), pl.col("rest"))
        .sort("row")
    )
    count = int(talk["message"].list.len().sum())
    basket.note(f"{count:,} messages in {talk.height:,} conversations")
    for key, row, messages, rest in talk.iter_rows():
        logs = [orjson.loads(line) for line in rest]
        shared = _shared(logs, chat)
        turns = [orjson.loads(message) for message in messages]
        talked = {
            chat.conversation: orjson.loads(key),
            **shared,
            "messages": _merged(turns) if chat.merge else turns,
            "log": [{name: cell for name, cell in log.items() if name not in shared} for log in logs],
        }
        basket.add(row, orjson.dumps(talked))
        yield from basket.full()


def moment(value: Any) -> float:
    """A point in time as seconds since 1970; what has no time zone counts as UTC.

    Raises:
        ValueError: For anything that isn't a number or a date that can be read in one way only.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(repr(value)[:80])
    text = str(value).strip()
    number: float | None
    try:
        number = float(text)
    except ValueError:
        number = None
    if number is not None and isfinite(number):
        return number / 1000 if abs(number) >= _MILLISECONDS else number
    for form in ("", *_FORMS):
        try:
            when = datetime.strptime(text, form).replace(tzinfo=UTC) if form else datetime.fromisoformat(text)
        except ValueError:
            continue
        return (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp()
    raise ValueError(repr(value)[:80])


def _messages(frame: pl.DataFrame, chat: ChatLog, basket: Basket, columns: dict[str, None]) -> pl.DataFrame:
    """The usable messages of a frame as schema `_MESSAGES`; the others go to the basket."""
    usable: list[tuple[Any, ...]] = []
    for _, row, raw, fault in frame.iter_rows():
        if fault is not None:
            basket.refuse(row, fault, raw)
            continue
        cells: dict[str, Any] = orjson.loads(raw)
        columns.update(dict.fromkeys(cells))
        try:
            usable.append((row, *_message(cells, chat)))
        except _Unusable as refusal:
            basket.refuse(row, str(refusal), raw)
    return pl.DataFrame(usable, schema=_MESSAGES, orient="row")


def _message(cells: dict[str, Any], chat: ChatLog) -> tuple[str, float, str, str]:
    key, content = cells.get(chat.conversation), cells.get(chat.content)
    if key is None or key == "":
        raise _Unusable(f"no_conversation: {chat.conversation!r} is empty")
    try:
        when = moment(cells.get(chat.time))
    except (ValueError, OverflowError) as refusal:
        raise _Unusable(f"no_time: {chat.time!r} is {refusal}") from None
    speaker = cells.get(chat.speaker)
    role = chat.roles.get(str(speaker)) or chat.roles.get(str(speaker).strip())
    if role is None:
        raise _Unusable(f"unknown_speaker: {speaker!r}")
    if content is None or content == "":
        raise _Unusable(f"no_content: {chat.content!r} is empty")
    rest = {name: cell for name, cell in cells.items() if name not in (chat.conversation, chat.content)}
    dumps = orjson.dumps
    return dumps(key).decode(), when, dumps({"role": role, "content": content}).decode(), dumps(rest).decode()


def _shared(logs: Sequence[dict[str, Any]], chat: ChatLog) -> dict[str, Any]:
    """The columns that say the same in every message of a conversation, such as its customer or topic."""
    own = {chat.time, chat.speaker, "messages", "log"}
    return {
        name: cell for name, cell in logs[0].items() if name not in own and all(log.get(name) == cell for log in logs)
    }


def _merged(turns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turns in which nobody speaks twice in a row: people send one thought in several messages."""
    merged: list[dict[str, Any]] = []
    for turn in turns:
        last = merged[-1] if merged else {}
        both_text = isinstance(last.get("content"), str) and isinstance(turn["content"], str)
        if both_text and last["role"] == turn["role"]:
            last["content"] += "\n" + turn["content"]
        else:
            merged.append(turn)
    return merged


def _check_columns(chat: ChatLog, columns: Sequence[str], name: str) -> None:
    wanted = {"conversation": chat.conversation, "time": chat.time, "speaker": chat.speaker, "content": chat.content}
    for part, column in wanted.items():
        if columns and column not in columns:
            near = difflib.get_close_matches(column, columns, n=1)
            mean = f"Did you mean {near[0]!r}? " if near else ""
            raise InputError(
                f"{name} has no column {column!r} (chat.{part})", hint=f"{mean}Its columns: {', '.join(columns)}"
            )
