"""What decontamination found, counted by benchmark."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from dataprep.decontaminate.judging import APART, STAGE

_SPANS = 20
"""Findings of each benchmark that are shown."""


def tally(events: pl.DataFrame, benchmarks: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Findings by benchmark.

    Args:
        events: Ledger lines (schema `EVENTS`).
        benchmarks: Names of all benchmarks, so that clean ones are listed too.

    Returns:
        For each benchmark `benchmark`, `items` and `rows` (how many give it away), and the first `spans`: `item,
        source, row, score, quote`, in the order of source and row.
    """
    own = events.filter(pl.col("stage") == STAGE).sort("source", "row", "detail")
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in benchmarks}
    for source, row, detail, quote in own.select("source", "row", "detail", "before").iter_rows():
        benchmark, item, score = detail.rsplit(APART, 2)
        span = {"item": item, "source": source, "row": row, "score": float(score), "quote": quote}
        found.setdefault(benchmark, []).append(span)
    return [
        {
            "benchmark": name,
            "items": len({span["item"] for span in spans}),
            "rows": len({(span["source"], span["row"]) for span in spans}),
            "spans": spans[:_SPANS],
        }
        for name, spans in found.items()
    ]
