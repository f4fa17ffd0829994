"""Seeds of new questions."""

from typing import Any

import pytest

from dataprep.augment.seeds import invent
from tests.dataprep.augment.widened import augment, line, many, viewed


def config(wanted: int, **more: Any) -> Any:
    return augment(invent={"rows": wanted, "seeds": more.pop("seeds", 3)}, **more)


@pytest.mark.parametrize(
    "unfit",
    [
        {"kind": "preference"},
        {"single": False},
        {"single": None},
        {"prompt_chars": 0},
        {"prompt_chars": 5000},
        {"answer_chars": None},
        {"answer_chars": 5000},
    ],
)
def test_only_short_rows_of_one_question_are_shown(unfit: dict[str, Any]) -> None:
    assert invent(viewed(line(1, **unfit)), config(5)).is_empty()


def test_without_the_wish_there_is_no_question() -> None:
    assert invent(many(3), augment(paraphrase={})).is_empty()


def test_seeds_follow_one_another_and_then_meet_others() -> None:
    found = invent(many(6), config(6, seeds=2))
    seeds = [tuple(int(id_[2:]) for id_ in each) for each in found["seeds"]]
    assert seeds == [(1, 2), (3, 4), (5, 6), (2, 3), (4, 5), (6, 1)]
    assert found["parent_id"].to_list() == [each[0] for each in found["seeds"]]
    assert found["sample"].to_list() == [0] * 6
    assert found.select("origin", "target", "style", "pivots").unique(maintain_order=True).rows() == [
        ("self_instruct", "both", "new", None)
    ]


def test_the_same_seeds_return_as_further_samples_until_families_are_full() -> None:
    found = invent(many(2), config(9, per_family=2))
    assert [tuple(each) for each in found["seeds"]] == [("id0001", "id0002"), ("id0002", "id0001")] * 2
    assert found["sample"].to_list() == [0, 0, 1, 1]
    assert invent(many(1), config(9))["seeds"].to_list() == [["id0001"]] * 4


def test_seeds_are_of_one_language() -> None:
    rows = viewed(*(line(n, prompt_language="zh" if n % 2 else "en") for n in range(1, 9)))
    found = invent(rows, config(4, seeds=2))
    for language, parity in (("zh", 1), ("en", 0)):
        own = found.filter(language=language)
        assert own.height == 2
        assert {int(id_[2:]) % 2 for each in own["seeds"] for id_ in each} == {parity}


def test_with_balance_seeds_are_of_the_thinnest_slice() -> None:
    rows = viewed(*(line(n, slice="thin" if n < 4 else "wide") for n in range(1, 11)))
    balanced = config(5, seeds=2, paraphrase={}, rows=1, balance={"by": ["source"]})
    found = invent(rows, balanced)
    assert found["slice"].to_list() == ["thin"] * 5  # 3 + 4 = 7, and of equals thin comes first
    assert all(int(id_[2:]) < 4 for each in found["seeds"] for id_ in each)
