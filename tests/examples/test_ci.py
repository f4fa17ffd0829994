"""The shipped workflow and hook, run as a CI would: their own commands, in a project of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest
import yaml

from dataprep.gates import METRICS, Gates

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"
FAQ = {
    "水箱容量是多少？": "一升半，大约六杯。",
    "怎么清洗滤网": "取下来用流动的清水冲一分钟，晾干再装回去。",
    "保修期多久": "整机两年，人为损坏除外，发票请留好。",
    "能泡绿茶吗": "可以，把温度旋钮转到八十度即可。",
    "屏幕不亮了": "先检查插座有没有电，再长按电源键五秒。",
    "发货要几天": "江浙沪次日到，其余省份三到五天。",
    "Is it loud?": "About forty decibels, like a quiet library.",
    "Where is it made?": "In Hangzhou; the glass comes from Bohemia.",
    "May I return it?": "Within thirty days, unopened or not.",
    "Which plug does it have?": "A type G one, plus an adapter in the box.",
    "Does it need filters?": "Only with hard water; replace them every season.",
    "Can children use it?": "From eight years on, while somebody watches.",
}
GATES = """
gates:
  checks:
    - {metric: kept_share, fail: "< 0.9", warn: "< 0.95", why: Someone sent rows without answers.}
    - {metric: dropped_share, warn: "> 0"}
    - {metric: leak.pairs, fail: "> 0"}
"""


def workflow() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((CI / "gristmill.yml").read_text(encoding="utf-8"))
    return told


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with data, recipe, gates and an installed gristmill."""
    for folder in ("raw", "configs", "ci", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "recipe.yaml").write_text("name: first\ndata:\n  sources: [{path: raw}]\n", encoding="utf-8")
    (tmp_path / "configs" / "gates.yaml").write_text(GATES, encoding="utf-8")
    shutil.copy(CI / "check_data.sh", tmp_path / "ci")
    command = tmp_path / ".venv" / "bin" / "gristmill"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gristmill "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


def fill(project: Path, *, broken: int) -> None:
    """Data with so many rows that have no answer."""
    rows = [{"instruction": question, "output": answer} for question, answer in FAQ.items()]
    rows += [{"instruction": f"第 {number} 题没有答案", "output": ""} for number in range(broken)]
    (project / "raw" / "faq.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in rows))


def environment(project: Path) -> dict[str, str]:
    mine = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(project / "summary.md")}
    path = os.pathsep.join((str(ROOT), os.environ.get("PYTHONPATH", "")))
    return {**os.environ, **mine, "PYTHONPATH": path, "COLUMNS": "120", "NO_COLOR": "1"}


def act(project: Path) -> tuple[bool, str]:
    """Run a job's shell steps as GitHub does: stop at the first that fails, but for those that always run.

    Steps that use an action, and the one that installs gristmill, have no place here.
    """
    told, good = "", True
    environment_ = {**environment(project), **workflow()["env"]}
    for step in workflow()["jobs"]["data"]["steps"]:
        if "run" not in step or "pip install" in step["run"] or not (good or step.get("if") == "always()"):
            continue
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", step["run"]],
            cwd=project,
            env=environment_,
            capture_output=True,
            text=True,
            check=False,
        )
        told += done.stdout + done.stderr
        good = good and done.returncode == 0
    assert "Traceback" not in told
    return good, told


@pytest.mark.parametrize(("broken", "good"), [(0, True), (4, False)])
def test_the_workflow_passes_good_data_and_stops_bad(project: Path, broken: int, good: bool) -> None:
    fill(project, broken=broken)
    passed, told = act(project)
    assert passed == good, told
    root = ElementTree.parse(project / "gate.xml").getroot()
    assert root.get("failures") == ("0" if good else "1")
    line = "::error file=configs/gates.yaml,line=4,title=kept_share::kept_share is 0.75: fail when < 0.9"
    assert (line in told) != good
    assert ("::warning file=configs/gates.yaml,line=5" in told) != good
    summary = (project / "summary.md").read_text(encoding="utf-8")
    assert ("Someone sent rows without answers." in summary) != good
    assert "## Gates of runs/first" in summary


def test_the_workflow_keeps_what_the_steps_write() -> None:
    steps = workflow()["jobs"]["data"]["steps"]
    kept = [step["with"] for step in steps if step.get("if") == "always()"]
    assert [list(settings) for settings in kept] == [["report_paths"], ["name", "path"]]
    assert "--junit gate.xml" in "".join(step.get("run", "") for step in steps)
    assert kept[0]["report_paths"] == "gate.xml"
    assert all("@v" in step["uses"] for step in steps if "uses" in step)


@pytest.mark.parametrize(
    ("what", "broken", "code"),
    [("plan", 0, 0), ("gate", 4, 1), ("plan", None, 2), ("nonsense", 0, 2)],
)
def test_the_hook_stops_what_it_should(project: Path, what: str, broken: int | None, code: int) -> None:
    if broken is not None:
        fill(project, broken=broken)
    command = ["ci/check_data.sh", what]
    done = subprocess.run(command, cwd=project, env=environment(project), capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_hooks_run_the_script() -> None:
    told = yaml.safe_load((CI / "pre-commit-config.yaml").read_text(encoding="utf-8"))
    [repository] = told["repos"]
    assert [(hook["entry"], hook["stages"]) for hook in repository["hooks"]] == [
        ("ci/check_data.sh plan", ["pre-commit"]),
        ("ci/check_data.sh gate", ["pre-push"]),
    ]
    assert os.access(CI / "check_data.sh", os.X_OK)
    checker = Path(sys.executable).with_name("pre-commit")
    done = subprocess.run(
        [checker, "validate-config", CI / "pre-commit-config.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_readme_names_every_metric_and_its_gates_are_valid() -> None:
    text = (CI / "README.md").read_text(encoding="utf-8")
    assert [name for name in METRICS if f"`{name}" not in text] == []
    [recipe] = [block.split("```")[0] for block in text.split("```yaml")[1:]]
    assert len(Gates.model_validate(yaml.safe_load(recipe)["gates"]).checks) == 5
