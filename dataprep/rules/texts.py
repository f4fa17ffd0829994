"""What the rules read of a row: its answers, each with the turn that asked for it, without thoughts written inline."""

from dataclasses import dataclass

import polars as pl

from schemas.frames import content, field, has_kind

_THOUGHTS = r"(?s)\A\s*<think>.*?</think>\s*"


@dataclass(frozen=True)
class Texts:
    """The texts of n rows, in two shapes.

    Attributes:
        rows: n lines: `prompt` (the user's last turn before an answer), `answer` (all answers, joined by line breaks;
            the text of a text row), `last` (the last answer), `wishes` (everything that system and users said), all
            of them null where the row has none.
        exchanges: One line for each answer: `at` (place of its row), `prompt` (the user turn right before it, else
            null), `asked` (the same without `context`), `answer`.
    """

    rows: pl.DataFrame
    exchanges: pl.DataFrame


def read_texts(frame: pl.DataFrame) -> Texts:
    """The texts that the rules judge.

    Answers are what the row teaches: assistant turns of weight above 0 of sft rows, `chosen` of preference and KTO
    rows. A KTO answer that people disliked and `rejected` are meant to be bad: they aren't judged.
    """
    numbered = frame.with_columns(at=pl.int_range(pl.len(), dtype=pl.UInt32))
    found = pl.concat([_of_sft(numbered), _of_pairs(numbered)])
    if frame["kind"].n_unique() > 1:
        found = found.sort("at", maintain_order=True)
    whole = numbered.filter(has_kind("text")).select("at", answer="text")
    joined = found.group_by("at", maintain_order=True).agg(
        pl.col("answer").str.join("\n"), last=pl.col("answer").last(), prompt=pl.col("prompt").drop_nulls().last()
    )
    said = numbered.select("at", wishes=pl.concat_str(content("system"), content("user"), _contexts(), separator="\n"))
    rows = said.join(joined, on="at", how="left", maintain_order="left")
    rows = rows.join(whole, on="at", how="left", maintain_order="left", suffix="_whole")
    rows = rows.with_columns(pl.coalesce("answer", "answer_whole"))
    return Texts(rows.select("prompt", "answer", "last", "wishes"), found)


def _contexts() -> pl.Expr:
    return field("context", role="user").list.drop_nulls().list.join("\n")


def _of_sft(numbered: pl.DataFrame) -> pl.DataFrame:
    turns = numbered.filter(has_kind("sft")).select("at", turn="messages").explode("turn", empty_as_null=False)
    part = pl.col("turn").struct.field
    turns = turns.select("at", part("role"), part("content"), part("context"), part("weight"))
    asked = (pl.col("at") == pl.col("at").shift(1)) & (pl.col("role").shift(1) == "user")
    return _exchanges(
        turns.with_columns(
            prompt=pl.when(asked).then(_with_context().shift(1)), asked=pl.when(asked).then(pl.col("content").shift(1))
        )
    )


def _of_pairs(numbered: pl.DataFrame) -> pl.DataFrame:
    rows = numbered.filter(has_kind("preference", "kto") & pl.col("label").ne_missing(pl.lit(value=False)))
    asking = pl.col("messages").list.last().struct.field
    user = asking("role") == "user"
    context = asking("context").fill_null("")
    prompt = pl.when(context == "").then(asking("content")).otherwise(asking("content") + "\n" + context)
    rows = rows.select(
        "at", prompt=pl.when(user).then(prompt), asked=pl.when(user).then(asking("content")), turn="chosen"
    )
    part = pl.col("turn").struct.field
    turns = rows.explode("turn", empty_as_null=False)
    return _exchanges(turns.with_columns(part("role"), part("content"), part("weight")))


def _with_context() -> pl.Expr:
    """A user's turn as a model reads it."""
    context = pl.col("context").fill_null("")
    return pl.when(context == "").then(pl.col("content")).otherwise(pl.col("content") + "\n" + context)


def _exchanges(turns: pl.DataFrame) -> pl.DataFrame:
    taught = (pl.col("role") == "assistant") & (pl.col("weight").fill_null(1.0) > 0)
    answer = pl.col("content").str.replace(_THOUGHTS, "")
    return turns.filter(taught).select("at", "prompt", "asked", answer=answer).filter(_says_something("answer"))


def _says_something(column: str) -> pl.Expr:
    return pl.col(column).str.contains(r"\S")
