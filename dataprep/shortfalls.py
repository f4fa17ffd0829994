"""Shortfalls: what a recipe asked of the split and its families couldn't give, with numbers and what to do."""

import polars as pl

from dataprep import families
from dataprep.recipe import Split
from schemas.artifacts import SPLITS

GIANT = 0.2
"""A family of more than this share of the rows decides what the splits look like. The largest of a real set: 6.4 %."""
_OFF = 0.02


def shortfalls(rows: pl.DataFrame, config: Split) -> list[dict[str, str]]:
    """Compare what came of the split with what was asked.

    Args:
        rows: `family, split` of every kept row.
        config: The shares.

    Returns:
        `code`, `en` and `zh` of each: `empty_train`, `empty_dev`, `empty_eval`, `off_dev`, `off_eval` (more than two
        points, and a third of the share, away) and `giant_family`.
    """
    census = families.census(rows["family"])
    wanted = {"train": config.train, "dev": config.dev, "eval": config.eval}
    notes = [note for split in SPLITS for note in _of_split(rows, split, wanted[split], int(census["families"]))]
    if census["largest_share"] > GIANT and census["families"] > 1 and census["largest"] > 1:
        notes.append(_giant(float(census["largest_share"]), int(census["largest"])))
    return notes


def _of_split(rows: pl.DataFrame, split: str, wanted: float, number: int) -> list[dict[str, str]]:
    got = rows.filter(pl.col("split") == split).height
    if rows.is_empty():
        return []
    share = got / rows.height
    if wanted and not got:
        return [
            {
                "code": f"empty_{split}",
                "en": f"{split} is empty: {rows.height} rows in {number} families can't give it {wanted:.1%}. "
                f"Add rows, raise data.split.{split}, or raise data.split.near so that families are smaller.",
                "zh": f"{split} 为空：{rows.height} 行分属 {number} 个家族，分不出 {wanted:.1%}。"
                f"请增加数据、调高 data.split.{split}，或调高 data.split.near 让家族变小。",
            }
        ]
    if split == "train" or abs(share - wanted) <= max(_OFF, wanted / 3):
        return []
    return [
        {
            "code": f"off_{split}",
            "en": f"{split} has {share:.1%} of the rows, not {wanted:.1%}: families stay whole, and pinned rows stay.",
            "zh": f"{split} 占 {share:.1%}，而不是 {wanted:.1%}：同族的行不拆开，已固定的行不移动。",
        }
    ]


def _giant(share: float, rows: int) -> dict[str, str]:
    return {
        "code": "giant_family",
        "en": f"One family holds {share:.0%} of the rows ({rows}): they are alike, often because of a long template. "
        "Raise data.split.near (0.8), or name a column in data.split.family and set near: null.",
        "zh": f"有一个家族占了 {share:.0%} 的行（{rows} 行）：彼此太像，常因共用一段很长的模板。"
        "请调高 data.split.near（如 0.8），或用 data.split.family 指定列并设 near: null。",
    }
