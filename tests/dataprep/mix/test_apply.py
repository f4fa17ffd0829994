"""Carrying a mix out: repeats, rows that go, system prompts, order."""

import polars as pl
import pytest

from dataprep import mix
from dataprep.recipe import Group, Mix
from schemas.errors import UserError
from schemas.frames import DROPPED, EVENTS, FRAME, empty
from tests.dataprep.rows import ask, framed, kto, plain, sft, system, user

CONFIG = Mix(
    groups={
        "talk": Group(sources=["闲聊*"], share=3, system="你是客服。"),
        "facts": Group(sources=["data/*.jsonl"], share=1),
    }
)


def some() -> pl.DataFrame:
    talk = framed(ask("甲", "一"), sft(system("旧"), user("乙")), source="闲聊.jsonl")
    facts = framed(*(ask(f"事{n}", "二") for n in range(6)), source="data/b.jsonl")
    return pl.concat([talk, facts]).with_columns(family=pl.col("id"))


def planned(frame: pl.DataFrame, config: Mix) -> pl.DataFrame:
    rows = mix.view(frame)
    return mix.plan(rows, config, tokens=rows.select("source", "row", tokens=pl.lit(7)), seed=0)


def test_rows_repeat_or_go() -> None:
    frame = some()
    result = mix.apply(frame, planned(frame, CONFIG), CONFIG)
    result.conserve(frame.height, stage="mix")
    assert result.kept.schema == FRAME
    assert result.kept.group_by("source", maintain_order=True).agg("repeat").rows() == [
        ("闲聊.jsonl", [3, 3]),
        ("data/b.jsonl", [1, 1]),
    ]
    assert result.dropped.select("stage", "reasons").rows() == [("mix", ["mix_sampled_out"])] * 4
    assert result.dropped["repeat"].to_list() == [1] * 4
    told = result.events.group_by("verdict", "reason", maintain_order=True).len().sort("reason")
    assert told.rows() == [
        ("changed", "mix_repeated", 2),
        ("dropped", "mix_sampled_out", 4),
        ("changed", "mix_system", 1),
    ]
    assert (result.dropped.schema, result.events.schema) == (DROPPED, EVENTS)


def test_pieces_give_what_the_whole_gives() -> None:
    frame = some()
    plan = planned(frame, CONFIG)
    whole = mix.apply(frame, plan, CONFIG)
    parts = [mix.apply(frame[at : at + 3], plan, CONFIG) for at in range(0, 9, 3)]
    assert pl.concat(part.kept for part in parts).equals(whole.kept)
    assert pl.concat(part.dropped for part in parts).equals(whole.dropped)
    assert sorted(map(repr, pl.concat(part.events for part in parts).rows())) == sorted(map(repr, whole.events.rows()))


def test_no_groups_nothing_happens() -> None:
    frame = some()
    result = mix.apply(frame, planned(frame, Mix()), Mix())
    assert result.kept.equals(frame)
    assert result.dropped.is_empty() and result.events.is_empty()
    assert mix.table(planned(frame, Mix()), Mix()) == []
    assert mix.apply(empty(FRAME), planned(frame, CONFIG), CONFIG).kept.schema == FRAME


def test_system_prompts_go_where_there_is_none() -> None:
    frame = framed(
        ask("甲", "一"), sft(system("旧"), user("乙")), plain("丙"), sft(), kto("丁", "四"), source="闲聊.txt"
    )
    result = mix.prompted(frame, CONFIG)
    first = [turns[0]["content"] if turns else None for turns in result.kept["messages"].to_list()]
    assert first == ["你是客服。", "旧", None, None, "你是客服。"]
    assert result.kept.schema == FRAME
    assert result.kept.drop("messages").equals(frame.drop("messages"))
    assert result.events.select("row", "verdict", "reason", "detail", "after").rows() == [
        (row, "changed", "mix_system", "talk", "你是客服。") for row in (1, 5)
    ]
    assert mix.prompted(framed(ask("甲", "一"), source="别处"), CONFIG).events.is_empty()


@pytest.mark.parametrize(
    ("group", "message"),
    [
        (Group(sources=["闲聊.json"]), "no row of train comes from 闲聊.json; did you mean 闲聊.jsonl"),
        (Group(sources=["x", "data/*"], kinds=["kto"]), "no row of train comes from x, data/[*] with kind kto"),
        (Group(sources=["data/b*"]), "every row that fits it is taken by a group above it"),
    ],
    ids=["misspelt", "kind", "shadowed"],
)
def test_an_empty_group_is_refused(group: Group, message: str) -> None:
    config = Mix(groups={"all": Group(sources=["data/*"]), "mine": group})
    with pytest.raises(UserError, match=f"data.mix.groups.mine: {message}"):
        mix.check(mix.view(some()), config)
    mix.check(mix.view(some()), CONFIG)


@pytest.mark.parametrize(
    "settings",
    [
        {"groups": {"rest": {"sources": ["*"]}}},
        {"rows": 1, "tokens": 1},
        {"temperature": 2},
        {"temperature": 2, "groups": {"a": {"sources": ["*"], "share": 1}}},
    ],
)
def test_contradictions_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"rest|give one of the two|needs groups"):
        Mix.model_validate(settings)


SIGNALS = pl.DataFrame(
    {
        "source": ["b", "a", "a", "b"],
        "row": [1, 1, 2, 2],
        "tokens": [5, 5, 9, None],
        "ifd": [0.2, None, 0.1, 0.2],
    }
)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("short_first", [("b", 1), ("a", 1), ("a", 2), ("b", 2)]),
        ("easy_first", [("a", 2), ("b", 1), ("b", 2), ("a", 1)]),
        ("input", []),
    ],
)
def test_curriculum(order: str, expected: list[tuple[str, int]]) -> None:
    config = Mix.model_validate({"order": order})
    for signals in (SIGNALS, SIGNALS.reverse()):
        placed = mix.curriculum(signals, config, order={"b": 0, "a": 1})
        assert placed.select("source", "row").rows() == expected
        assert placed["place"].to_list() == list(range(len(expected)))


def test_no_curriculum_without_a_measure() -> None:
    with pytest.raises(UserError, match="easy_first needs a measure of difficulty"):
        mix.curriculum(SIGNALS.drop("ifd"), Mix(order="easy_first"), order={})
