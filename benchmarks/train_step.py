"""One step of our trainer beside one of plain TRL: the same rows, settings and seed, hence the same losses.

    python -m benchmarks.train_step [--base FOLDER] [--steps 12] [--rounds 1]

The sides take turns in processes of their own (plain, ours, ours, plain in a round), with one thread each. A step
is measured from the end of the one before, callbacks and logging in it, from the second one on. A step is the same
work in every process, so that its seconds are the least over a side's processes: noise of a machine only ever adds.
A busy machine stretches wall seconds: CPU seconds are the judge.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import crash_loop, trl_peer
from benchmarks.small_base import smollm2
from benchmarks.trl_peer import Bill

LIMIT = 1.02
"""What our step may cost beside plain TRL's."""

COMMANDS = {"plain": ["benchmarks.trl_peer"], "ours": ["benchmarks.train_step", "--side"]}


def data(work: Path) -> None:
    """The shipped example's data artifact, in a working folder of its own."""
    crash_loop.prepare(work)
    subprocess.run(
        crash_loop.command(work), cwd=work, env={"PYTHONPATH": str(crash_loop.ROOT)}, check=True, capture_output=True
    )


def prepared(work: Path, base: str, steps: int) -> tuple[Any, Any]:
    """The run as gristmill prepares it, without looks at dev and with its only checkpoint behind the last step."""
    from train.config import TrainRecipe
    from train.prepare import prepare

    recipe = TrainRecipe(
        base=base, data="quickstart", device="cpu", max_steps=steps, eval_steps=steps, batch_size=2, accumulation=1
    )
    found = prepare(recipe, name="step", seed=17, root=work, progress=lambda _stage, _rows: None)
    return found, replace(found.stages[0], dev=None)


def seconds(bills: list[Bill], clock: str) -> list[float]:
    """Seconds of each step from the second one on, the least over a side's processes."""
    return [min(step) for step in zip(*(getattr(bill, clock)[1:] for bill in bills), strict=True)]


def row(name: str, bills: list[Bill]) -> str:
    """One line of the table."""
    each = [median(bill.cpu[1:]) for bill in bills]
    figures = [f"{median(seconds(bills, 'cpu')):.4f}", f"{min(each):.4f}-{max(each):.4f}"]
    figures += [f"{median(seconds(bills, 'wall')):.4f}", f"{max(bill.resident for bill in bills) / 2**20:,.0f}"]
    return "| " + " | ".join([name, *figures]) + " |"


def report(bills: dict[str, list[Bill]]) -> None:
    """Print the table and the losses; stop if any differ."""
    plain, ours = bills["plain"], bills["ours"]
    ratio = median(one / other for one, other in zip(seconds(ours, "cpu"), seconds(plain, "cpu"), strict=True))
    print("| | CPU s, median step | medians of the processes | wall s | peak MiB |\n|---|---:|---:|---:|---:|")
    print(row("plain TRL", plain), row("gristmill", ours), sep="\n")
    print(f"\nours / plain, median over the steps: {ratio:.3f}; at most {LIMIT}: {'yes' if ratio <= LIMIT else 'NO'}\n")
    print("| step | loss, plain | loss, ours | gradient norm, plain | ours |\n|---:|---:|---:|---:|---:|")
    for step, figures in enumerate(
        zip(plain[0].losses, ours[0].losses, plain[0].norms, ours[0].norms, strict=True), start=1
    ):
        print(f"| {step} | " + " | ".join(map(repr, figures)) + " |")
    everyone = [*plain, *ours]
    for what in ("losses", "norms", "weights"):
        assert len({str(getattr(bill, what)) for bill in everyone}) == 1, f"{what} differ between processes"
    print(f"\nLosses, gradient norms and trained weights are equal to the last bit in {len(everyone)} processes.")


def main() -> None:
    """Print step times and losses side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", help="a model's folder; SmolLM2's first 4 layers when left out")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    base = str(Path(options.base).resolve() if options.base else smollm2(layers=4))
    bills: dict[str, list[Bill]] = {"plain": [], "ours": []}
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        data(work)
        trl_peer.export(*prepared(work, base, options.steps), work)
        (work / "side.txt").write_text(f"{base}\n{options.steps}")
        for side in ("plain", "ours", "ours", "plain") * options.rounds:
            bills[side].append(trl_peer.call(COMMANDS[side], work, threads=1))
    report(bills)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        place = Path(sys.argv[2])
        model, count = (place / "side.txt").read_text().splitlines()
        trl_peer.leave(trl_peer.ours(*prepared(place, model, int(count))), place)
    else:
        main()
