"""What merging does to rows and ledger, whichever comparison found the duplicates."""

from collections.abc import Mapping, Sequence

import orjson
import polars as pl

from schemas.frames import DROPPED, EVENTS


def ranked(rows: pl.DataFrame, order: Mapping[str, int], *, before: Sequence[str] = ()) -> pl.DataFrame:
    """The rows in the order in which they claim to stay: by these columns, the source's place, source and row."""
    rank = pl.col("source").replace_strict(dict(order), default=len(order), return_dtype=pl.Int64)
    return rows.sort(*before, rank, "source", "row", "id")


def credit(kept: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Write into every keeper's meta, as `merged_from`, where the rows stood that it stands for ("file:row").

    Args:
        kept: Rows of schema `FRAME`.
        decisions: `source, row, into_source, into_row` of the rows that went, of any part of the set.
    """
    places = decisions.sort("source", "row").select(
        pl.format("{}:{}", "source", "row").alias("merged"), source="into_source", row="into_row"
    )
    grouped = places.group_by("source", "row", maintain_order=True).agg("merged")
    credited = kept.join(grouped, on=["source", "row"], how="left", maintain_order="left")
    keepers = credited["merged"].is_not_null().arg_true()
    if keepers.is_empty():
        return kept
    new = [_with_merged(meta, merged) for meta, merged in credited[keepers].select("meta", "merged").iter_rows()]
    return kept.with_columns(kept["meta"].clone().scatter(keepers, new))


def _with_merged(meta: str | None, merged: Sequence[str]) -> str:
    known = orjson.loads(meta) if meta else {}
    earlier = known.get("merged_from", [])
    known["merged_from"] = [*(earlier if isinstance(earlier, list) else [earlier]), *merged]
    return orjson.dumps(known).decode()


def dropped_rows(rows: pl.DataFrame, reason: str, *, stage: str) -> pl.DataFrame:
    """Rows of schema `FRAME` as rows of schema `DROPPED`."""
    return rows.with_columns(stage=pl.lit(stage), reasons=pl.concat_list(pl.lit(reason))).select(DROPPED.names())


def ledger_lines(
    rows: pl.DataFrame, verdict: str, reason: str, *, stage: str, into: str, detail: pl.Expr
) -> pl.DataFrame:
    """One event (schema `EVENTS`) for each row.

    Args:
        rows: With `id, source, row` and the columns that the next two name.
        verdict: As in `EVENTS`.
        reason: Its name.
        stage: The stage's name.
        into: The column that holds the other row's id.
        detail: What else to tell.
    """
    texts = {"stage": stage, "verdict": verdict, "reason": reason, "before": None, "after": None}
    constants = {name: pl.lit(value, pl.String) for name, value in texts.items()}
    return rows.with_columns(**constants, detail=detail, into=pl.col(into)).select(EVENTS.names())
