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
import sys, time
from pathlib import Path
from dataprep.convert import convert
from dataprep.files import discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Source, Validate
from dataprep.validate import validate

began = time.perf_counter()
item = discover([Source(path=sys.argv[1])], root=Path.cwd()).inputs[0]
batches = read(item)
first, rows = sample(batches)
plans = {item.name: choose_plan(item, rows)}
kept = 0
for part in (first, batches):
    for batch in part:
        kept += validate(convert(batch.frame, plans).kept, Validate()).kept.height
print(kept, time.perf_counter() - began)
"""

THREADS = {"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True)
class Cost:
    """What a process used.

    Attributes:
        work: Seconds of its work, imports left out.
        wall: Seconds from start to end.
        cpu: CPU seconds.
        peak: Peak resident MiB.
        rows: Rows that it kept.
    """

    work: float
    wall: float
    cpu: float
    peak: float
    rows: int


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
    wall = time.perf_counter() - started
    rows, work = printed.split()
    return Cost(float(work), wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, int(rows))


def best(command: list[str], *, runs: int) -> Cost:
    """The run with the least CPU seconds: noise of a shared machine only ever adds."""
    return min((measure(command) for _ in range(runs)), key=lambda cost: cost.cpu)


def row(name: str, cost: Cost, base: Cost, size: float) -> str:
    """One line of the table."""
    faster = [f"{then / now:.1f}x" for then, now in ((base.work, cost.work), (base.wall, cost.wall))]
    cells = [name, f"{cost.rows:,}", f"{cost.work:.2f}", f"{size / cost.work:.0f}", faster[0], f"{cost.wall:.2f}"]
    return "| " + " | ".join([*cells, faster[1], f"{cost.cpu:.2f}", f"{cost.peak:,.0f}"]) + " |"


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
        print("| | rows kept | work s | MB/s | faster | whole process s | faster | CPU s | peak MiB |")
        print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
        print(row("`datasets` load + map + filter", slow, slow, size))
        print(row("gristmill", fast, slow, size))
        five = measure([*ours, str(repeat(corpus, Path(folder) / "five.jsonl", 5))])
        print(f"\nPeak memory on a file five times as large: {five.peak:,.0f} MiB, {five.peak / fast.peak:.2f} times.")


if __name__ == "__main__":
    main()
