"""`gristmill gate` as a person and a CI meet it: words, files, exit codes."""

from pathlib import Path
from xml.etree import ElementTree

import orjson
import pytest
import typer
from typer.testing import CliRunner, Result

from gristmill.cli_gate import gate
from schemas.errors import GristmillError, UserError
from tests.dataprep.gates.artifacts import artifact, certify

app = typer.Typer()
app.command()(gate)

PASSING = '{metric: kept_share, fail: "< 0.5"}'
FAILING = '{metric: kept_share, fail: "< 0.9", why: Too much is lost.}'
WARNING = '{metric: kept_share, warn: "< 0.9"}'
SLICED = '{metric: kept_rows, per: kind, fail: "< 1"}'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    certify(monkeypatch)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    artifact(tmp_path / "runs" / "t" / "data")
    return tmp_path


def gates(folder: Path, *checks: str, more: str = "") -> Path:
    path = folder / "gates.yaml"
    path.write_text("gates:\n" + more + "  checks:\n" + "".join(f"    - {check}\n" for check in checks), "utf-8")
    return path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


@pytest.mark.parametrize(
    ("check", "code", "told"),
    [
        (PASSING, 0, ["kept_share", "0.7692", "pass"]),
        (WARNING, 0, ["warn", "kept_share is 0.7692: warn when < 0.9"]),
        (FAILING, 1, ["fail", "kept_share is 0.7692: fail when < 0.9", "Too much is lost.", "next: gristmill lost"]),
        ('{metric: pii.email.rows, fail: "> 0"}', 3, ["error", "manifest.json has no pii"]),
        (SLICED, 0, ["kept_rows [kind × 4]"]),
    ],
)
def test_table_and_exit_code(folder: Path, check: str, code: int, told: list[str]) -> None:
    gates(folder, check)
    done = run("t", "-c", "gates.yaml")
    assert done.exit_code == code
    for words in (*told, "Gates of runs/t"):
        assert words in done.stdout


def test_the_worst_stands_last(folder: Path) -> None:
    gates(folder, FAILING, WARNING, PASSING)
    lines = [
        line.split() for line in run("t", "-c", "gates.yaml").stdout.splitlines() if line.startswith("kept_share ")
    ]
    assert [line[-1] for line in lines if "0.7692" in line and "is" not in line] == ["pass", "warn", "fail"]


def test_chinese(folder: Path) -> None:
    gates(folder, FAILING)
    told = run("runs/t", "-c", "gates.yaml", "--lang", "zh").stdout
    for words in ("runs/t 的门禁", "不通过", "kept_share 为 0.7692，满足 < 0.9 即为不通过", "下一步：gristmill lost"):
        assert words in told


def test_the_gates_of_the_folder_are_taken_unless_others_are_named(folder: Path) -> None:
    shipped = run()  # gristmill's own
    assert "families.largest_share" in shipped.stdout
    (folder / "configs").mkdir()
    gates(folder, FAILING).rename(folder / "configs" / "gates.yaml")
    assert run().exit_code == 1


def test_json(folder: Path) -> None:
    gates(folder, FAILING, SLICED)
    done = run("-c", "gates.yaml", "--json", "--github")
    told = orjson.loads(done.stdout)
    assert (told["exit_code"], told["run"], told["counts"]["fail"]) == (1, "runs/t", 1)
    assert [check["name"] for check in told["checks"]][:3] == ["files", "leak_certificate", "kept_share"]
    assert len(told["checks"]) == 7


@pytest.mark.parametrize(("words", "loud"), [((), True), (("--no-github",), False)])
def test_github_gets_annotations_and_a_summary(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], loud: bool
) -> None:
    summary = folder / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    gates(folder, FAILING)
    done = run("-c", "gates.yaml", *words)
    line = "::error file=gates.yaml,line=3,title=kept_share::kept_share is 0.7692: fail when < 0.9%0AToo much is lost."
    assert (line in done.stderr) == loud
    assert "::error" not in done.stdout
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n")
    assert ("## Gates of runs/t" in text and "Too much is lost." in text) == loud


def test_junit(folder: Path) -> None:
    gates(folder, FAILING, PASSING)
    run("-c", "gates.yaml", "--junit", "out/gate.xml")
    root = ElementTree.parse(folder / "out" / "gate.xml").getroot()
    assert (root.get("tests"), root.get("failures")) == ("4", "1")
    [failure] = root.iter("failure")
    assert failure.get("message") == "kept_share is 0.7692: fail when < 0.9"


RATCHET = "{metric: kept_share, slack: 0.01}"


def test_the_baseline_is_written_and_holds(folder: Path) -> None:
    gates(folder, RATCHET, '{metric: drift.kind, fail: "> 0.1"}')
    assert "no baseline: 2 gates could not compare" in run("-c", "gates.yaml", "--json").stdout
    done = run("-c", "gates.yaml", "--update-baseline")
    assert (done.exit_code, "baseline.json written: 1 numbers of runs/t" in done.stdout) == (0, True)
    assert run("-c", "gates.yaml", "--baseline", "baseline.json").exit_code == 0
    told = orjson.loads((folder / "baseline.json").read_bytes())
    (folder / "baseline.json").write_bytes(orjson.dumps({**told, "values": {"kept_share": 0.9}}))
    gates(folder, RATCHET, more="  baseline: baseline.json\n")
    done = run("-c", "gates.yaml")
    assert done.exit_code == 1
    assert "kept_share is 0.7692; the baseline has 0.9, and 0.01 worse is allowed" in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nobody",), "no run 'nobody'"),
        (("-c", "none.yaml"), "No such recipe"),
        (("--baseline", "none.json"), "no such baseline"),
        (("--update-baseline", "--baseline", "runs/t"), "is not the name of a baseline file"),
        (("--update-baseline", "--baseline", "manifest.json"), "is not the name of a baseline file"),
    ],
)
def test_what_a_person_can_mend(folder: Path, words: tuple[str, ...], told: str) -> None:
    with pytest.raises(UserError, match=told) as fault:
        run(*words)
    assert fault.value.hint


def test_a_changed_artifact_is_neither_judged_nor_taken_as_baseline(folder: Path) -> None:
    (folder / "runs" / "t" / "data" / "dev.parquet").unlink()
    assert run().exit_code == 3
    with pytest.raises(GristmillError, match=r"dev\.parquet"):
        run("--update-baseline")
    assert not (folder / "baseline.json").exists()
