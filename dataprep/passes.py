"""Stages over shards: consecutive row-local stages run in one pass, each global decision begins a new one."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import polars as pl

from dataprep.shards import Shard, Store, key_of, keyed, map_frame
from dataprep.stages import Context, KeyedStage, Stage, Tables
from schemas.artifacts import digest_bytes
from schemas.errors import RuntimeFault
from schemas.frames import FRAME
from schemas.results import StageResult

Progress = Callable[[str, int], None]
"""Called with what is being worked on and how many rows were just finished."""


def passes(stages: Sequence[Stage]) -> list[list[Stage]]:
    """Cut the order into passes over the shards: each global decision begins a new one."""
    cut: list[list[Stage]] = []
    for stage in stages:
        if isinstance(stage, KeyedStage) or not cut:
            cut.append([])
        cut[-1].append(stage)
    return cut


def run_pass(
    shards: Sequence[Shard], stages: Sequence[Stage], context: Context, store: Store, progress: Progress
) -> tuple[list[Shard], dict[str, Tables]]:
    """Run consecutive stages over every shard; a shard that is already sealed is taken from the store.

    Returns:
        The new shards, and the tables of each global decision by stage.
    """
    tables: dict[str, Tables] = {}
    for stage in stages:
        if isinstance(stage, KeyedStage):
            view = keyed(shards, lambda frame, stage=stage: stage.view(frame, context))  # type: ignore[misc]
            tables[stage.name] = stage.decide(view, context)
    decided = {name: {key: _digest(table) for key, table in found.items()} for name, found in tables.items()}
    token = [[stage.name, stage.settings(context), decided.get(stage.name)] for stage in stages]
    done = []
    for shard in shards:
        made = map_frame(
            store,
            key_of(shard.key, token),
            lambda shard=shard: shard.table("kept"),  # type: ignore[misc]
            lambda frame: _work(frame, stages, tables, context),
        )
        done.append(made)
        progress(" + ".join(stage.name for stage in stages), int(made.counts[0]["rows_in"]))
    return done, tables


def _work(
    frame: pl.DataFrame, stages: Sequence[Stage], tables: dict[str, Tables], context: Context
) -> tuple[StageResult, list[dict[str, Any]]]:
    """Fold the stages over one frame, each one's balance checked."""
    start, source = frame, frame["source"][0] if frame.height else ""
    dropped, events, counts = [], [], []
    for stage in stages:
        if isinstance(stage, KeyedStage):
            result = stage.apply(frame, tables[stage.name], context)
        else:
            result = stage.apply(frame, context)
        result.conserve(frame.height, stage=stage.name)
        if result.kept.schema != FRAME:
            raise RuntimeFault(f"stage {stage.name} changed the frame's schema")
        counts.append(
            {
                "stage": stage.name,
                "source": source,
                "rows_in": frame.height,
                "kept": result.kept.height,
                "dropped": result.dropped.height,
            }
        )
        dropped.append(result.dropped)
        events.append(result.events)
        frame = result.kept
    whole = StageResult(frame, pl.concat(dropped), pl.concat(events))
    whole.conserve(start.height, stage=" + ".join(stage.name for stage in stages))
    return whole, counts


def _digest(table: pl.DataFrame) -> str:
    buffer = BytesIO()
    table.write_ipc(buffer)
    return digest_bytes(buffer.getvalue())
