"""Exported chat logs with one message per row, put together to conversations."""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson
import polars as pl

from dataprep.files.batches import Basket, Batch
from dataprep.files.moments import moment
from dataprep.recipe import ChatLog
from schemas.errors import InputError

_MESSAGES = pl.Schema(
    {"row": pl.Int64(), "key": pl.String(), "moment": pl.Float64(), "raw": pl.String(), "fault": pl.String()}
)


class _Unusable(Exception):
    pass


def assemble(batches: Iterable[Batch], chat: ChatLog, basket: Basket) -> Iterator[Batch]:
    """Turn rows of messages into rows of conversations, in order of time; equal times keep the file's order.

    A conversation becomes `{<conversation column>: ..., "messages": [{role, content}], "log": [...],
    "lines": [...]}` and takes the row number of its first message in the file; `lines` holds the row
    numbers of all. Columns that say the same in all its messages stand beside `messages`, all others
    in `log`. Messages that one side sends in a row become one turn, a line each, unless the recipe
    says `merge: false`.

    With one message that can't be used, the whole conversation is refused: without that message the
    others would say something else. A row that can't be read or names no conversation is refused
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
    talks = (
        pl.concat(frames)
        .sort("row", maintain_order=True)
        .with_columns(broken=pl.col("fault").is_not_null().any().over("key"))
        # A broken conversation keeps the order of the file; some of its messages may have no time.
        .sort(pl.when("broken").then(None).otherwise("moment"), "row", maintain_order=True)
        .group_by("key", maintain_order=True)
        .agg(pl.col("row").min().alias("first"), "row", "raw", pl.col("fault").drop_nulls().first())
        .sort("first")
    )
    count = int(talks["row"].list.len().sum())
    basket.note(f"{count:,} messages in {talks.height:,} conversations")
    for key, first, lines, raws, fault in talks.iter_rows():
        if fault is None:
            basket.add(first, orjson.dumps(_conversation(orjson.loads(key), lines, raws, chat)))
        else:
            basket.refuse(first, fault, " ".join(raws))
        yield from basket.full()


def _messages(frame: pl.DataFrame, chat: ChatLog, basket: Basket, columns: dict[str, None]) -> pl.DataFrame:
    """The messages of a frame as schema `_MESSAGES`; rows that belong to no conversation go to the basket."""
    messages: list[tuple[int, str, float | None, str, str | None]] = []
    for _, row, raw, fault in frame.iter_rows():
        if fault is not None:
            basket.refuse(row, fault, raw)
            continue
        cells: dict[str, Any] = orjson.loads(raw)
        columns.update(dict.fromkeys(cells))
        key = cells.get(chat.conversation)
        if key is None or key == "":
            basket.refuse(row, f"no_conversation: {chat.conversation!r} is empty", raw)
            continue
        try:
            when, unusable = _when(cells, chat), None
        except _Unusable as refusal:
            code, _, detail = str(refusal).partition(": ")
            when, unusable = None, f"{code}: line {row}: {detail}"
        messages.append((row, orjson.dumps(key).decode(), when, raw, unusable))
    return pl.DataFrame(messages, schema=_MESSAGES, orient="row")


def _when(cells: dict[str, Any], chat: ChatLog) -> float:
    """The time of a message of which every part can be used."""
    try:
        when = moment(cells.get(chat.time))
    except (ValueError, OverflowError) as refusal:
        raise _Unusable(f"no_time: {chat.time!r} is {refusal}") from None
    if _role(cells, chat) is None:
        raise _Unusable(f"unknown_speaker: {cells.get(chat.speaker)!r}")
    if cells.get(chat.content) in (None, ""):
        raise _Unusable(f"no_content: {chat.content!r} is empty")
    return when


def _role(cells: dict[str, Any], chat: ChatLog) -> str | None:
    speaker = str(cells.get(chat.speaker))
    return chat.roles.get(speaker) or chat.roles.get(speaker.strip())


def _conversation(key: Any, lines: Sequence[int], raws: Sequence[str], chat: ChatLog) -> dict[str, Any]:
    """The row of a conversation, from its messages in order."""
    said = [orjson.loads(raw) for raw in raws]
    turns = [{"role": _role(cells, chat), "content": cells[chat.content]} for cells in said]
    apart = (chat.conversation, chat.content)
    logs = [{name: cell for name, cell in cells.items() if name not in apart} for cells in said]
    shared = _shared(logs, chat)
    return {
        chat.conversation: key,
        **shared,
        "messages": _merged(turns) if chat.merge else turns,
        "log": [{name: cell for name, cell in log.items() if name not in shared} for log in logs],
        "lines": lines,
    }


def _shared(logs: Sequence[dict[str, Any]], chat: ChatLog) -> dict[str, Any]:
    """The columns that say the same in every message of a conversation, such as its customer or topic."""
    own = {chat.time, chat.speaker, "messages", "log", "lines"}
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
