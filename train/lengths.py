"""Rows that are too long, or that nothing is learned from: what happens to them is decided here, counted and told."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from schemas.chat import Chat, TemplateRefusal
from schemas.errors import InputError
from schemas.frames import EVENTS, event_frame, records_of
from schemas.records import Message, Record
from train.config import Stage
from train.data import Tokens, encode_record, token_frame

MARGIN = 4
"""Tokens cut beyond need: the first word left over may tokenise into more than it did within its text."""


@dataclass(frozen=True)
class Fitted:
    """Rows that fit.

    Attributes:
        tokens: What is trained on, and the ledger lines of everything else.
        over: Rows that were longer than allowed.
        lost: Trained tokens that went with them, of all that there were.
        trained: Trained tokens that are left.
    """

    tokens: Tokens
    over: int
    lost: int
    trained: int


def fit(tokens: Tokens, frame: pl.DataFrame, talk: Chat, stage: Stage, *, max_length: int, split: str) -> Fitted:
    """Apply the recipe's policies to rows over `max_length` and to rows without a trained token.

    Args:
        tokens: All rows of a split.
        frame: The same rows as records, for those that are shortened.
        talk: The chat template they were rendered with.
        stage: Its `over_length` and `empty_loss`.
        max_length: In tokens.
        split: Its name, for messages.

    Raises:
        InputError: Under a policy of `error`, with the number of rows and what they would lose.
    """
    tokens = _with_loss(tokens, stage, split)
    before = _trained(tokens.rows)
    long = tokens.lengths > max_length
    over, whole = tokens.rows.filter(long), tokens.rows.filter(~long)
    if over.height and stage.over_length == "error":
        share = _trained(over) / max(before, 1)
        raise InputError(
            f"{over.height} rows of {split} are over {max_length} tokens (longest {max(tokens.lengths.to_list())}); "
            f"they hold {share:.1%} of the answers",
            hint="train.max_length: more, or train.over_length: drop | truncate | split",
        )
    if stage.over_length == "split":
        fitted, lines = _windows(over, max_length)
    elif stage.over_length == "truncate":
        fitted, lines = _shortened(over, frame, talk, stage, max_length)
    else:
        fitted, lines = over.clear(), [_line(row, "dropped", "over_length", f"{max_length}") for row in _places(over)]
    rows = pl.concat([whole, fitted])
    events = pl.concat([tokens.events, event_frame(lines)]) if lines else tokens.events
    left = _trained(rows)
    return Fitted(Tokens(rows, events), over=over.height, lost=before - left, trained=left)


def _with_loss(tokens: Tokens, stage: Stage, split: str) -> Tokens:
    """Only rows with a trained token: the others cost time and show as loss 0."""
    learned = tokens.rows["weights"].list.sum() > 0
    empty = tokens.rows.filter(~learned)
    if empty.is_empty():
        return tokens
    if stage.empty_loss == "error":
        first = empty.select(pl.format("{}:{}", "source", "row")).item(0, 0)
        raise InputError(
            f"{empty.height} rows of {split} have no trained token under train_on: {stage.train_on} (first: {first})",
            hint="train.empty_loss: drop sends them to the ledger; gristmill train -c RECIPE --preview shows masks",
        )
    lines = [_line(row, "dropped", "no_trained_token") for row in _places(empty)]
    return Tokens(tokens.rows.filter(learned), pl.concat([tokens.events, event_frame(lines)]))


def _windows(over: pl.DataFrame, size: int) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """Consecutive windows of `size` tokens; those without a trained token are left out."""
    rows, lines = [], []
    for row in over.iter_rows(named=True):
        starts = [at for at in range(0, len(row["ids"]), size) if any(row["weights"][at : at + size])]
        for at in starts:
            part = {"ids": row["ids"][at : at + size], "weights": row["weights"][at : at + size]}
            rows.append({**row, **part, "prompt": min(max(row["prompt"] - at, 0), len(part["ids"]))})
        lines.append(_line(row, "changed", "split_row", f"{len(starts)} x {size}"))
    return token_frame(rows), lines


def _shortened(
    over: pl.DataFrame, frame: pl.DataFrame, talk: Chat, stage: Stage, limit: int
) -> tuple[pl.DataFrame, list[dict[str, Any]]]:
    """Prompts cut from the left: whole old turns first, then the beginning of the question."""
    rows, lines = [], []
    key = ["id", "source", "row"]  # rows to replay may be some of the own ones
    records = frame.unique(key, keep="first", maintain_order=True)
    wanted = over.select(key).join(records, on=key, how="left", maintain_order="left", nulls_equal=True)
    for place, record in zip(_places(over), records_of(wanted), strict=True):
        fitted = shorten(record, talk, stage, limit)
        if fitted is None:
            lines.append(_line(place, "dropped", "answer_over_length", f"{limit}"))
        else:
            rows.append({**place, **fitted})
            lines.append(_line(place, "changed", "truncated_prompt", f"{limit}"))
    return token_frame(rows), lines


def shorten(record: Record, talk: Chat, stage: Stage, limit: int) -> dict[str, Any] | None:
    """A record's tokens with the oldest text of its prompt cut away, or null when the answer alone is too long."""
    try:
        told = encode_record(record, talk, stage)
        while (excess := _length(told) - limit) > 0:
            asked = record.get("messages", [])
            messages = _without_oldest(asked, preference=record["kind"] != "sft")
            if messages is None:
                messages = _cut_question(asked, talk, excess + MARGIN)
            if messages is None:
                return None
            record = {**record, "messages": messages}
            told = encode_record(record, talk, stage)
    except TemplateRefusal:
        return None
    return told if any(told["weights"]) else None


def _without_oldest(messages: list[Message], *, preference: bool) -> list[Message] | None:
    """The conversation without its oldest exchange; null when one exchange is all there is."""
    asked = [index for index, message in enumerate(messages) if message["role"] == "user"]
    if len(asked) < 2 or (not preference and asked[1] >= len(messages) - 1):
        return None
    return [*(message for message in messages[: asked[0]] if message["role"] == "system"), *messages[asked[1] :]]


def _cut_question(messages: list[Message], talk: Chat, excess: int) -> list[Message] | None:
    """The first question without its first `excess` tokens; null when it isn't that long."""
    index = next((index for index, message in enumerate(messages) if message["role"] == "user"), None)
    if index is None:
        return None
    question = messages[index]
    text = "\n".join(part for part in (question["content"], question.get("context")) if part)
    offsets = talk.tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)["offset_mapping"]
    if len(offsets) <= excess or not offsets[excess][0]:
        return None
    rest: Message = {**question, "content": text[offsets[excess][0] :].lstrip(), "context": None}
    return [*messages[:index], rest, *messages[index + 1 :]]


def _length(told: Mapping[str, Any]) -> int:
    return max(len(told["ids"]), int(told["prompt"]) + len(told.get("rejected") or ()))


def _trained(rows: pl.DataFrame) -> int:
    """Tokens with a loss; of pairs, those of both answers."""
    own = rows["weights"].list.eval(pl.element() > 0).list.sum().sum()
    return int(own or 0) + int(rows["rejected"].list.len().sum() or 0)


def _places(rows: pl.DataFrame) -> list[dict[str, Any]]:
    return rows.select("id", "source", "row").to_dicts()


def _line(place: Mapping[str, Any], verdict: str, reason: str, detail: str | None = None) -> dict[str, Any]:
    told = {"stage": "train", "verdict": verdict, "reason": reason, "detail": detail}
    return {name: value for name, value in {**place, **told}.items() if name in EVENTS}
