"""What speaks against rows of a run: a judge, other answers, duplicates that hardly are, answers that got worse."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
import polars as pl

from dataprep.annotate.evaluated import rows_of_items
from schemas.artifacts import Layout, read_manifest

FOUND = pl.Schema({"id": pl.String(), "doubt": pl.String(), "told": pl.String(), "rank": pl.Int64()})
"""One doubt about one row; the most doubtful has rank 0."""

# `rules` flags rows below the same grade.
LOW = 3
"""The highest grade, of 5, that is a doubt."""

NEAR = 0.05
"""So far above the threshold a near duplicate may be a false one."""


def doubts(layout: Layout, rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """What speaks against rows.

    Args:
        layout: The run.
        rows: With `id, source, row` and, where a judge graded them, `judge_score`.
        names: Of `DOUBTS`.

    Returns:
        Schema `FOUND`, only of these rows.
    """
    known = rows.select("id")
    parts = [DOUBTS[name](layout, rows).with_columns(doubt=pl.lit(name)) for name in dict.fromkeys(names)]
    found = [part.select("id", "doubt", "told").unique("id", keep="first", maintain_order=True) for part in parts]
    there = [part.join(known, on="id", how="semi", maintain_order="left").with_row_index("rank") for part in found]
    return pl.concat([part.select(FOUND.names()).cast(FOUND) for part in there])


def _low_score(_: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with a low grade, the lowest first."""
    if "judge_score" not in rows.columns:
        return rows.clear().select("id", told=pl.lit("", pl.String))
    low = rows.filter(pl.col("judge_score") <= LOW).sort("judge_score", "source", "row", "id")
    return low.select("id", told=pl.format("judge_score {}", "judge_score"))


def _conflicting(layout: Layout, _: pl.DataFrame) -> pl.DataFrame:
    """Rows whose prompt is answered differently elsewhere; those with one prompt behind one another."""
    ledger = pl.read_parquet(layout.ledger)
    lines = ledger.filter(pl.col("reason") == "same_prompt_other_answer", pl.col("verdict") == "flagged")
    return lines.sort("into", "source", "row").select("id", told=pl.format("same prompt as {}", "detail"))


def _near_threshold(layout: Layout, _: pl.DataFrame) -> pl.DataFrame:
    """Rows that were merged, or flagged, as near duplicates that are hardly similar enough; the least similar first.

    Of merged ones only the keeper is left to be looked at.
    """
    limits = [limit for limit in _limits(read_manifest(layout.manifest)) if limit is not None]
    told = pl.col("detail").str.extract(r"\((\d\.\d+) by \w+\)$").cast(pl.Float64)
    lines = pl.read_parquet(layout.ledger).filter(pl.col("reason") == "near_duplicate").with_columns(similarity=told)
    # Rounded to two places in the ledger.
    close = pl.any_horizontal(pl.lit(value=False), *(told.is_between(limit - 0.005, limit + NEAR) for limit in limits))
    near = lines.filter(close).sort("similarity", "source", "row")
    merged, place = pl.col("verdict") == "merged", pl.format("{}:{}", "source", "row")
    other = pl.when(merged).then(place).otherwise(pl.col("detail").str.replace(r" \(.*$", ""))
    return near.select(
        id=pl.when(merged).then("into").otherwise("id"), told=pl.format("{} like {}", "similarity", other)
    )


def _limits(manifest: Mapping[str, Any]) -> list[float | None]:
    near = manifest.get("recipe", {}).get("dedup", {}).get("near", {})
    return [near.get("threshold"), near.get("short")]


def _worsened(layout: Layout, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of the eval split that the tuned model answers worse than the base, the worst first."""
    path = layout.evaluation / "comparison.json"
    items = orjson.loads(path.read_bytes())["panels"].get("items", []) if path.is_file() else []
    worse = [
        (item["id"], item["source"], f"{item['metric']} {item['values'][0]:.1f} to {item['values'][1]:.1f}")
        for item in items
        if item["change"] == "worse"
    ]
    told = pl.DataFrame(worse, schema={"item": pl.String, "place": pl.String, "told": pl.String}, orient="row")
    return rows_of_items(told, rows).select("id", "told")


DOUBTS: dict[str, Callable[[Layout, pl.DataFrame], pl.DataFrame]] = {
    "low_score": _low_score,
    "conflicting": _conflicting,
    "near_threshold": _near_threshold,
    "worsened": _worsened,
}
"""Name -> `id, told` of the rows that it speaks against, the most doubtful first."""
