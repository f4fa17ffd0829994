"""What a rule cost: the rows that it struck, page by page, with what they say."""

import difflib
from dataclasses import dataclass

import polars as pl

from schemas.artifacts import Layout
from schemas.errors import ArtifactError, UserError

VERDICTS = ("dropped", "merged", "flagged", "changed", "refused")


@dataclass(frozen=True)
class Page:
    """One page of a rule's rows.

    Attributes:
        rule: The reason in the ledger.
        rows: How many lines the rule has in all.
        page: One-based.
        pages: How many there are.
        lines: This page's ledger lines (schema `EVENTS`), in the order of source, row.
    """

    rule: str
    rows: int
    page: int
    pages: int
    lines: pl.DataFrame


def tally(layout: Layout) -> pl.DataFrame:
    """Rows that each rule struck.

    Returns:
        `verdict, stage, reason, rows`, most first within each verdict, the verdicts in the order of `VERDICTS`.

    Raises:
        ArtifactError: If there is no run.
    """
    place = pl.col("verdict").replace_strict({name: at for at, name in enumerate(VERDICTS)}, default=len(VERDICTS))
    counted = _ledger(layout).group_by("verdict", "stage", "reason", maintain_order=True).agg(rows=pl.len())
    return counted.sort(place, pl.col("rows"), "stage", "reason", descending=[False, True, False, False]).collect()


def page(layout: Layout, rule: str, *, number: int, size: int) -> Page:
    """One page of the rows that a rule struck.

    Args:
        layout: The run.
        rule: A reason as the report prints it.
        number: One-based.
        size: Rows on a page.

    Raises:
        UserError: If the run has no such reason, or not so many pages.
        ArtifactError: If there is no run.
    """
    lines = _ledger(layout).filter(pl.col("reason") == rule).sort("source", "row").collect()
    if lines.is_empty():
        known = _ledger(layout).select(pl.col("reason").unique()).collect()["reason"].sort().to_list()
        near = difflib.get_close_matches(rule, known, n=1)
        guess = f"; did you mean {near[0]!r}?" if near else ""
        raise UserError(
            f"no row of the run {layout.root.name!r} has the reason {rule!r}{guess}",
            hint=f"gristmill lost lists them: {', '.join(known) or 'there are none'}",
        )
    pages = -(-lines.height // size)
    if number > pages:
        raise UserError(f"{rule} has {lines.height} rows on {pages} pages, not {number}", hint=f"--page {pages}")
    return Page(rule, lines.height, number, pages, lines.slice((number - 1) * size, size))


def _ledger(layout: Layout) -> pl.LazyFrame:
    if not layout.ledger.is_file():
        raise ArtifactError(f"No data artifact at {layout.data}", hint="gristmill data -c RECIPE")
    return pl.scan_parquet(layout.ledger)
