"""The `gates:` section: every fault is named, with its line and the nearest word."""

from pathlib import Path

import pytest

from dataprep.gates import METRICS, load_gates
from dataprep.gates.catalogue import find_metric
from dataprep.gates.metrics import spelt
from schemas.errors import ConfigError

ROOT = Path(__file__).parents[3]


def written(tmp_path: Path, check: str, more: str = "") -> Path:
    path = tmp_path / "gates.yaml"
    path.write_text(f"gates:\n  checks:\n    - {check}\n{more}", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ('{metric: kept_shre, fail: "< 0.5"}', "unknown metric 'kept_shre'; did you mean kept_share?"),
        ('{metric: nonsense, fail: "< 0.5"}', "metrics: kept_share, dropped_share[.REASON]"),
        ('{metric: dropped_share.duplicat, fail: "> 1%"}', "did you mean dropped_share.duplicate?"),
        ('{metric: language, fail: "> 1%"}', "it is written language.zh|en|…"),
        ('{metric: drift.lenght, fail: "> 0.1"}', "did you mean drift.length?"),
        ('{metric: length.answer.p101, fail: "> 9"}', "it is written length.answer.p99"),
        ('{metric: kept_share, fail: "< 90"}', "fail '< 90' is out of range: shares are from 0 to 1"),
        ('{metric: kept_rows, warn: "< -1"}', "warn '< -1' is out of range: rows are 0 or more"),
        ('{metric: drift.length, fail: "> 2"}', "bits are from 0 to 1"),
        ("{metric: kept_share, fail: 0.5}", "gates.checks[0].fail"),
        ('{metric: kept_share, fail: "0.5"}', "a limit is a sign and a number"),
        ("{metric: kept_share}", "kept_share has no limit"),
        ("{metric: kept_share, slack: -1}", "gates.checks[0].slack"),
        ("{metric: rows.kept, slack: 1}", "add better: lower or higher"),
        ('{metric: kept_share, fail: "< 1", per: split}', "can't be cut by split: only by language, source, kind"),
        ('{metric: leak.pairs, fail: "> 0", only: {kind: sft}}', "can't be cut by kind: it is about all rows"),
        ('{metric: kept_share, fail: "< 1", per: colour}', "gates.checks[0].per[0]"),
        ('{metric: kept_share, fail: "< 1", onyl: {}}', "did you mean 'only'?"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, check: str, told: str) -> None:
    with pytest.raises(ConfigError) as fault:
        load_gates(written(tmp_path, check))
    assert len(fault.value.faults) == 1
    assert fault.value.faults[0].startswith("line 3: ")
    assert told in fault.value.faults[0]


@pytest.mark.parametrize("text", ["gates: {}", "gates:\n  checks: []", "gates:", "data: {}"])
def test_gates_without_checks_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "gates.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match="gates"):
        load_gates(path)


def test_a_recipe_may_hold_data_too_and_lines_are_kept(tmp_path: Path) -> None:
    check = '{metric: kept_share, fail: "< 0.5"}\n\n    - {metric: kept_rows, fail: "< 1"}'
    gates, lines = load_gates(written(tmp_path, check, "data:\n  sources: [{path: raw}]\n"))
    assert ([gate.metric for gate in gates.checks], lines) == (["kept_share", "kept_rows"], [3, 5])


def test_one_column_may_stand_without_a_list(tmp_path: Path) -> None:
    check = '{metric: kept_share, fail: "< 0.5", per: language, only: {kind: sft, source: [a, b]}}'
    gate = load_gates(written(tmp_path, check))[0].checks[0]
    assert (gate.per, gate.only.kind, gate.only.source) == (("language",), ("sft",), ("a", "b"))


def test_the_shipped_gates_are_valid() -> None:
    gates, lines = load_gates(ROOT / "configs" / "gates.yaml")
    assert len(gates.checks) == len(lines) > 10
    assert all(lines)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_says_what_it_is(name: str) -> None:
    metric = METRICS[name]
    assert all(metric.meaning)
    assert metric.meaning[0] != metric.meaning[1]
    assert spelt(name).startswith(name)
    assert (metric.row is None) or (metric.whole is None)
    metric.next.format(argument="x", run="runs/t")


@pytest.mark.parametrize(
    ("name", "owner", "argument"),
    [
        ("kept_share", "kept_share", ""),
        ("dropped_share", "dropped_share", ""),
        ("dropped_share.duplicate", "dropped_share", "duplicate"),
        ("length.answer.p99.5", "length.answer", "p99.5"),
        ("language.match", "language.match", ""),
        ("language.zh", "language", "zh"),
        ("rows.kept", "path", "rows.kept"),
        ("sources.raw/a.b.jsonl.kept", "path", "sources.raw/a.b.jsonl.kept"),
    ],
)
def test_a_name_finds_its_metric(name: str, owner: str, argument: str) -> None:
    found = find_metric(name)
    assert (found.name, found.argument) == (owner, argument)
