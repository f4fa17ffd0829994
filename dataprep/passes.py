"""Stages over shards: consecutive row-local stages run in one pass; a decision or a measure begins a new one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from dataprep.shards import Shard, Store, key_of, keyed, map_frame
from dataprep.stages import Context, KeyedStage, MapStage, SignalStage, Stage, Tables
from dataprep.workers import Crew
from schemas.artifacts import digest_bytes
from schemas.errors import RuntimeFault
from schemas.frames import FRAME, empty
from schemas.results import StageResult


def passes(stages: Sequence[Stage]) -> list[list[Stage]]:
    """Cut the order into passes over the shards.

    A global decision begins a new one because it needs all rows, a measure because its signals are kept
    under the key of the shard that they were taken of.
    """
    cut: list[list[Stage]] = []
    for stage in stages:
        if not isinstance(stage, MapStage) or not cut:
            cut.append([])
        cut[-1].append(stage)
    return cut


@dataclass(frozen=True)
class Job:
    """What is to be done with every shard.

    Attributes:
        stages: Names of the stages, in order.
        token: What of the stages decides the result.
        context: What they may look at.
        tables: What their global steps have decided.
        root: The store's folder.
    """

    stages: tuple[str, ...]
    token: Any
    context: Context
    tables: Mapping[str, Tables]
    root: Path


def run_pass(
    shards: Sequence[Shard], stages: Sequence[Stage], context: Context, store: Store, crew: Crew
) -> tuple[list[Shard], dict[str, Tables]]:
    """Run consecutive stages over every shard; a shard that is already sealed is taken from the store.

    Returns:
        The new shards, and the tables of each global decision by stage.
    """
    shared = is_shared(shards, context, crew)
    tables: dict[str, Tables] = {}
    for stage in stages:
        if isinstance(stage, KeyedStage):
            if shared:
                views = crew.shared(view_shard, Job((stage.name,), None, context, {}, store.root), shards)
            else:
                views = (stage.view(shard.table("kept"), context) for shard in shards)
            tables[stage.name] = stage.decide(keyed(views, stage.view(empty(FRAME), context)), context)
    decided = {name: {key: _digest(table) for key, table in found.items()} for name, found in tables.items()}
    token = [_token(stage, context, decided) for stage in stages]
    if shared:
        job = Job(tuple(stage.name for stage in stages), token, context, tables, store.root)
        made = _counted(crew.shared(apply_to_shard, job, shards), store)
    else:
        made = (work_shard(shard, stages, token, tables, context, store) for shard in shards)
    done = []
    for shard in made:
        done.append(shard)
        crew.progress(" + ".join(stage.name for stage in stages), int(shard.counts[0]["rows_in"]))
    return done, tables


def is_shared(shards: Sequence[Shard], context: Context, crew: Crew) -> bool:
    """Whether the shards are worth other processes; an open embedder stays in its own."""
    return context.embedder is None and crew.worth(sum(shard.rows for shard in shards))


def view_shard(job: Job, shard: Shard) -> pl.DataFrame:
    """In a worker: what the job's only stage needs of a shard."""
    stage: Any = _stages(job)[0]
    view: pl.DataFrame = stage.view(shard.table("kept"), job.context)
    return view


def apply_to_shard(job: Job, shard: Shard) -> tuple[Shard, Mapping[str, int]]:
    """In a worker: the new shard, and what was made and what was there."""
    store = Store(job.root, tidy=False)
    made = work_shard(shard, _stages(job), job.token, job.tables, job.context, store)
    return made, store.counts


def _stages(job: Job) -> list[Stage]:
    from dataprep.pipeline import MIX, STAGES

    named = {stage.name: stage for stage in [*STAGES, MIX]}
    return [named[name] for name in job.stages]


def _counted(made: Iterable[tuple[Shard, Mapping[str, int]]], store: Store) -> Iterator[Shard]:
    """The shards; the store counts what others did."""
    for shard, counts in made:
        store.count(counts)
        yield shard


def work_shard(
    shard: Shard, stages: Sequence[Stage], token: object, tables: Mapping[str, Tables], context: Context, store: Store
) -> Shard:
    """Run stages over one shard, or take what they made of it from the store."""
    return map_frame(
        store,
        key_of(shard.key, token),
        lambda: shard.table("kept"),
        lambda frame: _work(frame, stages, _results(shard, tables, context, store)),
    )


def signals_of(shard: Shard, stage: SignalStage, context: Context, store: Store) -> pl.DataFrame:
    """The signals of a shard: those that are kept, or measured now."""
    key = key_of(shard.key, stage.name, stage.measured(context))
    return store.measured(key, lambda: stage.measure(shard.table("kept"), context))


def _token(stage: Stage, context: Context, decided: Mapping[str, Mapping[str, str]]) -> list[object]:
    """What of a stage decides its result."""
    measured = stage.measured(context) if isinstance(stage, SignalStage) else None
    return [stage.name, stage.settings(context), measured, decided.get(stage.name)]


_Run = Callable[[Stage, pl.DataFrame], StageResult]


def _results(shard: Shard, tables: Mapping[str, Tables], context: Context, store: Store) -> _Run:
    """How each kind of stage is applied to a frame of this shard."""

    def run(stage: Stage, frame: pl.DataFrame) -> StageResult:
        if isinstance(stage, KeyedStage):
            return stage.apply(frame, tables[stage.name], context)
        if isinstance(stage, SignalStage):
            return stage.judge(frame, signals_of(shard, stage, context, store), context)
        return stage.apply(frame, context)

    return run


def _work(frame: pl.DataFrame, stages: Sequence[Stage], run: _Run) -> tuple[StageResult, list[dict[str, Any]]]:
    """Fold the stages over one frame, each one's balance checked."""
    start, source = frame, frame["source"][0] if frame.height else ""
    dropped, events, counts = [], [], []
    for stage in stages:
        result = run(stage, frame)
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
