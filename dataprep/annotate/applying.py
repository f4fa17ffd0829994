"""Decisions of annotators carried out on rows: rejected ones go, answers are mended, pairs turned round."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.disputes import How, resolve
from dataprep.annotate.verdicts import Decisions, Outcome, Said, judge_record
from dataprep.recipe.labels import Labels
from schemas.frames import DROPPED, FRAME, bare_id, event_frame, message_lists, records_of
from schemas.records import LISTS, Record
from schemas.results import StageResult, drop_events

STAGE = "labels"

LABELS = pl.Schema(
    {
        "record": pl.String(),
        "content": pl.String(),
        "question": pl.String(),
        "value": pl.String(),
        "votes": pl.String(),
    }
)
"""One decision, or a dispute where `value` is null. `content` is the hash of the record as those saw it who decided;
null is the decision of all answers about the record, whatever they saw. `votes` is for people."""

_BETWEEN = "\x1f"


def label_table(answers: pl.DataFrame, *, how: How) -> pl.DataFrame:
    """All that the stage needs to know; equal rows, numbered `HASH-2`, `HASH-3`, are one record.

    Args:
        answers: Schema `ANSWERS`, all rounds.
        how: `majority` or `strict`, as for `resolve`.

    Returns:
        Schema `LABELS`, sorted; one line for each record, content and question.
    """
    answers = answers.with_columns(bare_id("record"))
    whole = _resolved(answers, how).with_columns(content=pl.lit(None, pl.String))
    named = pl.concat_str("record", pl.lit(_BETWEEN), "content")
    apart = _resolved(answers.drop_nulls(["record", "content"]).with_columns(record=named), how)
    parts = pl.col("record").str.split_exact(_BETWEEN, 1).struct.rename_fields(["record", "content"])
    each = apart.with_columns(parts.alias("parts")).drop("record").unnest("parts")
    return pl.concat([part.select(LABELS.names()) for part in (whole, each)]).sort("record", "content", "question")


def _resolved(answers: pl.DataFrame, how: How) -> pl.DataFrame:
    decisions, disputes = resolve(answers, how=how)
    decided = decisions.with_columns(pl.format("{} of {}", "votes", "of").alias("votes"))
    told = disputes.with_columns(value=pl.lit(None, pl.String))
    return pl.concat([part.select("record", "question", "value", "votes") for part in (decided, told)])


def apply_labels(frame: pl.DataFrame, labels: pl.DataFrame, config: Labels) -> StageResult:
    """Carry decisions out on any part of the rows.

    `verdict` keeps, rejects or mends a row of kind sft; `preferred` keeps, turns or drops a pair. Where the row still
    is what people saw, those decide who saw it; and where what they made of it was shown to people again, these decide
    about that. Where no one saw it as it is, all answers decide, but none mends an answer or turns a pair. A mended
    row loses the reasoning of its last turn: it led to another answer. What was decided is put into `meta` under
    `labels`.

    Args:
        frame: n rows of schema `FRAME`.
        labels: Schema `LABELS`, of any records.
        config: Whether disputed rows stay.

    Returns:
        Rows without a label as they were. Events `dropped` (`label_rejected`, `label_tie`, `label_disputed`),
        `changed` (`label_fixed`, `label_flipped`, `label_noted`) and `flagged` (`label_disputed`, `label_outdated`,
        `label_no_fix`, `label_misfit`).
    """
    # A rejected row's twin must not take its place when duplicates are merged.
    records = frame.select(record=bare_id("id"))
    said = _by_record(labels.join(records, on="record", how="semi", maintain_order="left"))
    if not said:
        return StageResult(frame)
    labelled = records["record"].is_in(list(said))
    numbered = frame.with_row_index("_place")
    touched = numbered.filter(labelled)
    keep = config.disputed == "keep"
    outcomes = [
        judge_record(record, said[name], keep_disputed=keep)
        for name, record in zip(records["record"].filter(labelled), records_of(touched), strict=True)
    ]
    goes = pl.Series([bool(outcome.reasons) for outcome in outcomes], dtype=pl.Boolean)
    dropped = touched.with_columns(stage=pl.lit(STAGE), reasons=_reasons(outcomes)).filter(goes).select(DROPPED.names())
    changed = _rewritten(touched, outcomes).filter(~goes)
    kept = pl.concat([numbered.filter(~labelled), changed]).sort("_place").drop("_place")
    events = pl.concat([_told(dropped, touched, outcomes), _events(touched, outcomes)])
    return StageResult(kept, dropped, events)


def _by_record(labels: pl.DataFrame) -> dict[str, Decisions]:
    found: dict[str, Decisions] = {}
    for record, content, question, value, votes in labels.iter_rows():
        one = Said(None if value is None else orjson.loads(value), value is None, votes)
        found.setdefault(record, {}).setdefault(content, {})[question] = one
    return found


def _reasons(outcomes: Sequence[Outcome]) -> pl.Series:
    return pl.Series([list(outcome.reasons) for outcome in outcomes], dtype=pl.List(pl.String))


def _rewritten(rows: pl.DataFrame, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    records: list[Record] = [outcome.record for outcome in outcomes]
    lists = {name: message_lists([record.get(name) or () for record in records]) for name in LISTS}  # type: ignore[misc]
    metas = [
        _noted(meta, outcome.notes) if outcome.notes else meta
        for meta, outcome in zip(rows["meta"], outcomes, strict=True)
    ]
    columns = {name: series.cast(FRAME[name]) for name, series in lists.items()}
    return rows.with_columns(**columns, meta=pl.Series(metas, dtype=pl.String))


def _noted(meta: str | None, notes: Mapping[str, Any]) -> str:
    known = orjson.loads(meta) if meta else {}
    earlier = known.get("labels")
    return orjson.dumps({**known, "labels": {**(earlier if isinstance(earlier, dict) else {}), **notes}}).decode()


def _told(dropped: pl.DataFrame, rows: pl.DataFrame, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    """The ledger lines of dropped rows, with the votes."""
    votes = {name: outcome.votes for name, outcome in zip(rows["id"], outcomes, strict=True)}
    lines = drop_events(dropped)
    return lines.with_columns(detail=pl.Series([votes[name] for name in lines["id"]], dtype=pl.String))


def _events(rows: pl.DataFrame, outcomes: Sequence[Outcome]) -> pl.DataFrame:
    places = rows.select("id", "source", "row").iter_rows(named=True)
    return event_frame(
        {**place, "stage": STAGE, **line}
        for place, outcome in zip(places, outcomes, strict=True)
        for line in outcome.lines
    )
