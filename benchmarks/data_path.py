"""Read + convert + validate: speed beside `datasets.map`, and memory on a file five times as large.

    python -m benchmarks.data_path [CORPUS.jsonl[.gz]]

Every measurement is a process of its own; CPU seconds and peak memory are the process tree's.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corpus import ROOT, prepare, repeat

OURS = """
import sys
from pathlib import Path
from dataprep.convert import convert
from dataprep.files import discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Source, Validate
from dataprep.validate import validate

item = discover([Source(path=sys.argv[1])], root=Path.cwd()).inputs[0]
batches = read(item)
first, rows = sample(batches)
plans = {item.name: choose_plan(item, rows)}
kept = 0
for part in (first, batches):
    for batch in part:
        kept += validate(convert(batch.frame, plans).kept, Validate()).kept.height
print(kept)
"""

THREADS = {"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True)
class Cost:
    """What a process used: seconds, CPU seconds, peak resident MiB, and what it printed."""

    wall: float
    cpu: float
    peak: float
    printed: str


def measure(command: list[str]) -> Cost:
    """Run a command and read its bill."""
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **THREADS}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    printed = process.stdout.read().strip()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[:3]} ended with {process.returncode}")
    return Cost(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, printed)


def best(command: list[str], *, runs: int) -> Cost:
    """The run with the least CPU seconds: noise of a shared machine only ever adds."""
    return min((measure(command) for _ in range(runs)), key=lambda cost: cost.cpu)


def row(name: str, cost: Cost, base: Cost) -> str:
    """One line of the table."""
    faster = f"{base.wall / cost.wall:.1f}x | {base.cpu / cost.cpu:.1f}x"
    return f"| {name} | {cost.printed} | {cost.wall:.2f} | {cost.cpu:.2f} | {faster} | {cost.peak:,.0f} |"


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", nargs="?", type=Path, help="prompt/completion JSON Lines; made when left out")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = prepare(options.corpus, Path(folder))
        ours = [sys.executable, "-c", OURS]
        peer = [sys.executable, "benchmarks/peer_datasets.py", str(corpus)]
        slow = min(
            (measure([*peer, str(Path(folder) / f"cache{run}")]) for run in range(options.runs)),
            key=lambda cost: cost.cpu,
        )
        fast = best([*ours, str(corpus)], runs=options.runs)
        size = corpus.stat().st_size / 1e6
        print(f"{size:.1f} MB, read + convert to ChatML + validate, best of {options.runs}:\n")
        print("| | rows kept | wall s | CPU s | wall, times faster | CPU, times faster | peak MiB |")
        print("|---|---:|---:|---:|---:|---:|---:|")
        print(row("`datasets` load + map + filter", slow, slow))
        print(row("gristmill", fast, slow))
        five = measure([*ours, str(repeat(corpus, Path(folder) / "five.jsonl", 5))])
        print(f"\nPeak memory on a file five times as large: {five.peak:,.0f} MiB, {five.peak / fast.peak:.2f} times.")


if __name__ == "__main__":
    main()
