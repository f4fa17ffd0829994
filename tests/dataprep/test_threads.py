"""The same bytes, whatever the number of threads and wherever a run was killed."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schemas.artifacts import Layout, digest_folder, read_manifest
from tests.dataprep.conftest import ask, write_lines

ROOT = Path(__file__).resolve().parents[2]
ROWS = 10_400
"""More than a row group, so that threads have something to disagree about."""

RECIPE = "name: t\ndata: {sources: [{path: big.jsonl}]}\n"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("raw") / "big.jsonl"
    dice = random.Random(7)  # rows from one template would all be near one another
    said = ["".join(map(chr, dice.choices(range(0x4E00, 0x9000), k=14))) for _ in range(9_000)]
    bold = [f"<b>{text}</b>" if n % 10 == 0 else text for n, text in enumerate(said[:5_000])]
    rows = [ask(f"{said[n % 9_000]}？", f"{said[n % 7_000]}，{bold[n % 5_000]}") for n in range(ROWS)]
    write_lines(path, rows)
    return path


def start(folder: Path, raw: Path, *, threads: int) -> subprocess.Popen[bytes]:
    folder.mkdir(exist_ok=True)
    (folder / "big.jsonl").unlink(missing_ok=True)
    (folder / "big.jsonl").hardlink_to(raw)
    (folder / "r.yaml").write_text(RECIPE, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "POLARS_MAX_THREADS": str(threads)}
    command = [sys.executable, "-m", "gristmill", "data", "-c", "r.yaml"]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=folder, env=environment, stdout=quiet, stderr=quiet)


@pytest.fixture(scope="module")
def reference(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("reference")
    assert start(folder, raw, threads=1).wait() == 0
    return digest_folder(Layout(folder / "runs" / "t").data)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_leave_no_trace(raw: Path, reference: dict[str, str], tmp_path: Path, threads: int) -> None:
    assert start(tmp_path, raw, threads=threads).wait() == 0
    assert digest_folder(Layout(tmp_path / "runs" / "t").data) == reference


def test_a_killed_run_leaves_nothing_half_written(raw: Path, reference: dict[str, str], tmp_path: Path) -> None:
    layout = Layout(tmp_path / "runs" / "t")
    shards = tmp_path / ".gristmill" / "shards"
    for place, pattern, count in ((shards, "*", 9), (layout.root, ".data.*.draft", 1), (layout.root, "data", 1)):
        process = start(tmp_path, raw, threads=2)
        while len(list(place.glob(pattern))) < count and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        code = process.wait()
        if pattern == "data":
            told = {path: entry["digest"] for path, entry in read_manifest(layout.manifest)["files"].items()}
            found = digest_folder(layout.data)
            assert {path: found[path] for path in found if path != "manifest.json"} == told
        else:
            assert (code, layout.data.exists()) == (-signal.SIGKILL, False)
    assert start(tmp_path, raw, threads=2).wait() == 0
    assert digest_folder(layout.data) == reference
    assert [path.name for path in layout.root.iterdir() if path.name.endswith(".draft")] == []
