"""Numbers, labels, flows, distributions and evidence as people read them."""

from pathlib import Path
from typing import Any

import pytest

from dataprep.report import evidence, flow
from dataprep.report.artifact import Artifact
from dataprep.report.distributions import distributions, quantiles
from dataprep.report.figures import brief, common_folder, opening, percent, similarity, why, width
from dataprep.report.markdown import report
from tests.dataprep.report.artifacts import artifact


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        (0, 0, "–"),
        (0, 5, "0.0%"),
        (5, 5, "100.0%"),
        (1, 3, "33.3%"),
        (1, 100_000, "0.001%"),
        (99_999, 100_000, "99.999%"),
    ],
)
def test_a_small_share_is_not_nothing(part: int, whole: int, told: str) -> None:
    assert percent(part, whole) == told


@pytest.mark.parametrize(
    ("value", "told"), [(None, "–"), (0.5, "0.500"), (0.49999, "0.499"), (0.7, "0.700"), (1.0, "1.000")]
)
def test_similarities_are_cut_not_rounded(value: float | None, told: str) -> None:
    assert similarity(value) == told


@pytest.mark.parametrize("text", ["", "a.jsonl", "数据/很长的文件夹名字/对话记录_第一批.jsonl", "x" * 300, "长" * 300])
def test_labels_fit(text: str) -> None:
    told = brief(text, 24)
    assert width(told) <= 24
    assert told == text or (told[0] == text[0] and told[-1] == text[-1] and "…" in told)


@pytest.mark.parametrize(
    ("names", "folder"),
    [
        ([], ""),
        (["a.json"], ""),
        (["raw/a.json"], "raw/"),
        (["raw/a/x.json", "raw/b/y.json"], "raw/"),
        (["raw/a.json", "rawer/a.json"], ""),
        (["hf://u/n", "raw/a.json"], ""),
    ],
)
def test_common_folder(names: list[str], folder: str) -> None:
    assert common_folder(names) == folder


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("user: 水箱多大？ ⏎ assistant: 1 L", "水箱多大？"),
        ("system: 客服 ⏎ user: Hi\n⏎ assistant: Hello", "Hi"),
        ("山里的茶", "山里的茶"),
        ("", ""),
    ],
)
def test_opening_is_what_is_asked(text: str, told: str) -> None:
    assert opening(text) == told


def test_a_command_can_be_pasted() -> None:
    assert why("my data/a'b.csv:3") == "gristmill why 'my data/a'\"'\"'b.csv:3'"


def sources(*names: str) -> list[dict[str, Any]]:
    return [{"source": name, "format": None, "read": n + 1, "kept": 1, "dropped": n} for n, name in enumerate(names)]


def test_many_files_flow_as_folders_and_the_rest_as_one() -> None:
    made = sources(*(f"raw/{n:02}/{m}.json" for n in range(20) for m in range(2)))
    manifest = {"rows": {"read": 820, "train": 40, "dev": 0, "eval": 0}, "sources": made, "splits": [], "stages": []}
    text = flow.flow(manifest, "zh")
    assert "19/ 79" in text
    assert "其他 12 个" in text
    assert flow.files(manifest, "zh")["left_out"] == 0
    assert flow.files({**manifest, "sources": made * 2}, "zh")["left_out"] == 20


def test_distributions_compare_all_judged_rows_with_the_kept(tmp_path: Path) -> None:
    made = Artifact(tmp_path, artifact(tmp_path))
    assert [head for head, _ in distributions(made, "en")] == [
        "Characters",
        "Tokens (estimated)",
        "Language",
        "Turns",
        "Files",
    ]
    lines = dict(quantiles(made, "en"))
    assert lines["Characters"] == ["5 → 5", "43 → 42", "80 → 79", "9,999 → 83"]
    languages = dict(distributions(made, "en"))["Language"]
    assert "42 of 42 (100.0%)" in languages
    assert "0 of 1 (0.0%)" in languages


def test_without_signals_only_files_are_compared(tmp_path: Path) -> None:
    made = Artifact(tmp_path, artifact(tmp_path))
    (tmp_path / "signals.parquet").unlink()
    assert [head for head, _ in distributions(made, "zh")] == ["文件"]
    assert quantiles(made, "zh") == []


def test_a_cluster_marks_what_differs_from_the_kept_row(tmp_path: Path) -> None:
    [found] = evidence.clusters(artifact(tmp_path), "zh")
    keeper, member = found.quotes
    assert (found.rows, found.opening, found.left_out) == ("9 行", "机器怎样清洗？", 7)
    assert (keeper.head, member.head) == ("保留", "相似度 0.810")
    assert member.pieces == [("", "user: 机器"), ("del", "怎样"), ("ins", "如何"), ("", "清洗？")]


def test_a_nearest_pair_marks_what_both_say(tmp_path: Path) -> None:
    [(head, left, right)] = evidence.nearest(artifact(tmp_path), "en")
    assert head == "0.421 similar · prompt"
    assert (left.head, right.head) == ("eval", "train")
    assert [text for tag, text in left.pieces if tag == "mark"] == ["user: 机器", "清洗？"]


@pytest.mark.parametrize("manifest", [{}, {"duplicates": None, "pii": None, "mix": None, "decontamination": None}])
def test_an_older_manifest_has_no_evidence(manifest: dict[str, Any]) -> None:
    empty = [evidence.clusters(manifest, "en"), evidence.nearest(manifest, "en"), evidence.certificate(manifest, "en")]
    empty += [evidence.repeated(manifest, "en"), evidence.answers(manifest), evidence.personal(manifest, "en")]
    assert [*empty, evidence.benchmarks(manifest), evidence.mix(manifest, "en")] == [[]] * 8


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", ["## Personal data", "| email | masked | 3 | 2 |", "| near | 7 |", "| highest similarity | 0.421 |"]),
        ("zh", ["## 个人信息", "| email | 已打码 | 3 | 2 |", "| 近似 | 7 |", "| 中文 | 50 |"]),
    ],
)
def test_the_balance_sheet_has_the_same_numbers(tmp_path: Path, lang: str, told: list[str]) -> None:
    made = Artifact(tmp_path, artifact(tmp_path))
    text = report(made.manifest, made.ledger.drop("place").collect(), lang=lang)
    assert [line for line in told if line not in text] == []
