"""Projects on a Label Studio server, and the tasks in them page by page."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from dataprep.annotate.studio import Studio, asking
from schemas.errors import UserError

Task = dict[str, Any]
"""A task as the server's JSON has it: `id`, `data`, `annotations` and more."""

TaskKey = tuple[str, str, int]
"""Record id, content hash and round: what makes a task one of ours. Ids of tasks are reused by the server."""


@dataclass(frozen=True)
class Project:
    """A project as the server counts it.

    Attributes:
        id: Its number; a new database counts from 1 again, hence `made`.
        title: Its title.
        config: XML of its labelling config.
        made: When it was created, ISO 8601.
        tasks: How many tasks it has.
        annotations: How many annotations, cancelled ones included.
        predictions: How many pre-annotations are stored; the counts of tasks and imports say how many were sent.
    """

    id: int
    title: str
    config: str
    made: str
    tasks: int
    annotations: int
    predictions: int


def find_project(studio: Studio, name: str) -> Project | None:
    """The project of that number or exact title; None if no project has the title.

    Raises:
        UserError: If no project has the number, several have the title, or the list was cut.
    """
    if name.isascii() and name.isdecimal():
        return read_project(studio, int(name))
    with asking(studio.url, "the list of projects"):
        pager = studio.client.projects.list(title=name, include="id,title", page_size=100)
        found = list(pager)
    if len(found) < (pager.response.count or 0):
        raise UserError(
            f"{studio.url} listed {len(found)} of {pager.response.count} projects", hint="run the command again"
        )
    same = [int(project.id) for project in found if project.title == name]
    if len(same) > 1:
        raise UserError(
            f"{len(same)} projects at {studio.url} have the title {name!r}: {', '.join(map(str, sorted(same)))}",
            hint="give the number in place of the title",
        )
    return read_project(studio, same[0]) if same else None


def read_project(studio: Studio, number: int) -> Project:
    """The project with that number, with its counts of this moment.

    Raises:
        UserError: If there is none (any more).
    """
    with asking(studio.url, f"project {number}"):
        told = studio.client.projects.get(number).model_dump(mode="json")
    annotations = told["total_annotations_number"] + told["skipped_annotations_number"]
    return Project(
        id=number,
        title=told["title"],
        config=told["label_config"],
        made=told["created_at"],
        tasks=told["task_number"],
        annotations=annotations,
        predictions=told["total_predictions_number"],
    )


def create_project(studio: Studio, title: str, config: str) -> Project:
    """Make a project; the server checks the config as well.

    Raises:
        UserError: With the server's words, if it refuses the title (3 to 50 characters) or the config.
    """
    with asking(studio.url, f"the new project {title!r}"):
        made = studio.client.projects.create(title=title, label_config=config, request_options={"max_retries": 0})
    return read_project(studio, int(made.id))


def share_out(studio: Studio, project: int, people: int) -> None:
    """Have so many people answer each task: the server hides it from others as soon as it has as many annotations."""
    with asking(studio.url, f"project {project}"):
        studio.client.projects.update(project, maximum_annotations=people)


def same_config(left: str, right: str) -> bool:
    """Whether two configs are one but for spaces, comments and the order of attributes."""
    return _canonical(left) == _canonical(right)


def task_pages(
    studio: Studio, project: int, *, include: str, nested: bool = False, since: str = "", size: int = 1000
) -> Iterator[list[Task]]:
    """Tasks by rising id, page by page.

    Each page asks for ids above the last one, not for a page number: a task deleted meanwhile moves nothing.

    Args:
        studio: The server.
        project: The project's number.
        include: The fields wanted, with commas. Fewer are cheaper; they hold inside nested objects as well.
        nested: Whether annotations and predictions are wanted; that takes four times as long.
        since: Only tasks touched at this time (ISO 8601 in UTC, with a fraction) or after it.
        size: Tasks on a page.
    """
    last, left = -1, True
    while left:
        filters = [_filter("id", "greater", "Number", last)]
        filters += [_filter("updated_at", "greater_or_equal", "Datetime", since)] if since else []
        query = {"filters": {"conjunction": "and", "items": filters}, "ordering": ["tasks:id"]}
        with asking(studio.url, f"project {project}"):
            # One page of the SDK's pager at a time: its loop takes a 404 in the middle for the end.
            page = studio.client.tasks.list(
                project=project,
                fields="all" if nested else "task_only",
                include=include,
                query=json.dumps(query),
                page_size=size,
            )
            tasks = [task.model_dump(mode="json") for task in page.items]
        left = page.response.total > len(tasks) > 0
        if tasks:
            last = tasks[-1]["id"]
            yield tasks


def held_tasks(studio: Studio, project: int) -> dict[TaskKey, list[int]]:
    """Which records the project has: key -> ids of its tasks. Tasks that aren't ours are left out."""
    held: defaultdict[TaskKey, list[int]] = defaultdict(list)
    for page in task_pages(studio, project, include="id,data"):
        for task in page:
            if "record_id" in task["data"]:
                held[task_key(task)].append(task["id"])
    return dict(held)


def task_key(task: Task) -> TaskKey:
    """The key of one task of ours, before or after its push."""
    data = task["data"]
    return str(data["record_id"]), str(data.get("content") or ""), int(data.get("round") or 1)


def _filter(name: str, operator: str, kind: str, value: Any) -> dict[str, Any]:
    return {"filter": f"filter:tasks:{name}", "operator": operator, "type": kind, "value": value}


def _canonical(config: str) -> str:
    try:
        return ElementTree.canonicalize(config, strip_text=True)
    except ElementTree.ParseError:
        return config.strip()
