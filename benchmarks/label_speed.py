"""How long a push and a pull of 1,000 rows take against a real Label Studio with SQLite on this machine.

    GRISTMILL_LABEL_STUDIO=.venv-labelstudio python -m benchmarks.label_speed

Rows have Chinese and English texts of about 700 characters and one pre-annotation; the pulled ones have one annotation
each. Every line gives seconds by the clock and processor seconds of this program and of the server; on a machine that
is shared only the latter say much. The last lines are the ways that the product doesn't take.
"""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dataprep.annotate.projects import held_tasks
from dataprep.annotate.pull import pull
from dataprep.annotate.push import push
from dataprep.annotate.studio import Studio, open_studio
from tests.label.conftest import CONFIG, annotate, result, task
from tests.label.server import Server, running

ROWS = 1000
TICKS = 100
"""Ticks in a second of /proc/PID/stat."""


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "server") as server:
        print(f"{'':48} {'seconds':>8} {'client':>8} {'server':>8}")
        with open_studio(server.url, server.token) as studio:
            measure(server, studio, Path(folder) / "state.json")


def measure(server: Server, studio: Studio, state: Path) -> None:
    """Push, pull, and what they are made of."""
    rows = [long_task(number) for number in range(ROWS)]
    timed(server, f"push {ROWS} rows with predictions", lambda: push(studio, "pushed", CONFIG, rows))
    timed(server, "push them again: nothing to do", lambda: push(studio, "pushed", CONFIG, rows))
    project = push(studio, "annotated", CONFIG, []).project.id
    made = [{"completed_by": 1, "result": result("fix"), "ground_truth": False, "lead_time": 3.0}]
    studio.client.projects.import_tasks(project, request=[{**row, "annotations": made} for row in rows])
    timed(server, f"pull {ROWS} annotated rows", lambda: pull(studio, "annotated", state))
    time.sleep(6)  # past the overlap
    first = min(held[0] for held in held_tasks(studio, project).values())
    annotate(studio, first, "accept")
    pull(studio, "annotated", state)
    timed(server, "pull again after one new annotation", lambda: pull(studio, "annotated", state))
    timed(server, "  record ids only", lambda: held_tasks(studio, project))
    everything: dict[str, Any] = {"project": project, "fields": "all"}
    listing = studio.client.tasks.list
    timed(server, "  not taken: all fields, one page", lambda: listing(**everything, page_size=ROWS))
    timed(server, "  not taken: all fields, the SDK's own pages", lambda: list(listing(**everything)))


def long_task(number: int) -> dict[str, Any]:
    """A task with texts of an ordinary length."""
    short = task(number)
    data = {**short["data"], "output": "梯度下降是一种优化算法 gradient descent " * 20}
    return {**short, "data": data}


def timed(server: Server, name: str, work: Callable[[], object]) -> None:
    """Run it and print its line."""
    clock, client, served = time.perf_counter(), time.process_time(), server_seconds(server)
    work()
    spent = (time.perf_counter() - clock, time.process_time() - client, server_seconds(server) - served)
    print(f"{name:48} " + " ".join(f"{seconds:8.2f}" for seconds in spent), flush=True)


def server_seconds(server: Server) -> float:
    """Processor seconds of the server so far."""
    fields = Path(f"/proc/{server.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
