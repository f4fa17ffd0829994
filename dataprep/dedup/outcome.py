"""What an election of leaders leads to: who stands first, who goes into whom, and what becomes of rows and ledger."""

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from dataprep.dedup.exact import DECISIONS as EXACT_DECISIONS
from dataprep.dedup.leaders import Elected
from dataprep.dedup.merging import credit, dropped_rows, ledger_lines, ranked
from schemas.frames import DROPPED, FRAME, empty
from schemas.results import StageResult

DECISIONS = pl.Schema({**EXACT_DECISIONS, "similarity": pl.Float64(), "key": pl.String()})


def by_merit(view: pl.DataFrame, order: Mapping[str, int], flags: pl.DataFrame) -> pl.DataFrame:
    """The rows of a view, the fewest flags first, then by (place of the source, source, row).

    Args:
        view: With `id, source, row`.
        order: Source name -> its place.
        flags: `source, row, flags`; absent rows count as 0.
    """
    # Only places are joined and sorted: further copies of n-gram sets would take most of the memory.
    places = view.select("id", "source", "row").with_row_index("place")
    places = places.join(flags.select("source", "row", "flags"), on=["source", "row"], how="left")
    return view[ranked(places.with_columns(pl.col("flags").fill_null(0)), order, before=["flags"])["place"]]


def decided(rows: pl.DataFrame, elected: Elected, keys: Sequence[str]) -> pl.DataFrame:
    """One line of schema `DECISIONS` for each row that has a leader.

    Args:
        rows: `id, source, row, family` of the rows that elected.
        elected: What became of them; `key` counts in `keys`.
        keys: Names of what was compared.
    """
    gone = np.flatnonzero(elected.into >= 0)
    keeper = rows[elected.into[gone]].select(into="id", into_source="source", into_row="row", into_family="family")
    names = pl.Series(keys, dtype=pl.String)
    measured = {"similarity": pl.Series(elected.similarity[gone]), "key": names[elected.key[gone]]}
    return rows[gone].hstack(keeper).with_columns(**measured).select(DECISIONS.names())


def carry_out(frame: pl.DataFrame, decisions: pl.DataFrame, reason: str, *, stage: str, flag: bool) -> StageResult:
    """Carry decisions out on any part of the rows.

    Args:
        frame: Any rows of schema `FRAME`.
        decisions: Schema `DECISIONS`, for all rows.
        reason: Its name in the ledger.
        stage: The stage's name.
        flag: Tell of the rows and keep them.

    Returns:
        Rows with a leader in `dropped`, each with an event `merged` that names keeper, similarity and key; a keeper's
        `meta` gets `merged_from`. Under `flag` all rows stay, and the event is `flagged`.
    """
    at = ["source", "row"]
    doomed = frame.join(decisions.drop("id", "family"), on=at, how="inner", maintain_order="left")
    share = pl.col("similarity").round(2).cast(pl.String)
    detail = pl.format("{}:{} ({} by {})", "into_source", "into_row", share, "key")
    events = ledger_lines(doomed, "flagged" if flag else "merged", reason, stage=stage, into="into", detail=detail)
    if flag:
        return StageResult(frame, empty(DROPPED), events)
    kept = frame.join(decisions.select(at), on=at, how="anti", maintain_order="left")
    dropped = dropped_rows(doomed.select(FRAME.names()), reason, stage=stage)
    return StageResult(credit(kept, decisions), dropped, events)
