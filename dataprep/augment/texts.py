"""What of a row is reworded: its first user turn and its last answer, read and put back."""

from collections.abc import Sequence
from typing import Any

import orjson
import polars as pl

from dataprep.augment.drafts import SUFFIX
from schemas.frames import FRAME, has_kind, message_lists, records_of
from schemas.records import Record, content_id

_ROLE = pl.element().struct.field("role")


def view_of(frame: pl.DataFrame, signals: pl.DataFrame) -> pl.DataFrame:
    """What a plan looks at, of rows of train.

    Args:
        frame: n rows of schema `FRAME` under their final families.
        signals: Of these rows and perhaps others: `source, row, language, prompt_language`.

    Returns:
        n lines: `id, source, row, kind, family, prompt_language, answer_language, prompt_chars, answer_chars,
        single` (one user turn). Lengths are those of what is reworded, null where there is nothing to reword.
    """
    spoken = signals.select("source", "row", "prompt_language", answer_language="language")
    told = frame.select(
        *("id", "source", "row", "family"),
        kind=pl.col("kind").cast(pl.String),
        prompt_chars=prompt().str.strip_chars().str.len_chars().cast(pl.Int64),
        answer_chars=answer().str.strip_chars().str.len_chars().cast(pl.Int64),
        single=pl.col("messages").list.eval((_ROLE == "user").sum()).list.first() == 1,
    )
    return told.join(spoken, on=["source", "row"], how="left", maintain_order="left")


def prompt() -> pl.Expr:
    """The content of the first user turn; null without one."""
    said = pl.element().filter(_ROLE == "user").struct.field("content")
    return pl.col("messages").list.eval(said).list.first()


def answer() -> pl.Expr:
    """The content of the last turn of an sft row, if an assistant says it and calls no tool with it; else null."""
    last = pl.col("messages").list.last().struct
    worded = (last.field("role") == "assistant") & last.field("tool_calls").is_null()
    trained = last.field("weight").fill_null(1.0) > 0
    return pl.when(has_kind("sft") & worded & trained).then(last.field("content"))


def children(parents: pl.DataFrame, drafts: pl.DataFrame) -> pl.DataFrame:
    """The rows that drafts would become.

    Args:
        parents: Rows of schema `FRAME` under their final families.
        drafts: n drafts of schema `DRAFTS`; their parents are among the rows.

    Returns:
        n rows of schema `FRAME` in the drafts' order, each with the id of its own content.
    """
    place = {id_: at for at, id_ in enumerate(parents["id"])}
    wanted = parents[[place[id_] for id_ in drafts["parent_id"]]]
    lines = drafts.to_dicts()
    records = [_reworded(record, line) for record, line in zip(records_of(wanted), lines, strict=True)]
    made = {
        "id": pl.Series([content_id(record) for record in records], dtype=pl.String),
        "parent_id": drafts["parent_id"],
        "origin": drafts["origin"],
        "source": drafts["source"] + SUFFIX,
        "row": drafts["number"],
        "messages": message_lists([record.get("messages") or () for record in records]),
        "meta": pl.Series([_made_by(line) for line in lines], dtype=pl.String),
        "repeat": pl.repeat(1, len(records), dtype=pl.Int32, eager=True),
    }
    return wanted.with_columns(series.alias(name) for name, series in made.items()).select(FRAME.names())


def _reworded(record: Record, line: dict[str, Any]) -> Record:
    """The parent's record with the new texts; a new question takes the place of the whole conversation."""
    messages: list[Any] = [dict(message) for message in record.get("messages") or ()]
    if line["origin"] == "self_instruct":
        kept = [message for message in messages if message["role"] == "system"]
        said = ("user", line["prompt_after"]), ("assistant", line["answer_after"])
        messages = [*kept, *({"role": role, "content": text} for role, text in said)]
    elif line["prompt_after"] is not None:
        _first(messages, "user")["content"] = line["prompt_after"]
    if line["origin"] != "self_instruct" and line["answer_after"] is not None:
        messages[-1]["content"] = line["answer_after"]
        messages[-1].pop("reasoning", None)  # the thoughts led to the old words
    return {**record, "messages": messages}


def _first(messages: Sequence[dict[str, Any]], role: str) -> dict[str, Any]:
    return next(message for message in messages if message["role"] == role)


def _made_by(line: dict[str, Any]) -> str:
    told = {name: line[name] for name in ("style", "pivots", "model", "prompt_version", "key", "seeds") if line[name]}
    return orjson.dumps({"augmented": told}).decode()
