"""The mill as a person meets it when something is wrong: words, the next command, exit codes, never a traceback."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.gristmill.inside import inside
from tests.gristmill.test_cli import gristmill

TOPICS = ["水温", "滤网", "保修", "茶叶", "噪音", "价格", "颜色", "电源"]
FACTS = [(f"{topic}有什么要注意的？", f"请翻到手册里讲{topic}的那一章，照着做。") for topic in TOPICS]


def write(folder: Path, rows: list[tuple[str, str]], data: str = "") -> None:
    (folder / "raw").mkdir(exist_ok=True)
    lines = [orjson.dumps({"instruction": asked, "input": "", "output": answer}) for asked, answer in rows]
    (folder / "raw" / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    text = "name: t\ndata:\n  sources: [{path: raw, format: alpaca}]\n" + data
    (folder / "r.yaml").write_text(text, encoding="utf-8")


def told(text: str) -> str:
    """The words without the line breaks of a narrow terminal."""
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("data", "fault", "hint"),
    [
        (
            "  rules: {verdicts: {too_short_answer: drop, refusal: flag}, thresholds: {too_short_answer: 500}}\n",
            "no row was kept of 8 that were read: 8 too_short_answer (first: raw/a.jsonl:1)",
            "data.rules.verdicts or data.rules.thresholds",
        ),
        ("  decontaminate: {against: [bench/none.jsonl]}\n", "bench/none.jsonl", "data.decontaminate.against"),
        ("  rules: {thresholds: {echo: 7}}\n", "data.rules.thresholds: echo is 7", "a share, from 0 to 1"),
        ("  rules: {thresholds: {ecko: 0.5}}\n", "no such threshold: 'ecko'; did you mean 'echo'?", "one of"),
        ("  rules: {verdicts: {tailloop: drop}}\n", "no such rule: 'tailloop'; did you mean 'tail_loop'?", "one of"),
        ("  rules: {verdicts: {ifd: drop}}\n", "ifd needs a model", "set data.rules.ifd"),
        ("  pii: {kinds: {cn_mobil: mask}}\n", "cn_mobil", "cn_mobile"),
        ("  mix: {groups: {g: {sources: ['none/*']}}}\n", "g", "sources"),
        ("  split: {family: topik}\n", "no row has a column 'topik'", "family"),
    ],
    ids=lambda value: value.strip()[:40] if isinstance(value, str) and value.startswith("  ") else "",
)
def test_mistakes_in_a_recipe(tmp_path: Path, data: str, fault: str, hint: str) -> None:
    write(tmp_path, FACTS, data)
    done = inside("data", "-c", "r.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert fault in told(done.stderr)
    assert hint in told(done.stderr)
    assert "next:" in done.stderr
    assert not (tmp_path / "runs").exists()


def test_a_threshold_out_of_range_is_told_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, FACTS, "  dedup: {near: {threshold: 1.5}}\n")
    done = gristmill("data", "-c", "r.yaml", cwd=tmp_path)
    assert done.returncode == 2
    assert "line 4: data.dedup.near.threshold: input should be less than or equal to 1 (found 1.5)" in done.stderr


def test_one_row_is_enough(tmp_path: Path) -> None:
    write(tmp_path, FACTS[:1])
    done = inside("data", "-c", "r.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "1 rows read = 1 kept + 0 dropped. Train 1" in done.stdout


GIANT = [("水箱应该怎么清洗？", answer) for _, answer in FACTS] + [("保修期是几年？", "两年，从购买当天算起。")]


def test_a_giant_family_and_the_share_that_it_leaves_no_rows_for_are_told(tmp_path: Path) -> None:
    write(tmp_path, GIANT, "  split: {train: 0.4, dev: 0.3, eval: 0.3}\n")
    done = inside("data", "-c", "r.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "One family holds 89% of the rows (8)" in told(done.stdout)
    assert "9 rows in 2 families can't give it 30.0%" in told(done.stdout)
    chinese = inside("data", "-c", "r.yaml", "--lang", "zh", cwd=tmp_path)
    assert "有一个家族占了 89% 的行（8 行）" in chinese.stdout
    assert "9 行分属 2 个家族" in chinese.stdout


def gated(folder: Path, *checks: str) -> Any:
    text = "gates:\n  checks:\n" + "".join(f"    - {check}\n" for check in checks)
    (folder / "gates.yaml").write_text(text, encoding="utf-8")
    return inside("gate", "t", "-c", "gates.yaml", cwd=folder)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gated")
    write(folder, [*FACTS, FACTS[0], FACTS[1]])
    assert inside("data", "-c", "r.yaml", cwd=folder).returncode == 0
    return folder


EMPTY = "{metric: kept_rows, only: {language: ja}, fail: '< 1'"


@pytest.mark.parametrize(
    ("check", "code", "words"),
    [
        ("{metric: kept_share, fail: '< 0.5'}", 0, ["kept_share", "pass"]),
        (
            "{metric: kept_share, fail: '< 0.9', why: 太多行丢了。}",
            1,
            ["kept_share is 0.8", "太多行丢了。", "next: gristmill"],
        ),
        (EMPTY + "}", 0, ["skipped"]),
        (EMPTY + ", require: true}", 1, ["fail", "language=ja"]),
        ("{metric: kept_shares, fail: '< 0.9'}", 2, ["did you mean", "kept_share"]),
        ("{metric: kept_share, fail: '< 90'}", 2, ["line 3", "out of range: shares are from 0 to 1"]),
    ],
    ids=["passes", "fails", "empty slice", "empty slice that must be there", "no such metric", "out of range"],
)
def test_gates(made: Path, check: str, code: int, words: list[str]) -> None:
    done = gated(made, check)
    assert done.returncode == code
    for word in words:
        assert word in told(done.stdout + done.stderr)
