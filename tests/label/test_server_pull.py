import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from dataprep.annotate.projects import find_project
from dataprep.annotate.pull import Pulled, pull
from dataprep.annotate.push import push
from dataprep.annotate.studio import Studio
from schemas.errors import UserError
from tests.label.conftest import CONFIG, annotate, ids, result, task, tasks
from tests.label.server import Server

PULL = """import sys
from pathlib import Path
from dataprep.annotate.pull import pull
from dataprep.annotate.studio import open_studio
with open_studio() as studio:
    print("go", flush=True)
    pull(studio, sys.argv[1], Path(sys.argv[2]))
"""


def fresh(studio: Studio, title: str, state: Path) -> bytes:
    """The state that a first pull leaves now."""
    other = state.with_name("fresh.json")
    other.unlink(missing_ok=True)
    pull(studio, title, other)
    return other.read_bytes()


def said(pulled: Pulled) -> dict[str, list[tuple[int, str]]]:
    """Record id -> who chose which verdict."""
    return {
        task["data"]["record_id"]: sorted(
            (made["completed_by"], made["result"][0]["value"]["choices"][0]) for made in task["annotations"]
        )
        for task in pulled.tasks
    }


def test_a_project_without_annotations(studio: Studio, title: str, tmp_path: Path) -> None:
    push(studio, title, CONFIG, tasks(2))
    pulled = pull(studio, title, tmp_path / "state.json")
    assert (pulled.tasks, pulled.new, pulled.gone, pulled.fetched) == ([], 0, 0, 2)
    assert pulled.project.config == CONFIG


def test_several_annotators_and_only_what_is_new(
    studio: Studio, title: str, tmp_path: Path, people: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    number = push(studio, title, CONFIG, tasks(4)).project.id
    here = ids(studio, number)
    monkeypatch.setattr("dataprep.annotate.pulled._OVERLAP", timedelta(0))
    for person, verdict in zip(people, ("accept", "fix", "accept"), strict=True):
        annotate(studio, here["r0001"], verdict, by=person)
    first = pull(studio, title, state)
    assert said(first) == {"r0001": sorted(zip(people, ("accept", "fix", "accept"), strict=True))}
    assert (first.new, first.fetched) == (3, 4)
    assert first.tasks[0]["annotations"][0].keys() >= {"lead_time", "created_at", "was_cancelled", "ground_truth"}
    assert first.tasks[0]["data"] == task(1)["data"]

    annotate(studio, here["r0003"], "reject", by=people[1])
    second = pull(studio, str(number), state)
    assert (second.new, second.gone, second.fetched) == (1, 0, 2)  # r0001 is as old as the last pull
    assert said(second) == {**said(first), "r0003": [(people[1], "reject")]}
    assert state.read_bytes() == fresh(studio, title, state)


def test_texts_come_back_as_they_were_written(studio: Studio, title: str, tmp_path: Path) -> None:
    number = push(studio, title, CONFIG, [task(0)]).project.id
    said = [
        {"from_name": "x", "to_name": "output", "type": "textarea", "value": {"text": ["2026-01-01T00:00:00Z", "🙂"]}}
    ]
    made = {"result": said, "completed_by": 1, "lead_time": 2, "ground_truth": True}
    studio.client.annotations.create(id=ids(studio, number)["r0000"], **made)
    (annotation,) = pull(studio, title, tmp_path / "state.json").tasks[0]["annotations"]
    assert {name: annotation[name] for name in made} == made


def test_a_pull_repeated_changes_no_byte(studio: Studio, title: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    number = push(studio, title, CONFIG, tasks(2)).project.id
    annotate(studio, ids(studio, number)["r0000"], "accept")
    pull(studio, title, state)
    before = state.read_bytes()
    again = pull(studio, title, state)
    assert (again.new, again.gone) == (0, 0)
    assert state.read_bytes() == before


def test_changed_cancelled_and_deleted_annotations(studio: Studio, title: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    number = push(studio, title, CONFIG, tasks(3)).project.id
    here = ids(studio, number)
    made = [annotate(studio, here[f"r000{n}"], "accept") for n in range(3)]
    pull(studio, title, state)
    studio.client.annotations.update(id=made[0], result=result("fix"))
    studio.client.annotations.update(id=made[1], was_cancelled=True)
    studio.client.annotations.delete(id=made[2])
    pulled = pull(studio, title, state)
    assert (pulled.new, pulled.gone) == (2, 3)
    assert said(pulled) == {"r0000": [(1, "fix")], "r0001": [(1, "accept")]}
    assert [task["annotations"][0]["was_cancelled"] for task in pulled.tasks] == [False, True]
    assert state.read_bytes() == fresh(studio, title, state)


def test_deleted_tasks_go_and_their_numbers_are_used_again(studio: Studio, title: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    number = push(studio, title, CONFIG, tasks(3)).project.id
    here = ids(studio, number)
    for record in ("r0000", "r0002"):
        annotate(studio, here[record], "accept")
    pull(studio, title, state)
    studio.client.tasks.delete(str(here["r0002"]))
    push(studio, title, CONFIG, [task(9)])
    assert ids(studio, number)["r0009"] == here["r0002"]
    pulled = pull(studio, title, state)
    assert said(pulled) == {"r0000": [(1, "accept")]}
    studio.client.tasks.delete(str(here["r0000"]))
    pulled = pull(studio, title, state)
    assert (pulled.tasks, pulled.gone) == ([], 1)
    assert state.read_bytes() == fresh(studio, title, state)


def test_pages_join_up(studio: Studio, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = push(studio, title, CONFIG, tasks(7)).project.id
    for there in ids(studio, number).values():
        annotate(studio, there, "accept")
    whole = fresh(studio, title, tmp_path / "state.json")
    listing = studio.client.tasks.list
    monkeypatch.setattr(studio.client.tasks, "list", lambda **options: listing(**{**options, "page_size": 3}))
    assert fresh(studio, title, tmp_path / "state.json") == whole


def test_a_listing_that_was_cut_is_an_error(
    studio: Studio, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    push(studio, title, CONFIG, tasks(3))
    pull(studio, title, state)
    before = state.read_bytes()
    push(studio, title, CONFIG, tasks(5))
    monkeypatch.setattr("dataprep.annotate.pull.task_pages", lambda *_, **__: iter([]))
    with pytest.raises(UserError, match=r"counts 5 tasks and 0 annotations, but [30] and 0 came"):
        pull(studio, title, state)
    assert state.read_bytes() == before


def test_a_project_deleted_in_mid_pull(
    studio: Studio, title: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state.json"
    number = push(studio, title, CONFIG, tasks(5)).project.id
    pull(studio, title, state)
    before = state.read_bytes()
    listing = studio.client.tasks.list

    def cut(**options: object) -> object:
        page = listing(**{**options, "page_size": 2})
        if find_project(studio, title):
            studio.client.projects.delete(id=number)
        return page

    monkeypatch.setattr(studio.client.tasks, "list", cut)
    with pytest.raises(UserError, match=rf"has no project {number} \(any more\)"):
        pull(studio, title, state)
    assert state.read_bytes() == before


def test_the_file_of_another_project(studio: Studio, title: str, tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    push(studio, title, CONFIG, tasks(1))
    other = push(studio, f"{title} again", CONFIG, tasks(1)).project.id
    pull(studio, title, state)
    with pytest.raises(UserError, match=f"belongs to another project than {other} "):
        pull(studio, str(other), state)


def test_no_such_project(studio: Studio, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has the title 'nobody made it'"):
        pull(studio, "nobody made it", tmp_path / "state.json")
    with pytest.raises(UserError, match="has no project 99999"):
        pull(studio, "99999", tmp_path / "state.json")


def test_killed_at_any_moment_and_repeated(server: Server, studio: Studio, title: str, tmp_path: Path) -> None:
    number = push(studio, title, CONFIG, tasks(60)).project.id
    state = tmp_path / "state.json"
    pull(studio, title, state)
    made = [{"completed_by": 1, "result": result("fix")}]
    there = [{"data": task(n)["data"], "annotations": made} for n in range(60, 90)]
    studio.client.projects.import_tasks(number, request=there)
    before, after = state.read_bytes(), fresh(studio, title, state)
    environment = {**os.environ, "LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    command = [sys.executable, "-c", PULL, title, str(state)]
    seen = set()
    for delay in (0.0, 0.1, 0.2, 0.3, 0.5):
        state.write_bytes(before)
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"go\n"
            time.sleep(delay)
            process.send_signal(signal.SIGKILL)
        seen.add(state.read_bytes())
        assert state.read_bytes() in (before, after)
        pull(studio, title, state)
        assert state.read_bytes() == after
    assert before in seen
