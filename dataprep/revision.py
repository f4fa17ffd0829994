"""What changed between two data artifacts: rows added, removed, edited or moved, and the rules behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from dataprep.dedup import exact
from dataprep.ledger import excerpt
from dataprep.recipe import Dedup
from schemas.artifacts import SPLITS, Layout, read_manifest
from schemas.frames import FRAME

CHANGES = pl.Schema(
    {
        "change": pl.String(),
        "id": pl.String(),
        "source": pl.String(),
        "row": pl.Int64(),
        "old_split": pl.String(),
        "new_split": pl.String(),
        "why": pl.String(),
        "before": pl.String(),
        "after": pl.String(),
    }
)
"""`change` is `added`, `removed`, `edited` (other text) or `moved` (other split). `why` is the reason in the ledger of
the run that lacks the row, or null where that run never read it."""


@dataclass(frozen=True)
class Revision:
    """The difference of two artifacts.

    Attributes:
        old: The first one's manifest.
        new: The second one's.
        changes: Schema `CHANGES`, in the order of source, row.
        rules: `verdict, stage, reason, old, new`: how many rows each rule struck, where that differs.
        slices: `by, slice, old, new`: kept rows within each source, kind, split and language.
    """

    old: Mapping[str, Any]
    new: Mapping[str, Any]
    changes: pl.DataFrame
    rules: pl.DataFrame
    slices: pl.DataFrame

    def counts(self) -> dict[str, int]:
        """Rows of each kind of change; all kinds are there."""
        found = dict(self.changes.group_by("change", maintain_order=True).len().iter_rows())
        return {kind: found.get(kind, 0) for kind in ("added", "removed", "edited", "moved")}


def compare(old: Layout, new: Layout) -> Revision:
    """Compare two artifacts row by row.

    A row is the same where it stood at the same place (file and line) or has the same content as read; of equal
    rows each is counted. It is edited where its text in the artifact differs.

    Args:
        old: The run to compare with.
        new: The run to look at.

    Raises:
        ArtifactError: If one of them has no data artifact.
    """
    manifests = read_manifest(old.manifest), read_manifest(new.manifest)
    before, after = _rows(old), _rows(new)
    pairs, removed, added = _match(before, after)
    edited = pairs.filter(pl.col("key") != pl.col("key_new"))
    moved = pairs.filter((pl.col("key") == pl.col("key_new")) & (pl.col("split") != pl.col("split_new")))
    changes = [
        _changes(
            "added", added, old_split=None, new_split="split", why=_reasons(added, old), before=None, after="shown"
        ),
        _changes(
            "removed",
            removed,
            old_split="split",
            new_split=None,
            why=_reasons(removed, new),
            before="shown",
            after=None,
        ),
        *(
            _changes(kind, rows, old_split="split", new_split="split_new", why=None, before="shown", after="shown_new")
            for kind, rows in (("edited", edited), ("moved", moved))
        ),
    ]
    return Revision(
        *manifests,
        changes=pl.concat(changes).sort("source", "row", "change", "id"),
        rules=_rules(*manifests),
        slices=_slices(before, after),
    )


def _rows(layout: Layout) -> pl.DataFrame:
    """One line for each kept row: where it stood, which split, a digest of its text, an excerpt."""
    found = []
    for split in SPLITS:
        frame = pl.read_parquet(layout.split(split))
        keyed = exact.keys(frame.select(FRAME.names()), Dedup()).select("key")
        told = frame.select("id", "source", "row", pl.col("kind").cast(pl.String), shown=excerpt())
        found.append(pl.concat([told.with_columns(split=pl.lit(split)), keyed], how="horizontal"))
    rows = pl.concat(found)
    languages = layout.data / "signals.parquet"
    if not languages.is_file():
        return rows.with_columns(language=pl.lit(None, pl.String))
    spoken = pl.read_parquet(languages, columns=["source", "row", "language"])
    return rows.join(spoken, on=["source", "row"], how="left", maintain_order="left")


def _match(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows that are in both (by place, else by id), only in the first, only in the second."""
    place, new = ["source", "row"], after.select(pl.all().name.suffix("_new"))
    same_place = before.join(
        new, left_on=place, right_on=[f"{name}_new" for name in place], how="inner", maintain_order="left"
    )
    left = before.join(same_place.select(place), on=place, how="anti", maintain_order="left")
    right = after.join(same_place.select(place), on=place, how="anti", maintain_order="left")
    same_id = left.join(
        right.select(pl.all().name.suffix("_new")),
        left_on="id",
        right_on="id_new",
        how="inner",
        maintain_order="left",
    )
    pairs = pl.concat([same_place.select(_PAIR), same_id.select(_PAIR)])
    removed = left.join(same_id.select("id"), on="id", how="anti", maintain_order="left")
    added = right.join(same_id.select("id"), on="id", how="anti", maintain_order="left")
    return pairs, removed, added


_PAIR = ["id", "source", "row", "split", "key", "shown", "split_new", "key_new", "shown_new"]


def _reasons(rows: pl.DataFrame, other: Layout) -> pl.Series:
    """Why the other run lacks these rows: its first reason for the row at that place, or of that id."""
    ledger = pl.scan_parquet(other.ledger).filter(pl.col("verdict").is_in(["dropped", "merged"]))
    told = ledger.select("id", "source", "row", "reason").collect()
    by_place = told.unique(["source", "row"], keep="first", maintain_order=True).select("source", "row", here="reason")
    by_id = told.drop_nulls("id").unique("id", keep="first", maintain_order=True).select("id", there="reason")
    found = rows.join(by_place, on=["source", "row"], how="left", maintain_order="left")
    found = found.join(by_id, on="id", how="left", maintain_order="left")
    return found.select(pl.coalesce("here", "there")).to_series()


def _changes(
    change: str,
    rows: pl.DataFrame,
    *,
    old_split: str | None,
    new_split: str | None,
    why: pl.Series | None,
    before: str | None,
    after: str | None,
) -> pl.DataFrame:
    columns = {"old_split": old_split, "new_split": new_split, "before": before, "after": after}
    filled = {name: pl.lit(None, pl.String) if from_ is None else pl.col(from_) for name, from_ in columns.items()}
    reasons = pl.lit(None, pl.String) if why is None else why
    return (
        rows.select("id", "source", "row", **filled)
        .with_columns(change=pl.lit(change), why=reasons)
        .select(CHANGES.names())
    )


def _rules(old: Mapping[str, Any], new: Mapping[str, Any]) -> pl.DataFrame:
    """The tallies of both manifests beside each other, where they differ; the largest difference first."""
    tallies = [
        pl.DataFrame(
            [
                {"verdict": verdict, "stage": count["stage"], "reason": count["reason"], side: count["rows"]}
                for verdict in ("reasons", "flags", "edits")
                for count in manifest[verdict]
            ],
            schema={"verdict": pl.String, "stage": pl.String, "reason": pl.String, side: pl.Int64},
        )
        for side, manifest in (("old", old), ("new", new))
    ]
    at = ["verdict", "stage", "reason"]
    both = tallies[0].join(tallies[1], on=at, how="full", coalesce=True).with_columns(pl.col("old", "new").fill_null(0))
    moved = both.filter(pl.col("old") != pl.col("new"))
    return moved.sort((pl.col("new") - pl.col("old")).abs(), *at, descending=[True, False, False, False])


def _slices(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Kept rows of both within every value of every dimension, dimensions without a value left out."""
    found = []
    for by in ("split", "source", "kind", "language"):
        sides = [
            frame.drop_nulls(by).group_by(slice=by, maintain_order=True).agg(pl.len().cast(pl.Int64).alias(side))
            for side, frame in (("old", before), ("new", after))
        ]
        both = (
            sides[0]
            .join(sides[1], on="slice", how="full", coalesce=True)
            .with_columns(pl.col("old", "new").fill_null(0))
        )
        found.append(both.sort("slice").select(pl.lit(by).alias("by"), "slice", "old", "new"))
    return pl.concat(found)


def biggest(changes: pl.DataFrame, change: str, rows: int) -> Sequence[dict[str, Any]]:
    """The first rows of one kind of change, as dicts of schema `CHANGES`."""
    return changes.filter(pl.col("change") == change).head(rows).to_dicts()
