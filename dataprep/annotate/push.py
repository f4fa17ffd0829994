"""Tasks go out to people: each record once, and what the server took is counted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dataprep.annotate.projects import (
    Project,
    Task,
    TaskKey,
    create_project,
    find_project,
    held_tasks,
    read_project,
    same_config,
    share_out,
    task_key,
    task_pages,
)
from dataprep.annotate.studio import Studio, asking
from schemas.errors import UserError

BATCH = 250
"""Tasks in one request: what a dying connection leaves open is small, and larger ones are hardly faster."""

_NAMED = 5


@dataclass(frozen=True)
class Pushed:
    """What a push did.

    Attributes:
        project: The project afterwards.
        made: Whether the project is new.
        created: Tasks that are new there.
        present: Tasks that were there already, by record id, content and round; repeated ones count here, too.
        predictions: Pre-annotations that came with the new tasks.
    """

    project: Project
    made: bool
    created: int
    present: int
    predictions: int


def push(studio: Studio, name: str, config: str, tasks: Sequence[Task], *, people: int | None = None) -> Pushed:
    """Send tasks to a project; those whose record is there already are skipped, so that a push can be repeated.

    Args:
        studio: The server.
        name: The project's number or title. A project with a new title is made.
        config: XML of the labelling config.
        tasks: n tasks with `data` (`record_id`, `content`, `round` and what the config shows) and perhaps
            `predictions`.
        people: How many are to answer each task; None leaves it at what the project has, in a new one 1.

    Raises:
        UserError: If the project has another config, the server refuses a task or drops a pre-annotation, or the
            project doesn't hold every task exactly once in the end.
    """
    project = find_project(studio, name)
    made = project is None
    if project is None:
        project = create_project(studio, name, config)
    elif not same_config(project.config, config):
        raise UserError(
            f"project {project.id} ({project.title!r}) at {studio.url} has another labelling config than this push",
            hint="push under a new title, or give the project its old config back",
        )
    if people is not None:
        share_out(studio, project.id, people)
    known = held_tasks(studio, project.id)
    wanted = {task_key(task): task for task in tasks}
    new = {key: task for key, task in wanted.items() if key not in known}
    fault = _send_all(studio, project.id, list(new.values()))
    held, after = held_tasks(studio, project.id), read_project(studio, project.id)
    sent = sum(len(task.get("predictions") or ()) for task in new.values())
    if fault or after.predictions - project.predictions < sent:
        _take_back(studio, project.id, new, held, fault)
    if fault:
        raise fault
    _check_held(studio, project.id, wanted, held)
    return Pushed(after, made, len(new), len(tasks) - len(new), sent)


def _send_all(studio: Studio, project: int, tasks: Sequence[Task]) -> UserError | None:
    """Import the tasks in batches; the fault that ended it early, if any."""
    try:
        for start in range(0, len(tasks), BATCH):
            _send(studio, project, tasks[start : start + BATCH])
    except UserError as fault:
        return fault
    return None


def _send(studio: Studio, project: int, batch: Sequence[Task]) -> None:
    with asking(studio.url, f"tasks for project {project}"):
        # Not sent again by the SDK: a reply may be lost after the tasks were stored.
        reply = studio.client.projects.import_tasks(
            project, request=batch, return_task_ids=True, request_options={"max_retries": 0}
        )
    if reply.task_count != len(batch):
        raise UserError(
            f"of {len(batch)} tasks the server took {reply.task_count} (project {project} at {studio.url})",
            hint="push again: what has arrived is not sent twice",
        )


def _take_back(
    studio: Studio,
    project: int,
    new: Mapping[TaskKey, Task],
    held: Mapping[TaskKey, list[int]],
    fault: UserError | None,
) -> None:
    """Delete new tasks whose pre-annotations the server dropped, and say which.

    Left there, they would be skipped by the next push and stay without. One that the server can't read loses those of
    its whole batch: this version stores the tasks and answers with an error of its own (HTTP 500).
    """
    pages = task_pages(studio, project, include="id,predictions", nested=True)
    bare = {task["id"] for page in pages for task in page if not task["predictions"]}
    short = [key for key, task in new.items() if task.get("predictions") and held.get(key, [-1])[0] in bare]
    for key in short:
        with asking(studio.url, f"task {held[key][0]} of project {project}"):
            studio.client.tasks.delete(str(held[key][0]))
    if short:
        raise UserError(
            (f"{fault.message}. It" if fault else f"Label Studio at {studio.url}")
            + f" dropped the pre-annotations of {len(short)} of {len(new)} tasks: records "
            f"{_listed(record for record, *_ in short)}. These tasks were taken back",
            hint=fault.hint if fault else "mend their pre-annotations or leave them out, then push again",
        )


def _check_held(studio: Studio, project: int, wanted: Collection[TaskKey], held: Mapping[TaskKey, list[int]]) -> None:
    absent = [key for key in wanted if key not in held]
    twice = [key for key in wanted if len(held.get(key, ())) > 1]
    if absent:
        raise UserError(
            f"{len(absent)} of {len(wanted)} tasks are not in project {project} at {studio.url} after the push: "
            f"records {_listed(record for record, *_ in absent)}",
            hint="push again: what has arrived is not sent twice",
        )
    if twice:
        ids = sorted(number for key in twice for number in held[key][1:])
        raise UserError(
            f"{len(twice)} records have several tasks in project {project} at {studio.url}: "
            f"{_listed(record for record, *_ in twice)}; two pushes ran at the same time, or somebody imported a file",
            hint=f"delete the later tasks there: {_listed(map(str, ids))}",
        )


def _listed(names: Iterable[str]) -> str:
    told = list(names)
    return ", ".join(told[:_NAMED]) + (f" and {len(told) - _NAMED} more" if len(told) > _NAMED else "")
