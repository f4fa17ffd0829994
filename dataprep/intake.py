"""From sources to the first shards: find the files, decide each one's format, read and convert in batches."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import polars as pl

from dataprep.convert import Plan, convert, plan
from dataprep.convert.format import Match
from dataprep.files import Batch, Input, read
from dataprep.files.hub import is_remote
from dataprep.shards import Shard, Store, key_of
from dataprep.workers import Crew
from schemas.errors import InputError, UserError
from schemas.results import StageResult

SAMPLE = 500
"""Rows of a file that its format is decided on."""
_BYTES_OF_A_ROW = 700
"""Of chat data, on average; only tells whether other processes are worth their start."""


@dataclass(frozen=True)
class Opened:
    """One input, looked at.

    Attributes:
        item: The input.
        digest: Hash of its bytes.
        plan: How its rows are converted; None when it holds no readable row.
        notes: What the door and the detection have to say.
        shards: Its converted rows, in order.
    """

    item: Input
    digest: str
    plan: Plan | None
    notes: tuple[str, ...]
    shards: tuple[Shard, ...] = field(default=(), repr=False)


def sample(batches: Iterator[Batch]) -> tuple[list[Batch], list[dict[str, Any]]]:
    """Read batches until one holds good rows.

    Returns:
        The batches read so far, and up to `SAMPLE` parsed rows of the last one.
    """
    seen: list[Batch] = []
    for batch in batches:
        seen.append(batch)
        good = batch.frame.filter(pl.col("fault").is_null())["raw"].head(SAMPLE)
        if len(good):
            return seen, [orjson.loads(text) for text in good]
    return seen, []


def choose_plan(item: Input, rows: Sequence[dict[str, Any]]) -> Plan | None:
    """Decide how a file's rows are converted; None for a file without rows.

    Raises:
        InputError: If the format is unknown or ambiguous.
    """
    if not rows:
        return None
    try:
        return plan(rows, format=item.source.format, columns=item.source.columns)
    except UserError as fault:
        raise InputError(f"{item.name}: {fault.message}", hint=fault.hint) from None


def look(item: Input) -> Opened:
    """Look at the beginning of an input and keep nothing, for a dry run."""
    batches, rows = sample(read(item))
    notes = tuple(note for batch in batches for note in batch.notes)
    return Opened(item, "", choose_plan(item, rows), notes)


def open_input(item: Input, digest: str, store: Store, crew: Crew) -> Opened:
    """Read and convert one input, or take its shards from the store.

    Args:
        item: The input.
        digest: Hash of its bytes.
        store: Where shards live.
        crew: Who converts, and is told of finished rows.

    Raises:
        InputError: If the format is unknown or ambiguous, or the file can't be read at all.
    """
    key = key_of("read", item.name, digest, item.source.model_dump(mode="json"), item.notes)
    noted = store.noted(key)
    if noted is not None:
        shards = [store.get(f"{key}-{index}") for index in range(noted["batches"])]
        if all(shard is not None for shard in shards):
            whole = tuple(shard for shard in shards if shard is not None)
            for shard in whole:
                crew.progress(item.name, int(shard.counts[0]["rows_in"]))
            return Opened(item, digest, _plan_from(noted["plan"]), tuple(noted["notes"]), whole)
    return _read(item, digest, key, store, crew)


def _read(item: Input, digest: str, key: str, store: Store, crew: Crew) -> Opened:
    batches = read(item)
    first, rows = sample(batches)
    chosen = choose_plan(item, rows)
    notes: list[str] = []
    # Shards of a remote input whose reading was never finished may come from before the connection broke.
    job = _Job(item.name, chosen, store.root, fresh=is_remote(item.source.path))
    whole = enumerate(_unbroken(chain(first, batches), item, notes))
    named = ((f"{key}-{number}", frame) for number, frame in whole)
    likely = item.path.stat().st_size // _BYTES_OF_A_ROW if item.path else 0
    shards: list[Shard] = []
    for shard, counts in crew.each(_converted, job, named, rows=likely):
        store.count(counts)
        shards.append(shard)
        crew.progress(item.name, int(shard.counts[0]["rows_in"]))
    store.note(key, {"batches": len(shards), "notes": notes, "plan": _plan_to(chosen)})
    return Opened(item, digest, chosen, tuple(notes), tuple(shards))


def _unbroken(batches: Iterable[Batch], item: Input, notes: list[str]) -> Iterator[pl.DataFrame]:
    """The rows of every batch; what the batches have to say is added to `notes`.

    Raises:
        InputError: If the connection to a remote input breaks: the rest is there, only the network isn't, and a note
            would pass the torn set for the whole one for ever.
    """
    good = 0
    for batch in batches:
        faults = batch.frame["fault"].drop_nulls()
        good += batch.frame.height - len(faults)
        torn = faults.filter(faults.str.contains("^(stream_damaged|unreadable_file)"))
        if is_remote(item.source.path) and len(torn):
            raise InputError(
                f"the connection broke after {good:,} rows of {item.name}; nothing was kept ({torn[0]})",
                hint="Run it again; or download the data set and give the folder as path.",
            )
        notes += [note for note in batch.notes if note not in notes]
        yield batch.frame


class _Job(NamedTuple):
    """What the batches of one input have in common.

    Attributes:
        name: The input's.
        plan: How rows are converted.
        root: The store's folder.
        fresh: Whether shards that are there are made again.
    """

    name: str
    plan: Plan | None
    root: Path
    fresh: bool


def _converted(job: _Job, batch: tuple[str, pl.DataFrame]) -> tuple[Shard, Mapping[str, int]]:
    """The shard of one batch, and what was done for it."""
    (key, frame), store = batch, Store(job.root, tidy=False)
    shard = None if job.fresh else store.get(key)
    if shard is None:
        result = _convert(frame, job.name, job.plan)
        counts = [_count(stage, job.name, frame.height, result) for stage in ("read", "convert")]
        shard = store.put(key, result, counts)
    return shard, store.counts


def _convert(frame: pl.DataFrame, name: str, chosen: Plan | None) -> StageResult:
    result = convert(frame, {name: chosen} if chosen else {})
    result.conserve(frame.height, stage="convert")
    return result


def _count(stage: str, source: str, rows: int, result: StageResult) -> dict[str, Any]:
    """The balance of `read` or `convert`; what `read` dropped never reached `convert`."""
    at_read = result.dropped.filter(pl.col("stage") == "read").height
    rows_in, kept = (rows, rows - at_read) if stage == "read" else (rows - at_read, result.kept.height)
    return {"stage": stage, "source": source, "rows_in": rows_in, "kept": kept, "dropped": rows_in - kept}


def _plan_to(chosen: Plan | None) -> dict[str, Any] | None:
    return asdict(chosen) if chosen else None


def _plan_from(value: dict[str, Any] | None) -> Plan | None:
    if value is None:
        return None
    match = value.pop("match")
    if match is not None:
        match = Match(**{**match, "unmapped": tuple(match["unmapped"]), "ambiguous": tuple(match["ambiguous"])})
    return Plan(**value, match=match)


def open_all(items: Sequence[Input], digests: Mapping[str, str], store: Store, crew: Crew) -> list[Opened]:
    """Read and convert every input; the faults of all files are told at once."""
    opened, faults = [], []
    for item in items:
        try:
            opened.append(open_input(item, digests[item.name], store, crew))
        except InputError as fault:
            faults.append(fault)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError("\n".join(fault.message for fault in faults), hint=faults[0].hint)
    return opened
