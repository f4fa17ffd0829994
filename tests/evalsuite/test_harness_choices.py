import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evalsuite.harness.choices import with_choices
from evalsuite.harness.run import cache_path
from evalsuite.harness.settings import Harness
from schemas.errors import RuntimeFault

WHO = {"model": "m", "adapter": None, "dtype": "float32", "bits": 16, "settings": {"max_length": 512}}


def frame(references: list[str], prompts: list[str] | None = None) -> pl.DataFrame:
    ids = [f"{place:03}" for place in range(len(references))]
    prompts = prompts or [f"q{name}" for name in ids]
    return pl.DataFrame(
        {"id": ids, "prompt": prompts, "reference": references},
        schema={"id": pl.String, "prompt": pl.String, "reference": pl.String},
    )


def told(items: pl.DataFrame, seed: int = 17) -> dict[str, set[str]]:
    return {row["id"]: set(row["choices"]) for row in with_choices(items, seed=seed).to_dicts()}


@pytest.mark.parametrize(
    ("references", "expected"),
    [
        ([], {}),
        (["只有一个"], {}),
        (["北京", "北京。", " 北京"], {}),  # one answer in three spellings
        (["Beijing.", "BEIJING"], {}),
        (["是", "否"], {"000": {"是", "否"}, "001": {"是", "否"}}),
        (["😀", "😢"], {"000": {"😀", "😢"}, "001": {"😀", "😢"}}),
        (["-1", "1"], {"000": {"-1", "1"}, "001": {"-1", "1"}}),
        # Of five, the one that is farthest in length is left out.
        (["一", "二二", "三三三", "四四四四", "五五五五五五五五五"], {"000": {"一", "二二", "三三三", "四四四四"}}),
        (
            ["一", "二二二", "三三三三", "四四四四四", "五五五五五五"],
            {"004": {"二二二", "三三三三", "四四四四四", "五五五五五五"}},
        ),
    ],
)
def test_wrong_answers_are_the_nearest_in_length(references: list[str], expected: dict[str, set[str]]) -> None:
    found = told(frame(references))
    assert found == expected if len(references) < 4 else {name: found[name] for name in expected} == expected


def test_the_answer_to_the_same_question_is_never_wrong() -> None:
    items = frame(["红色", "赤色", "蓝色"], ["什么颜色？", "什么颜色？", "天是什么颜色？"])
    assert told(items) == {
        "000": {"红色", "蓝色"},
        "001": {"赤色", "蓝色"},
        "002": {"红色", "赤色", "蓝色"},
    }


@given(st.lists(st.text("ab是否 。", min_size=1, max_size=6).filter(str.strip), max_size=30), st.integers(0, 3))
def test_gold_is_the_reference_and_rows_may_come_in_any_order(references: list[str], seed: int) -> None:
    items = frame(references)
    made = with_choices(items, seed=seed)
    for row in made.to_dicts():
        assert row["choices"][row["gold"]] == row["reference"]
        assert len(set(row["choices"])) == len(row["choices"]) <= 4
    assert made.equals(with_choices(items.reverse(), seed=seed))


def test_the_right_answer_stands_in_every_place() -> None:
    items = frame([f"答案{place:03}" for place in range(200)])
    gold = with_choices(items, seed=17)["gold"].value_counts().sort("gold")
    assert gold["gold"].to_list() == [0, 1, 2, 3]
    assert gold["count"].min() >= 30  # 50 expected, standard deviation 6
    assert not with_choices(items, seed=18)["gold"].equals(with_choices(items, seed=17)["gold"])


@pytest.mark.parametrize(
    ("key", "value"),
    [("model", "n"), ("adapter", "a"), ("dtype", "bfloat16"), ("bits", 4), ("settings", {"max_length": 256})],
)
def test_two_identities_never_share_a_cache(tmp_path, key: str, value: object) -> None:
    one, other = cache_path(tmp_path, WHO), cache_path(tmp_path, WHO | {key: value})
    assert one != other
    assert one == cache_path(tmp_path, dict(reversed(WHO.items())))
    with pytest.raises(RuntimeFault, match=key):
        cache_path(tmp_path, {name: told for name, told in WHO.items() if name != key})


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"own": ["choise"]}, "choice"),
        ({"folders": ["mine"]}, "`folders` needs `tasks`"),
        ({"data": {"gsm8k": "x.jsonl"}}, "`data` names what `tasks` doesn't: gsm8k"),
        ({"limit": 0}, "greater than or equal to 1"),
    ],
)
def test_settings_refuse(told: dict[str, object], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Harness.model_validate(told)
