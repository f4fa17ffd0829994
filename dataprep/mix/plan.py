"""The plan of a mix: how often every family of every group counts."""

import hashlib
from collections.abc import Mapping
from math import floor
from typing import Any

import polars as pl

from dataprep.mix.groups import group_of
from dataprep.recipe import Mix
from schemas.errors import UserError

PLAN = pl.Schema(
    {"group": pl.String(), "family": pl.String(), "rows": pl.Int64(), "tokens": pl.Int64(), "repeat": pl.Int32()}
)


def view(frame: pl.DataFrame) -> pl.DataFrame:
    """What a plan needs of the rows: `source, row, kind, family`."""
    return frame.select("source", "row", "kind", "family")


def plan(rows: pl.DataFrame, config: Mix, *, tokens: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Decide how often every family of every group counts.

    A group's size is counted in tokens under a budget of tokens, else in rows. Its target comes from the shares
    (see `targets`). A group above its target loses whole families, in the order of a hash of seed and name, and
    never exceeds it; one below repeats all of them as often as goes, and the first of that order once more.

    Args:
        rows: Of `view`, all rows of train.
        config: Groups and budgets.
        tokens: `source, row, tokens` of those rows.
        seed: Another seed, other families.

    Returns:
        Schema `PLAN`, sorted by group and family: `repeat` is 0 where a family goes. Empty when the recipe mixes
        nothing.

    Raises:
        UserError: If shares leave no room for the groups without one.
    """
    if not config.groups and config.rows is None and config.tokens is None:
        return pl.DataFrame(schema=PLAN)
    counted = rows.with_columns(group_of(rows, config)).join(tokens, on=["source", "row"], how="left")
    families = counted.group_by("group", "family", maintain_order=True).agg(
        rows=pl.len().cast(pl.Int64), tokens=pl.col("tokens").fill_null(0).sum().cast(pl.Int64)
    )
    unit = _unit(config)
    sizes = dict(families.group_by("group", maintain_order=True).agg(pl.col(unit).sum()).sort("group").iter_rows())
    wanted = targets(sizes, config)
    parts = [
        _repeated(families.filter(pl.col("group") == name), wanted[name], unit=unit, most=config.max_repeat, seed=seed)
        for name in sizes
    ]
    return pl.concat([pl.DataFrame(schema=PLAN), *parts]).sort("group", "family")


def targets(sizes: Mapping[str, int], config: Mix) -> dict[str, float]:
    """How large every group shall be, in the unit of the sizes.

    With a share for every group the mix stays as large as the data. Groups without a share stay as large as they
    are, and the shares of the others are then parts of the whole mix. A temperature T makes a group's share its size
    to the power 1/T (Devlin 2018, multilingual BERT, with 1/T = 0.7). A budget shrinks all groups alike.

    Args:
        sizes: Group -> size.
        config: Shares, temperature, budget.

    Raises:
        UserError: If shares of 1 or more leave no room for the groups without one.
    """
    total = sum(sizes.values())
    shares = {name: config.groups[name].share if name in config.groups else None for name in sizes}
    if config.temperature is not None:
        powers = {name: size ** (1 / config.temperature) for name, size in sizes.items()}
        wanted = {name: total * power / sum(powers.values()) for name, power in powers.items()}
    elif None not in shares.values():
        parts = {name: share or 0.0 for name, share in shares.items()}
        wanted = {name: total * part / sum(parts.values()) for name, part in parts.items()}
    else:
        wanted = _beside(sizes, shares)
    budget = config.tokens or config.rows
    scale = min(1.0, budget / max(sum(wanted.values()), 1)) if budget else 1.0
    return {name: size * scale for name, size in wanted.items()}


def _beside(sizes: Mapping[str, int], shares: Mapping[str, float | None]) -> dict[str, float]:
    """Groups with a share of the whole beside groups that stay as they are."""
    shared = sum(share for share in shares.values() if share is not None)
    if shared >= 1:
        whole = ", ".join(name for name, share in shares.items() if share is None)
        raise UserError(
            f"data.mix.groups: shares of {shared:g} together leave no room for {whole}, which has none",
            hint=f"give {whole} a share as well, or make the shares parts of 1",
        )
    total = sum(size for name, size in sizes.items() if shares[name] is None) / (1 - shared)
    return {name: size if shares[name] is None else total * (shares[name] or 0) for name, size in sizes.items()}


def table(planned: pl.DataFrame, config: Mix) -> list[dict[str, Any]]:
    """What went in: `group, rows_in, rows_out, counted` (rows with their repeats), `tokens` and `share` of the mix."""
    times = pl.col("repeat").cast(pl.Int64)
    groups = planned.group_by("group", maintain_order=True).agg(
        rows_in=pl.col("rows").sum(),
        rows_out=pl.col("rows").filter(times > 0).sum(),
        counted=(pl.col("rows") * times).sum(),
        tokens=(pl.col("tokens") * times).sum(),
    )
    unit = pl.col("tokens" if _unit(config) == "tokens" else "counted")
    return groups.with_columns(share=(unit / unit.sum()).round(4)).to_dicts()


def _unit(config: Mix) -> str:
    return "rows" if config.tokens is None else "tokens"


def _repeated(families: pl.DataFrame, target: float, *, unit: str, most: int, seed: int) -> pl.DataFrame:
    """One group's families with how often each counts."""
    draws = [hashlib.blake2b(f"{seed}:mix:{name}".encode(), digest_size=8).digest() for name in families["family"]]
    drawn = families.with_columns(draw=pl.Series(draws, dtype=pl.Binary)).sort("draw", "family")
    size = int(drawn[unit].sum())
    times = min(floor(target / size + 1e-9), most) if size else 1
    left, repeats = target - times * size, []
    for weight in drawn[unit]:
        once_more = times < most and weight <= left + 1e-9
        repeats.append(times + once_more)
        left -= weight * once_more
    if not any(repeats):  # each family alone is larger than the target: the smallest is nearest
        repeats[drawn[unit].arg_min() or 0] = 1
    return drawn.with_columns(repeat=pl.Series(repeats, dtype=pl.Int32)).select(PLAN.names())
