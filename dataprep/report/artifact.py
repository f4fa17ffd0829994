"""What the page needs of an artifact's files, read once and in bounded memory."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from schemas.artifacts import SPLITS
from schemas.frames import EVENTS, FRAME

MEASURES = ("chars", "tokens", "turns")


@dataclass(frozen=True)
class Artifact:
    """A data artifact on disk.

    Attributes:
        folder: Holds the split files, the ledger and, in newer ones, the signals.
        manifest: What its manifest says.
    """

    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def kept(self) -> pl.DataFrame:
        """`id, source, row, kind, split` of every kept row, and its `language` where signals tell it."""
        parts = [
            pl.scan_parquet(self.folder / f"{split}.parquet").select(
                "id", "source", "row", pl.col("kind").cast(pl.String), split=pl.lit(split)
            )
            for split in SPLITS
        ]
        kept = pl.concat(parts).collect()
        if self.signals is None:
            return kept.with_columns(language=pl.lit(None, pl.String))
        told = self.signals.select("id", "language").unique("id", keep="first", maintain_order=True)
        return kept.join(told, on="id", how="left", maintain_order="left")

    @cached_property
    def signals(self) -> pl.DataFrame | None:
        """`id, language` and those of `MEASURES` that there are, of every judged row; None in older artifacts."""
        path = self.folder / "signals.parquet"
        if not path.is_file():
            return None
        scan = pl.scan_parquet(path)
        there = scan.collect_schema().names()
        language = pl.col("language") if "language" in there else pl.lit(None, pl.String)
        return scan.select("id", *(name for name in MEASURES if name in there), language=language).collect()

    @cached_property
    def ledger(self) -> pl.LazyFrame:
        """The ledger with `place`, the number of the line; empty where there is none."""
        path = self.folder / "ledger.parquet"
        lines = pl.scan_parquet(path) if path.is_file() else pl.LazyFrame(schema=EVENTS)
        return lines.with_row_index("place")

    def lines(self, places: pl.Series) -> list[dict[str, Any]]:
        """Some lines of the ledger, in its order."""
        return self.ledger.filter(pl.col("place").is_in(places.implode())).collect().to_dicts()

    def rows(self, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Some kept rows, whole, by id."""
        wanted = pl.Series(ids, dtype=pl.String).implode()
        found = [
            pl.scan_parquet(self.folder / f"{split}.parquet")
            .select(FRAME.names())
            .filter(pl.col("id").is_in(wanted))
            .collect()
            for split in SPLITS
        ]
        return {row["id"]: row for part in found for row in part.iter_rows(named=True)}
