"""The contract of stages: a row-local one never sees where the frame was cut, a keyed one needs equal keys together."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import polars as pl
import pytest

from dataprep.clean import clean
from dataprep.dedup import exact
from dataprep.families import family_keys, fold, relabel
from dataprep.recipe import Clean, Dedup, Split, Validate
from dataprep.split import assign
from dataprep.validate import validate
from schemas.frames import DROPPED, EVENTS
from schemas.records import Record
from schemas.results import StageResult
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user

ORDER = {"b.jsonl": 0, "a.jsonl": 1}

Map = Callable[[pl.DataFrame], StageResult]
Keyed = Callable[[pl.DataFrame], pl.DataFrame]


def some_record(dice: random.Random) -> Record:
    """A record out of few words, clean or not, so that many are equal or nearly so."""
    question = dice.choice(
        ["水？", "水？ ", "Tea?", "TEA", "第1条", "第2条", "<b>茶</b>", "caf\u00e9", "cafe\u0301", ""]
    )
    answer = dice.choice(["软", "软\u200b", "绿&amp;红", "<think>想", "```x", "答<|im_end|>", "", "naÃ¯ve  \n"])
    made: list[Record] = [
        ask(question, answer, meta={"book": dice.choice("甲乙丙")}),
        sft(system("你是茶师"), user(question, context=answer), bot(answer)),
        sft(user(question), calls("查", ids=("1",)), tool(answer, dice.choice("12")), bot("好")),
        preference(question, answer, dice.choice(["软", "坏"])),
        kto(question, answer, label=dice.choice([True, False, None])),
        plain(question + answer),
        sft(),
    ]
    return dice.choice(made)


def some_frame(seed: int) -> pl.DataFrame:
    dice = random.Random(seed)
    parts = [framed(*(some_record(dice) for _ in range(dice.randint(1, 60))), source=name) for name in ORDER]
    return pl.concat(parts)


def cut(frame: pl.DataFrame, dice: random.Random) -> list[pl.DataFrame]:
    """The frame in pieces, empty ones among them."""
    borders = sorted([0, 0, frame.height, *(dice.randint(0, frame.height) for _ in range(5))])
    return [frame[start:end] for start, end in pairwise(borders)]


def apart(frame: pl.DataFrame, key: str, dice: random.Random) -> list[pl.DataFrame]:
    """The frame shuffled, in pieces that keep equal keys together; some pieces are empty."""
    places = {value: dice.randint(0, 4) for value in frame[key].unique(maintain_order=True)}
    shuffled = frame.sample(fraction=1.0, shuffle=True, seed=dice.randint(0, 999))
    place = pl.Series([places[value] for value in shuffled[key]], dtype=pl.Int64)
    return [shuffled.filter(place == number) for number in range(6)]


def sorted_rows(parts: Sequence[pl.DataFrame]) -> list[str]:
    return sorted(repr(row) for part in parts for row in part.iter_rows())


def demand_row_local(stage: Map, frame: pl.DataFrame, seed: int) -> None:
    """Whole and in pieces, a map stage must give the same tables, in the same order of rows."""
    pieces = cut(frame, random.Random(seed))
    whole, parts = stage(frame), [stage(piece) for piece in pieces]
    for result, piece in zip([whole, *parts], [frame, *pieces], strict=True):
        result.conserve(piece.height, stage="contract")
        assert (result.dropped.schema, result.events.schema) == (DROPPED, EVENTS)
    assert pl.concat(part.kept for part in parts).equals(whole.kept)
    for table in ("dropped", "events"):
        assert sorted_rows([getattr(part, table) for part in parts]) == sorted_rows([getattr(whole, table)])


def demand_keyed(stage: Keyed, frame: pl.DataFrame, key: str, seed: int) -> None:
    """In any order and any partition by the key, a keyed stage must give the same lines."""
    whole = stage(frame)
    parts = [stage(piece) for piece in apart(frame, key, random.Random(seed))]
    assert {tuple(part.schema.items()) for part in parts} == {tuple(whole.schema.items())}
    assert sorted_rows(parts) == sorted_rows([whole])
    assert stage(frame.reverse()).equals(whole)


def with_families(frame: pl.DataFrame) -> pl.DataFrame:
    return family_keys(frame, "book").kept


def apply_decisions(frame: pl.DataFrame, everything: pl.DataFrame, config: Dedup) -> StageResult:
    keys = exact.keys(with_families(everything), config)
    decisions = exact.decide(keys, order=ORDER)
    result = exact.apply(with_families(frame), decisions, exact.conflicts(keys, order=ORDER), config)
    return StageResult(relabel(result.kept, fold(decisions)), result.dropped, result.events)


SEEDS = range(6)

MAPS: dict[str, Callable[[pl.DataFrame], Map]] = {
    "clean": lambda _: lambda part: clean(part, Clean()),
    "clean nfkc": lambda _: lambda part: clean(part, Clean(unicode="nfkc")),
    "validate": lambda _: lambda part: validate(part, Validate(max_chars=20)),
    "families": lambda _: lambda part: family_keys(part, "book"),
    "families by column": lambda _: lambda part: StageResult(with_families(part)),
    "dedup": lambda whole: lambda part: apply_decisions(part, whole, Dedup()),
    "dedup drops conflicts": lambda whole: lambda part: apply_decisions(part, whole, Dedup(conflicts="drop")),
}

KEYED: dict[str, tuple[str, Keyed]] = {
    "decide": ("key", lambda keys: exact.decide(keys, order=ORDER).sort("source", "row")),
    "conflicts": ("prompt_key", lambda keys: exact.conflicts(keys, order=ORDER).sort("source", "row")),
    "assign": ("family", lambda keys: assign(keys, Split(train=0.4, dev=0.3, eval=0.3), seed=1, pinned=None)),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("make", MAPS.values(), ids=MAPS)
def test_map_stages_do_not_see_borders(make: Callable[[pl.DataFrame], Map], seed: int) -> None:
    frame = some_frame(seed)
    demand_row_local(make(frame), frame, seed)


@pytest.mark.parametrize("seed", SEEDS)
def test_keys_are_row_local(seed: int) -> None:
    frame = with_families(some_frame(seed))
    pieces = cut(frame, random.Random(seed))
    assert pl.concat(exact.keys(piece, Dedup()) for piece in pieces).equals(exact.keys(frame, Dedup()))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("key", "stage"), KEYED.values(), ids=KEYED)
def test_keyed_stages_need_only_equal_keys_together(key: str, stage: Keyed, seed: int) -> None:
    demand_keyed(stage, exact.keys(with_families(some_frame(seed)), Dedup()), key, seed)


def test_the_random_frames_exercise_the_stages() -> None:
    frame = pl.concat(some_frame(seed) for seed in SEEDS)
    cleaned, judged = clean(frame, Clean()), validate(frame, Validate())
    keys = exact.keys(with_families(frame), Dedup())
    assert cleaned.events["reason"].n_unique() > 4
    assert judged.dropped.height and judged.kept.height and judged.events["verdict"].n_unique() == 2
    assert exact.decide(keys, order=ORDER).height and exact.conflicts(keys, order=ORDER).height
    assert fold(exact.decide(keys, order=ORDER)).height


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
