import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate.projects import held_tasks
from dataprep.annotate.studio import Studio
from schemas.artifacts import SPLITS
from tests.gristmill.test_cli import ROOT, gristmill
from tests.label.conftest import PEOPLE, ids
from tests.label.server import Server

TITLE = "end to end 一条龙"
RECIPE = f"""
name: desk
seed: 17
data:
  sources: [{{path: {ROOT / "examples/data/raw/pairs"}}}]
  labels: {{files: [LABELS]}}
"""
SAID = {0: ("reject", "reject", "reject"), 1: ("fix", "fix", "accept"), 2: ("accept", "reject", "fix")}
"""What the three say of every tenth record; of all others they accept."""
ANSWERED = 60
"""Of the 200 rows: an annotation takes the server a quarter of a second."""
ALPHA = 1 - (30 / 180) / (12_456 / (180 * 179))
"""Krippendorff's, by hand: 6 x 2 + 6 x 3 of 180 observed; expected from 138 times accept, 24 reject and 18 fix."""


@dataclass(frozen=True)
class Desk:
    """A folder with a run, and those of its 200 rows on a server that three people have answered."""

    folder: Path
    project: int
    records: list[str]
    pushed: dict[str, Any]
    again: dict[str, Any]

    def run(self, *words: str | Path) -> str:
        done = gristmill(*words, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def told(self, *words: str) -> Any:
        return orjson.loads(self.run(*words, "--json"))

    def curate(self, name: str, labels: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that stay, and the ledger."""
        (self.folder / "r.yaml").write_text(RECIPE.replace("LABELS", labels), encoding="utf-8")
        self.run("data", "-c", "r.yaml", "--name", name)
        data = self.folder / "runs" / name / "data"
        rows = pl.concat([pl.read_parquet(data / f"{split}.parquet") for split in SPLITS])
        return rows, pl.read_parquet(data / "ledger.parquet")

    def some(self, rest: int) -> list[str]:
        return self.records[rest::10]

    @property
    def answers(self) -> Path:
        (path,) = (self.folder / "runs/desk/labels").glob("*.parquet")
        return path


def say(studio: Studio, task: int, verdict: str, person: int, corrected: str = "") -> None:
    about = {"to_name": "answer"}
    result = [{"from_name": "verdict", "type": "choices", "value": {"choices": [verdict]}, **about}]
    if corrected:
        result.append({"from_name": "corrected", "type": "textarea", "value": {"text": [corrected]}, **about})
    # What is made by API counts as ground truth unless it says that it doesn't.
    studio.client.annotations.create(id=task, result=result, completed_by=person, lead_time=3, ground_truth=False)


@pytest.fixture(scope="module")
def desk(server: Server, studio: Studio, people: list[int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABEL_STUDIO_URL", server.url)
        patch.setenv("LABEL_STUDIO_API_KEY", server.token)
        desk = Desk(folder, 0, [], {}, {})
        desk.curate("desk", "")
        push = ("label", "push", "desk", "--project", TITLE, "--count", "200")
        pushed, again = desk.told(*push), desk.told(*push)
        tasks = ids(studio, pushed["project"])
        records = sorted(tasks)[:ANSWERED]
        for place, record in enumerate(records):
            for person, verdict in zip(people, SAID.get(place % 10, ("accept",) * 3), strict=True):
                say(studio, tasks[record], verdict, person, f"更正 {place}" if verdict == "fix" else "")
        desk.run("label", "pull", "desk", "--project", TITLE)
        yield Desk(folder, pushed["project"], records, pushed, again)


@pytest.mark.timeout(400)  # it waits for the annotations
def test_rows_are_pushed_once_and_come_back_whole(desk: Desk) -> None:
    assert (desk.pushed["created"], desk.again["created"], desk.again["present"]) == (200, 0, 200)
    answers = pl.read_parquet(desk.answers)
    assert answers.filter(question="verdict").height == 3 * ANSWERED
    assert answers.filter(question="corrected").height == 18
    assert sorted(answers["annotator"].unique()) == sorted(PEOPLE)
    assert sorted(answers["record"].unique()) == desk.records


def test_agreement_is_what_it_is_by_hand(desk: Desk) -> None:
    told = desk.told("label", "agreement", "desk")
    (verdict,) = [question for question in told["questions"] if question["name"] == "verdict"]
    assert verdict["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-9)
    assert (verdict["alpha"]["pairable"], verdict["alpha"]["raters"]) == (ANSWERED, 3)
    assert (desk.folder / "runs/desk/labels/agreement.html").stat().st_size > 1000


def test_what_they_said_is_done(desk: Desk) -> None:
    rows, ledger = desk.curate("labelled", "runs/desk/labels/*.parquet")
    lines = ledger.filter(stage="labels")
    assert not set(desk.some(0)) & set(rows["id"])
    assert set(desk.some(0)) <= set(lines.filter(reason="label_rejected")["id"])
    assert set(desk.some(1)) <= set(lines.filter(reason="label_fixed")["id"])
    assert set(desk.some(2)) <= set(lines.filter(reason="label_disputed", verdict="flagged")["id"])
    last = dict(rows.select("id", pl.col("messages").list.last().struct.field("content")).iter_rows())
    fixed = {record: f"更正 {place}" for place, record in enumerate(desk.records) if place % 10 == 1}
    stays = last.keys() & fixed.keys()
    assert len(stays) > 3  # of near-duplicates one stays
    assert {name: last[name] for name in stays} == {name: fixed[name] for name in stays}
    assert "label_fixed" in desk.run("why", desk.some(1)[0], "--run", "labelled")


def test_a_pull_that_was_killed_and_repeated_gives_the_same_file(desk: Desk) -> None:
    whole, left = desk.answers.read_bytes(), set()
    pull = ["label", "pull", "desk", "--project", TITLE]
    quiet: dict[str, Any] = {"env": {**os.environ, "PYTHONPATH": str(ROOT)}, "stdout": subprocess.DEVNULL}
    for delay in (0.5, 1.5, 2.0, 2.5):
        for path in (desk.folder / "runs/desk/labels").iterdir():
            path.unlink()
        with subprocess.Popen([sys.executable, "-m", "gristmill", *pull], cwd=desk.folder, **quiet) as process:
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        found = list((desk.folder / "runs/desk/labels").glob("*.parquet"))
        left.add(len(found))
        assert [path.read_bytes() for path in found] in ([], [whole])
        desk.run(*pull)
        assert desk.answers.read_bytes() == whole
    assert 0 in left


def test_a_second_round_settles_what_was_disputed(desk: Desk, studio: Studio, people: list[int]) -> None:
    pushed = desk.told("label", "push", "desk", "--project", TITLE, "--disputed")
    assert pushed["created"] == 12  # accepted by one of three and fixed by two is a dispute, too
    tasks = {name: held[0] for (name, _, turn), held in held_tasks(studio, desk.project).items() if turn == 2}
    assert set(tasks) == {*desk.some(1), *desk.some(2)}
    for task in tasks.values():
        say(studio, task, "reject", people[2])
    desk.run("label", "pull", "desk", "--project", TITLE)
    answers = pl.read_parquet(desk.answers)
    rounds = answers.filter(question="verdict")["round"].value_counts()
    assert dict(rounds.iter_rows()) == {1: 3 * ANSWERED, 2: 12}
    told = desk.told("label", "agreement", "desk")
    (verdict,) = [question for question in told["questions"] if question["name"] == "verdict"]
    assert verdict["alpha"]["value"] == pytest.approx(ALPHA, abs=1e-9)
    rows, ledger = desk.curate("settled", "runs/desk/labels/*.parquet")
    assert not {*desk.some(0), *desk.some(1), *desk.some(2)} & set(rows["id"])
    assert ledger.filter(stage="labels", reason="label_disputed").is_empty()
