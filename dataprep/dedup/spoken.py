"""What of a row is compared with others: the dialogue, what was asked, or the answers, as one text."""

import polars as pl

from dataprep.recipe.duplicates import Key
from schemas.frames import has_kind


def spoken(key: Key) -> pl.Expr:
    """The text of one key, "" where there is none; a text row has its text for every key.

    System messages and tool lists are left out: whole sets share them, and they would make all short dialogues
    of such a set alike. Reasoning and tool calls count. `dialogue` is everything else, preference answers
    included; `prompt` all before the last answer; `answer` all assistant turns of an sft row, chosen and
    rejected of the other kinds.

    Returns:
        An expression of strings over a frame of schema `FRAME`, without whitespace at their ends.
    """
    messages = pl.col("messages")
    answered = has_kind("sft") & (messages.list.last().struct.field("role") == "assistant").fill_null(value=False)
    before = messages.list.len().cast(pl.Int64) - answered.cast(pl.Int64)
    answers = [_said(pl.col("chosen")), _said(pl.col("rejected"))]
    parts = {
        "dialogue": [_said(messages), *answers],
        "prompt": [_said(messages.list.head(before))],
        "answer": [pl.when(has_kind("sft")).then(_said(messages, role="assistant")).otherwise(pl.lit("")), *answers],
    }
    joined = pl.concat_str(parts[key], separator="\n")
    return pl.when(has_kind("text")).then(pl.col("text").fill_null("")).otherwise(joined).str.strip_chars()


def _said(messages: pl.Expr, *, role: str | None = None) -> pl.Expr:
    """What the messages say, one line for each field that is there."""
    part = pl.element().struct.field
    # Ids of calls are random, and would count as numbers that the other row lacks.
    calls = part("tool_calls").str.replace_all(r'"id":\s*"[^"]*",?\s*', "")
    fields = [part("content"), part("context"), part("reasoning"), calls]
    line = pl.concat_str(fields, separator="\n", ignore_nulls=True)
    wanted = part("role") != "system" if role is None else part("role") == role
    return messages.list.eval(line.filter(wanted)).list.join("\n")
