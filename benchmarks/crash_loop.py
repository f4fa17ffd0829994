"""Kill a run of `gristmill data` with SIGKILL at random moments, and fill its disk: is anything ever half-written?

python -m benchmarks.crash_loop [--kills 50]
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import ROOT
from schemas.artifacts import Layout, digest_folder, read_manifest


def command(folder: Path) -> list[str]:
    """The run that is tortured, in a working folder of its own."""
    return [sys.executable, "-m", "gristmill", "data", "-c", "recipe.yaml"]


def prepare(folder: Path) -> Path:
    """A working folder with the example data and its recipe."""
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "examples" / "data" / "raw", folder / "examples" / "data" / "raw")
    shutil.copy(ROOT / "configs" / "quickstart.yaml", folder / "recipe.yaml")
    return folder


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start a run."""
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command(folder), cwd=folder, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, stdout=quiet, stderr=quiet
    )


def whole(folder: Path) -> dict[str, str] | None:
    """Digests of the published artifact, checked against its manifest; None before the first one."""
    layout = Layout(folder / "runs" / "quickstart")
    if not layout.data.exists():
        return None
    found = digest_folder(layout.data)
    told = {path: entry["digest"] for path, entry in read_manifest(layout.manifest)["files"].items()}
    assert {path: digest for path, digest in found.items() if path != "manifest.json"} == told, "half-written artifact"
    return found


def undisturbed(folder: Path) -> tuple[dict[str, str], float]:
    """The reference: an artifact made in peace, and how long it took."""
    began = time.perf_counter()
    assert start(prepare(folder)).wait() == 0, "the undisturbed run failed"
    reference = whole(folder)
    assert reference is not None
    return reference, time.perf_counter() - began


def kill_often(folder: Path, reference: dict[str, str], seconds: float, kills: int) -> str:
    """Kill runs at random moments; every few kills begin again from nothing."""
    drawn = random.Random(7)
    seen = {"nothing yet": 0, "whole": 0}
    prepare(folder)
    for kill in range(kills):
        if kill % 10 == 0:
            shutil.rmtree(folder / "runs", ignore_errors=True)
            shutil.rmtree(folder / ".gristmill", ignore_errors=True)
        process = start(folder)
        time.sleep(drawn.uniform(0.05, seconds))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = whole(folder)
        assert found in (None, reference), "an artifact with other bytes"
        seen["whole" if found else "nothing yet"] += 1
    assert start(folder).wait() == 0
    assert whole(folder) == reference, "the last run's bytes differ"
    left = [path for path in (folder / "runs" / "quickstart").iterdir() if path.name.endswith(".draft")]
    assert not left, f"drafts left: {left}"
    return f"{kills} kills, artifact after each: {seen}; final bytes identical, no draft left"


def fill_disk(folder: Path, reference: dict[str, str], size: str) -> str:
    """Run on a tmpfs that is too small, then on one that is large enough, over the same leftovers."""
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=True)
    try:
        work = prepare(folder / "work")
        process = subprocess.run(
            command(work), cwd=work, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin"}, capture_output=True, check=False
        )
        assert process.returncode == 4, process.stderr.decode()
        assert whole(work) is None, "an artifact on a full disk"
        subprocess.run(["mount", "-o", "remount,size=256m", folder], check=True)
        assert start(work).wait() == 0
        assert whole(work) == reference
    finally:
        subprocess.run(["umount", folder], check=True)
    return (
        f"disk of {size} full: exit 4, {process.stderr.decode().strip().splitlines()[0]!r}; after growing it: identical"
    )


def main() -> None:
    """Print what happened."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--disk", default="4m", help="size of the tmpfs that is too small (needs root)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        reference, seconds = undisturbed(Path(home) / "reference")
        print(f"undisturbed: {len(reference)} files in {seconds:.1f} s")
        print(kill_often(Path(home) / "killed", reference, seconds, options.kills))
        print(fill_disk(Path(home) / "full", reference, options.disk))


if __name__ == "__main__":
    main()
