"""Near-duplicates beside rensa, datasketch, text-dedup, datatrove and Data-Juicer: cost, recall, and rows lost in vain.

    python -m benchmarks.corpus planted B.jsonl --source t0_train.jsonl
    bash benchmarks/peers/install.sh PEERS
    python -m benchmarks.near_duplicates B.jsonl --peers PEERS [--only gristmill rensa]

Truth is an exact join (`true_pairs`) on n-grams of the same tokens for all.

- recall: of the rows that some kept row makes superfluous, the share that went
- false: rows that went although nothing in the corpus is near them
- backed: of the rows that went, the share with a kept row at or above the threshold
- lost: groups of near-duplicates of which no row is left

CPU and memory are those of the whole process tree, from JSONL to kept ids (`peers/bill.py`).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.corpus import ROOT
from benchmarks.true_pairs import true_pairs
from dataprep.dedup.pairs import components

HERE = ROOT / "benchmarks" / "peers"
THREADS = {"POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


@dataclass(frozen=True)
class Truth:
    """The near pairs of a corpus.

    Attributes:
        ids: Of all rows, in order.
        i: Row numbers of the pairs.
        j: Their partners, larger than `i`.
    """

    ids: pl.Series
    i: NDArray[np.int64]
    j: NDArray[np.int64]


def contestants(peers: Path) -> dict[str, tuple[list[str], dict[str, str]]]:
    """Name -> command without its arguments and what it adds to the environment."""
    python = {name: str(peers / name / "bin" / "python") for name in ("rensa", "datasketch", "datatrove", "juicer")}
    ours = [sys.executable, "-m", "benchmarks.near_ours"]
    text_dedup = ["bash", str(HERE / "textdedup_dedup.sh"), str(peers / "textdedup" / "bin" / "python")]
    return {
        "gristmill, compiled": (ours, {}),
        "gristmill, numpy": (ours, {"GRISTMILL_KERNEL": "numpy"}),
        "rensa 0.5": ([python["rensa"], str(HERE / "rensa_dedup.py")], {}),
        "datasketch 2.0": ([python["datasketch"], str(HERE / "datasketch_dedup.py")], {}),
        "text-dedup 0.4.0": (text_dedup, {}),
        "Data-Juicer 1.6.1": ([python["juicer"], str(HERE / "juicer_dedup.py")], {}),
        "datatrove 0.10.1": ([python["datatrove"], str(HERE / "datatrove_dedup.py")], {}),
    }


def bill(command: list[str], extra: dict[str, str]) -> dict[str, float]:
    """CPU and wall seconds and peak bytes of a command and its family."""
    environment = {**os.environ, **THREADS, **extra, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(HERE / "bill.py"), *command], env=environment, capture_output=True, text=True, check=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    if told["code"]:
        raise SystemExit(f"{command[:3]} ended with {told['code']}:\n{done.stdout[-2000:]}")
    return told


def judge(kept_ids: set[str], truth: Truth) -> dict[str, float]:
    """Compare what a tool kept with the truth."""
    kept = truth.ids.is_in(list(kept_ids)).to_numpy()
    i, j = truth.i, truth.j
    near = np.zeros(len(kept), bool)
    near[i] = near[j] = True
    backed = np.zeros(len(kept), bool)
    backed[j[kept[i]]] = backed[i[kept[j]]] = True
    gone = ~kept
    missed = _superfluous(kept, i, j)
    labels = components(len(kept), i, j)
    groups = np.unique(labels[near])
    alive = np.unique(labels[kept & near])
    removed = int(gone.sum())
    return {
        "removed": removed,
        "recall": 1 - missed / max(1, missed + int((gone & near).sum())),
        "false": int((gone & ~near).sum()),
        "backed": float(backed[gone].mean()) if removed else 1.0,
        "lost": len(groups) - len(alive),
    }


def _superfluous(kept: NDArray[np.bool_], i: NDArray[np.int64], j: NDArray[np.int64]) -> int:
    """How many kept rows a first-come election among the kept ones would still remove."""
    both = kept[i] & kept[j]
    neighbours: dict[int, list[int]] = {}
    for one, other in zip(i[both].tolist(), j[both].tolist(), strict=True):
        neighbours.setdefault(one, []).append(other)
    gone: set[int] = set()
    for row in sorted(neighbours):
        if row not in gone:
            gone.update(neighbours[row])
    return len(gone)


def main() -> None:
    """Print one line for each contestant as it ends."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument("--only", nargs="*", default=[], help="parts of the contestants' names")
    parser.add_argument("--threshold", type=float, default=0.7)
    parser.add_argument("--size", type=int, default=5, help="tokens of an n-gram; the peers' usual one is 5")
    parser.add_argument("--extra", nargs="*", default=[], help="one more argument for the peers' scripts")
    parser.add_argument("--runs", type=int, default=1)
    options = parser.parse_args()
    rows = pl.scan_ndjson(options.corpus).select("id", "text").collect()
    truth = Truth(rows["id"], *true_pairs(rows["text"], size=options.size, threshold=options.threshold))
    size = options.corpus.stat().st_size
    print(f"{rows.height:,} rows, {size / 1e6:.1f} MB, {len(truth.i):,} true pairs, n = {options.size}\n")
    print("| | CPU s | wall s | peak MiB | bytes a byte | removed | recall | false | backed | lost |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|", flush=True)
    for name, (command, extra) in contestants(options.peers).items():
        if options.only and not any(part in name for part in options.only):
            continue
        with tempfile.NamedTemporaryFile() as out:
            words = [str(options.corpus), str(options.threshold), str(options.size), out.name]
            more = [] if name.startswith(("gristmill", "text-dedup")) else options.extra
            told = min(
                (bill([*command, *words, *more], extra) for _ in range(options.runs)), key=lambda cost: cost["cpu"]
            )
            found = judge(set(Path(out.name).read_text(encoding="utf-8").split("\n")), truth)
        cost = f"{told['cpu']:.1f} | {told['wall']:.1f} | {told['peak'] / 2**20:,.0f} | {told['peak'] / size:.1f}"
        quality = f"{found['removed']:,} | {found['recall']:.4f} | {found['false']:,} | {found['backed']:.3f}"
        print(f"| {name} | {cost} | {quality} | {found['lost']:,} |", flush=True)


if __name__ == "__main__":
    main()
