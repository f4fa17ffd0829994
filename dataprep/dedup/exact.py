"""Exact duplicates: rows whose normalised content is equal; the first by source order and row stays.

Four parts, so that it runs over shards: `keys` is row-local, `decide` and `conflicts` are right whenever
equal keys are together, `apply` is row-local again.
"""

from collections.abc import Mapping

import polars as pl

from dataprep.dedup.merging import credit, dropped_rows, ledger_lines, ranked
from dataprep.recipe import Dedup
from schemas.frames import FRAME, has_kind
from schemas.records import LISTS
from schemas.results import StageResult
from schemas.text.normalise import FIELD, MESSAGE, PART, content_form, digests

STAGE = "exact_dedup"
DUPLICATE = "duplicate"
CONFLICT = "same_prompt_other_answer"

_WHERE = {"id": pl.String(), "source": pl.String(), "row": pl.Int64()}

KEYS = pl.Schema(
    {**_WHERE, "kind": FRAME["kind"], "key": pl.String(), "prompt_key": pl.String(), "family": pl.String()}
)
DECISIONS = pl.Schema(
    {
        **_WHERE,
        "into": pl.String(),
        "into_source": pl.String(),
        "into_row": pl.Int64(),
        "family": pl.String(),
        "into_family": pl.String(),
    }
)
CONFLICTS = pl.Schema({**_WHERE, "group": pl.String(), "group_source": pl.String(), "group_row": pl.Int64()})


def keys(frame: pl.DataFrame, config: Dedup) -> pl.DataFrame:
    """What two rows must share to be duplicates, or to answer the same prompt.

    Compared are Unicode NFC forms without blanks at their ends. `context` counts as the next line of
    `content`, which is how the two are rendered; `meta` doesn't count, kind, label, tools, calls and
    weights do. Case and numbers count unless `config` says otherwise.

    Args:
        frame: n rows of schema `FRAME`, families given.
        config: What to ignore.

    Returns:
        `id, source, row, kind, key, prompt_key, family`. `prompt_key` covers everything before the
        answer of an sft row: system turn, history and tools included. It is null for the other kinds:
        several answers to one prompt are what preference and KTO data are made of.
    """
    text = content_form(pl.col("text"), ignore_case=config.ignore_case, ignore_numbers=config.ignore_numbers)
    answers = has_kind("sft") & (pl.col("messages").list.last().struct.field("role") == "assistant")
    spoken = {column: pl.col(column).list.eval(_message(config)) for column in LISTS}
    said = frame.select("kind", "label", "tools", **spoken, text=text, answers=answers)
    kind, label = pl.col("kind").cast(pl.String), pl.col("label").cast(pl.String)
    prompt = pl.col("messages").list.slice(0, pl.col("messages").list.len().cast(pl.Int64) - 1)
    joined = said.select(
        whole=_parts(
            kind, *(pl.col(part).list.join(MESSAGE) for part in LISTS), label, pl.col("text"), pl.col("tools")
        ),
        prompt=pl.when("answers").then(_parts(prompt.list.join(MESSAGE), pl.col("tools"))),
    )
    made = {"key": digests(joined["whole"]), "prompt_key": digests(joined["prompt"])}
    return frame.select(*_WHERE, "kind", "family").with_columns(**made).select(KEYS.names())


def _message(config: Dedup) -> pl.Expr:
    """One message in one string."""
    part = pl.element().struct.field
    said = {
        name: content_form(part(name), ignore_case=config.ignore_case, ignore_numbers=config.ignore_numbers)
        for name in ("content", "context", "reasoning")
    }
    context = said["context"]
    joined = pl.when(context != "").then(pl.concat_str(said["content"], pl.lit("\n"), context).str.strip_chars())
    asked = joined.otherwise(said["content"])
    others = (part(name) for name in ("tool_calls", "tool_call_id", "name"))
    return _fields(part("role"), asked, said["reasoning"], *others, part("weight").cast(pl.String))


def _fields(*values: pl.Expr) -> pl.Expr:
    return pl.concat_str([value.fill_null("") for value in values], separator=FIELD)


def _parts(*values: pl.Expr) -> pl.Expr:
    return pl.concat_str([value.fill_null("") for value in values], separator=PART)


def decide(keys: pl.DataFrame, *, order: Mapping[str, int]) -> pl.DataFrame:
    """Which rows are duplicates, and of which.

    Args:
        keys: Rows of `keys`; equal `key`s must be together.
        order: Source name -> its place; the first row by (place, source, row) stays.

    Returns:
        One line for each row that goes: `id, source, row, family`, and those of its keeper as
        `into, into_source, into_row, into_family`.
    """
    rows = ranked(keys, order)
    first = rows.unique("key", keep="first", maintain_order=True)
    keepers = first.select("key", into="id", into_source="source", into_row="row", into_family="family")
    paired = rows.join(keepers, on="key", how="left", maintain_order="left")
    return paired.filter(~_is_first("into")).select(DECISIONS.names())


def conflicts(keys: pl.DataFrame, *, order: Mapping[str, int]) -> pl.DataFrame:
    """Which rows answer the same prompt differently.

    Args:
        keys: Rows of `keys`; equal `prompt_key`s must be together. Duplicates count once.
        order: As for `decide`.

    Returns:
        One line for each row of a group of two or more: `id, source, row`, and the first row's as
        `group, group_source, group_row`.
    """
    once = ranked(keys.drop_nulls("prompt_key"), order).unique("key", keep="first", maintain_order=True)
    rivals = once.filter(pl.len().over("prompt_key") > 1)
    first = rivals.unique("prompt_key", keep="first", maintain_order=True)
    heads = first.select("prompt_key", group="id", group_source="source", group_row="row")
    return rivals.join(heads, on="prompt_key", how="left", maintain_order="left").select(CONFLICTS.names())


def apply(frame: pl.DataFrame, decisions: pl.DataFrame, conflicts: pl.DataFrame, config: Dedup) -> StageResult:
    """Carry the decisions out on any part of the rows.

    Args:
        frame: Any rows of schema `FRAME`.
        decisions: From `decide`, for all rows.
        conflicts: From `conflicts`, for all rows.
        config: Whether conflicts are kept.

    Returns:
        Duplicates in `dropped`, with an event `merged` that names the keeper. A keeper's `meta` gets
        `merged_from`: the places ("file:row") of the rows that it stands for. Conflicting rows are
        flagged, or all but the first of a group dropped.
    """
    at = ["source", "row"]
    doomed = frame.join(
        decisions.select(*at, "into", "into_source", "into_row"), on=at, how="inner", maintain_order="left"
    )
    kept = frame.join(decisions.select(at), on=at, how="anti", maintain_order="left")
    keeper = pl.format("{}:{}", "into_source", "into_row")
    merged = ledger_lines(doomed, "merged", DUPLICATE, stage=STAGE, into="into", detail=keeper)
    rivals = kept.join(conflicts.drop("id"), on=at, how="inner", maintain_order="left")
    dropped = [dropped_rows(doomed, DUPLICATE, stage=STAGE)]
    first = pl.format("{}:{}", "group_source", "group_row")
    if config.conflicts == "drop":
        rivals = rivals.filter(~_is_first("group"))
        kept = kept.join(rivals.select(at), on=at, how="anti", maintain_order="left")
        dropped.append(dropped_rows(rivals, CONFLICT, stage=STAGE))
    verdict = "dropped" if config.conflicts == "drop" else "flagged"
    conflicting = ledger_lines(rivals, verdict, CONFLICT, stage=STAGE, into="group", detail=first)
    return StageResult(credit(kept, decisions), pl.concat(dropped), pl.concat([merged, conflicting]))


def _is_first(prefix: str) -> pl.Expr:
    return (pl.col("source") == pl.col(f"{prefix}_source")) & (pl.col("row") == pl.col(f"{prefix}_row"))
