"""The commands around evaluation as a person meets them: words, exit codes, never a traceback."""

import csv
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orjson
import pytest

pytest.importorskip("peft")

from tests.evalsuite.world import make_world
from tests.gristmill.inside import inside
from tests.gristmill.test_cli import ROOT

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")

RECIPE = """name: tiny
eval:
  metrics: [likelihood, bleu, stopping]
  train_sample: 2
  device: cpu
  batch_tokens: 64
  generation: {max_new_tokens: 24}
  policy: {primary: [bits_per_byte@eval], minimum: 2}
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_world(tmp_path_factory.mktemp("cli"))
    (root / "r.yaml").write_text(RECIPE, encoding="utf-8")
    (root / "no.yaml").write_text("name: tiny\n", encoding="utf-8")
    (root / "wrong.yaml").write_text(RECIPE.replace("bits_per_byte@", "bits_per_bite@"), encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("eval", "nobody"), "no run 'nobody' in runs/; there: facts, tiny"),
        (("eval", "facts"), "no finished model"),
        (("eval", "-c", "no.yaml"), "add the line `eval: {}`"),
        (("eval", "-c", "wrong.yaml"), "did you mean 'bits_per_byte@eval'"),
        (("compare", "nobody"), "no run and no file 'nobody'"),
        (("compare", "tiny"), "gristmill eval RUN"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_mistakes(world: Path, words: tuple[str, ...], told: str) -> None:
    done = inside(*words, cwd=world)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""
    assert not (world / ".gristmill" / "eval").exists()  # no model was asked


def interrupt(world: Path) -> tuple[str, bytes]:
    """Stop an evaluation once something is in its journal; what it said, and the journal."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gristmill", "eval", "-c", "r.yaml"],
        cwd=world,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    deadline = time.monotonic() + 120
    while not list(world.glob(".gristmill/eval/*")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    assert (process.returncode, stdout) == (130, "")
    (journal,) = world.glob(".gristmill/eval/*")
    return stderr, journal.read_bytes()


def test_an_evaluation_goes_on_and_is_read_back(world: Path) -> None:
    said, kept = interrupt(world)
    assert "run it again: it goes on where it stopped" in said
    assert "Traceback" not in said
    done = inside("eval", "-c", "r.yaml", "--lang", "zh", cwd=world)
    assert done.returncode in (0, 1, 3), done.stderr
    assert "结论" in done.stdout
    assert "人工盲评：填写 runs/tiny/eval/blind.csv" in done.stdout
    assert "正在评测 tiny" in done.stderr
    assert "tiny: 回答 6/6" in done.stderr
    assert any(path.read_bytes().startswith(kept) for path in world.glob(".gristmill/eval/*"))

    told = inside("compare", "tiny", "--json", cwd=world)
    value = orjson.loads(told.stdout)
    assert (told.returncode, value["exit_code"]) == (done.returncode, done.returncode)
    assert value["verdict"] == done.stdout.split("  ")[0].rpartition(" ")[0]  # the recipe that judged is kept
    assert {type(row["base"]) for row in value["rows"] if row["primary"]} == {float}
    judged(world)


def judged(world: Path) -> None:
    with (world / "runs" / "tiny" / "eval" / "blind.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert len(rows) >= 3
    for row, better in zip(rows, ["A", "乙", "平"], strict=False):
        row[head.index("better")] = better
    with (world / "s.csv").open("w", encoding="gb18030", errors="replace", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    done = inside("compare", "tiny", "--human", "s.csv", cwd=world)
    assert f"the same 1, blank {len(rows) - 3}; p = " in done.stdout
    assert orjson.loads((world / "runs/tiny/eval/comparison.json").read_bytes())["panels"]["human"]["ties"] == 1
