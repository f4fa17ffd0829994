from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.annotate.projects import Project
from dataprep.annotate.pulled import State, read_state, with_tasks, write_state
from schemas.errors import UserError

URL = "http://127.0.0.1:8080"
PROJECT = Project(7, "复核", "<View/>", "2026-11-26T18:00:00.000000Z", 3, 2, 0)
EMPTY = State("", {})


def task(number: int, *annotations: int, second: int = 0) -> dict[str, Any]:
    time = f"2026-11-26T18:00:{second:02}Z"
    made = [{"id": annotation, "updated_at": time, "result": []} for annotation in annotations]
    data = {"record_id": f"r{number}", "output": "答案 🙂"}
    return {"id": number, "data": data, "annotations": made, "updated_at": time, "created_at": time, "overlap": 1}


def test_nothing_pulled_yet(tmp_path: Path) -> None:
    state = read_state(tmp_path / "state.json", URL, PROJECT)
    assert state == EMPTY
    assert (state.since, state.annotated, state.annotations) == ("", [], {})
    assert with_tasks(state, []) == state


def test_tasks_without_annotations_leave_their_id_only() -> None:
    state = with_tasks(EMPTY, [task(2), task(1, 11)])
    assert list(state.tasks) == [1, 2]
    assert state.tasks[2] == {"id": 2}
    assert state.annotated == [{"id": 1, "data": task(1)["data"], "annotations": task(1, 11)["annotations"]}]


def test_asks_again_from_a_little_before_the_last_change() -> None:
    state = with_tasks(EMPTY, [task(1, second=9), task(2, 21, second=3)])
    assert state.since == "2026-11-26T18:00:04.000000Z"


def test_a_task_seen_again_replaces_the_first() -> None:
    state = with_tasks(with_tasks(EMPTY, [task(1, 11, 12)]), [task(1, 12, second=5)])
    assert list(state.annotations) == [(12, "2026-11-26T18:00:05Z")]


@pytest.mark.parametrize(
    ("tasks", "annotations", "agrees"), [(3, 2, True), (4, 2, False), (2, 2, False), (3, 1, False), (3, 3, False)]
)
def test_counts_must_agree(tasks: int, annotations: int, agrees: bool) -> None:
    state = with_tasks(EMPTY, [task(1, 11), task(2, 21), task(3)])
    assert state.agrees(replace(PROJECT, tasks=tasks, annotations=annotations)) is agrees


def test_the_file_gives_back_what_was_written_whatever_the_title(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    state = with_tasks(EMPTY, [task(1, 11), task(2)])
    write_state(path, URL, PROJECT, state)
    assert read_state(path, URL, replace(PROJECT, title="又一个", tasks=9)) == state
    assert [entry.name for entry in path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize(
    ("url", "project"),
    [
        ("http://127.0.0.1:9090", PROJECT),
        (URL, replace(PROJECT, id=8)),
        (URL, replace(PROJECT, made="2026-11-26T19:00:00.000000Z")),
    ],
    ids=["server", "number", "database"],
)
def test_the_file_of_another_project(tmp_path: Path, url: str, project: Project) -> None:
    write_state(tmp_path / "state.json", URL, PROJECT, EMPTY)
    with pytest.raises(UserError, match="belongs to another project"):
        read_state(tmp_path / "state.json", url, project)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"project": {}, "seen": "", "tasks": [1]}', "\x00"])
def test_a_damaged_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="is not what a pull left there") as told:
        read_state(tmp_path / "state.json", URL, PROJECT)
    assert "remove" in told.value.hint


@given(st.lists(st.tuples(st.integers(1, 6), st.lists(st.integers(1, 9), max_size=3, unique=True)), max_size=12))
def test_pulls_in_pieces_end_where_one_pull_does(touched: list[tuple[int, list[int]]]) -> None:
    """The last version of each task counts, in however many pulls it came."""
    changes = [task(number, *made, second=second) for second, (number, made) in enumerate(touched)]
    state = EMPTY
    for change in changes:
        state = with_tasks(state, [change])
    newest = {change["id"]: change for change in changes}
    assert state == with_tasks(EMPTY, reversed(newest.values()))
    assert list(state.tasks) == sorted(newest)
