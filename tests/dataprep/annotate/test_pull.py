from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from dataprep.annotate.projects import Project
from dataprep.annotate.pull import pull
from dataprep.annotate.studio import Studio
from schemas.errors import UserError

STUDIO = Studio("http://127.0.0.1:8080", "admin@example.com", None)


@dataclass
class Desk:
    """A project in memory that people work in: whenever it is looked at, the next change has happened."""

    tasks: dict[int, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    hidden: int = -1

    def project(self, *_: object) -> Project:
        if self.changes:
            change = self.changes.pop(0)
            self.tasks[change["id"]] = change
        count = sum(len(task["annotations"]) for task in self.tasks.values())
        return Project(7, "t", "<View/>", "2026", len(self.tasks), count, 0)

    def pages(self, *_: object, since: str, **__: object) -> Iterator[list[dict[str, Any]]]:
        self.asked.append(since)
        for number, task in sorted(self.tasks.items()):
            if number != self.hidden and task["updated_at"] >= since:
                yield [task]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk = Desk()
    monkeypatch.setattr("dataprep.annotate.pull.find_project", desk.project)
    monkeypatch.setattr("dataprep.annotate.pull.read_project", desk.project)
    monkeypatch.setattr("dataprep.annotate.pull.task_pages", desk.pages)
    return desk


def task(number: int, *annotations: int, minute: int = 0) -> dict[str, Any]:
    time = f"2026-11-26T18:{minute:02}:00.000000Z"
    made = [{"id": annotation, "updated_at": time} for annotation in annotations]
    return {"id": number, "data": {"record_id": f"r{number}"}, "annotations": made, "updated_at": time}


def test_an_empty_project(desk: Desk, tmp_path: Path) -> None:
    pulled = pull(STUDIO, "t", tmp_path / "state.json")
    assert (pulled.tasks, pulled.new, pulled.gone, pulled.fetched) == ([], 0, 0, 0)
    assert desk.asked == [""]


def test_people_who_work_meanwhile_are_caught_up_with(desk: Desk, tmp_path: Path) -> None:
    desk.tasks = {number: task(number, number * 10) for number in (1, 2)}
    desk.changes = [task(2, 20), task(1, 10, 11, minute=3), task(2, 20, 21, minute=4)]
    pulled = pull(STUDIO, "t", tmp_path / "state.json")
    assert [len(one["annotations"]) for one in pulled.tasks] == [2, 2]
    assert (pulled.new, pulled.gone) == (4, 0)
    assert desk.asked == ["", "2026-11-26T17:59:55.000000Z", "2026-11-26T18:02:55.000000Z"]


def test_a_deleted_task_makes_it_fetch_everything_anew(desk: Desk, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    desk.tasks = {number: task(number, number * 10) for number in (1, 2)}
    pull(STUDIO, "t", state)
    del desk.tasks[1]
    pulled = pull(STUDIO, "t", state)
    assert [one["id"] for one in pulled.tasks] == [2]
    assert (pulled.new, pulled.gone) == (0, 1)
    assert desk.asked[1:] == ["2026-11-26T17:59:55.000000Z", ""]


def test_a_listing_that_always_lacks_a_task(desk: Desk, tmp_path: Path) -> None:
    desk.tasks, desk.hidden = {1: task(1, 10), 2: task(2)}, 2
    with pytest.raises(UserError, match=r"counts 2 tasks and 1 annotations, but 1 and 1 came"):
        pull(STUDIO, "t", tmp_path / "state.json")
    assert list(tmp_path.iterdir()) == []


def test_no_project_of_that_title(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("dataprep.annotate.pull.find_project", lambda *_: None)
    with pytest.raises(UserError, match="has the title '质检'"):
        pull(STUDIO, "质检", tmp_path / "state.json")
