"""How often families count: shares, temperature, budgets, repeats."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.mix.plan import PLAN, plan, table, targets
from dataprep.recipe import Group, Mix
from schemas.errors import UserError

INFINITE = float("inf")


def train(**sources: int) -> pl.DataFrame:
    """So many rows of each source, each a family of its own."""
    lines = [(source, row, "sft", f"{source}{row}") for source, rows in sources.items() for row in range(rows)]
    return pl.DataFrame(lines, schema=["source", "row", "kind", "family"], orient="row")


def counted(rows: pl.DataFrame, each: int = 10) -> pl.DataFrame:
    return rows.select("source", "row", tokens=pl.lit(each, pl.Int64))


def groups(**shares: float | None) -> dict[str, Group]:
    return {name: Group(sources=[name], share=share) for name, share in shares.items()}


def mixed(rows: pl.DataFrame, config: Mix, *, seed: int = 0) -> dict[str, tuple[int, int, int, float]]:
    planned = plan(rows, config, tokens=counted(rows), seed=seed)
    return {
        line["group"]: (line["rows_in"], line["rows_out"], line["counted"], line["share"])
        for line in table(planned, config)
    }


@pytest.mark.parametrize(
    ("sizes", "config", "expected"),
    [
        ({"a": 100, "b": 300}, Mix(groups=groups(a=1, b=1)), {"a": 200, "b": 200}),
        ({"a": 100, "b": 300}, Mix(groups=groups(a=0.9, b=0.1)), {"a": 360, "b": 40}),
        ({"a": 100, "b": 300}, Mix(groups=groups(a=None, b=0.2)), {"a": 100, "b": 25}),
        ({"a": 100, "rest": 300}, Mix(groups=groups(a=0.5)), {"a": 300, "rest": 300}),
        ({"a": 100, "b": 300}, Mix(groups=groups(a=None, b=None)), {"a": 100, "b": 300}),
        ({"a": 100, "b": 300}, Mix(groups=groups(a=1, b=1), rows=100), {"a": 50, "b": 50}),
        ({"a": 100, "b": 300}, Mix(groups=groups(a=1, b=1), tokens=9999), {"a": 200, "b": 200}),
        ({"a": 100, "b": 400}, Mix(groups=groups(a=None, b=None), temperature=1), {"a": 100, "b": 400}),
        ({"a": 100, "b": 400}, Mix(groups=groups(a=None, b=None), temperature=2), {"a": 500 / 3, "b": 1000 / 3}),
        ({"a": 100, "b": 400}, Mix(groups=groups(a=None, b=None), temperature=INFINITE), {"a": 250, "b": 250}),
        ({"rest": 400}, Mix(rows=100), {"rest": 100}),
        ({}, Mix(rows=100), {}),
    ],
)
def test_targets(sizes: dict[str, int], config: Mix, expected: dict[str, float]) -> None:
    assert targets(sizes, config) == pytest.approx(expected)


def test_shares_must_leave_room_for_the_others() -> None:
    with pytest.raises(UserError, match=r"shares of 1\.2 together leave no room for rest"):
        targets({"a": 1, "b": 1, "rest": 1}, Mix(groups=groups(a=0.6, b=0.6)))


def test_nothing_is_mixed_without_groups_and_budget() -> None:
    rows = train(a=5)
    assert plan(rows, Mix(), tokens=counted(rows), seed=0).equals(pl.DataFrame(schema=PLAN))
    assert plan(rows.clear(), Mix(rows=3), tokens=counted(rows.clear()), seed=0).schema == PLAN


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (Mix(groups=groups(a=1, b=1)), {"a": (100, 100, 200, 0.5), "b": (300, 200, 200, 0.5)}),
        (Mix(groups=groups(a=0.9, b=0.1)), {"a": (100, 100, 360, 0.9), "b": (300, 40, 40, 0.1)}),
        (Mix(groups=groups(a=0.9, b=0.1), max_repeat=2), {"a": (100, 100, 200, 0.8333), "b": (300, 40, 40, 0.1667)}),
        (Mix(groups=groups(a=1, b=1), tokens=1000), {"a": (100, 50, 50, 0.5), "b": (300, 50, 50, 0.5)}),
        (Mix(groups=groups(a=0.2)), {"a": (100, 75, 75, 0.2), "rest": (300, 300, 300, 0.8)}),
        (Mix(rows=40), {"rest": (400, 40, 40, 1.0)}),
    ],
    ids=["even", "nine to one", "capped", "token budget", "part of the whole", "row budget"],
)
def test_what_goes_in(config: Mix, expected: dict[str, tuple[int, int, int, float]]) -> None:
    assert mixed(train(a=100, b=300), config) == expected


def test_families_go_whole_and_no_budget_is_exceeded() -> None:
    rows = train(a=60).with_columns(family=pl.col("row").cast(pl.String).str.head(1))  # families of 1 to 11 rows
    planned = plan(rows, Mix(rows=20), tokens=counted(rows), seed=0)
    kept = rows.join(planned.filter(pl.col("repeat") > 0), on="family", how="semi")
    assert kept.height <= 20
    assert 20 - kept.height < 11
    assert planned["family"].n_unique() == planned.height == 9 + 1


def test_one_giant_family_is_better_than_none() -> None:
    rows = train(a=50).with_columns(family=pl.lit("同"))
    assert plan(rows, Mix(rows=20), tokens=counted(rows), seed=0)["repeat"].to_list() == [1]


def test_a_family_can_count_differently_in_two_groups() -> None:
    rows = train(a=1, b=1).with_columns(family=pl.lit("同"))
    planned = plan(rows, Mix(groups=groups(a=0.75, b=0.25)), tokens=counted(rows), seed=0)
    assert planned.select("group", "family", "repeat").rows() == [("a", "同", 1), ("b", "同", 1)]


def test_the_draw_depends_on_seed_and_names_alone() -> None:
    rows, config = train(a=100), Mix(rows=30)
    first = plan(rows, config, tokens=counted(rows), seed=0)
    assert plan(rows.reverse(), config, tokens=counted(rows).reverse(), seed=0).equals(first)
    assert not plan(rows, config, tokens=counted(rows), seed=1).equals(first)
    fewer = plan(rows, Mix(rows=10), tokens=counted(rows), seed=0).filter(pl.col("repeat") > 0)
    assert fewer.join(first.filter(pl.col("repeat") > 0), on="family", how="semi").height == 10


def test_rows_without_a_count_have_no_tokens() -> None:
    rows = train(a=2)
    planned = plan(rows, Mix(tokens=50), tokens=counted(rows.head(1)), seed=0)
    assert planned["tokens"].to_list() == [10, 0]


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=4),
    st.lists(st.floats(0.1, 5), min_size=4, max_size=4),
    st.integers(1, 5),
    st.integers(1, 120),
)
@settings(max_examples=60, deadline=None)
def test_repeats_stay_within_bounds(sizes: list[int], shares: list[float], most: int, budget: int) -> None:
    sources = {f"s{at}": size for at, size in enumerate(sizes)}
    named = dict(zip(sources, shares, strict=False))
    rows = train(**sources)
    config = Mix(groups=groups(**named), max_repeat=most, rows=budget)
    planned = plan(rows, config, tokens=counted(rows), seed=0)
    assert planned["repeat"].is_between(0, most).all()
    assert planned["rows"].sum() == rows.height
    assert sum(line["counted"] for line in table(planned, config)) <= budget + len(sizes)
