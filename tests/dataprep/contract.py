"""Random rows, cuts and shuffles, and what the contract of stages demands of each kind of stage."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

import polars as pl

from schemas.frames import DROPPED, EVENTS
from schemas.records import Record
from schemas.results import StageResult
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user

ORDER = {"b.jsonl": 0, "a.jsonl": 1}

BENCHMARK = "泠泉茶机的水箱应该怎样清洗才不会留下水垢和异味呢？"

Map = Callable[[pl.DataFrame], StageResult]
Keyed = Callable[[pl.DataFrame], pl.DataFrame]

SHORT = ["水？", "水？ ", "Tea?", "TEA", "第1条", "第2条", "<b>茶</b>", "caf\u00e9", "cafe\u0301", ""]
ASKED = [
    BENCHMARK,
    "我的手机号是13812345678，邮箱是tea@example.com，请问保修期是几年？",
    "How often should I descale the water tank of the tea machine?",
    "How often should I descale the water tank of this tea machine?",
]
BRIEF = ["软", "软\u200b", "绿&amp;红", "<think>想", "```x", "答<|im_end|>", "", "naÃ¯ve  \n"]
ANSWERED = [
    "水箱每周清洗一次：先倒掉剩水，再用清水冲洗两遍，最后擦干晾好即可。",
    "水箱每周清洗一次：先倒掉剩水，再用清水冲洗两遍，最后擦干放好即可。",
    "抱歉，作为一个AI语言模型，我无法回答这个问题。",
    "好的好的好的好的好的好的好的好的好的好的好的好的好的好的好的好的",
    "Rinse the tank twice with cold water every week, then leave it open until it is dry.",
]


def some_record(dice: random.Random) -> Record:
    """A record out of few words, clean or not, so that many are equal or nearly so."""
    question, answer = dice.choice(SHORT + ASKED), dice.choice(BRIEF + ANSWERED)
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
