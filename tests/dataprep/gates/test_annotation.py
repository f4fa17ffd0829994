from pathlib import Path
from typing import Any

import pytest

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.store import FOLDER
from dataprep.gates import Artifact, Bench, Gate, Gates, Unmeasured, judge, snapshot
from dataprep.gates.catalogue import find_metric
from dataprep.gates.measure import measure
from tests.dataprep.annotate.said import said
from tests.dataprep.gates.artifacts import artifact, certify

PAIRS = ["aa", "bb", "ab", "bb"]
SAID = [said(f"r{n}", who, pair["xy".index(who)]) for n, pair in enumerate(PAIRS) for who in "xy"]
"""By hand: 2 of 8 pairs differ (1/4); of 3 a and 5 b 30 of 56 would by chance; alpha 1 - 14/30."""
ALIKE = [said(f"r{n}", who, 4, "rating", task=2) for n in range(4) for who in "xy"]
TEXTS = [said("r1", who, text, "remark", kind="text", task=4) for who, text in (("x", "甲"), ("y", "乙"))]


def made(root: Path, *answers: list[dict[str, Any]], **manifest: Any) -> Artifact:
    artifact(root / "runs" / "t" / "data", **manifest)
    labels = root / "runs" / "t" / FOLDER
    labels.mkdir()
    for place, lines in enumerate(answers):
        answer_frame(lines).write_parquet(labels / f"{place}.parquet")
    return Artifact(root / "runs" / "t" / "data")


def value(found: Artifact, metric: str) -> float | None:
    (line,) = measure(found, Gate(metric=metric, fail="< 0"))
    return line.value


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        ("annotation.alpha", 1 - 14 / 30),
        ("annotation.alpha.verdict", 1 - 14 / 30),
        ("annotation.answers", 16),
        ("annotation.answers.verdict", 8),
        ("annotation.answers.rating", 8),
        ("annotation.answers.tone", 0),
    ],
)
def test_numbers(tmp_path: Path, metric: str, expected: float) -> None:
    found = made(tmp_path, SAID[:4], [*SAID[4:], *ALIKE, *TEXTS])
    assert value(found, metric) == pytest.approx(expected, abs=1e-12)


def test_the_lowest_of_all_questions_counts(tmp_path: Path) -> None:
    better = [said(f"r{n}", who, "ab"[n % 2], "tone", task=3) for n in range(4) for who in "xy"]
    found = made(tmp_path, SAID, better)
    assert value(found, "annotation.alpha.tone") == 1
    assert value(found, "annotation.alpha") == pytest.approx(1 - 14 / 30)


@pytest.mark.parametrize(
    ("answers", "metric", "en", "zh"),
    [
        (None, "annotation.alpha", "no answers of people have come back", "还没有标注结果"),
        (None, "annotation.answers", "gristmill label pull", "gristmill label pull"),
        ([], "annotation.answers", "no answers of people", "还没有标注结果"),
        (TEXTS, "annotation.alpha", "no answers that can be compared", "没有可以比较的标注回答"),
        (SAID, "annotation.alpha.tone", "no answers to tone", "没有对 tone 的标注回答"),
        (ALIKE, "annotation.alpha", "undefined: rating (all answers are the same)", "无定义：rating (回答全都相同)"),
        (SAID[::2], "annotation.alpha.verdict", "undefined: verdict (one annotator)", "verdict (只有一位标注员)"),
    ],
)
def test_unmeasured(tmp_path: Path, answers: list[dict[str, Any]] | None, metric: str, en: str, zh: str) -> None:
    found = made(tmp_path, *([] if answers is None else [answers]))
    with pytest.raises(Unmeasured) as fault:
        value(found, metric)
    assert en in fault.value.told[0]
    assert zh in fault.value.told[1]


def test_answers_that_the_rows_were_made_with_go_before_those_beside_them(tmp_path: Path) -> None:
    recipe = {"labels": {"files": ["runs/other/labels/*.parquet"]}}
    found = made(tmp_path, ALIKE, recipe=recipe)
    with pytest.raises(Unmeasured, match="nothing is called runs/other/labels") as fault:
        value(found, "annotation.answers")
    assert "标注文件已不在" in fault.value.told[1]
    other = tmp_path / "runs" / "other" / FOLDER
    other.mkdir(parents=True)
    answer_frame(SAID).write_parquet(other / "0.parquet")
    assert value(Artifact(found.folder), "annotation.alpha") == pytest.approx(1 - 14 / 30)


@pytest.mark.parametrize(
    ("limit", "verdict"), [("< 0.4", "pass"), ("< 0.667", "fail")], ids=["good enough", "too little"]
)
def test_a_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, verdict: str) -> None:
    certify(monkeypatch)
    gates = Gates.model_validate({"checks": [{"metric": "annotation.alpha", "fail": limit}]})
    check = judge(gates, Bench(made(tmp_path, SAID), None, "runs/t", "zh"))[-1]
    assert (check.verdict, check.name) == (verdict, "annotation.alpha")
    assert ("gristmill label agreement" in check.details) == (verdict == "fail")


def test_a_gate_without_answers_is_no_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certify(monkeypatch)
    gates = Gates.model_validate({"checks": [{"metric": "annotation.alpha", "fail": "< 0.667"}]})
    assert judge(gates, Bench(made(tmp_path), None, "runs/t", "en"))[-1].verdict == "error"


def test_a_baseline_keeps_alpha_where_there_is_one(tmp_path: Path) -> None:
    gates = Gates.model_validate({"checks": [{"metric": "annotation.alpha", "slack": 0.05}]})
    assert snapshot(made(tmp_path, SAID), gates).values == {"annotation.alpha": pytest.approx(1 - 14 / 30)}
    assert snapshot(made(tmp_path / "other"), gates).values == {}


@pytest.mark.parametrize("question", ["verdict", "回答质量", "is it good?", "a.b"])
def test_any_question_has_a_name(question: str) -> None:
    found = find_metric(f"annotation.alpha.{question}")
    assert (found.name, found.argument) == ("annotation.alpha", question)


@pytest.mark.parametrize("metric", ["annotation.alfa", "annotation.alpha."])
def test_misspelt(metric: str) -> None:
    with pytest.raises(ValueError, match=r"annotation\.alpha"):
        find_metric(metric)
