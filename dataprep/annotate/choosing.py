"""Which rows of a run people look at: those of an expression, and those that something speaks against."""

import difflib
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import polars as pl

from dataprep.annotate.doubts import DOUBTS, doubts
from schemas.artifacts import SPLITS, Layout
from schemas.errors import UserError
from schemas.frames import FRAME

CHOSEN = pl.Schema({**FRAME, "split": pl.String(), "why": pl.List(pl.String())})
"""A row and why it was chosen: `reason: what was found`; empty where it only fits the expression."""

_ASIDE = ("messages", "chosen", "rejected", "tools", "meta")
"""What no expression is about: nested texts and JSON."""


def choose(
    layout: Layout,
    *,
    kinds: Sequence[str] = (),
    where: str | None = None,
    uncertain: Sequence[str] = (),
    count: int | None = None,
    seed: int,
) -> pl.DataFrame:
    """Choose rows of a run's data artifact.

    Args:
        layout: The run.
        kinds: Only rows of these kinds; () takes all.
        where: A SQL expression over `id`, `source`, `row`, `kind`, `split` and the columns of `signals.parquet`; None
            takes all rows.
        uncertain: Names from `DOUBTS`; with any, only rows that one of them speaks against.
        count: So many at most: those with most doubts, then by turns the most doubtful of each; without doubts they
            are drawn by a hash of seed and id.
        seed: Of that draw.

    Returns:
        Schema `CHOSEN`, in the order in which they should be looked at.

    Raises:
        UserError: If the expression can't be used, or a doubt is unknown.
    """
    unknown = [name for name in uncertain if name not in DOUBTS]
    if unknown:
        raise UserError(f"no doubt is called {unknown[0]!r}", hint=f"choose from {', '.join(DOUBTS)}")
    rows = _rows(layout)
    rows = rows.filter(pl.col("kind").cast(pl.String).is_in(kinds)) if kinds else rows
    fitting = rows if where is None else _where(rows, where)
    if not uncertain:
        whys = pl.lit([], pl.List(pl.String))
        drawn = fitting.with_columns(why=whys, _turn=pl.Series(_drawn(fitting["id"], seed), dtype=pl.String))
        chosen = drawn.sort("_turn", "id") if count is not None else drawn
        return chosen.head(fitting.height if count is None else count).select(CHOSEN.names())
    found = doubts(layout, fitting, uncertain)
    told = found.group_by("id", maintain_order=True).agg(
        why=pl.format("{}: {}", "doubt", "told"), _many=pl.len(), _turn=pl.col("rank").min()
    )
    joined = fitting.join(told, on="id", how="inner", maintain_order="left")
    ranked = joined.sort("_many", "_turn", "source", "row", "id", descending=[True, False, False, False, False])
    return ranked.head(ranked.height if count is None else count).select(CHOSEN.names())


def _rows(layout: Layout) -> pl.DataFrame:
    """Every row of the three splits with its signals; where a run has none, without."""
    if not layout.data.is_dir():
        raise UserError(f"no data artifact at {layout.data}", hint="gristmill data -c RECIPE")
    parts = [pl.read_parquet(layout.split(name)).with_columns(split=pl.lit(name)) for name in SPLITS]
    rows = pl.concat(parts)
    path = layout.data / "signals.parquet"
    if not path.is_file():
        return rows
    at = ["id", "source", "row"]
    signals = pl.read_parquet(path)
    extra = [name for name in signals.columns if name not in rows.columns or name in at]
    known = signals.select(extra).unique(at, keep="first", maintain_order=True)
    return rows.join(known, on=at, how="left", maintain_order="left")


def _where(rows: pl.DataFrame, where: str) -> pl.DataFrame:
    """The rows for which the expression is true."""
    table = rows.drop(_ASIDE).with_columns(pl.col("kind").cast(pl.String))
    try:
        expression = pl.sql_expr(where)
        verdicts = table.select(_verdict=expression)["_verdict"]
    except pl.exceptions.ColumnNotFoundError as fault:
        raise _unknown_column(where, fault, table.columns) from None
    except pl.exceptions.PolarsError as fault:
        told = str(fault).strip().split("\n")[0]
        raise UserError(f"--where {where!r}: {told}", hint=_EXAMPLE) from None
    if verdicts.dtype != pl.Boolean or verdicts.len() not in (1, rows.height):
        raise UserError(f"--where {where!r} is no condition: it gives {verdicts.dtype}", hint=_EXAMPLE)
    whole = verdicts if verdicts.len() == rows.height else pl.repeat(verdicts[0], rows.height, eager=True)
    return rows.filter(whole)


_EXAMPLE = "such as --where \"kind = 'sft' AND language = 'zh' AND answer_chars < 50\""


def _unknown_column(where: str, fault: Exception, columns: Sequence[str]) -> UserError:
    name = str(fault).partition('"')[2].partition('"')[0]
    near = difflib.get_close_matches(name, columns, n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    return UserError(f"--where {where!r}: no column {name!r}{meant}", hint=f"columns: {', '.join(columns)}")


def _drawn(names: Iterable[str], seed: int) -> list[str]:
    return [blake2b(f"{seed}:{name}".encode(), digest_size=8).hexdigest() for name in names]
