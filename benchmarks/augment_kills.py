"""Widen a set through an endpoint that fails, kill the run with SIGKILL, and see what was lost and paid twice.

    python -m benchmarks.augment_kills FILE... [--prompts 300] [--kills 3] [--faults 0.27]

The endpoint's answers depend on what is asked alone. The runs that are killed meet its faults; beside them, in another
folder, one run meets none. Both must end with the same bytes, and no kill may cost more than the calls in flight.
"""

import argparse
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import yaml

from benchmarks.corpus import ROOT
from schemas.artifacts import Layout, digest_folder, read_manifest

CONCURRENCY = 16


def main() -> None:
    """Run, print, fail if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--prompts", type=int, default=300)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--faults", type=float, default=0.27)
    options = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as home:
        tortured, calm = Path(home) / "tortured", Path(home) / "calm"
        for folder in (tortured, calm):
            prepare(folder, options, port)
        with endpoint(port, options.faults):
            kill(tortured, options.kills)
            assert start(tortured).wait() == 0, "the last run failed"
            told = stats(port)
        with endpoint(port, 0.0):
            assert start(calm).wait() == 0, "the undisturbed run failed"
        report(told, whole(tortured), whole(calm), options)


def prepare(folder: Path, options: argparse.Namespace, port: int) -> None:
    """A working folder with a recipe."""
    folder.mkdir()
    writer = {
        **{"base_url": f"http://127.0.0.1:{port}/v1", "model": "fake", "concurrency": CONCURRENCY},
        **{"deadline": 2.0, "attempts": 8, "backoff": 0.05},
    }
    data = {
        "sources": [{"path": str(file.resolve())} for file in options.files],
        "augment": {"endpoint": writer, "paraphrase": {"variants": 1}, "rows": options.prompts},
    }
    (folder / "recipe.yaml").write_text(yaml.safe_dump({"name": "w", "data": data}), encoding="utf-8")


@contextmanager
def endpoint(port: int, faults: float) -> Iterator[None]:
    """The endpoint, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.fake_endpoint", "--port", str(port), "--faults", str(faults)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout and process.stdout.readline()
        yield
    finally:
        process.kill()
        process.wait()


def stats(port: int) -> dict[str, Any]:
    """What the endpoint counted."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/stats") as told:
        return dict(orjson.loads(told.read()))


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a run."""
    command = [sys.executable, "-m", "gristmill", "data", "-c", "recipe.yaml"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, stdout=quiet)


def kill(folder: Path, kills: int) -> None:
    """Kill runs at random moments after their first answer has come."""
    drawn, answers = random.Random(11), folder / ".gristmill" / "answers.sqlite"
    for _ in range(kills):
        process = start(folder)
        before = answered(answers)
        while process.poll() is None and answered(answers) == before:
            time.sleep(0.02)
        time.sleep(drawn.uniform(0.0, 1.5))
        print(f"killed: {process.poll() is None}, {answered(answers)} answers are there", flush=True)
        process.send_signal(signal.SIGKILL)
        process.wait()


def answered(path: Path) -> int:
    """Answers in the cache of a run, read beside it."""
    import sqlite3

    if not path.is_file():
        return 0
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as base:
            return int(base.execute("select count(*) from answers").fetchone()[0])
    except sqlite3.Error:
        return 0


def whole(folder: Path) -> dict[str, str]:
    """Digests of the files of an artifact, and its counts; without the log of times."""
    layout = Layout(folder / "runs" / "w")
    facts = read_manifest(layout.manifest)["augmentation"]
    counts = {name: str(facts[name]) for name in ("drafts", "accepted", "unanswered")}
    return counts | {path: digest for path, digest in digest_folder(layout.data).items() if path != "run.log.json"}


def report(told: dict[str, Any], one: dict[str, str], other: dict[str, str], options: argparse.Namespace) -> None:
    """Print what was seen, and hold it against the promises."""
    print(f"asked {told['bodies']} prompts in {told['calls']} calls; faults: {told['faults']}")
    print(f"paid for {told['paid']}, of them again {told['paid_again']} (at most {CONCURRENCY * options.kills})")
    print(f"drafts {one['drafts']}, accepted {one['accepted']}, without an answer {one['unanswered']}")
    differ = sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))
    print(f"files of the artifact: {len(one) - 3}; that differ from an undisturbed run: {differ or 'none'}")
    assert told["paid_again"] <= CONCURRENCY * options.kills
    assert one["unanswered"] == "0"
    assert not differ


if __name__ == "__main__":
    main()
