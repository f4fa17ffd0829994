"""What makes a comparison invalid."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from evalsuite.refusals import refusals
from tests.evalsuite.cards import card, items

TWENTY = items(20)
ONES = np.ones(20)


def share(ones: int) -> list[float]:
    """20 values, so many of them 1."""
    return [1.0] * ones + [0.0] * (20 - ones)


def codes(tuned: dict[str, Any], base: dict[str, Any] | None = None, **options: Any) -> tuple[list[str], list[str]]:
    """Codes of refusals and notes, for cards that differ only in what is given."""
    sides = []
    for name, given in (("base", base or {}), ("tuned", tuned)):
        parts = {"over": TWENTY, "scores": {"chrf": ONES}, **given}
        sides.append(card(name, parts.pop("over"), parts.pop("scores"), **parts))
    invalid, notes = refusals(sides[0], sides[1], **options)
    assert all(re.search(r"[\u4e00-\u9fff]", note.zh) and note.en.isascii() for note in [*invalid, *notes])
    return [note.code for note in invalid], [note.code for note in notes]


@pytest.mark.parametrize(
    ("tuned", "invalid", "notes"),
    [
        ({}, [], []),
        ({"over": TWENTY.reverse()}, [], []),
        ({"over": items(19), "scores": {"chrf": ONES[:19]}}, ["items"], []),
        ({"over": items(20, set="train")}, ["items"], []),
        ({"over": items(20, id=["i0", *(f"i{place}" for place in range(19))])}, ["items"], []),
        ({"over": items(20, prompt=["其他", *[""] * 19])}, ["prompts"], []),
        ({"settings": {"generation": {"temperature": 0.7}}}, ["generation"], []),
        ({"settings": {"template": "t2"}}, ["template"], []),
        ({"settings": {"data": "d2"}}, ["data"], []),
        ({"settings": {"versions": {"torch": "2.14.0"}}}, [], ["versions"]),
        ({"settings": {"versions": None}}, [], ["versions"]),
        ({"model": {"dtype": "bfloat16"}}, ["dtype"], []),
        ({"model": {"bits": 4}}, ["bits"], []),
        ({"extra": {"leaks": 0, "judge_failures": 0.1}}, [], []),
        ({"extra": {"leaks": 1}}, ["leaks"], []),
        ({"extra": {"leak_certificate": None}}, [], []),
        ({"extra": {"leak_certificate": True}}, [], []),
        ({"extra": {"leak_certificate": False}}, ["leak_certificate"], []),
        ({"extra": {"judge_failures": 0.11}}, ["judge"], []),
        ({"signatures": {"chrf": "chrf|2"}}, [], ["signature"]),
        ({"scores": {}}, [], ["signature"]),
    ],
)
def test_one_difference(tuned: dict[str, Any], invalid: list[str], notes: list[str]) -> None:
    assert codes(tuned) == (invalid, notes)


def test_no_items() -> None:
    nothing = {"over": items(0), "scores": {"chrf": []}}
    assert codes(dict(nothing), dict(nothing)) == (["no_items"], [])


def test_a_mismatch_can_be_allowed() -> None:
    other = {"model": {"dtype": "bfloat16", "bits": 4}, "settings": {"template": "t2"}}
    assert codes(other, allow_mismatch=True) == (["template"], ["dtype", "bits"])


@pytest.mark.parametrize("tuned", [{"signatures": {"chrf": "chrf|2"}}, {"scores": {}}])
def test_a_signature_that_decides_refuses(tuned: dict[str, Any]) -> None:
    assert codes(tuned, gating={"chrf"}) == (["signature"], [])


@pytest.mark.parametrize(
    ("metric", "base", "tuned", "invalid", "notes"),
    [
        ("empty", 4, 4, [], []),
        ("empty", 5, 5, ["empty"], []),
        ("empty", 0, 20, [], ["empty"]),
        ("cut", 16, 16, [], []),
        ("cut", 17, 20, ["cut"], []),
        ("cut", 20, 0, [], ["cut"]),  # a base that never stops is what tuning mends
    ],
)
def test_bad_answers(metric: str, base: int, tuned: int, invalid: list[str], notes: list[str]) -> None:
    assert codes({"scores": {metric: share(tuned)}}, {"scores": {metric: share(base)}}) == (invalid, notes)


@pytest.mark.parametrize("values", [[np.nan] * 20, share(20)])
def test_only_answers_of_the_eval_set_count(values: list[float]) -> None:
    side = {"over": items(20, set="eval" if np.isnan(values[0]) else "general"), "scores": {"empty": values}}
    assert codes(dict(side), dict(side)) == ([], [])


def test_only_what_differs_is_named() -> None:
    base = card("base", TWENTY, {})
    tuned = card("tuned", TWENTY, {}, settings={"generation": {"temperature": 0.7, "max_new_tokens": 64}})
    (note,), _ = refusals(base, tuned)
    assert note.en == "Different generation settings: temperature 0.0 / 0.7"
    assert note.zh == "生成参数不同：temperature 0.0 / 0.7"


def test_prompts_are_compared_item_by_item() -> None:
    shown = TWENTY.with_columns(prompt=pl.col("id"))
    invalid, _ = refusals(card("base", shown, {}), card("tuned", shown.reverse(), {}))
    assert invalid == []


@pytest.mark.parametrize(
    ("base", "tuned", "found"), [(0, 0, ([], [])), (4, 4, ([], [])), (0, 5, ([], ["failed"])), (5, 5, (["failed"], []))]
)
def test_answers_that_were_never_given(base: int, tuned: int, found: tuple[list[str], list[str]]) -> None:
    sides = []
    for name, count in (("base", base), ("tuned", tuned)):
        made = card(name, items(30), {"chrf": np.ones(30)})  # ten of them weren't asked
        reasons = {place: "error" if place < count else "not_asked" for place in (*range(count), *range(20, 30))}
        column = replace(made.series["chrf"].column, reasons=reasons)
        sides.append(replace(made, series={"chrf": replace(made.series["chrf"], column=column)}))
    invalid, notes = refusals(sides[0], sides[1])
    assert ([note.code for note in invalid], [note.code for note in notes]) == found
