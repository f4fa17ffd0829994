"""The contract of stages: a row-local one never sees where the frame was cut, a keyed one needs equal keys together."""

import random
from collections.abc import Callable, Mapping
from functools import cache

import polars as pl
import pytest

from dataprep import families, kinship, mix
from dataprep.clean import clean
from dataprep.decontaminate import Benchmarks, Sizes, decontaminate
from dataprep.decontaminate.index import build_index
from dataprep.decontaminate.items import Item
from dataprep.dedup import answers, exact, minhash
from dataprep.families import family_keys, fold, relabel
from dataprep.pii import screen
from dataprep.recipe import Clean, DataRecipe, Decontaminate, Dedup, Group, Mix, Near, Pii, Rules, Split, Validate
from dataprep.rules import RULES, judge, measure
from dataprep.split import assign
from dataprep.validate import validate
from schemas.results import StageResult
from tests.dataprep.contract import (
    BENCHMARK,
    ORDER,
    Keyed,
    Map,
    cut,
    demand_keyed,
    demand_row_local,
    some_frame,
    sorted_rows,
)

RECIPE = DataRecipe.model_validate({"sources": [{"path": "raw"}]})
FLAGS = pl.DataFrame(schema={"source": pl.String(), "row": pl.Int64(), "flags": pl.Int64()})
NEAR, SAME, KIN = Near(), Dedup(same_answer=2), Split(linked_by=["book"])
MIX = Mix(groups={"b": Group(sources=["b*"], share=3, system="你是茶师"), "a": Group(sources=["a*"], share=1)})

Tables = Mapping[str, pl.DataFrame]


def with_families(frame: pl.DataFrame) -> pl.DataFrame:
    return family_keys(frame, "book").kept


def apply_decisions(frame: pl.DataFrame, everything: pl.DataFrame, config: Dedup) -> StageResult:
    keys = exact.keys(with_families(everything), config)
    decisions = exact.decide(keys, order=ORDER)
    result = exact.apply(with_families(frame), decisions, exact.conflicts(keys, order=ORDER), config)
    return StageResult(relabel(result.kept, fold(decisions)), result.dropped, result.events)


@cache
def benchmarks() -> Benchmarks:
    return Benchmarks((build_index([("bench", [Item("1", (BENCHMARK,))])], Sizes(16, 10)),))


def near(rows: pl.DataFrame) -> pl.DataFrame:
    return minhash.decide(rows, NEAR, order=ORDER, flags=FLAGS).sort("source", "row")


def near_rows(frame: pl.DataFrame, config: Near) -> Map:
    decided = near(minhash.view(with_families(frame), config))
    return lambda part: minhash.apply(with_families(part), decided, config)


def same_answers(frame: pl.DataFrame) -> Map:
    decided = answers.decide(answers.view(frame, SAME), SAME, order=ORDER)
    return lambda part: answers.apply(part, decided)


def kin(rows: pl.DataFrame) -> Tables:
    return families.decide(rows, KIN, pairs=pl.DataFrame(schema={"family": pl.String(), "into_family": pl.String()}))


def joined(frame: pl.DataFrame) -> Map:
    decided = kin(families.view(with_families(frame), KIN))
    return lambda part: StageResult(families.relabel(with_families(part), decided["families"]))


def mixed(frame: pl.DataFrame) -> Map:
    """A shard holds one source: the order of the rows within it must hold."""
    drawn = assign(with_families(frame), Split(train=0.6, dev=0.2, eval=0.2), seed=3, pinned=None)
    placed = drawn.select("family", label="family", split="split")
    rows = mix.train_view(with_families(frame), placed)
    plan = mix.plan(rows, MIX, tokens=rows.select("source", "row", tokens=pl.lit(5)), seed=1)

    def sides(part: pl.DataFrame) -> StageResult:
        result = mix.apply_sides(with_families(part), plan, placed, MIX)
        assert result.kept.select("row").equals(result.kept.select("row").sort("row"))
        return StageResult(result.kept.sort("source", "row", descending=[True, False]), result.dropped, result.events)

    return sides


def judged(verdict: str) -> Map:
    rules = Rules.model_validate({"verdicts": {name: verdict for name, rule in RULES.items() if rule.verdict != "off"}})
    return lambda part: judge(part, measure(part, RECIPE), rules)


SEEDS = range(3)

MAPS: dict[str, Callable[[pl.DataFrame], Map]] = {
    "clean": lambda _: lambda part: clean(part, Clean()),
    "clean nfkc": lambda _: lambda part: clean(part, Clean(unicode="nfkc")),
    "pii masked": lambda _: lambda part: screen(part, Pii(action="mask"), seed=1),
    "pii renamed": lambda _: lambda part: screen(part, Pii(action="pseudonymise", kinds={"email": "drop"}), seed=1),
    "validate": lambda _: lambda part: validate(part, Validate(max_chars=20)),
    "families": lambda _: lambda part: family_keys(part, "book"),
    "families by column": lambda _: lambda part: StageResult(with_families(part)),
    "families joined": joined,
    "rules drop": lambda _: judged("drop"),
    "rules flag": lambda _: judged("flag"),
    "dedup": lambda whole: lambda part: apply_decisions(part, whole, Dedup()),
    "dedup drops conflicts": lambda whole: lambda part: apply_decisions(part, whole, Dedup(conflicts="drop")),
    "same answers": same_answers,
    "near": lambda whole: near_rows(whole, NEAR),
    "near flags": lambda whole: near_rows(whole, Near(action="flag")),
    "decontaminate": lambda _: lambda part: decontaminate(part, benchmarks(), Decontaminate()),
    "mix": mixed,
}

VIEWS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "exact": lambda part: exact.keys(part, Dedup()),
    "near": lambda part: minhash.view(part, NEAR),
    "answers": lambda part: answers.view(part, SAME),
    "families": lambda part: families.view(part, KIN),
    "signals": lambda part: measure(part, RECIPE),
}

KEYED: dict[str, tuple[str, Callable[[pl.DataFrame], pl.DataFrame], Keyed]] = {
    "exact": ("key", VIEWS["exact"], lambda keys: exact.decide(keys, order=ORDER).sort("source", "row")),
    "conflicts": ("prompt_key", VIEWS["exact"], lambda keys: exact.conflicts(keys, order=ORDER).sort("source", "row")),
    "answers": ("answer_key", VIEWS["answers"], lambda rows: answers.decide(rows, SAME, order=ORDER)),
}

UNORDERED: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "near": lambda frame: near(minhash.view(frame, NEAR)),
    "kin": lambda frame: kin(families.view(frame, KIN))["families"],
    "assign": lambda frame: assign(frame, Split(train=0.4, dev=0.3, eval=0.3), seed=1, pinned=None),
}
"""Decisions whose rows hang together through chains, or that look at the whole: no key tells what may be apart."""


@pytest.fixture
def small_crowds(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that some dozens of rows have stock answers."""
    monkeypatch.setattr(kinship, "CROWD", 2)
    monkeypatch.setattr(kinship, "CROWD_SHARE", 0.0)


@pytest.mark.usefixtures("small_crowds")
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", MAPS.values(), ids=MAPS)
def test_map_stages_do_not_see_borders(make: Callable[[pl.DataFrame], Map], seed: int) -> None:
    frame = some_frame(seed)
    demand_row_local(make(frame), frame, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
def test_views_are_row_local(view: Callable[[pl.DataFrame], pl.DataFrame], seed: int) -> None:
    frame = with_families(some_frame(seed))
    pieces = cut(frame, random.Random(seed))
    assert pl.concat(view(piece) for piece in pieces).equals(view(frame))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("key", "view", "stage"), KEYED.values(), ids=KEYED)
def test_keyed_stages_need_only_equal_keys_together(
    key: str, view: Callable[[pl.DataFrame], pl.DataFrame], stage: Keyed, seed: int
) -> None:
    demand_keyed(stage, view(with_families(some_frame(seed))), key, seed)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("decide", UNORDERED.values(), ids=UNORDERED)
def test_decisions_do_not_see_the_order(decide: Callable[[pl.DataFrame], pl.DataFrame], seed: int) -> None:
    frame = with_families(some_frame(seed))
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=seed)
    assert decide(shuffled).equals(decide(frame))


@pytest.mark.usefixtures("small_crowds")
@pytest.mark.parametrize("seed", SEEDS)
def test_crowds_do_not_see_the_order(seed: int) -> None:
    rows = families.view(with_families(some_frame(seed)), KIN)
    found = kin(rows)["common"]
    assert found.height
    assert (
        kin(rows.sample(fraction=1.0, shuffle=True, seed=seed))["common"]
        .sort("source", "row")
        .equals(found.sort("source", "row"))
    )


@pytest.fixture(scope="module")
def every() -> pl.DataFrame:
    frames = (some_frame(seed).with_columns(pl.col("row") + 1000 * seed) for seed in range(6))
    return pl.concat(frames).with_columns(id=pl.format("{}:{}", "source", "row"))


def test_the_random_frames_exercise_the_stages(every: pl.DataFrame) -> None:
    cleaned, valid = clean(every, Clean()), validate(every, Validate())
    keys = exact.keys(with_families(every), Dedup())
    assert cleaned.events["reason"].n_unique() > 4
    assert valid.dropped.height and valid.kept.height and valid.events["verdict"].n_unique() == 2
    assert exact.decide(keys, order=ORDER).height and exact.conflicts(keys, order=ORDER).height
    assert fold(exact.decide(keys, order=ORDER)).height


@pytest.mark.usefixtures("small_crowds")
@pytest.mark.parametrize(
    ("stage", "verdicts", "reasons"),
    [
        ("pii masked", {"changed"}, 2),
        ("pii renamed", {"changed", "dropped"}, 2),
        ("rules drop", {"dropped"}, 6),
        ("rules flag", {"flagged"}, 6),
        ("same answers", {"flagged"}, 1),
        ("near", {"merged"}, 1),
        ("near flags", {"flagged"}, 1),
        ("decontaminate", {"dropped"}, 1),
        ("mix", {"changed", "dropped"}, 3),
    ],
)
def test_they_exercise_the_mill(every: pl.DataFrame, stage: str, verdicts: set[str], reasons: int) -> None:
    events = MAPS[stage](every)(every).events
    assert set(events["verdict"]) == verdicts
    assert events["reason"].n_unique() >= reasons


@pytest.mark.usefixtures("small_crowds")
def test_they_join_families(every: pl.DataFrame) -> None:
    rows = with_families(every)
    assert 0 < UNORDERED["kin"](rows).height < rows["family"].n_unique() + 1
    flagged = families.common_events(kin(families.view(rows, KIN))["common"])
    assert set(flagged["verdict"]) == {"flagged"}


def test_a_stage_that_counts_rows_is_caught() -> None:
    frame = some_frame(0)

    def every_third(part: pl.DataFrame) -> StageResult:
        return StageResult(part.with_row_index("n").with_columns(repeat=pl.col("n").cast(pl.Int32) % 3).drop("n"))

    with pytest.raises(AssertionError):
        demand_row_local(every_third, frame, 0)


def test_a_stage_that_loses_rows_is_caught() -> None:
    with pytest.raises(Exception, match="rows in"):
        demand_row_local(lambda part: StageResult(part.head(5)), some_frame(0), 0)


def test_a_keyed_stage_that_trusts_the_order_is_caught() -> None:
    keys = exact.keys(with_families(some_frame(0)), Dedup())
    with pytest.raises(AssertionError):
        demand_keyed(lambda part: part.filter(pl.col("key").is_first_distinct()), keys, "key", 0)


def test_sorted_rows_tells_frames_apart() -> None:
    frame = some_frame(0)
    assert sorted_rows([frame.reverse()]) == sorted_rows([frame]) != sorted_rows([frame.head(1)])
