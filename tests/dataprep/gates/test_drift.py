"""Drift: Jensen-Shannon divergence against worked values, and the distributions that it compares."""

import math
import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.gates import Artifact
from dataprep.gates.drift import DISTRIBUTIONS, distribution, divergence
from tests.dataprep.gates.artifacts import ROWS, artifact
from tests.dataprep.rows import ask

MANY = 10**9
"""So many rows leave nothing to chance."""


@pytest.mark.parametrize(
    ("left", "right", "bits"),
    [
        ({"zh": 1}, {"zh": MANY}, 0),
        ({"zh": MANY}, {"en": MANY}, 1),
        # m = (3/4, 1/4): half of KL(p, m) + KL(q, m) = (log2(4/3) + (log2(2/3) + log2(2)) / 2) / 2
        ({"zh": MANY}, {"zh": MANY, "en": MANY}, (math.log2(4 / 3) + (math.log2(2 / 3) + 1) / 2) / 2),
        ({}, {"zh": 1}, None),
        ({"zh": 1}, {}, None),
    ],
)
def test_worked_values(left: dict[str, int], right: dict[str, int], bits: float | None) -> None:
    assert divergence(left, right) == (None if bits is None else pytest.approx(bits, abs=1e-7))


COUNTS = st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 10_000), min_size=1)


@given(COUNTS, COUNTS)
def test_it_is_symmetric_and_bounded(left: dict[str, int], right: dict[str, int]) -> None:
    bits = divergence(left, right)
    assert bits == divergence(right, left)
    assert bits is not None
    assert 0 <= bits <= 1


@given(COUNTS)
def test_the_same_counts_have_not_moved(counts: dict[str, int]) -> None:
    assert divergence(counts, counts) == 0


def test_chance_alone_is_hardly_a_drift() -> None:
    draw = random.Random(17)
    values = [str(value) for value in range(30)]
    found = [
        divergence(Counter(draw.choices(values, k=400)), Counter(draw.choices(values, k=400))) or 0 for _ in range(50)
    ]
    assert sum(found) / len(found) < 0.005  # without the correction it is 0.026
    assert max(found) < 0.03


def test_distributions_of_an_artifact(tmp_path: Path) -> None:
    made = Artifact(artifact(tmp_path / "data"))
    found = {name: distribution(made, name) for name in DISTRIBUTIONS}
    assert found["language"] == {"en": 3, "zh": 7}
    assert found["kind"] == {"kto": 2, "preference": 1, "sft": 6, "text": 1}
    assert found["label"] == {"false": 1, "true": 1}
    assert found["turns"] == {"0": 1, "1": 3, "2": 6}
    assert found["source"] == {"a.jsonl": 10}
    assert sum(found["length"].values()) == sum(found["prompt_length"].values()) == 10
    assert found["prompt_length"]["0"] == 1  # the text row has no prompt
    assert {word for word, rows in found["topic"].items() if rows == 2} == {"how", "the", "能泡"}


def test_words_are_pairs_of_han_and_runs_of_letters(tmp_path: Path) -> None:
    rows = {**ROWS, "train": [ask("水箱多大 tank", "一"), ask("", "二")], "dev": [], "eval": []}
    words = distribution(Artifact(artifact(tmp_path / "data", rows=rows)), "topic")
    assert words == {"tank": 1, "多大": 1, "水箱": 1, "箱多": 1}


def test_a_column_names_the_topic(tmp_path: Path) -> None:
    rows = {**ROWS, "train": [ask("一", "一", meta={"a.b c": "茶"}), ask("二", "二")]}
    assert distribution(Artifact(artifact(tmp_path / "data", rows=rows), topic="a.b c"), "topic") == {"茶": 1}
