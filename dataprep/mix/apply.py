"""Carrying a mix out: repeats, families that go, and system prompts of groups."""

import polars as pl

from dataprep.mix.groups import group_of
from dataprep.recipe import Mix
from schemas.frames import DROPPED, EVENTS, FRAME, MESSAGE, has_kind
from schemas.results import StageResult, drop_events

STAGE = "mix"
SAMPLED_OUT = "mix_sampled_out"
REPEATED = "mix_repeated"
SYSTEM = "mix_system"


def apply(frame: pl.DataFrame, planned: pl.DataFrame, config: Mix) -> StageResult:
    """Carry a plan out on any rows of train.

    Args:
        frame: Rows of schema `FRAME`, final families.
        planned: From `plan`; empty where nothing is mixed.
        config: The groups and their system prompts.

    Returns:
        Kept rows with their `repeat`, in the old order; families that go in `dropped`; an event for each row that
        goes, counts more than once or gets a system prompt. Ids stay.
    """
    times = planned.select("group", "family", times="repeat")
    grouped = frame.with_columns(group_of(frame, config))
    joined = grouped.join(times, on=["group", "family"], how="left", maintain_order="left")
    joined = joined.with_columns(repeat=pl.coalesce("times", "repeat"))
    gone = joined.filter(pl.col("repeat") == 0).with_columns(repeat=pl.lit(1, pl.Int32))
    gone = gone.with_columns(stage=pl.lit(STAGE), reasons=pl.concat_list(pl.lit(SAMPLED_OUT))).select(DROPPED.names())
    kept = joined.filter(pl.col("repeat") > 0)
    repeats = pl.col("repeat").cast(pl.String)
    more = _changed(
        kept.filter(pl.col("times") > 1), REPEATED, detail=pl.col("group"), before=pl.lit("1"), after=repeats
    )
    asked = prompted(kept.select(FRAME.names()), config)
    return StageResult(asked.kept, gone, pl.concat([drop_events(gone), more, asked.events]))


def prompted(frame: pl.DataFrame, config: Mix) -> StageResult:
    """Give rows without a system turn the system prompt of their group: dev and eval must ask as train does."""
    prompts = {name: group.system for name, group in config.groups.items() if group.system}
    if not prompts:
        return StageResult(frame)
    system = group_of(frame, config).replace_strict(prompts, default=None, return_dtype=pl.String)
    roles = pl.col("messages").list.eval(pl.element().struct.field("role") == "system").list.any()
    bare = ~has_kind("text") & (pl.col("messages").list.len() > 0) & ~roles
    marked = frame.with_columns(system=pl.when(bare).then(system), group=group_of(frame, config))
    given = {"role": pl.lit("system"), "content": pl.col("system")}
    turn = pl.struct(given.get(part.name, pl.lit(None, part.dtype)).alias(part.name) for part in MESSAGE.fields)
    asked = pl.when(pl.col("system").is_null()).then("messages").otherwise(pl.concat_list(turn, "messages"))
    changed = marked.drop_nulls("system")
    events = _changed(changed, SYSTEM, detail=pl.col("group"), before=pl.lit(None), after=pl.col("system"))
    return StageResult(marked.with_columns(messages=asked).select(frame.columns), events=events)


def _changed(rows: pl.DataFrame, reason: str, **shown: pl.Expr) -> pl.DataFrame:
    """One `changed` ledger line for every row."""
    constants = {"stage": STAGE, "verdict": "changed", "reason": reason, "into": None}
    lines = rows.select(
        "id",
        "source",
        "row",
        **{name: pl.lit(value, pl.String) for name, value in constants.items()},
        **{name: value.cast(pl.String) for name, value in shown.items()},
    )
    return lines.select(EVENTS.names())
