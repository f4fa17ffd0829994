"""What was pulled from a project so far: one file, replaced whole, so that a killed pull changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from dataprep.annotate.projects import Project, Task
from schemas.artifacts import write_file
from schemas.errors import UserError

FIELDS = ("id", "data", "annotations")
"""Of a task with annotations; of one without only the id is kept."""

_OVERLAP = timedelta(seconds=5)
"""A task's time is set before it can be seen: 50 ms for one annotation, half a second for 250 imported tasks.
What takes longer shows in the counts."""


@dataclass(frozen=True)
class State:
    """The tasks of a project as they were last seen.

    Attributes:
        seen: The latest time at which any of them was touched, ISO 8601 in UTC; "" before the first pull.
        tasks: Id -> the task, by rising id.
    """

    seen: str
    tasks: dict[int, Task]

    @property
    def annotated(self) -> list[Task]:
        """The tasks with annotations."""
        return [task for task in self.tasks.values() if task.get("annotations")]

    @property
    def annotations(self) -> dict[tuple[int, str], Any]:
        """Annotations by their id and the time of their last change: a changed one is another."""
        every = (annotation for task in self.annotated for annotation in task["annotations"])
        return {(annotation["id"], annotation["updated_at"]): annotation for annotation in every}

    @property
    def since(self) -> str:
        """From when on to ask again: a few seconds before the last time seen; "" for everything."""
        return stamp(datetime.fromisoformat(self.seen) - _OVERLAP) if self.seen else ""

    def agrees(self, project: Project) -> bool:
        """Whether the server counts as many tasks and annotations."""
        counted = sum(len(task["annotations"]) for task in self.annotated)
        return (len(self.tasks), counted) == (project.tasks, project.annotations)


def stamp(time: datetime) -> str:
    """A time as the server's filters take it: without a fraction of a second they fail."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def with_tasks(state: State, fresh: Iterable[Task]) -> State:
    """The state with tasks as they are now; each replaces the one with its id."""
    tasks, seen = dict(state.tasks), state.seen
    for task in fresh:
        seen = max(seen, stamp(datetime.fromisoformat(task["updated_at"])))
        tasks[task["id"]] = {name: task[name] for name in (FIELDS if task.get("annotations") else ("id",))}
    return State(seen, dict(sorted(tasks.items())))


def read_state(path: Path, url: str, project: Project) -> State:
    """What earlier pulls left; nothing where there is no file.

    Raises:
        UserError: If the file is damaged or belongs to another project, also one that had the same number.
    """
    hint = f"remove {path} to fetch everything anew, then pull again"
    try:
        told = orjson.loads(path.read_bytes())
        owner, seen, tasks = told["project"], told["seen"], {task["id"]: task for task in told["tasks"]}
    except FileNotFoundError:
        return State("", {})
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise UserError(f"{path} is not what a pull left there ({fault})", hint=hint) from None
    if owner != _owner(url, project):
        raise UserError(
            f"{path} belongs to another project than {project.id} ({project.title!r}) at {url}: to {owner}", hint=hint
        )
    return State(seen, tasks)


def write_state(path: Path, url: str, project: Project, state: State) -> None:
    """Replace the file; the same tasks give the same bytes."""
    told = {"project": _owner(url, project), "seen": state.seen, "tasks": list(state.tasks.values())}
    write_file(path, orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))


def _owner(url: str, project: Project) -> dict[str, Any]:
    """The title may change."""
    return {"url": url, "id": project.id, "made": project.made}
