"""Groups of a mix: which rows belong to which, by their source and kind."""

import difflib
from fnmatch import fnmatchcase

import polars as pl

from dataprep.augment.drafts import SUFFIX
from dataprep.recipe import Group, Mix
from schemas.errors import UserError
from schemas.frames import has_kind

REST = "rest"
"""The group of rows that no other one takes."""


def group_of(frame: pl.DataFrame, config: Mix) -> pl.Series:
    """The group of every row: the first one that fits it.

    Args:
        frame: n rows with `source` and `kind`.
        config: The groups.
    """
    sources = frame["source"].unique(maintain_order=True).to_list()
    name = pl.lit(REST)
    for group_name, group in reversed(config.groups.items()):
        name = pl.when(_fits(group, sources)).then(pl.lit(group_name)).otherwise(name)
    return frame.with_columns(group=name)["group"]


def check(rows: pl.DataFrame, config: Mix) -> None:
    """Stop when a group has no row: most likely its glob is misspelt.

    Args:
        rows: `source` and `kind` of all rows that shall be mixed.
        config: The groups.

    Raises:
        UserError: With the names that come nearest.
    """
    taken = set(group_of(rows, config).unique(maintain_order=True))
    sources = sorted(rows["source"].unique(maintain_order=True))
    for name, group in config.groups.items():
        if name in taken:
            continue
        if rows.select(_fits(group, sources).any()).item():
            raise UserError(
                f"data.mix.groups.{name}: every row that fits it is taken by a group above it",
                hint=f"put {name} first: a row goes to the first group that fits it",
            )
        wanted = ", ".join(group.sources) + (f" with kind {' or '.join(group.kinds)}" if group.kinds else "")
        near = [close for glob in group.sources for close in difflib.get_close_matches(glob, sources, n=2, cutoff=0.4)]
        raise UserError(
            f"data.mix.groups.{name}: no row of train comes from {wanted}"
            + (f"; did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""),
            hint=f"sources in train: {', '.join(sources[:10]) or 'none'}",
        )


def _fits(group: Group, sources: list[str]) -> pl.Expr:
    # Rows that were made of a file's rows go with them.
    named = [
        source for source in sources if any(fnmatchcase(source.removesuffix(SUFFIX), glob) for glob in group.sources)
    ]
    fits = pl.col("source").is_in(named)
    return fits & has_kind(*group.kinds) if group.kinds else fits
