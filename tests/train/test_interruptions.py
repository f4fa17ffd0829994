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

ROOT = Path(__file__).resolve().parents[2]
RECIPE = """name: NAME
train:
  {base: BASE, data: facts, device: cpu, max_steps: 20, batch_size: 2, accumulation: 1, dropout: 0.05, samples: 0,
   learning_rate: 0.01, eval_steps: 4}
"""
COMMAND = [sys.executable, "-m", "gristmill", "train", "-c", "r.yaml"]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tiny.make_world(tmp_path_factory.mktemp("cut"))
    (root / "r.yaml").write_text(RECIPE.replace("BASE", str(root / "base")), encoding="utf-8")
    return root


def begin(world: Path, *words: str, command: list[str] = COMMAND) -> subprocess.Popen[str]:
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [*command, *words], cwd=world, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for(world: Path, name: str, running: subprocess.Popen[str]) -> None:
    place = world / "runs" / name / "model" / "checkpoints-1" / "checkpoint-4" / "trainer_state.json"
    until = time.monotonic() + 90
    while not place.is_file() and running.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    assert running.poll() is None, running.communicate()


def finish(world: Path, *words: str) -> str:
    done = begin(world, *words)
    out, err = done.communicate(timeout=100)
    assert done.returncode == 0, err
    return out


def weights(world: Path, name: str) -> str:
    return hashlib.sha256(
        (world / "runs" / name / "model" / "adapter" / "adapter_model.safetensors").read_bytes()
    ).hexdigest()


@pytest.fixture(scope="module")
def whole(world: Path) -> str:
    finish(world, "--name", "whole")
    return weights(world, "whole")


def test_a_killed_run_goes_on_to_the_same_weights(world: Path, whole: str) -> None:
    running = begin(world, "--name", "killed")
    wait_for(world, "killed", running)
    running.kill()
    running.communicate()
    refused = begin(world, "--name", "killed")
    _, err = refused.communicate(timeout=100)
    assert refused.returncode == 2
    assert "an unfinished run" in err
    assert "--resume" in err
    finish(world, "--name", "killed", "--resume")
    assert weights(world, "killed") == whole


def test_ctrl_c_saves_a_checkpoint(world: Path, whole: str) -> None:
    running = begin(world, "--name", "stopped")
    wait_for(world, "stopped", running)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=100)
    assert running.returncode == 130, err
    assert "a checkpoint is saved" in err
    assert "Traceback" not in err
    assert not (world / "runs" / "stopped" / "model" / "run.json").exists()
    finish(world, "--name", "stopped", "--resume")
    assert weights(world, "stopped") == whole


def test_two_processes_train_one_model(world: Path) -> None:
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", *COMMAND[1:]]
    running = begin(world, "--name", "two", command=torchrun)
    out, err = running.communicate(timeout=110)
    assert running.returncode == 0, err
    run = orjson.loads((world / "runs" / "two" / "model" / "run.json").read_bytes())
    losses = run["stages"][0]["losses"]["dev"]
    assert losses[-1][1] < 0.7 * losses[0][1]
    assert out.count("written") == 1  # one process speaks
