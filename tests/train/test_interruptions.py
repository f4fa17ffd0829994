"""Kills, Ctrl-C and several processes: the weights are those of an undisturbed run."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

pytest.importorskip("trl")

from tests.train import tiny
from tests.train.processes import ROOT, Running

RECIPE = """name: NAME
train:
  {base: BASE, data: facts, device: cpu, max_steps: 20, batch_size: 2, accumulation: 1, dropout: 0.05, samples: 0,
   learning_rate: 0.01, eval_steps: 4}
"""
TRAIN = ["train", "-c", "r.yaml"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tiny.make_world(tmp_path_factory.mktemp("cut"))
    (root / "r.yaml").write_text(RECIPE.replace("BASE", str(root / "base")), encoding="utf-8")
    return root


def begin(world: Path, name: str, *words: str, ranks: int = 1) -> Running:
    return Running(world, [*TRAIN, "--name", name, *words], ranks=ranks)


def wait_for(world: Path, name: str, running: Running) -> None:
    place = world / "runs" / name / "model" / "checkpoints-1" / "checkpoint-4" / "trainer_state.json"
    until = time.monotonic() + 90
    while not place.is_file() and running.process.is_alive() and time.monotonic() < until:
        time.sleep(0.01)
    assert running.process.is_alive(), running.finished()


def resume(world: Path, name: str) -> None:
    code, _, err = begin(world, name, "--resume").finished()
    assert code == 0, err


def weights(world: Path, name: str) -> str:
    return hashlib.sha256(
        (world / "runs" / name / "model" / "adapter" / "adapter_model.safetensors").read_bytes()
    ).hexdigest()


@pytest.fixture(scope="module")
def whole(world: Path) -> str:
    """Weights of a run that nobody disturbed, from a Python of its own."""
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "gristmill", *TRAIN, "--name", "whole"]
    done = subprocess.run(command, cwd=world, env=env, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    return weights(world, "whole")


def test_a_killed_run_goes_on_to_the_same_weights(world: Path, whole: str) -> None:
    running = begin(world, "killed")
    wait_for(world, "killed", running)
    running.process.kill()
    assert running.finished()[0] == -signal.SIGKILL
    code, _, err = begin(world, "killed").finished()
    assert code == 2
    assert "an unfinished run" in err
    assert "--resume" in err
    resume(world, "killed")
    assert weights(world, "killed") == whole


def test_ctrl_c_saves_a_checkpoint(world: Path, whole: str) -> None:
    running = begin(world, "stopped")
    wait_for(world, "stopped", running)
    assert running.process.pid
    os.kill(running.process.pid, signal.SIGINT)
    code, _, err = running.finished()
    assert code == 130, err
    assert "a checkpoint is saved" in err
    assert "Traceback" not in err
    assert not (world / "runs" / "stopped" / "model" / "run.json").exists()
    resume(world, "stopped")
    assert weights(world, "stopped") == whole


def test_two_processes_train_one_model(world: Path) -> None:
    code, out, err = begin(world, "two", ranks=2).finished()
    assert code == 0, err
    run = orjson.loads((world / "runs" / "two" / "model" / "run.json").read_bytes())
    losses = run["stages"][0]["losses"]["dev"]
    assert losses[-1][1] < 0.7 * losses[0][1]
    assert out.count("written") == 1  # one process speaks
