"""Semantic duplicates: threshold, pairs, and who stays."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.dedup import nearest
from dataprep.dedup.calibration import UNMEASURED, calibrate, lightly_edited
from dataprep.dedup.nearest import cosines, near_pairs
from dataprep.dedup.outcome import DECISIONS
from dataprep.dedup.semantic import Decided, apply, decide, view
from dataprep.embeddings import Embedder, Vectors
from dataprep.recipe import Semantic
from schemas.frames import DROPPED, EVENTS, FRAME, empty
from tests.dataprep.embeddings.server import hashed
from tests.dataprep.rows import ask, framed, kto, plain

MODEL = Embedder("hashed", hashed)  # type: ignore[arg-type]
NO_FLAGS = pl.DataFrame(schema={"source": pl.String, "row": pl.Int64, "flags": pl.Int64})
ORDER = {"a.jsonl": 0}


def decided(frame: pl.DataFrame, cache: Path, *, flags: pl.DataFrame = NO_FLAGS, **settings: object) -> Decided:
    config = Semantic.model_validate({"model": "m", "threshold": 0.9, **settings})
    return decide(view(frame, config, MODEL, cache=cache), config, order=ORDER, flags=flags)


def unit(count: int, size: int = 8, seed: int = 1) -> Vectors:
    made = np.random.default_rng(seed).normal(size=(count, size)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("", ""),
        ("好", ""),
        ("一二三四五六七八九十甲乙", "一二三四五六七八九甲乙"),
        ("a b c d e f g h i j k", "a b c d e f g h i k"),
        ("用 Python 写", "用 Python "),
    ],
)
def test_lightly_edited(text: str, edited: str) -> None:
    assert lightly_edited(text) == edited


@pytest.mark.parametrize(
    ("edited", "unlike", "threshold", "separates"),
    [
        ([], [], UNMEASURED, None),
        ([0.99] * 7, [0.1], UNMEASURED, None),
        ([0.9] + [0.99] * 19, [0.1, 0.3], 0.9, True),
        ([0.8] + [0.99] * 99, [0.1, 0.3], 0.99, True),
        ([0.5] * 20, [0.1, 0.7], 0.71, False),
        ([0.5] * 20, [1.0, 1.0], 1.0, False),
    ],
)
def test_calibrate(edited: list[float], unlike: list[float], threshold: float, separates: bool | None) -> None:
    found = calibrate(np.array(edited), np.array(unlike))
    assert (found.threshold, found.separates) == (threshold, separates)
    assert found.curve["threshold"].to_list() == [round(0.5 + n / 100, 2) for n in range(51)]
    if edited:
        assert found.curve["edited"][0] == 1.0


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_pairs_are_those_of_a_full_comparison(monkeypatch: pytest.MonkeyPatch, count: int, *, exact: bool) -> None:
    if not exact:
        pytest.importorskip("usearch")
        monkeypatch.setattr(nearest, "_EXACT", -1)
    vectors = unit(count)
    i, j = near_pairs(vectors, threshold=0.8)
    every = [
        (a, b) for a in range(count) for b in range(a + 1, count) if round(float(vectors[a] @ vectors[b]), 5) >= 0.8
    ]
    assert list(zip(i.tolist(), j.tolist(), strict=True)) == every
    assert (cosines(vectors, i, j) >= 0.8).all()


def test_near_rows_go_and_the_first_stays(tmp_path: Path) -> None:
    base = "请问怎样给水箱除垢，需要用多少柠檬酸才合适呢"
    frame = framed(
        ask(base, "好的"),
        ask("天气怎么样", "晴"),
        ask(base + "？", "好的"),
        kto(base, "好的"),
        plain(base),
        ask("", ""),
    )
    found = decided(frame, tmp_path).decisions
    assert found.schema == DECISIONS
    assert found.select("row", "into_row", "key").rows() == [(3, 1, "dialogue")]
    assert found["similarity"].item() > 0.9
    flags = pl.DataFrame({"source": ["a.jsonl"], "row": [1], "flags": [2]})
    assert decided(frame, tmp_path, flags=flags).decisions.select("row", "into_row").rows() == [(1, 3)]


@pytest.mark.parametrize(("said", "same"), [("LQ-300", True), ("LQ-500", False), ("LQ", True)])
def test_other_numbers_are_other_rows(tmp_path: Path, said: str, *, same: bool) -> None:
    ask_for = "请问怎样给 {} 型号的机器的水箱除垢，需要用多少柠檬酸才合适呢"
    frame = framed(ask(ask_for.format("LQ-300"), "好"), ask(ask_for.format(said) + "呀", "好"))
    assert decided(frame, tmp_path, threshold=0.8).decisions.height == same


@pytest.mark.parametrize("action", ["flag", "drop"])
def test_apply(tmp_path: Path, action: str) -> None:
    base = "请问怎样给水箱除垢，需要用多少柠檬酸才合适呢"
    frame = framed(ask(base, "好的"), ask(base + "？", "好的"))
    config = Semantic.model_validate({"model": "m", "threshold": 0.9, "action": action})
    result = apply(frame, decided(frame, tmp_path).decisions, config)
    result.conserve(2, stage="semantic_dedup")
    assert (result.kept.schema, result.dropped.schema, result.events.schema) == (FRAME, DROPPED, EVENTS)
    assert result.kept.height == (2 if action == "flag" else 1)
    event = result.events.row(0, named=True)
    assert (event["verdict"], event["reason"]) == ("flagged" if action == "flag" else "merged", "semantic_duplicate")
    assert (event["row"], event["into"]) == (2, "a.jsonl:1")
    assert event["detail"].startswith("a.jsonl:1 (0.9")


def test_a_set_calibrates_itself(tmp_path: Path) -> None:
    draw = np.random.default_rng(3)
    letters = np.array(list("水箱多大保修几年怎样除垢机器茶叶温度按键屏幕报错滤芯更换清洗安装配送"))
    frame = framed(*(ask("".join(draw.choice(letters, 30)), "好") for _ in range(120)))
    found = decided(frame, tmp_path, threshold=None)
    measured = found.calibrations["dialogue"]
    assert measured.separates is True
    assert 0.8 < measured.threshold < 1
    at = measured.curve.filter(pl.col("threshold") == round(measured.threshold - 0.005, 2)).row(0, named=True)
    assert at["edited"] >= 0.9
    assert at["random"] <= 0.001
    assert decided(frame, tmp_path).calibrations == {}


def test_an_empty_set(tmp_path: Path) -> None:
    found = decided(empty(FRAME), tmp_path, threshold=None)
    assert found.decisions.equals(pl.DataFrame(schema=DECISIONS))
    assert found.calibrations["dialogue"].threshold == UNMEASURED


@settings(max_examples=5, deadline=None)
@given(cut=st.integers(0, 8), turn=st.integers(0, 7))
def test_neither_cuts_nor_order_matter(tmp_path_factory: pytest.TempPathFactory, cut: int, turn: int) -> None:
    cache = tmp_path_factory.mktemp("vectors")
    base = "请问怎样给水箱除垢，需要用多少柠檬酸才合适呢"
    texts = [
        base,
        "天气",
        base + "？",
        "请问整机的保修期到底是多久",
        base + "！",
        "",
        "请问整机的保修期到底是多久。",
        "How big is the tank",
    ]
    frame = framed(*(ask(text, "好") for text in texts))
    config = Semantic.model_validate({"model": "m", "threshold": 0.85})
    whole = decide(view(frame, config, MODEL, cache=cache), config, order=ORDER, flags=NO_FLAGS).decisions
    turned = pl.concat([frame[turn:], frame[:turn]])
    parts = pl.concat(view(part, config, MODEL, cache=cache) for part in (turned[:cut], turned[cut:]))
    assert decide(parts, config, order=ORDER, flags=NO_FLAGS).decisions.equals(whole)
    assert whole.select("row", "into_row").rows() == [(3, 1), (5, 1), (7, 4)]
