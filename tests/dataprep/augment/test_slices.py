"""Names of slices by topic, length, language and source."""

from itertools import combinations

import polars as pl
import pytest

from dataprep.augment.slices import OTHER, slices
from dataprep.recipe.augment import Balance
from schemas.records import Record
from tests.dataprep.rows import ask, bot, framed, plain, sft, system, user


def named(by: list[str], *records: Record, languages: list[str | None] | None = None) -> list[str]:
    frame = framed(*records)
    spoken = languages or ["zh"] * frame.height
    view = pl.DataFrame({"prompt_language": spoken}, schema={"prompt_language": pl.String})
    found = slices(frame, view, Balance.model_validate({"by": by}))
    assert found.to_frame().schema == {"slice": pl.String()}
    assert len(found) == frame.height
    return [str(name) for name in found]


@pytest.mark.parametrize("by", ["topic", "length", "language", "source"])
def test_no_rows(by: str) -> None:
    assert named([by]) == []


@pytest.mark.parametrize(
    ("asked", "band"),
    [
        ("", "short"),
        ("字" * 26, "short"),  # 0.6 tokens each
        ("字" * 27, "medium"),
        ("a" * 53, "short"),  # 0.3 each
        ("a" * 54, "medium"),
        ("字" * 107, "long"),
        ("字" * 426, "long"),
        ("字" * 427, "very long"),
        (" \n", "short"),
        ("😀" * 22, "medium"),  # 0.75 each
    ],
)
def test_lengths(asked: str, band: str) -> None:
    assert named(["length"], ask(asked, "好" * 900)) == [band]


def test_what_is_asked_is_the_first_user_turn_with_its_context_or_the_text() -> None:
    turns = sft(system("字" * 99), user("水箱"), bot("好"), user("字" * 99), bot("好"))
    context = sft(user("总结", context="字" * 200), bot("好"))
    assert named(["length"], turns, context, plain("字" * 600), sft(bot("你好"))) == [
        "short", "long", "very long", "short"
    ]  # fmt: skip


def test_parts_are_named_in_their_order() -> None:
    two = [ask("水箱漏水", "换"), ask("why", "because")]
    assert named(["source", "length"], *two) == ["a.jsonl · short"] * 2
    assert named(["language", "source", "language"], *two, languages=["zh", None]) == [
        "zh · a.jsonl",
        "und · a.jsonl",
    ]


TEA = ("绿茶", "红茶", "乌龙", "茶壶", "冲泡", "沸水")
CARD = ("信用卡", "年费", "账单", "挂失", "利息", "额度")
TOPICS = [ask("，".join(three), "好") for words in (TEA, CARD) for three in combinations(words, 3)]
FOOTBALL = ("penalty", "goalkeeper", "pitch", "referee", "final", "offside")
PLAY = [ask(", ".join(three), "ok") for three in combinations(FOOTBALL, 3)]


def terms(names: set[str]) -> set[str]:
    return {term for name in names for term in name.removeprefix("topic: ").split(", ")}


def test_topics_bear_their_terms() -> None:
    found = named(["topic"], *TOPICS, ask("", "好"), ask("😀", "好"))
    tea, card = set(found[:20]), set(found[20:40])
    assert not tea & card
    assert terms(tea) <= set(TEA)
    assert terms(card) <= set(CARD)
    assert found[40:] == [OTHER, OTHER]


def test_every_language_has_topics_of_its_own_unless_it_is_rare() -> None:
    spoken: list[str | None] = [*(["zh"] * 40), *(["en"] * 20), "fi", None]
    found = named(["topic"], *TOPICS, *PLAY, PLAY[0], PLAY[1], languages=spoken)
    assert terms(set(found[40:60])) <= set(FOOTBALL)
    assert terms(set(found[:40])) <= {*TEA, *CARD}
    assert found[60:] == [OTHER, OTHER]


def test_rows_that_share_nothing_have_no_topic() -> None:
    assert named(["topic"], *(ask(f"w{number}x", "好") for number in range(30))) == [OTHER] * 30


def test_topics_are_the_same_in_any_order() -> None:
    frame = framed(*TOPICS).with_row_index("at")
    config = Balance.model_validate({"by": ["topic", "length"]})
    view = pl.DataFrame({"prompt_language": ["zh"] * 40})
    whole = slices(frame, view, config)
    mixed = frame.sample(fraction=1, shuffle=True, seed=4)
    assert slices(mixed, view, config).to_list() == whole.gather(mixed["at"]).to_list()


def test_topics_learnt_from_a_sample_reach_all_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataprep.augment.slices.SAMPLE", 30)
    mixed = [TOPICS[place] for pair in zip(range(20), range(20, 40), strict=True) for place in pair]
    found = named(["topic"], *mixed)
    assert not set(found[0::2]) & set(found[1::2]) - {OTHER}
    assert found.count(OTHER) < 4
