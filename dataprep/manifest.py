"""The manifest: everything that says what an artifact is and where it came from, without times or hosts."""

import importlib.metadata
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from dataprep import split
from dataprep.augment.facts import created_rows
from dataprep.augment.story import STAGE as AUGMENT
from dataprep.export import Exported
from dataprep.findings import findings
from dataprep.pipeline import Curated
from dataprep.recipe import DataRecipe
from schemas.artifacts import SPLITS
from schemas.errors import ConservationError

LEAST_SHARE = 0.01
"""Rows in a language below this share are more likely quotations than a language of the set."""

VERSION = 1
"""Of the manifest's own shape."""


def compose(
    folder: Path,
    curated: Curated,
    recipe: DataRecipe,
    identity: Mapping[str, Any],
    *,
    rows: Mapping[str, int],
    exported: Sequence[Exported],
    certificate: Mapping[str, Any],
) -> dict[str, Any]:
    """Describe a finished artifact.

    Args:
        folder: Holds the split files.
        curated: What the stages did.
        recipe: The `data:` section.
        identity: `name`, `seed` and `key` of the run.
        rows: Rows of each split.
        exported: What was written for trainers.
        certificate: From `leaks.certify`.
    """
    found = findings(folder, curated, recipe)
    sources = _sources(curated)
    left = curated.dropped.filter(pl.col("row") > 0).height
    read, created = (sum(source[name] for source in sources) for name in ("read", "created"))
    if read + created != sum(rows.values()) + left:
        raise ConservationError(f"{read} rows read + {created} created, but {sum(rows.values())} kept + {left} dropped")
    return {
        "format": VERSION,
        **identity,
        "versions": {name: importlib.metadata.version(name) for name in ("gristmill", "polars", "ftfy", "orjson")},
        "recipe": recipe.model_dump(mode="json", by_alias=True),
        "rows": {
            "read": read,
            "created": created,
            "kept": sum(rows.values()),
            "dropped": left,
            **rows,
        },
        "sources": sources,
        "refused_files": curated.dropped.filter(pl.col("row") == 0)["source"].to_list(),
        "languages": _languages(found["language"], sum(rows.values())),
        "stages": _stages(curated),
        "reasons": _tally(curated.events, "dropped", "merged"),
        "edits": _tally(curated.events, "changed"),
        "flags": _tally(curated.events, "flagged"),
        "exports": [_export(entry) for entry in exported],
        "moved": curated.placement.moved.to_dicts(),
        "splits": split.shares(_placed(folder)).to_dicts(),
        "leak_certificate": dict(certificate),
        **found,
    }


def _export(entry: Exported) -> dict[str, Any]:
    """What one format holds, and why the rest of the rows isn't there."""
    reasons = (
        entry.refused.group_by("reason", maintain_order=True).len().sort("len", "reason", descending=[True, False])
    )
    return {"files": entry.files, "format": entry.format, "rows": entry.rows, "refused": dict(reasons.iter_rows())}


def _sources(curated: Curated) -> list[dict[str, Any]]:
    """The balance of every file: read + created = kept + dropped; what was made of its rows has a line of its own."""
    left = curated.dropped.group_by("source", maintain_order=True).agg(pl.len().alias("dropped"))
    dropped = dict(left.iter_rows())
    lines = []
    for entry in curated.opened:
        read = sum(int(shard.counts[0]["rows_in"]) for shard in entry.shards)
        match = entry.plan.match if entry.plan else None
        lines.append(
            {
                "source": entry.item.name,
                "digest": entry.digest,
                "format": entry.plan.format if entry.plan else None,
                "columns": entry.plan.columns if entry.plan else {},
                "unmapped": list(match.unmapped) if match else [],
                "notes": list(entry.notes),
                "read": read,
                "created": 0,
                "kept": read - dropped.get(entry.item.name, 0),
                "dropped": dropped.get(entry.item.name, 0),
            }
        )
    for name, created in created_rows(curated.drafts).items():
        gone = dropped.get(name, 0)
        line: dict[str, Any] = {
            "source": name,
            "digest": None,
            "format": None,
            "columns": {},
            "unmapped": [],
            "notes": [],
        }
        lines.append({**line, "read": 0, "created": created, "kept": created - gone, "dropped": gone})
    return lines


def _stages(curated: Curated) -> list[dict[str, Any]]:
    if curated.counts.is_empty():
        return []
    sums = curated.counts.group_by("stage", maintain_order=True).agg(pl.col("rows_in", "kept", "dropped").sum())
    lines = sums.to_dicts()
    for before, line in pairwise(lines):
        if line["stage"] == AUGMENT:  # its shards hold new rows only: the old ones pass it by
            line |= {"rows_in": before["kept"], "kept": before["kept"] + line["kept"]}
    return lines


def _tally(events: pl.DataFrame, *verdicts: str) -> list[dict[str, Any]]:
    """Rows of each (stage, reason), most first."""
    chosen = events.filter(pl.col("verdict").is_in(verdicts))
    counted = chosen.group_by("stage", "reason", maintain_order=True).agg(pl.len().alias("rows"))
    return counted.sort("rows", "stage", "reason", descending=[True, False, False]).to_dicts()


def _languages(spoken: Sequence[Mapping[str, Any]], rows: int) -> list[str]:
    """Languages of at least `LEAST_SHARE` of the rows, most first."""
    return [told["language"] for told in spoken if told["language"] != "und" and told["rows"] >= LEAST_SHARE * rows]


def _placed(folder: Path) -> pl.DataFrame:
    return pl.concat(
        pl.scan_parquet(folder / f"{name}.parquet").select("source", "kind", split=pl.lit(name)).collect()
        for name in SPLITS
    )
