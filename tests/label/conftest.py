"""The suite against a real Label Studio: `make test-label`; without GRISTMILL_LABEL_STUDIO nothing is collected."""

import os
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from dataprep.annotate.projects import held_tasks
from dataprep.annotate.studio import Studio, annotator_names, open_studio
from tests.label.server import Server, running

collect_ignore_glob = [] if os.environ.get("GRISTMILL_LABEL_STUDIO") else ["test_*.py"]

CONFIG = """<View>
  <Text name="instruction" value="$instruction"/>
  <Text name="output" value="$output"/>
  <Choices name="verdict" toName="output" choice="single-radio" required="true">
    <Choice value="accept"/><Choice value="reject"/><Choice value="fix"/>
  </Choices>
  <Rating name="rating" toName="output" maxRating="5"/>
</View>"""

PEOPLE = ("admin@example.com", "li@example.com", "wang@example.com")

_titles = count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("label-studio")) as server:
        yield server


@pytest.fixture(scope="session")
def studio(server: Server) -> Iterator[Studio]:
    with open_studio(server.url, server.token) as studio:
        yield studio


@pytest.fixture(scope="session")
def people(studio: Studio) -> list[int]:
    """Ids of PEOPLE."""
    known = {name: number for number, name in annotator_names(studio).items()}
    for name in PEOPLE:
        if name not in known:
            known[name] = studio.client.users.create(email=name, username=name.partition("@")[0]).id
    return [known[name] for name in PEOPLE]


@pytest.fixture
def title() -> str:
    """A title that no other test has."""
    return f"project {next(_titles)}"


def task(number: int, *, verdict: str = "accept", content: str = "", turn: int = 1) -> dict[str, Any]:
    """A task as a push sends it, with a pre-annotation."""
    record = f"r{number:04d}"
    data = {"record_id": record, "content": content or f"hash of {record}", "round": turn, "run": "quickstart"}
    data |= {"digest": "d" * 64, "instruction": f"第{number}题：什么是 <b>梯度</b>？🙂", "output": f"答案 {number}"}
    return {"data": data, "predictions": [{"model_version": "judge", "score": 0.5, "result": result(verdict)}]}


def tasks(count: int, *, start: int = 0) -> list[dict[str, Any]]:
    return [task(number) for number in range(start, start + count)]


def result(verdict: str, rating: int = 4) -> list[dict[str, Any]]:
    about = {"to_name": "output"}
    return [
        {"from_name": "verdict", "type": "choices", "value": {"choices": [verdict]}, **about},
        {"from_name": "rating", "type": "rating", "value": {"rating": rating}, **about},
    ]


def annotate(studio: Studio, number: int, verdict: str, *, by: int = 1, **more: Any) -> int:
    """One person's annotation of the task with that number; its id."""
    made = studio.client.annotations.create(
        id=number, result=result(verdict), completed_by=by, lead_time=2.5, ground_truth=False, **more
    )
    return int(made.id)


def ids(studio: Studio, project: int) -> dict[str, int]:
    """Record id -> task id."""
    return {record: held[0] for (record, *_), held in held_tasks(studio, project).items()}
