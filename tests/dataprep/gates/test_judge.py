"""Verdicts: limits, the ratchet, what can't be judged, and the checks that nobody has to ask for."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from dataprep.gates import Artifact, Baseline, Bench, Gates, judge, read_baseline, snapshot, write_baseline
from schemas.artifacts import digest_file
from schemas.errors import UserError
from schemas.verdicts import Check, exit_code
from tests.dataprep.gates.artifacts import CERTIFICATE, ROWS, artifact, certify
from tests.dataprep.rows import ask


@pytest.fixture(autouse=True)
def sound(monkeypatch: pytest.MonkeyPatch) -> None:
    certify(monkeypatch)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return artifact(tmp_path_factory.mktemp("judge") / "data")


def judged(folder: Path, *checks: dict[str, Any], baseline: Baseline | None = None, lang: str = "en") -> list[Check]:
    gates = Gates.model_validate({"checks": list(checks) or [{"metric": "kept_rows", "fail": "< 1"}]})
    return judge(gates, Bench(Artifact(folder), baseline, "runs/t", lang), file="gates.yaml", lines=[3])


def only(folder: Path, check: dict[str, Any], **more: Any) -> Check:
    found = [check for check in judged(folder, check, **more) if check.file]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("limits", "verdict", "limit"),
    [
        ({"fail": "< 5"}, "pass", "fail < 5"),
        ({"fail": "< 5", "warn": "< 20"}, "warn", "warn < 20"),
        ({"fail": "<= 10", "warn": "< 20"}, "fail", "fail <= 10"),
        ({"warn": "< 5"}, "pass", "warn < 5"),
        ({"fail": "!= 10"}, "pass", "fail != 10"),
    ],
)
def test_limits(folder: Path, limits: dict[str, str], verdict: str, limit: str) -> None:
    check = only(folder, {"metric": "kept_rows", **limits})
    assert (check.verdict, check.limit, check.value) == (verdict, limit, "10")
    assert (check.file, check.line) == ("gates.yaml", 3)


@pytest.mark.parametrize(
    ("lang", "told", "details"),
    [
        ("en", "kept_rows is 10: fail when < 11", "Too few to train on.\nnext: gristmill lost"),
        ("zh", "kept_rows 为 10，满足 < 11 即为不通过", "Too few to train on.\n下一步：gristmill lost"),
    ],
)
def test_a_failure_says_why_and_what_next(folder: Path, lang: str, told: str, details: str) -> None:
    check = only(folder, {"metric": "kept_rows", "fail": "< 11", "why": "Too few to train on."}, lang=lang)
    assert (check.told, check.details) == (told, details)


def test_without_a_reason_the_metric_speaks(folder: Path) -> None:
    check = only(folder, {"metric": "dropped_share.invalid_json", "fail": "> 0"}, lang="zh")
    assert check.details == "读入的行中（因某个原因）被剔除的比例\n下一步：gristmill lost --by invalid_json"


@pytest.mark.parametrize(("require", "verdict"), [(False, "skip"), (True, "fail")])
def test_an_empty_slice_is_skipped_unless_it_is_required(folder: Path, require: bool, verdict: str) -> None:
    gate = {"metric": "kept_rows", "only": {"source": "b*"}, "fail": "< 1", "require": require}
    check = only(folder, gate)
    assert check.verdict == verdict
    assert "there are no such rows" in check.told


def test_a_slice_with_few_rows_is_not_judged(folder: Path) -> None:
    check = only(folder, {"metric": "kept_rows", "min_rows": 11, "fail": "< 11"})
    assert (check.verdict, check.told) == ("skip", "kept_rows: 10 rows are fewer than min_rows")


def test_every_slice_has_its_own_check(folder: Path) -> None:
    found = [c for c in judged(folder, {"metric": "kept_rows", "per": "language", "fail": "< 5"}) if c.file]
    assert {check.name: check.verdict for check in found} == {
        "kept_rows [language=en]": "fail",
        "kept_rows [language=zh]": "pass",
    }


def test_what_cant_be_told_is_an_error(tmp_path: Path) -> None:
    checks = judged(artifact(tmp_path / "data", signals=False), {"metric": "tokens.p99", "fail": "> 9"})
    assert checks[-1].verdict == "error"
    assert "signals.parquet" in checks[-1].told
    assert exit_code(checks) == 3


@pytest.mark.parametrize(
    ("metric", "base", "slack", "verdict"),
    [
        ("kept_share", 10 / 13, 0, "pass"),
        ("kept_share", 0.7692308, 0, "pass"),  # six decimals are what a file keeps
        ("kept_share", 0.8, 0.05, "pass"),
        ("kept_share", 0.9, 0.05, "fail"),
        ("kept_share", 0.1, 0, "pass"),
        ("pii_rows", 0, 0, "fail"),
        ("pii_rows", 1, 0, "pass"),
        ("pii_rows", 7, 0, "pass"),
    ],
)
def test_the_ratchet(folder: Path, metric: str, base: float, slack: float, verdict: str) -> None:
    check = only(folder, {"metric": metric, "slack": slack}, baseline=Baseline("old", {metric: base}))
    assert check.verdict == verdict
    assert check.limit.startswith("baseline ")


def test_a_direction_can_be_given(folder: Path) -> None:
    gate = {"metric": "rows.read", "slack": 1, "better": "higher"}
    verdicts = [only(folder, gate, baseline=Baseline("old", {"rows.read": base})).verdict for base in (13, 14, 15)]
    assert verdicts == ["pass", "pass", "fail"]


COMPARING = ({"metric": "drift.language", "fail": "> 0.1"}, {"metric": "kept_share", "slack": 0})


@pytest.mark.parametrize("gate", COMPARING)
def test_without_a_baseline_nothing_is_compared_and_it_is_told_once(folder: Path, gate: dict[str, Any]) -> None:
    assert [(c.name, c.verdict) for c in judged(folder, gate, gate)[2:]] == [("baseline", "skip")]
    assert only(folder, {**gate, "require": True}).verdict == "fail"
    lacking = only(folder, gate, baseline=Baseline("old"))
    assert (lacking.verdict, "the baseline lacks it" in lacking.told) == ("skip", True)


@pytest.mark.parametrize(("before", "verdict"), [({"zh": 70, "en": 30}, "pass"), ({"fr": 100}, "fail")])
def test_drift(folder: Path, before: dict[str, int], verdict: str) -> None:
    check = only(folder, COMPARING[0], baseline=Baseline("old", {}, {"language": before}))
    assert check.verdict == verdict


def test_a_changed_file_ends_it_all(tmp_path: Path) -> None:
    folder = artifact(tmp_path / "data")
    (folder / "train.parquet").write_bytes((folder / "dev.parquet").read_bytes())
    (folder / "more.txt").write_text("x", encoding="utf-8")
    checks = judged(folder)
    assert [(check.name, check.verdict) for check in checks] == [("files", "error")]
    assert "more.txt, train.parquet" in checks[0].told
    assert exit_code(checks) == 3


def test_a_changed_manifest_is_found_by_the_folders_name(tmp_path: Path) -> None:
    folder = artifact(tmp_path / "draft")
    home = folder.rename(tmp_path / f"data@{digest_file(folder / 'manifest.json')[:16]}")
    assert judged(home)[0].verdict == "pass"
    manifest = orjson.loads((home / "manifest.json").read_bytes())
    (home / "manifest.json").write_bytes(orjson.dumps({**manifest, "pii": []}))
    assert judged(home)[0].verdict == "error"


@pytest.mark.parametrize(
    ("told", "found", "verdict"),
    [
        (CERTIFICATE, CERTIFICATE, "pass"),
        (CERTIFICATE, {**CERTIFICATE, "highest": 0.9}, "error"),
        (CERTIFICATE, {**CERTIFICATE, "passed": False}, "error"),
        (None, CERTIFICATE, "pass"),
        ({**CERTIFICATE, "nearest": [{"text": "masked"}]}, CERTIFICATE, "pass"),
        ({**CERTIFICATE, "pairs_measured": 7}, {**CERTIFICATE, "pairs_measured": 9}, "pass"),
        (
            {**CERTIFICATE, "complete_from": 0.4, "highest": 0.39},
            {**CERTIFICATE, "complete_from": 0.4, "highest": 0.3},
            "pass",
        ),
        (None, {**CERTIFICATE, "passed": False, "over": 1}, "fail"),
        (None, {**CERTIFICATE, "passed": False, "threshold": None, "crossing": {"family": 1}}, "fail"),
    ],
)
def test_the_certificate_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Any, found: dict[str, Any], verdict: str
) -> None:
    certify(monkeypatch, found)
    check = judged(artifact(tmp_path / "data", leak_certificate=told))[1]
    assert (check.name, check.verdict) == ("leak_certificate", verdict)


def test_leaking_pairs_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sides = [{"split": split, "id": "x", "source": "raw/a", "row": row} for split, row in (("train", 3), ("eval", 9))]
    pair = {"similarity": 0.75, "key": "prompt", "left": sides[0], "right": sides[1]}
    found = {**CERTIFICATE, "passed": False, "highest": 0.75, "nearest": [pair]}
    certify(monkeypatch, found)
    check = judged(artifact(tmp_path / "data", leak_certificate=found))[1]
    assert (check.verdict, check.details) == ("fail", "0.750 (prompt): train raw/a:3 ~ eval raw/a:9")


GATES = Gates.model_validate({"checks": [{"metric": "kept_share", "per": "kind", "slack": 0}, COMPARING[0]]})


@pytest.mark.parametrize("given", ["b.json", "t", "runs/t", "runs/t/data", "runs/t/data/manifest.json"])
def test_a_baseline_is_a_file_or_an_artifact(tmp_path: Path, given: str) -> None:
    made = Artifact(artifact(tmp_path / "runs" / "t" / "data"))
    write_baseline(tmp_path / "b.json", snapshot(made, GATES))
    found = read_baseline(Path(given), GATES, root=tmp_path)
    assert found.name == "t"
    assert set(found.values) == {f"kept_share [kind={kind}]" for kind in ("kto", "preference", "sft", "text")}
    assert found.distributions["language"] == {"en": 3, "zh": 7}
    checks = judge(GATES, Bench(made, found, "runs/t", "en"))
    assert {check.verdict for check in checks} == {"pass"}


def test_a_baseline_is_written_the_same_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / "one" / "b.json", tmp_path / "two" / "b.json"]
    for path in paths:
        write_baseline(path, snapshot(Artifact(artifact(path.parent / "data")), GATES))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_an_old_artifact_gives_what_it_can(tmp_path: Path) -> None:
    found = snapshot(Artifact(artifact(tmp_path / "data", signals=False)), GATES)
    assert "language" not in found.distributions
    assert found.distributions["source"] == {"a.jsonl": 10}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "no such baseline"),
        ("{", "is no baseline"),
        ("[]", "of this version"),
        ('{"format": "x"}', "of this version"),
    ],
)
def test_what_is_no_baseline(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / "b.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=told):
        read_baseline(Path("b.json"), GATES, root=tmp_path)


def test_worse_data_fails_against_the_old(tmp_path: Path) -> None:
    before = snapshot(Artifact(artifact(tmp_path / "old")), GATES)
    english = [ask(f"What is {number}?", f"It is {number}, and nothing else.") for number in range(40)]
    worse = artifact(tmp_path / "new", rows={**ROWS, "train": english})
    checks = judge(GATES, Bench(Artifact(worse), before, "runs/t", "en"))
    assert [check.name for check in checks if check.verdict == "fail"] == ["drift.language"]
