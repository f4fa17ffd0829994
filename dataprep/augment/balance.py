"""Sharing out: which rows get rewrites when not all can, so that thin slices are filled first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import islice

import polars as pl

TAKEN = pl.Schema({"place": pl.Int64(), "turn": pl.Int64()})


def share_out(
    offers: pl.DataFrame, *, wanted: int | None, per_family: int, standing: pl.Series, made: pl.Series
) -> pl.DataFrame:
    """Deal drafts out to rows, each to the slice that stands lowest (water-filling on rows and drafts).

    Within a slice the rows come in their order, each for the first time before any for the second. A slice whose rows
    have no way left, or whose families are full, leaves its part to the others.

    Args:
        offers: n rows in the order in which they come: `slice`, `family`, and `ways`, how often a row may be taken.
        wanted: Drafts in all; null takes all there are.
        per_family: At most so many in one family.
        standing: The slice of everything that is there: rows, and drafts that were dealt out before.
        made: The families of those drafts, once for each.

    Returns:
        `place, turn` for each draft: the row's place among the offers, and the how many-th draft of the row it is,
        from 0.
    """
    taken = _deal(offers, per_family, Counter(standing.to_list()), Counter(made.to_list()))
    return pl.DataFrame(list(islice(taken, wanted)), schema=TAKEN, orient="row")


def _deal(offers: pl.DataFrame, per_family: int, levels: Counter[str], used: Counter[str]) -> Iterator[tuple[int, int]]:
    families, ways = offers["family"].to_list(), offers["ways"].to_list()
    places: dict[str, list[int]] = {}
    for place, name in enumerate(offers["slice"].to_list()):
        places.setdefault(name, []).append(place)
    waiting = {name: _turns(own, ways) for name, own in places.items()}
    lowest = [(levels[name], name) for name in waiting]
    heapify(lowest)
    while lowest:
        level, name = heappop(lowest)
        for place, turn in waiting[name]:
            if used[families[place]] < per_family:
                used[families[place]] += 1
                yield place, turn
                heappush(lowest, (level + 1, name))
                break


def _turns(places: Sequence[int], ways: Sequence[int]) -> Iterator[tuple[int, int]]:
    for turn in range(max(ways[place] for place in places)):
        yield from ((place, turn) for place in places if turn < ways[place])


def shares_of(drafts: pl.DataFrame, rows: pl.DataFrame) -> list[dict[str, object]]:
    """What balancing does to each slice.

    Args:
        drafts: Schema `DRAFTS`; or `PLAN`, as if all of them were accepted.
        rows: All rows of train before, with `slice`.

    Returns:
        `slice, rows, drafts, accepted, after` of each slice, the thinnest first; empty without slices.
    """
    stands = pl.col("id").is_not_null() if "id" in drafts.columns else pl.lit(value=True)
    made = drafts.select("slice", accepted=stands).group_by("slice", maintain_order=True)
    tallied = made.agg(drafts=pl.len(), accepted=pl.col("accepted").sum())
    sizes = rows.group_by("slice", maintain_order=True).agg(rows=pl.len()).filter(pl.col("slice") != "")
    told = sizes.join(tallied, on="slice", how="left").with_columns(pl.col("drafts", "accepted").fill_null(0))
    return told.with_columns(after=pl.col("rows") + pl.col("accepted")).sort("rows", "slice").to_dicts()
