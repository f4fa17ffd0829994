"""Split: train, dev and eval, drawn by family, so that no family stands on two sides.

A hash of the seed and the family's name is compared with the shares, so that a family stays where it is when rows
come and go. Families are not of one size, so two things are added. A large family goes to the largest split: in eval
it would be most of what is measured, and all about one thing. The others make up for it: their shares of eval and
dev are raised until the whole comes out as asked. And a share that stands for at least half a row gets a family,
also where the draw gave it none.
"""

import hashlib
from collections.abc import Sequence

import polars as pl

from dataprep.recipe import Split
from schemas.artifacts import SPLITS
from schemas.errors import UserError

ASSIGNED = pl.Schema({"family": pl.String(), "split": pl.String()})

_STRENGTH = {"train": 0, "dev": 1, "eval": 2}


def assign(families: pl.DataFrame, config: Split, *, seed: int, pinned: pl.DataFrame | None) -> pl.DataFrame:
    """Draw a split for every family.

    With `config.exact` the families, ordered by their draws, are cut at exact counts instead (`round(share *
    families)` for eval and dev, the rest is train): a draw then depends on which other families there are.

    Args:
        families: A column `family`, one line for each row: a family's size counts.
        config: The shares.
        seed: Another seed, another draw.
        pinned: `family, split` of an older run's rows; a family that touches several takes eval before
            dev before train, so that what was evaluated on never becomes training data.

    Returns:
        `family, split`, sorted by family.

    Raises:
        UserError: If counts shall be exact although families are pinned.
    """
    if config.exact and pinned is not None and pinned.height:
        raise UserError(
            "data.split: exact counts can't hold when an older run pins its rows",
            hint="set data.split.exact: false, or drop previous",
        )
    sizes = families.group_by("family", maintain_order=True).agg(rows=pl.len().cast(pl.Int64)).sort("family")
    draws = pl.Series([_draw(seed, name) for name in sizes["family"]], dtype=pl.UInt64)
    drawn = sizes.with_columns(draw=draws)
    drawn = _cut(drawn, config) if config.exact else _filled(_by_share(drawn, config), config)
    if pinned is not None:
        held = _strongest(pinned).rename({"split": "held"})
        drawn = drawn.join(held, on="family", how="left", maintain_order="left")
        drawn = drawn.with_columns(split=pl.coalesce("held", "split"))
    return drawn.select(ASSIGNED.names())


def pin(rows: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """What an older run says about today's families.

    Args:
        rows: `id, family` of today's rows.
        old: `id, family, split` of the older run's rows.

    Returns:
        `family, split`, one line for each old row that is found again by its id or by its family's name.
    """
    by_id = rows.select("id", "family").join(old.select("id", "split"), on="id", how="inner")
    by_name = old.select("family", "split").join(rows.select("family"), on="family", how="semi")
    return pl.concat([by_id.select("family", "split"), by_name]).sort("family", "split")


def moves(rows: pl.DataFrame, old: pl.DataFrame, assigned: pl.DataFrame) -> pl.DataFrame:
    """How many old rows changed sides because their family touches a stronger split.

    Args:
        rows: `id, family` of today's rows.
        old: `id, split` of the older run's rows.
        assigned: From `assign`.

    Returns:
        `old, new, rows` for each change that happened.
    """
    again = rows.select("id", "family").join(old.select("id", old="split"), on="id", how="inner")
    placed = again.join(assigned.select("family", new="split"), on="family", how="inner")
    moved = placed.filter(pl.col("old") != pl.col("new")).group_by("old", "new", maintain_order=True)
    return moved.agg(pl.len().cast(pl.Int64).alias("rows")).sort("old", "new")


def shares(frame: pl.DataFrame, *, by: Sequence[str] = ("source", "kind")) -> pl.DataFrame:
    """What came of the shares.

    Args:
        frame: Rows with `split` and the columns of `by`.
        by: What to count within; empty for the whole.

    Returns:
        `split, *by, rows, share`: every split of every group, also where it got no rows; `share` is of the group.
    """
    plain = frame.select("split", *(pl.col(name).cast(pl.String) for name in by))
    groups = plain.select(by).unique(maintain_order=True) if by else pl.DataFrame({"_": [0]})
    every = groups.join(pl.DataFrame({"split": SPLITS}), how="cross")
    counted = plain.group_by("split", *by, maintain_order=True).agg(pl.len().cast(pl.Int64).alias("rows"))
    filled = every.join(counted, on=["split", *by], how="left").with_columns(pl.col("rows").fill_null(0))
    total = pl.col("rows").sum().over(by or pl.lit(0))
    place = pl.col("split").replace_strict({name: at for at, name in enumerate(SPLITS)}, return_dtype=pl.Int8)
    return filled.with_columns(share=pl.col("rows") / total).sort(*by, place).select("split", *by, "rows", "share")


def _draw(seed: int, family: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}:{family}".encode(), digest_size=8).digest(), "big")


LARGE = 0.5
"""A family of more rows than this part of the smallest split is large."""


def _by_share(drawn: pl.DataFrame, config: Split) -> pl.DataFrame:
    """The draw for families of any size: adds `split` and `large`."""
    wanted = _wanted(config)
    most = max(wanted, key=lambda name: wanted[name])
    rows = int(drawn["rows"].sum())
    drawn = drawn.with_columns(
        large=(pl.col("rows") > 1) & (pl.col("rows") > LARGE * rows * min(share for share in wanted.values() if share))
    )
    left = max(int(drawn.filter(~pl.col("large"))["rows"].sum()), 1)
    parts = {name: min(1.0, share * rows / left) for name, share in wanted.items()}
    parts[most] = max(0.0, 1 - sum(part for name, part in parts.items() if name != most))
    share = pl.col("draw").cast(pl.Float64) / 2.0**64
    without_train = parts["eval"] + parts["dev"] if config.train else 2.0  # sums of floats may stop short of 1
    return drawn.with_columns(
        split=pl.when("large")
        .then(pl.lit(most))
        .when(share < parts["eval"])
        .then(pl.lit("eval"))
        .when(share < without_train)
        .then(pl.lit("dev"))
        .otherwise(pl.lit("train"))
    )


def _wanted(config: Split) -> dict[str, float]:
    return {"train": config.train, "dev": config.dev, "eval": config.eval}


def _filled(drawn: pl.DataFrame, config: Split) -> pl.DataFrame:
    """Give a split that got nothing, but shall have half a row or more, a family of the largest split.

    The lowest draw of the ordinary families, else the smallest of the large ones. First of all the largest split
    gets one, whatever the draw gave the others.
    """
    wanted = _wanted(config)
    most = max(wanted, key=lambda name: wanted[name])
    drawn = drawn.with_columns(weight=pl.when("large").then("rows").otherwise(0))
    for name, share in sorted(wanted.items(), key=lambda item: (item[0] != most, -_STRENGTH[item[0]])):
        if share * int(drawn["rows"].sum()) < 0.5 or (drawn["split"] == name).any():
            continue
        spare = drawn if name == most else drawn.filter(pl.col("split") == most)
        if name != most and spare.height < 2:
            break
        chosen = pl.col("family") == spare.sort("weight", "draw", "family")["family"][0]
        drawn = drawn.with_columns(split=pl.when(chosen).then(pl.lit(name)).otherwise("split"))
    return drawn


def _cut(drawn: pl.DataFrame, config: Split) -> pl.DataFrame:
    """Exactly so many families to eval and dev, the lowest draws first."""
    n_eval = min(drawn.height, round(config.eval * drawn.height))
    n_dev = min(drawn.height - n_eval, round(config.dev * drawn.height))
    sides = ["eval"] * n_eval + ["dev"] * n_dev + ["train"] * (drawn.height - n_eval - n_dev)
    return drawn.sort("draw", "family").with_columns(split=pl.Series(sides, dtype=pl.String)).sort("family")


def _strongest(pinned: pl.DataFrame) -> pl.DataFrame:
    strength = pl.col("split").replace_strict(_STRENGTH, return_dtype=pl.Int8)
    ranked = pinned.select("family", "split").sort("family", strength, descending=[False, True])
    return ranked.unique("family", keep="first", maintain_order=True)
