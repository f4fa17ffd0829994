"""One step of our trainer beside one of plain TRL: the same rows, settings and seed, hence the same losses.

    python -m benchmarks.train_step [--base FOLDER] [--steps 12] [--pairs 2]

A pair is two new processes, one of each side, that train in turns, one step each, with one thread; who begins
changes from pair to pair. A step is measured from the end of the one before, callbacks and logging in it, from the
second one on. A busy machine stretches wall seconds: CPU seconds are the judge, step by step within a pair.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import crash_loop, trl_peer
from benchmarks.corpus import ROOT
from benchmarks.small_base import smollm2
from benchmarks.trl_peer import Bill

LIMIT = 1.02
"""What our step may cost beside plain TRL's."""

COMMANDS = {"plain": ["benchmarks.trl_peer"], "ours": ["benchmarks.train_step", "--side"]}


def data(work: Path) -> None:
    """The shipped example's data artifact, in a working folder of its own."""
    crash_loop.prepare(work)
    subprocess.run(crash_loop.command(work), cwd=work, env={"PYTHONPATH": str(ROOT)}, check=True, capture_output=True)


def prepared(work: Path, base: str, steps: int) -> tuple[Any, Any]:
    """The run as gristmill prepares it, without looks at dev and with its only checkpoint behind the last step."""
    from train.config import TrainRecipe
    from train.prepare import prepare

    recipe = TrainRecipe(
        base=base, data="quickstart", device="cpu", max_steps=steps, eval_steps=steps, batch_size=2, accumulation=1
    )
    found = prepare(recipe, name="step", seed=17, root=work, progress=lambda _stage, _rows: None)
    return found, replace(found.stages[0], dev=None)


def pair(work: Path, first: str, steps: int) -> dict[str, Bill]:
    """Train both sides in turns."""
    pipes = {}
    for side in COMMANDS:
        path = work / f"{side}.turn"
        path.unlink(missing_ok=True)
        os.mkfifo(path)
        pipes[side] = os.open(path, os.O_RDWR)

    def one(side: str) -> Bill:
        try:
            return trl_peer.call(COMMANDS[side], work, threads=1)
        finally:
            for other in COMMANDS.keys() - {side}:
                os.write(pipes[other], b"." * steps)  # or it would wait for ever for one that failed

    os.write(pipes[first], b".")
    with ThreadPoolExecutor(2) as both:
        bills = dict(zip(COMMANDS, both.map(one, COMMANDS), strict=True))
    for pipe in pipes.values():
        os.close(pipe)
    return bills


def row(name: str, bills: list[Bill]) -> str:
    """One line of the table."""
    cpu, wall = ([median(getattr(bill, clock)[1:]) for bill in bills] for clock in ("cpu", "wall"))
    figures = [f"{median(cpu):.4f}", f"{min(cpu):.4f}-{max(cpu):.4f}", f"{median(wall):.4f}"]
    return "| " + " | ".join([name, *figures, f"{max(bill.resident for bill in bills) / 2**20:,.0f}"]) + " |"


def report(pairs: list[dict[str, Bill]]) -> None:
    """Print the table and the losses; stop if any differ."""
    plain, ours = ([both[side] for both in pairs] for side in ("plain", "ours"))
    print("| | CPU s, median step | medians of the processes | wall s | peak MiB |\n|---|---:|---:|---:|---:|")
    print(row("plain TRL", plain), row("gristmill", ours), sep="\n")
    each = [[a / b for a, b in zip(o.cpu[1:], p.cpu[1:], strict=True)] for o, p in zip(ours, plain, strict=True)]
    ratio = median(step for steps in each for step in steps)
    told = ", ".join(f"{median(steps):.3f}" for steps in each)
    print(f"\nours / plain {ratio:.3f} (medians of the pairs: {told}); at most {LIMIT}: ", end="")
    print(f"{'yes' if ratio <= LIMIT else 'NO'}\n\n| step | loss, plain | ours | gradient norm, plain | ours |")
    print("|---:|---:|---:|---:|---:|")
    figures = zip(plain[0].losses, ours[0].losses, plain[0].norms, ours[0].norms, strict=True)
    for step, of_step in enumerate(figures, start=1):
        print(f"| {step} | " + " | ".join(map(repr, of_step)) + " |")
    for what in ("losses", "norms", "weights"):
        assert len({str(getattr(bill, what)) for bill in [*plain, *ours]}) == 1, f"{what} differ between processes"
    print(f"\nLosses, gradient norms and trained weights are equal to the last bit in {2 * len(pairs)} processes.")


def main() -> None:
    """Print step times and losses side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="a model's folder; SmolLM2's first 4 layers when left out")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--pairs", type=int, default=2)
    options = parser.parse_args()
    base = str(Path(options.base).resolve() if options.base else smollm2(layers=4))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        data(work)
        trl_peer.export(*prepared(work, base, options.steps), work)
        (work / "side.txt").write_text(f"{base}\n{options.steps}")
        report([pair(work, ("plain", "ours")[turn % 2], options.steps) for turn in range(options.pairs)])


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        place = Path(sys.argv[2])
        model, count = (place / "side.txt").read_text().splitlines()
        trl_peer.leave(trl_peer.ours(*prepared(place, model, int(count)), place))
    else:
        main()
