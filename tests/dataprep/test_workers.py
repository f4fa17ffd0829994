"""Workers: as many processes as one likes, the same bytes; a fault arrives as what it was; nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from dataprep.make import make_dataset
from dataprep.passes import Job, apply_to_shard, is_shared, view_shard
from dataprep.recipe import DataRecipe
from dataprep.shards import Shard, Store
from dataprep.stages import Context
from dataprep.validate import validate
from dataprep.workers import MANY, Crew
from schemas.artifacts import digest_folder
from schemas.errors import GristmillError
from schemas.results import StageResult
from tests.dataprep.conftest import ask, write_lines
from tests.dataprep.rows import ask as asked
from tests.dataprep.rows import framed

ROOT = Path(__file__).resolve().parents[2]


def context(**sections: Any) -> Context:
    recipe = DataRecipe.model_validate({"sources": [{"path": "raw"}], **sections})
    return Context(recipe, seed=1, order={"a.jsonl": 0})


def some_shards(root: Path, count: int) -> list[Shard]:
    store, frame = Store(root), framed(asked("水箱多大？", "1.5 升"), asked("水箱多大？", ""))
    counts = [{"stage": "read", "rows_in": 2, "kept": 2, "dropped": 0}]
    return [store.put(f"s{number}", StageResult(frame), counts) for number in range(count)]


@pytest.fixture(scope="module")
def pair() -> Iterator[Crew]:
    """Two processes that have begun, for more than one test."""
    with Crew(2, many=10) as crew:
        yield crew


@pytest.mark.parametrize(
    ("size", "many", "wanted"), [(1, 0, False), (2, 0, True), (2, 6, True), (2, 7, False), (2, MANY, False)]
)
def test_a_second_process_is_started_where_it_pays(tmp_path: Path, size: int, many: int, wanted: bool) -> None:
    with Crew(size, many) as crew:
        assert is_shared(some_shards(tmp_path, 3), context(), crew) == wanted


def test_an_open_embedder_stays_in_its_process(tmp_path: Path) -> None:
    told = context()
    object.__setattr__(told, "embedder", (None, tmp_path))
    with Crew(2, 0) as crew:
        assert not is_shared(some_shards(tmp_path, 3), told, crew)


def test_two_processes_write_what_one_writes(tmp_path: Path) -> None:
    words = ["水箱", "滤网", "保修", "茶叶", "温度", "噪音", "清洗", "电源", "颜色", "价格"]
    found = []
    for name, crew in (("one", Crew()), ("two", Crew(2, many=0))):
        root = tmp_path / name
        for file in range(3):
            rows = [
                ask(f"{a}和{b}怎么选（{file}）？", f"先看{a}，再看{b}。" * (file + 1)) for a in words for b in words
            ]
            write_lines(root / "raw" / f"{file}.jsonl", [*rows, rows[0], {"instruction": "没有回答"}])
        recipe = DataRecipe.model_validate({"sources": [{"path": "raw"}], "mix": {"rows": 200}})
        made = make_dataset(recipe, name="t", seed=1, root=root, crew=crew)
        log = orjson.loads((made.layout.data / "run.log.json").read_bytes())
        found.append((digest_folder(made.layout.data), [log[key] for key in ("made_shards", "reused_signals")]))
        assert made.manifest["rows"]["read"] == 306
    assert found[0] == found[1]
    assert found[0][1][0] > 3


def test_the_order_of_shards_holds_and_a_fault_arrives_as_what_it_was(tmp_path: Path, pair: Crew) -> None:
    shards = some_shards(tmp_path, 9)
    job = Job(("validate",), ["t"], context(), {}, tmp_path)
    done = [shard for shard, _ in pair.shared(apply_to_shard, job, shards)]
    views = list(pair.shared(view_shard, Job(("exact_dedup",), None, context(), {}, tmp_path), shards))
    broken = context(validate={"max_tokens": 5, "tokenizer": str(tmp_path / "none.json")})
    with pytest.raises(GristmillError) as expected:
        validate(shards[0].table("kept"), broken.recipe.validate_)
    with pytest.raises(GristmillError) as arrived:
        list(pair.shared(apply_to_shard, Job(("validate",), ["u"], broken, {}, tmp_path), shards))
    alone = Store(tmp_path)
    assert [alone.get(shard.key) for shard in done] == done
    assert [shard.rows for shard in done] == [1] * 9
    assert [view.height for view in views] == [2] * 9
    assert (type(arrived.value), vars(arrived.value)) == (type(expected.value), vars(expected.value))


PROGRAM = """
from pathlib import Path

from dataprep.make import make_dataset
from dataprep.recipe import DataRecipe
from dataprep.workers import Crew

if __name__ == "__main__":
    recipe = DataRecipe.model_validate({"sources": [{"path": "raw"}], "split": {"near": None}})
    make_dataset(recipe, name="t", seed=1, root=Path.cwd(), crew=Crew(2, many=0))
"""


def children(process: int) -> list[int]:
    told = subprocess.run(["pgrep", "-P", str(process)], capture_output=True, text=True, check=False)
    return [int(line) for line in told.stdout.split()]


def alive(process: int) -> bool:
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return bool(told.stdout.strip()) and not told.stdout.startswith("Z")


def until(truth: Any, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_workers_end_with_their_parent(tmp_path: Path, how: signal.Signals) -> None:
    for file in range(4):
        rows = [ask(f"第 {file} 组第 {n} 号机型的水箱有多大？", f"一共 {n} 升。") for n in range(4_000)]
        write_lines(tmp_path / "raw" / f"{file}.jsonl", rows)
    (tmp_path / "main.py").write_text(PROGRAM, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    quiet = subprocess.DEVNULL
    parent = subprocess.Popen([sys.executable, "main.py"], cwd=tmp_path, env=environment, stdout=quiet, stderr=quiet)
    assert until(lambda: len(children(parent.pid)) >= 3)  # two workers and multiprocessing's own tracker
    workers = children(parent.pid)
    parent.send_signal(how)
    assert parent.wait(timeout=90) != 0
    assert until(lambda: not any(alive(worker) for worker in workers))
    assert not (tmp_path / "runs").exists()


def pid_beside(word: str, number: int) -> tuple[str, int, int]:
    return word, number, os.getpid()


@pytest.mark.parametrize(("rows", "here"), [(9, True), (10, False)])
def test_items_of_any_kind_are_worked_on_in_their_order(pair: Crew, rows: int, here: bool) -> None:
    done = list(pair.each(pid_beside, "茶", (n for n in range(20)), rows=rows))
    assert [(word, number) for word, number, _ in done] == [("茶", n) for n in range(20)]
    assert ({pid for _, _, pid in done} == {os.getpid()}) == here
