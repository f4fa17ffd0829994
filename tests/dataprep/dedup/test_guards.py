"""Rows that differ in their answers stay, however long the text is that they share."""

from typing import Any

import numpy as np
import orjson
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.dedup import minhash
from dataprep.dedup.guards import answer_sets, answer_sums, as_answers, other_answers
from dataprep.families import family_keys
from dataprep.recipe.duplicates import Near
from dataprep.stages import NO_FLAGS
from schemas.frames import FRAME, empty
from schemas.records import Message, Record
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, user

EN = (
    "The machine rinses its pipes after every fourth brew, and the lamp at the front turns yellow while it does so. "
    "Nobody may lift the lid before the lamp is white again, because steam is still in the chamber below it. "
    "Read the passage and answer: may the lid be lifted while the lamp is yellow?"
)
ZH = (
    "机器每泡完几次茶就会自动冲洗管路，冲洗时正面的指示灯变成黄色。"
    "指示灯恢复白色之前请不要打开盖子，因为下面的腔室里还有蒸汽。请阅读上文并回答：黄灯亮着的时候可以打开盖子吗？"
)
LONG = "No. Steam is still in the chamber below the lid, so wait until the lamp is white again and then lift it slowly."
OTHER = "Yes, go ahead; yellow only means that fresh leaves are wanted, and nothing hot is anywhere near your fingers."
ZH_LONG = "不可以。盖子下面的腔室里还有蒸汽，请等指示灯恢复白色以后再慢慢打开，以免烫伤。"


def call(city: str, call_id: str = "call_a", content: str = "") -> Message:
    arguments = orjson.dumps({"city": city, "unit": "celsius", "id": city}).decode()
    made = [{"id": call_id, "type": "function", "function": {"name": "get_weather", "arguments": arguments}}]
    return bot(content, tool_calls=orjson.dumps(made).decode())


def talk(*answers: str) -> Record:
    return sft(*(message for answer in answers for message in (user(EN), bot(answer))))


def ask_about(context: str, question: str) -> Record:
    return sft(user(question, context=context), bot("No"))


def gone(*records: Record, **options: Any) -> list[int]:
    config, frame = Near(**options), family_keys(framed(*records), None).kept
    return minhash.decide(minhash.view(frame, config), config, order={}, flags=NO_FLAGS)["row"].to_list()


APART: dict[str, tuple[Record, Record]] = {
    "yes and no": (ask(EN, "Yes"), ask(EN, "No")),
    "chinese": (ask(ZH, "是"), ask(ZH, "否")),
    "long": (ask(EN * 3, LONG), ask(EN * 3, OTHER)),
    "short and long": (ask(EN, "No"), ask(EN, LONG)),
    "empty": (ask(EN, "No"), ask(EN, "")),
    "unanswered": (ask(EN, "No"), sft(user(EN))),
    "emoji": (ask(EN, "👍"), ask(EN, "👎")),
    "long emoji": (ask(EN, "👍" * 20), ask(EN, "👎" * 20)),
    "sign": (ask(EN, "-x"), ask(EN, "x")),
    "one of five": (talk("No", "No", LONG, "No", "No"), talk("No", "No", LONG, "No", "Yes")),
    "more turns": (talk("No", "No", "No"), talk("No", "No")),
    "other order": (talk("No", "Yes"), talk("Yes", "No")),
    "tool call": (sft(user(EN), call("Hangzhou")), sft(user(EN), call("Berlin"))),
    "call or answer": (sft(user(EN), call("Berlin", content=LONG)), ask(EN, LONG)),
    "chosen": (preference(EN * 2, LONG, "Yes"), preference(EN * 2, OTHER, "Yes")),
    "rejected": (preference(EN, LONG, "Yes"), preference(EN, LONG, "Maybe")),
    "swapped": (preference(EN, "No", "Yes"), preference(EN, "Yes", "No")),
    "kto": (kto(EN, "No"), kto(EN, "Yes")),
    "greetings": (ask("hello", LONG), ask("Who are you?", LONG)),
    "chinese greetings": (ask("你好", ZH_LONG), ask("你是谁？", ZH_LONG)),
    "greeting of a pair": (preference("hello", LONG, OTHER), preference("thanks", LONG, OTHER)),
    "second question": (
        sft(user(EN), bot(LONG), user("Why?"), bot("No")),
        sft(user(EN), bot(LONG), user("When?"), bot("No")),
    ),
    "other question about one context": (
        ask_about(EN * 2, "Which part of the machine holds steam?"),
        ask_about(EN * 2, "What colour has the lamp in the end?"),
    ),
    "chinese question about one context": (
        ask_about(ZH * 2, "盖子什么时候可以打开？"),
        ask_about(ZH * 2, "谁来更换滤网？"),
    ),
}

NEAR: dict[str, tuple[Record, Record]] = {
    "edited passage": (ask(EN, "No"), ask(EN.replace("front", "back").replace("still", "even"), "No")),
    "edited chinese": (ask(ZH, "否"), ask(ZH.replace("正面", "背面"), "否")),
    "edited answer": (ask(EN, LONG), ask(EN, LONG.replace("slowly", "gently").replace("wait", "stay"))),
    "edited chinese answer": (ask(ZH, ZH_LONG), ask(ZH, ZH_LONG.replace("慢慢", "小心"))),
    "case, width, full stop": (ask(EN, "Yes."), ask(EN, "ｙＥＳ ")),
    "stops": (ask(ZH, "皇上万福金安。"), ask(ZH, "皇上万福金安——")),
    "empty": (ask(EN, ""), ask(EN + " Tell me.", " ")),
    "unanswered": (sft(user(EN)), sft(user(EN + " Tell me."))),
    "long emoji": (ask(EN, "👍" * 20), ask(EN + " Tell me.", "👍" * 20)),
    "five": (talk("No", "No", LONG, "No", "No"), talk("No", "No", LONG + " Bye.", "No", "No")),
    "call ids": (sft(user(EN), call("Berlin")), sft(user(EN), call("Berlin", "call_b"))),
    "reasoning": (sft(user(EN * 2), bot("No", reasoning="Steam.")), sft(user(EN * 2), bot("No", reasoning="Heat."))),
    "preference": (preference(EN, LONG, "Yes"), preference(EN, LONG + " Bye.", "Yes")),
    "history": (
        {**preference(EN, LONG, "Yes"), "messages": [user(EN), bot("Hm"), user(EN)]},
        {**preference(EN, LONG, "Yes"), "messages": [user(EN), bot("Oh"), user(EN)]},
    ),
    "kto": (kto(EN, "No"), kto(EN + " Tell me.", "No")),
    "text": (plain(EN + "No"), plain(EN + "Yes")),
    "greeting": (ask("Hello there", LONG), ask("hello there!", LONG)),
    "chinese question": (ask("盖子可以打开吗？", ZH_LONG), ask("盖子可以打开么？", ZH_LONG)),
    "question about one context": (
        ask_about(EN * 2, "Which part of the machine holds steam?"),
        ask_about(EN * 2, "Which part of the machine holds the steam?"),
    ),
}


@pytest.mark.parametrize("pair", APART.values(), ids=APART)
def test_rows_with_other_answers_stay(pair: tuple[Record, Record]) -> None:
    assert gone(*pair) == []


@pytest.mark.parametrize("pair", NEAR.values(), ids=NEAR)
def test_rows_with_the_same_answers_go(pair: tuple[Record, Record]) -> None:
    assert gone(*pair) == [2]


@pytest.mark.parametrize("options", [{"answers": None}, {"keys": ("prompt",)}, {"keys": ("dialogue", "prompt")}])
def test_whoever_asks_for_it_gets_no_guard(options: dict[str, Any]) -> None:
    assert gone(*APART["yes and no"], **options) == [2]


@pytest.mark.parametrize(("answers", "rows"), [(0.6, [2]), (0.9, [])])
def test_the_threshold_of_answers(answers: float, rows: list[int]) -> None:
    assert gone(*NEAR["edited answer"], answers=answers) == rows


def test_without_an_exact_length_short_answers_are_sets() -> None:
    assert gone(*APART["yes and no"], exact_below=0) == []
    assert gone(*NEAR["edited passage"], exact_below=0) == [2]


def test_the_sets_of_rows_of_every_kind() -> None:
    frame = framed(ask(EN, "No"), talk(LONG, "Yes"), preference(EN, "No.", "yes"), plain(EN), kto(EN, "NO"), sft())
    sets = answer_sets(frame, Near())
    assert sets.dtype == pl.List(pl.List(pl.UInt32))
    assert [[len(answer) for answer in row] for row in sets.to_list()] == [
        [1, 1],
        [1, 1, 22, 1],
        [1, 1, 1],
        [],
        [1, 1],
        [],
    ]
    (asked, no), (_, _, _, yes), pair = sets[0].to_list(), sets[1].to_list(), sets[2].to_list()
    assert pair == [asked, no, yes] and sets[4].to_list() == [asked, no]


def test_questions_have_tokens_n_grams_or_one_hash_for_all() -> None:
    about = user("What holds steam in it?", context=EN)
    sets = answer_sets(framed(sft(user("你是谁？")), sft(about), sft(user(EN)), sft(user(ZH))), Near()).to_list()
    assert [[len(turn) for turn in row] for row in sets] == [[3], [4], [1], [1]]
    assert sets[2] == sets[3]


def test_no_rows() -> None:
    sets = answer_sets(empty(FRAME), Near())
    nobody = np.zeros(0, np.int64)
    assert (len(sets), sets.dtype) == (0, pl.List(pl.List(pl.UInt32)))
    assert len(other_answers(as_answers(sets, threshold=0.5), nobody, nobody)) == 0


def test_cuts_do_not_show_in_the_sets() -> None:
    frame = framed(*(record for pair in (*APART.values(), *NEAR.values()) for record in pair))
    parts = [frame.slice(0, 17), frame.slice(17, 1), frame.slice(18)]
    together = pl.concat([answer_sets(part, Near()) for part in parts])
    assert together.to_list() == answer_sets(frame, Near()).to_list()


WORDS = st.lists(st.sampled_from(["no", "yes", "steam", "水", "汽", "lid", "!", "👍"]), max_size=12).map(" ".join)
TALKS = st.lists(st.lists(WORDS, max_size=3), min_size=1, max_size=6)


@given(TALKS, st.sampled_from([0.3, 0.6, 1.0]))
@settings(max_examples=50, deadline=None)
def test_every_answer_is_compared_with_its_own(answers: list[list[str]], threshold: float) -> None:
    sets = answer_sets(framed(*(talk(*said) for said in answers)), Near())
    found = as_answers(sets, threshold=threshold)
    i, j = (side.ravel() for side in np.indices((len(answers), len(answers))))
    rows = [[set(answer) for answer in row] for row in sets.to_list()]
    expected = [
        len(rows[a]) != len(rows[b])
        or any(len(x & y) / len(x | y) < threshold for x, y in zip(rows[a], rows[b], strict=True))
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
    ]
    assert other_answers(found, i, j).tolist() == expected
    sums = answer_sums(found)
    assert all(sums[a] == sums[b] for a, b in zip(i, j, strict=True) if rows[a] == rows[b])


def test_whoever_goes_gave_the_answer_of_the_row_that_stays() -> None:
    draw = np.random.default_rng(4)
    said = ["Yes", "No", "Maybe", LONG, OTHER, LONG.replace("Steam", "Water")]
    chosen = draw.integers(0, len(said), 300).tolist()
    words = EN.split()
    records = [ask(" ".join(draw.permutation(words[:3]).tolist() + words[3:]), said[k]) for k in chosen]
    config, frame = Near(), family_keys(framed(*records), None).kept
    decisions = minhash.decide(minhash.view(frame, config), config, order={}, flags=NO_FLAGS)
    assert decisions.height == 295
    alike = {0: {0}, 1: {1}, 2: {2}, 3: {3, 5}, 4: {4}, 5: {3, 5}}
    for row, into in decisions.select("row", "into_row").rows():
        assert chosen[into - 1] in alike[chosen[row - 1]]
