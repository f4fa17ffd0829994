"""Near-duplicates: what is near, who stays, what the ledger says."""

from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest

from dataprep.dedup import minhash
from dataprep.dedup.outcome import DECISIONS
from dataprep.families import family_keys
from dataprep.recipe.duplicates import Near
from dataprep.stages import NO_FLAGS
from schemas.frames import DROPPED, EVENTS, FRAME, empty
from schemas.records import Record
from schemas.results import StageResult
from schemas.text.ngrams import shingles
from tests.dataprep.rows import ask, framed, kto, plain, preference, sft, system, user

ZH = "泡茶机的水箱多久清洗一次，用什么清洗比较合适，要不要加一点柠檬酸？"
ZH_ANSWER = "建议每周清洗水箱，先倒掉剩水，再用清水冲洗；每月用柠檬酸除垢，之后冲两遍。"
EN = "How often should I clean the tank of the tea machine, and what should I use for it?"
EN_ANSWER = "Clean the tank every week with fresh water, descale it monthly with citric acid and rinse it well after."


def decide(frame: pl.DataFrame, config: Near, **more: Any) -> pl.DataFrame:
    options = {"order": {"a.jsonl": 0}, "flags": NO_FLAGS, **more}
    return minhash.decide(minhash.view(family_keys(frame, None).kept, config), config, **options)


def run(frame: pl.DataFrame, config: Near | None = None, **more: Any) -> StageResult:
    config = config or Near()
    result = minhash.apply(frame, decide(frame, config, **more), config)
    result.conserve(frame.height, stage=minhash.STAGE)
    return result


def gone(*records: Record, **settings: Any) -> list[int]:
    return run(framed(*records), Near(**settings)).dropped["row"].to_list()


NEAR_PAIRS: dict[str, tuple[Record, Record]] = {
    "chinese": (ask(ZH, ZH_ANSWER), ask(ZH, ZH_ANSWER.replace("建议", "最好"))),
    "english": (ask(EN, EN_ANSWER), ask(EN.replace("tea ", ""), EN_ANSWER)),
    "mixed": (ask(f"{ZH} {EN}", EN_ANSWER), ask(f"{ZH}\n\n{EN}", EN_ANSWER + " 😀")),
    "case and width": (ask(EN, EN_ANSWER), ask(EN.upper(), EN_ANSWER)),
    "system": (ask(ZH, ZH_ANSWER), sft(system("你是茶师"), *ask(ZH, ZH_ANSWER)["messages"])),
    "more numbers": (ask(EN, EN_ANSWER), ask(EN, EN_ANSWER + " Call 12.")),
    "text": (plain(ZH + ZH_ANSWER), plain(ZH + ZH_ANSWER + "好")),
    "preference": (preference(ZH, ZH_ANSWER, EN_ANSWER), preference(ZH, ZH_ANSWER, EN_ANSWER + " Bye.")),
    "kto": (kto(ZH, ZH_ANSWER), kto(ZH + "！", ZH_ANSWER + "请")),
}

APART: dict[str, tuple[Record, Record]] = {
    "short": (ask("1+1=?", "2"), ask("1+1=？", "2")),
    "sums": (ask("1+1=?", "2"), ask("2+3=?", "5")),
    "other numbers": (ask(EN, EN_ANSWER + " It takes 12 minutes."), ask(EN, EN_ANSWER + " It takes 15 minutes.")),
    "other numerals": (ask(ZH, ZH_ANSWER + "第三步"), ask(ZH, ZH_ANSWER + "第四步")),
    "no token": (ask("？！……" * 9, "。。。" * 9), ask("？！……" * 9, "。。。" * 8)),
    "emoji": (ask("😀" * 20, "😀" * 20), ask("😀" * 20, "😀" * 21)),
    "kinds": (kto(ZH, ZH_ANSWER), ask(ZH, ZH_ANSWER)),
    "labels": (kto(ZH, ZH_ANSWER, label=True), kto(ZH, ZH_ANSWER, label=False)),
    "answers": (ask(EN, EN_ANSWER), ask(EN, ZH_ANSWER)),
    "empty": (ask("", ""), ask("", "")),
    "topic": (ask(ZH, ZH_ANSWER), ask("泡茶机的水箱能装多少水？", "新芽的水箱容量是一升，可以连续泡六杯茶。")),
    "chosen swapped": (preference(ZH, ZH_ANSWER, EN_ANSWER * 2), preference(ZH, EN_ANSWER * 2, "不知道。")),
}


@pytest.mark.parametrize("pair", NEAR_PAIRS.values(), ids=NEAR_PAIRS)
def test_what_is_near(pair: tuple[Record, Record]) -> None:
    assert gone(*pair) == [2]


@pytest.mark.parametrize("pair", APART.values(), ids=APART)
def test_what_is_not(pair: tuple[Record, Record]) -> None:
    assert gone(*pair) == []


def test_numbers_can_be_ignored() -> None:
    assert gone(*APART["other numbers"], numbers=False) == [2]


def test_one_prompt_with_other_answers_is_near_only_by_the_key_prompt() -> None:
    assert gone(*APART["answers"], keys=("prompt",)) == [2]
    assert gone(*APART["answers"], keys=("answer", "dialogue")) == []


def test_a_row_goes_by_any_key() -> None:
    rows = (ask(EN, EN_ANSWER), ask(ZH, EN_ANSWER), ask(ZH, ZH_ANSWER))
    result = run(framed(*rows), Near(keys=("prompt", "answer")))
    assert result.dropped["row"].to_list() == [2]
    assert result.events["detail"].to_list() == ["a.jsonl:1 (1.0 by answer)"]


@pytest.mark.parametrize(("short", "rows"), [(0.7, [2]), (0.95, [])])
def test_short_texts_have_a_threshold_of_their_own(short: float, rows: list[int]) -> None:
    one, other = plain("新芽的水箱每周用清水冲洗一遍就好"), plain("新芽的水箱每周用清水冲洗一遍就行")
    assert gone(one, other, short=short) == rows


def test_nothing_in_nothing_out() -> None:
    result = run(empty(FRAME))
    assert (result.kept.height, result.dropped.schema, result.events.schema) == (0, DROPPED, EVENTS)
    assert decide(empty(FRAME), Near()).schema == DECISIONS


def test_one_row_stays() -> None:
    assert run(framed(ask(ZH, ZH_ANSWER))).kept.height == 1


def test_the_view_holds_the_sets() -> None:
    view = minhash.view(framed(ask(ZH, ZH_ANSWER), ask("水", "软"), plain("")), Near())
    assert view["dialogue_chars"].to_list() == [len(ZH) + len(ZH_ANSWER) + 1, 3, 0]
    expected = len(shingles(pl.Series([f"{ZH}\n{ZH_ANSWER}"]), han=2, words=2).values)
    assert view["dialogue"].list.len().to_list() == [expected, 0, 0]
    assert view["dialogue_numbers"].list.len().to_list() == [1, 0, 0]  # 两
    assert view.schema["dialogue"] == pl.List(pl.UInt64)


def test_the_ledger_names_keeper_similarity_and_key() -> None:
    frame = framed(ask(ZH, ZH_ANSWER, meta={"k": 1}), ask(EN, EN_ANSWER), ask(ZH, ZH_ANSWER + "好"))
    result = run(frame)
    assert [meta and orjson.loads(meta) for meta in result.kept["meta"]] == [
        {"k": 1, "merged_from": ["a.jsonl:3"]},
        None,
    ]
    assert result.dropped.select("row", "stage", "reasons").rows() == [(3, "near_dedup", ["near_duplicate"])]
    assert result.events.select("id", "verdict", "reason", "detail", "into").rows() == [
        ("a.jsonl:3", "merged", "near_duplicate", "a.jsonl:1 (0.98 by dialogue)", "a.jsonl:1")
    ]


def test_flagged_rows_stay() -> None:
    frame = framed(*NEAR_PAIRS["chinese"])
    result = run(frame, Near(action="flag"))
    assert result.kept.equals(frame)
    assert result.events.select("row", "verdict", "into").rows() == [(2, "flagged", "a.jsonl:1")]


def test_the_row_with_fewest_flags_stays_then_the_first_source() -> None:
    frame = pl.concat(framed(ask(ZH, ZH_ANSWER + end), source=name) for name, end in (("a", "好"), ("b", "的")))
    assert run(frame, order={"a": 0, "b": 1}).kept["source"].to_list() == ["a"]
    assert run(frame, order={"b": 0, "a": 1}).kept["source"].to_list() == ["b"]
    flags = pl.DataFrame({"source": ["a"], "row": [1], "flags": [2]}, schema=NO_FLAGS.schema)
    assert run(frame, order={"a": 0, "b": 1}, flags=flags).kept["source"].to_list() == ["b"]


def test_decisions_carry_both_families() -> None:
    frame = family_keys(framed(ask(ZH, ZH_ANSWER), ask(ZH + "请问", ZH_ANSWER)), None).kept
    (line,) = decide(frame, Near()).to_dicts()
    assert (line["into_family"], line["family"]) == tuple(frame["family"])
    assert line["family"] != line["into_family"]


def versions(count: int, seed: int) -> pl.DataFrame:
    """Rows of which many are near-duplicates of others, in two sources."""
    draw = np.random.default_rng(seed)
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(600)]
    bases = [draw.choice(words, 40).tolist() for _ in range(count // 5)]
    records = []
    for _ in range(count):
        made = list(bases[draw.integers(len(bases))])
        for place in draw.integers(0, 40, draw.integers(0, 4)):
            made[place] = str(draw.choice(words))
        records.append(ask(" ".join(made[:20]), " ".join(made[20:])))
    half = count // 2
    return pl.concat([framed(*records[:half], source="b"), framed(*records[half:], source="a")])


def test_cuts_and_order_do_not_show() -> None:
    frame = family_keys(versions(200, 1), None).kept
    config, order = Near(), {"a": 0, "b": 1}
    whole = run(frame, config, order=order)
    assert 100 < whole.dropped.height < 180
    shuffled = frame.sample(fraction=1, shuffle=True, seed=2)
    parts = [shuffled.slice(0, 37), shuffled.slice(37, 1), shuffled.slice(38)]
    view = pl.concat([minhash.view(part, config) for part in parts])
    decisions = minhash.decide(view, config, order=order, flags=NO_FLAGS)
    results = [minhash.apply(part, decisions, config) for part in parts]
    for name in ("kept", "dropped", "events"):
        together = pl.concat([getattr(result, name) for result in results]).sort("source", "row")
        assert together.equals(getattr(whole, name).sort("source", "row")), name


def test_every_row_that_goes_has_a_kept_row_at_the_threshold() -> None:
    result = run(versions(300, 3), order={"a": 0, "b": 1})
    kept = set(result.kept["id"])
    assert result.events.height == result.dropped.height > 100
    assert set(result.events["into"]) <= kept
    shares = result.events["detail"].str.extract(r"\(([\d.]+) by dialogue\)").cast(pl.Float64)
    assert shares.min() >= 0.7  # type: ignore[operator]


def test_a_bucket_of_equal_rows() -> None:
    frame = framed(*[ask(EN, EN_ANSWER)] * 2000)
    result = run(frame)
    assert result.kept["row"].to_list() == [1]
    assert len(orjson.loads(result.kept["meta"][0])["merged_from"]) == 1999


def test_equal_rows_meet_among_many_of_one_template() -> None:
    rows = [ask(EN, f"{EN_ANSWER} Order {number} of {number + 7000}.") for number in range(1000, 1600)]
    result = run(framed(*rows, *rows[::2]))
    assert result.kept["row"].to_list() == list(range(1, 601))


def test_multi_turn_system_prompts_do_not_make_rows_alike() -> None:
    shared = system("你是一位耐心的茶师，只回答与泡茶有关的问题，回答要简短、准确、有礼貌。" * 5)
    rows = [sft(shared, user(q), *ask("", a)["messages"][1:]) for q, a in ((ZH, ZH_ANSWER), (EN, EN_ANSWER))]
    assert gone(*rows) == []
