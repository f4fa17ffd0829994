from typing import Any

import httpx
import pytest

from dataprep.annotate.projects import find_project, held_tasks
from dataprep.annotate.push import push
from dataprep.annotate.studio import Studio
from schemas.errors import UserError
from tests.label.conftest import CONFIG, annotate, ids, task, tasks


def test_a_push_makes_the_project_and_repeats_without_doubles(studio: Studio, title: str) -> None:
    first = push(studio, title, CONFIG, tasks(3))
    again = push(studio, title, CONFIG, tasks(4))
    assert (first.made, first.created, first.present, first.predictions) == (True, 3, 0, 3)
    assert (again.made, again.created, again.present, again.predictions) == (False, 1, 3, 1)
    assert again.project.tasks == 4
    assert first.project.id == again.project.id


def test_what_is_shown_arrives_as_it_was(studio: Studio, title: str) -> None:
    sent = task(7)
    sent["data"] |= {
        "when": "2026-01-01T00:00:00Z",
        "share": 1.0,
        "swap": True,
        "turns": [{"role": "user", "n": 2**53}],
    }
    project = push(studio, title, CONFIG, [sent]).project
    page = studio.client.tasks.list(project=project.id, fields="all", page_size=10)
    held = page.items[0].model_dump(mode="json")
    assert held["data"] == sent["data"]
    assert held["predictions"][0]["result"] == sent["predictions"][0]["result"]


def test_nothing_to_push_makes_an_empty_project(studio: Studio, title: str) -> None:
    pushed = push(studio, title, CONFIG, [])
    assert (pushed.made, pushed.created, pushed.project.tasks) == (True, 0, 0)


def test_batches_and_doubles_in_one_push(studio: Studio, title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dataprep.annotate.push.BATCH", 4)
    pushed = push(studio, title, CONFIG, [*tasks(9), task(0), task(8)])
    assert (pushed.created, pushed.present, pushed.project.tasks) == (9, 2, 9)


@pytest.mark.parametrize("other", [{"turn": 2}, {"content": "another"}])
def test_a_second_round_or_a_changed_record_is_another_task(studio: Studio, title: str, other: dict[str, Any]) -> None:
    push(studio, title, CONFIG, tasks(2))
    assert push(studio, title, CONFIG, [task(0, **other)]).created == 1


def test_by_number_and_with_another_layout_of_the_config(studio: Studio, title: str) -> None:
    number = str(push(studio, title, CONFIG, tasks(1)).project.id)
    layout = "<!-- a note -->" + CONFIG.replace("  ", "\n\t")
    assert push(studio, number, layout, tasks(2)).created == 1


def test_another_config_is_refused(studio: Studio, title: str) -> None:
    push(studio, title, CONFIG, tasks(1))
    with pytest.raises(UserError, match="has another labelling config") as told:
        push(studio, title, CONFIG.replace('value="fix"', 'value="mend"'), tasks(2))
    assert "new title" in told.value.hint
    assert len(ids(studio, find_project(studio, title).id)) == 1  # type: ignore[union-attr]


def test_an_unreadable_prediction_is_told_and_its_batch_taken_back(
    studio: Studio, title: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dataprep.annotate.push.BATCH", 2)
    unreadable = {**task(3), "predictions": [{"result": [None]}]}
    told = (
        r"can't read one of the pre-annotations .* dropped the pre-annotations of 2 of 6 tasks: records r0002, r0003\."
    )
    with pytest.raises(UserError, match=told):
        push(studio, title, CONFIG, [*tasks(3), unreadable, *tasks(2, start=4)])
    number = find_project(studio, title).id  # type: ignore[union-attr]
    assert sorted(ids(studio, number)) == ["r0000", "r0001"]
    pushed = push(studio, title, CONFIG, tasks(6))
    assert (pushed.created, pushed.predictions) == (4, 4)


def test_predictions_dropped_without_a_word(studio: Studio, title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    send = studio.client.projects.import_tasks

    def forgetful(project: int, *, request: list[dict[str, Any]], **options: Any) -> Any:
        return send(project, request=[{"data": task["data"]} for task in request], **options)

    monkeypatch.setattr(studio.client.projects, "import_tasks", forgetful)
    bare = {"data": task(0)["data"]}
    with pytest.raises(UserError, match=r"dropped the pre-annotations of 2 of 3 tasks: records r0001, r0002\."):
        push(studio, title, CONFIG, [bare, task(1), task(2)])
    assert list(ids(studio, find_project(studio, title).id)) == ["r0000"]  # type: ignore[union-attr]


def test_a_push_that_was_cut_goes_on(studio: Studio, title: str, monkeypatch: pytest.MonkeyPatch) -> None:
    send, sent = studio.client.projects.import_tasks, []

    def cut(*arguments: Any, **options: Any) -> Any:
        sent.append(send(*arguments, **options))
        if len(sent) == 2:
            raise httpx.ReadTimeout("the reply was lost")
        return sent[-1]

    monkeypatch.setattr("dataprep.annotate.push.BATCH", 2)
    monkeypatch.setattr(studio.client.projects, "import_tasks", cut)
    with pytest.raises(UserError, match="took longer than"):
        push(studio, title, CONFIG, tasks(7))
    pushed = push(studio, title, CONFIG, tasks(7))
    assert (pushed.created, pushed.present, pushed.project.tasks) == (3, 4, 7)


def test_a_task_without_what_the_config_shows_is_refused(studio: Studio, title: str) -> None:
    bare = {"data": {"record_id": "a", "content": "h", "round": 1, "output": "b"}}
    with pytest.raises(UserError, match='"instruction" key is expected'):
        push(studio, title, CONFIG, [bare])


@pytest.mark.parametrize(
    ("name", "config", "told"),
    [
        ("ab", CONFIG, "title: Ensure this field has at least 3 characters"),
        ("a broken config", CONFIG.replace('toName="output"', 'toName="nothing"'), 'toName="nothing" not found'),
    ],
)
def test_the_server_checks_new_projects(studio: Studio, name: str, config: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        push(studio, name, config, tasks(1))


def test_two_projects_of_one_title_need_a_number(studio: Studio, title: str) -> None:
    numbers = [studio.client.projects.create(title=title, label_config=CONFIG).id for _ in range(2)]
    with pytest.raises(UserError, match=f"2 projects .* {numbers[0]}, {numbers[1]}"):
        push(studio, title, CONFIG, tasks(1))
    assert push(studio, str(numbers[1]), CONFIG, tasks(1)).created == 1


def test_records_that_are_there_twice_are_told(studio: Studio, title: str) -> None:
    number = push(studio, title, CONFIG, tasks(2)).project.id
    studio.client.projects.import_tasks(number, request=[task(1)])
    later = held_tasks(studio, number)["r0001", "hash of r0001", 1][1]
    with pytest.raises(UserError, match="1 records have several tasks") as told:
        push(studio, title, CONFIG, tasks(3))
    assert str(later) in told.value.hint


def test_task_ids_used_again_do_not_hide_a_record(studio: Studio, title: str) -> None:
    number = push(studio, title, CONFIG, tasks(2)).project.id
    newest = ids(studio, number)["r0001"]
    studio.client.tasks.delete(str(newest))
    assert push(studio, title, CONFIG, [task(5)]).created == 1
    assert ids(studio, number)["r0005"] == newest
    assert push(studio, title, CONFIG, [task(1)]).created == 1


def test_several_people_answer_each_task(studio: Studio, title: str, people: list[int]) -> None:
    number = push(studio, title, CONFIG, tasks(2), people=2).project.id
    for count, person in enumerate(people[:2], start=1):
        annotate(studio, ids(studio, number)["r0000"], "accept", by=person)
        done = studio.client.tasks.list(project=number, fields="task_only", include="id,data,is_labeled")
        assert {task.data["record_id"]: task.is_labeled for task in done} == {"r0000": count == 2, "r0001": False}
    push(studio, title, CONFIG, tasks(1), people=3)
    assert studio.client.tasks.get(str(ids(studio, number)["r0000"])).overlap == 3
