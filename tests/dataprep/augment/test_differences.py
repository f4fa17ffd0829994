"""Marks between a source and its rewrite: hand-worked pairs, and that no character is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.augment.differences import differences
from schemas.text.changes import Change


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "", []),
        ("", "新", [("new", "新")]),
        ("旧", "", [("gone", "旧")]),
        ("  ", "  ", [("same", "  ")]),
        ("😀", "😀", [("same", "😀")]),
        ("怎样清洗水箱？", "如何清洗水箱？", [("gone", "怎样"), ("new", "如何"), ("same", "清洗水箱？")]),
        (
            "How do I clean the tank?",
            "How can I clean the tank?",
            [("same", "How "), ("gone", "do"), ("new", "can"), ("same", " I clean the tank?")],
        ),
        (
            "换 LQ-300 滤芯",
            "换LQ-300滤芯",
            [("same", "换"), ("gone", " "), ("same", "LQ-300"), ("gone", " "), ("same", "滤芯")],
        ),
        # a lone character or a comma between two changes goes with them; a digit or a word stays
        ("甲乙的丙丁", "子丑的寅卯", [("gone", "甲乙的丙丁"), ("new", "子丑的寅卯")]),
        ("甲乙，丙丁", "子丑，寅卯", [("gone", "甲乙，丙丁"), ("new", "子丑，寅卯")]),
        (
            "甲乙3丙丁",
            "子丑3寅卯",
            [("gone", "甲乙"), ("new", "子丑"), ("same", "3"), ("gone", "丙丁"), ("new", "寅卯")],
        ),
        ("a tank b", "c tank d", [("gone", "a"), ("new", "c"), ("same", " tank "), ("gone", "b"), ("new", "d")]),
        # two deletions alone are not joined
        ("请你帮我", "你我", [("gone", "请"), ("same", "你"), ("gone", "帮"), ("same", "我")]),
    ],
)
def test_what_went_and_what_came(before: str, after: str, told: list[Change]) -> None:
    assert differences(before, after) == told


@given(st.text("水箱的，3 ab😀\n", max_size=40), st.text("水箱的，3 ab😀\n", max_size=40))
def test_no_character_is_lost(before: str, after: str) -> None:
    told = differences(before, after)
    assert "".join(text for kind, text in told if kind != "new") == before
    assert "".join(text for kind, text in told if kind != "gone") == after
    assert all(text for _, text in told)
    assert before != after or {kind for kind, _ in told} <= {"same"}
