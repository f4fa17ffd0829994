"""What the stages of the mill found, for the manifest: duplicates, personal data, benchmarks, families, the mix."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dataprep import decontaminate, families, mix, pii
from dataprep.augment.facts import facts
from dataprep.augment.notes import augmentation_notes
from dataprep.ledger import shown
from dataprep.pipeline import Curated
from dataprep.recipe import DataRecipe
from dataprep.shortfalls import shortfalls
from schemas.artifacts import SPLITS

CLUSTERS = 50
"""Clusters of duplicates that the manifest names, the largest first."""

MEMBERS = 20
"""Rows of a cluster that it names."""

_MERGING = ("exact_dedup", "near_dedup", "semantic_dedup")


def findings(folder: Path, curated: Curated, recipe: DataRecipe) -> dict[str, Any]:
    """The findings of a finished artifact.

    Args:
        folder: Holds the split files and `signals.parquet`.
        curated: What the stages did.
        recipe: The `data:` section.

    Returns:
        `duplicates`, `pii`, `decontamination`, `mix`, `language`, `families` and `notes`; `augmentation` where train
        was widened.
    """
    placed = pl.concat(
        pl.scan_parquet(folder / f"{split}.parquet").select("family", split=pl.lit(split)).collect() for split in SPLITS
    )
    plan = curated.tables["mix"]["plan"] if "mix" in curated.tables else None
    grown = (
        {}
        if curated.drafts is None
        else {"augmentation": facts(folder, curated.drafts, curated.balance, recipe.augment)}
    )
    return {
        **grown,
        "duplicates": _duplicates(folder, curated),
        "pii": pii.tally(curated.events),
        "decontamination": decontaminate.tally(curated.events, curated.benchmarks),
        "mix": [] if plan is None else mix.table(plan, recipe.mix),
        "language": spoken(folder),
        "families": families.census(placed["family"]),
        "notes": [*shortfalls(placed, recipe.split), *(augmentation_notes(grown["augmentation"]) if grown else ())],
    }


def spoken(folder: Path) -> list[dict[str, Any]]:
    """Kept rows of each language, most first."""
    kept = pl.concat(pl.scan_parquet(folder / f"{split}.parquet").select("source", "row") for split in SPLITS)
    told = kept.join(
        pl.scan_parquet(folder / "signals.parquet").select("source", "row", "language"),
        on=["source", "row"],
        how="left",
    )
    counted = told.group_by(pl.col("language").fill_null("und"), maintain_order=True).agg(rows=pl.len()).collect()
    return counted.sort("rows", "language", descending=[True, False]).to_dicts()


def _duplicates(folder: Path, curated: Curated) -> dict[str, Any]:
    found = {stage: curated.tables[stage]["duplicates"] for stage in _MERGING if stage in curated.tables}
    gone = {stage.removesuffix("_dedup"): table.height for stage, table in found.items()}
    exact = curated.tables["exact_dedup"]
    return {
        "exact": 0,
        "near": 0,
        "semantic": 0,
        **gone,
        "clusters": _clusters(folder, found, curated.dropped),
        "same_answer": exact["often"].to_dicts(),
        "conflicts": exact["conflicts"].height,
    }


def _clusters(folder: Path, found: Mapping[str, pl.DataFrame], dropped: pl.DataFrame) -> list[dict[str, Any]]:
    """The largest groups that one kept row stands for."""
    columns = ("source", "row", "into", "into_source", "into_row")
    merged = pl.concat(
        table.select(*columns, similarity=pl.col("similarity") if "similarity" in table.columns else pl.lit(1.0))
        for table in found.values()
    )
    at = ["into_source", "into_row"]
    sizes = merged.group_by(*at, maintain_order=True).agg(pl.col("into").first(), size=pl.len() + 1)
    largest = sizes.sort("size", *at, descending=[True, False, False]).head(CLUSTERS)
    members = merged.join(largest.select(at), on=at, how="semi").sort(
        *at, "similarity", "source", "row", descending=[False, False, True, False, False]
    )
    texts = _texts(
        folder, pl.concat([members.select("source", "row"), largest.select(source=at[0], row=at[1])]), dropped
    )
    clusters = []
    for line in largest.iter_rows(named=True):
        place = (line["into_source"], line["into_row"])
        own = members.filter(into_source=place[0], into_row=place[1]).head(MEMBERS)
        clusters.append(
            {
                "keeper": {"id": line["into"], "source": place[0], "row": place[1], "text": texts.get(place, "")},
                "size": line["size"],
                "members": [
                    {**told, "text": texts.get((told["source"], told["row"]), "")}
                    for told in own.select("source", "row", pl.col("similarity").round(4)).iter_rows(named=True)
                ],
            }
        )
    return clusters


def _texts(folder: Path, places: pl.DataFrame, dropped: pl.DataFrame) -> dict[tuple[str, int], str]:
    """How the rows at some places begin, whether they were kept or not."""
    kept = pl.concat([pl.scan_parquet(folder / f"{split}.parquet") for split in SPLITS])
    stayed = shown(kept.join(places.lazy(), on=["source", "row"], how="semi")).collect()
    left = dropped.join(places, on=["source", "row"], how="semi").select("source", "row", "shown")
    return {(source, row): text for source, row, text in pl.concat([left, stayed]).iter_rows()}
