"""Annotations come back from a project: only what changed is fetched, and the server's counts must agree."""

from dataclasses import dataclass
from pathlib import Path

from dataprep.annotate.projects import Project, Task, find_project, read_project, task_pages
from dataprep.annotate.pulled import State, read_state, with_tasks, write_state
from dataprep.annotate.studio import Studio
from schemas.errors import UserError

_INCLUDE = (
    "id,data,annotations,updated_at,created_at"
    # Of the annotations.
    ",result,completed_by,was_cancelled,ground_truth,lead_time"
)
_TRIES = 6
"""People go on working during a pull: what came since is fetched on top until the counts agree."""


@dataclass(frozen=True)
class Pulled:
    """What a pull brought.

    Attributes:
        project: The project, with the config that its annotations answer.
        tasks: All tasks of the project that have annotations, by rising id: `id`, `data` and `annotations`, each
            with `id`, `result`, `completed_by`, `was_cancelled`, `ground_truth`, `lead_time`, `created_at` and
            `updated_at`. Whatever was pulled before, they are what a first pull would bring.
        new: Annotations that are new or changed since the last pull.
        gone: Annotations of the last pull that were changed or deleted since.
        fetched: Tasks that were fetched.
    """

    project: Project
    tasks: list[Task]
    new: int
    gone: int
    fetched: int


def pull(studio: Studio, name: str, path: Path) -> Pulled:
    """Fetch what changed since the last pull and keep it all in a file.

    Args:
        studio: The server.
        name: The project's number or title.
        path: The file; it is replaced when everything is there, and untouched by a pull that failed or was killed.

    Raises:
        UserError: If there is no such project or it goes away meanwhile, if the file is another project's, or if
            the tasks that came are again and again not those that the server counts.
    """
    project = find_project(studio, name)
    if project is None:
        raise UserError(f"no project at {studio.url} has the title {name!r}", hint="check the title, or push first")
    before = state = read_state(path, studio.url, project)
    fetched = 0
    for _ in range(_TRIES):
        fresh = _fetch(studio, project.id, state.since)
        fetched += len(fresh)
        last, state = state, with_tasks(state, fresh)
        project = read_project(studio, project.id)
        if state.agrees(project):
            break
        if state == last:  # Deleted tasks can't be asked for by time: everything anew.
            state = State("", {})
    else:
        raise _cut(studio, project, last)
    write_state(path, studio.url, project, state)
    now, then = state.annotations, before.annotations
    return Pulled(project, state.annotated, len(now.keys() - then.keys()), len(then.keys() - now.keys()), fetched)


def _fetch(studio: Studio, project: int, since: str) -> list[Task]:
    pages = task_pages(studio, project, include=_INCLUDE, nested=True, since=since)
    return [task for page in pages for task in page]


def _cut(studio: Studio, project: Project, state: State) -> UserError:
    counted = sum(len(task["annotations"]) for task in state.annotated)
    return UserError(
        f"project {project.id} at {studio.url} counts {project.tasks} tasks and {project.annotations} annotations, "
        f"but {len(state.tasks)} and {counted} came: the listing was cut, or many people work in it just now. "
        "Nothing was written",
        hint="pull again",
    )
