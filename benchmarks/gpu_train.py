"""QLoRA and LoRA of 7-8B models on a CUDA card: speed and memory, beside plain TRL and what `train.plan` predicts.

    python -m benchmarks.gpu_train [--small] [--json FILE] [--minutes 9]

Nothing is downloaded: a checkpoint of Llama-3.1-8B's and Qwen2.5-7B's shape is written with random weights, with a
tokenizer of a few words beside it. Rows are 2048 random tokens, 2 to a step, rank 32, checkpointing on, sdpa; the
rest is what gristmill recommends on this card, and the same for both sides. Each part is a process of its own: a
card of 80 GB is expected to need about 10 s for the imports, 15-30 s to load 16 GB, and 1 s (H100) to 4 s (A100)
a step, which is about 40-70 s for each of 8 parts and 30 s for each checkpoint, under 9 minutes in all. A part that
might not end within --minutes isn't begun; the JSON is written after each. It takes 20 GB of disk.

--small runs the same on a CPU in about two minutes, with models of two small layers.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import trl_peer
from benchmarks.random_base import SHAPES, write_checkpoint
from benchmarks.trl_peer import Bill

GB = 1e9
WARM = 2
"""Steps before the ones that count: kernels are chosen and memory is taken in them."""


@dataclass(frozen=True)
class Plan:
    """What is measured: rows of `length` tokens, `batch` in a step, `steps` of them."""

    small: bool
    steps: int
    batch: int = 2
    length: int = 2048
    rank: int = 32


def prepared(base: Path, tuning: str, plan: Plan, work: Path) -> tuple[Any, Any]:
    """The run as `train.prepare` would have it, if a data artifact had these tokens."""
    from schemas.artifacts import Layout
    from train.config import TrainRecipe
    from train.defaults import Setting, recommend
    from train.device import find_device
    from train.lengths import Fitted
    from train.model import find_base
    from train.prepare import Prepared, Ready, _costed

    asked: dict[str, Any] = {"max_length": plan.length, "max_steps": plan.steps, "rank": plan.rank}
    asked |= {
        "trainer_args": {"save_strategy": "no"},
        "batch_size": plan.batch,
        "accumulation": 1,
        "checkpointing": True,
        "packing": False,
    }
    recipe = TrainRecipe(
        base=str(base), tuning=tuning, device="cpu" if plan.small else "cuda", attention="sdpa", **asked
    )
    device, found = find_device(recipe), find_base(recipe, cache=work)
    tokens = random_rows(plan, found.shape.vocab)
    rows = tokens.rows.height
    at = Setting(rows, plan.length, plan.length, found.shape.parameters, device.kind, plan.length, dev=False)
    fitted = Fitted(tokens, over=0, lost=0, trained=rows * plan.length)
    stage, reasons = recommend(recipe, at)
    ready = _costed(Ready(stage, reasons, fitted, None, 0), found, device)
    return Prepared(Layout(work / "run"), recipe, 17, work, "", found, device, (ready,)), ready


def random_rows(plan: Plan, vocabulary: int) -> Any:
    """Rows of one length, every token trained."""
    import numpy as np

    from schemas.frames import EVENTS, empty
    from train.data import Tokens, token_frame

    drawn = np.random.default_rng(17)
    rows = [
        {
            "id": str(place),
            "source": "random",
            "row": place,
            "ids": drawn.integers(3, vocabulary, plan.length),
            "weights": np.ones(plan.length),
            "prompt": 0,
            "hidden": 0,
        }
        for place in range(plan.steps * plan.batch)
    ]
    return Tokens(token_frame(rows), empty(EVENTS))


def predicted(ready: Any, plan: Plan) -> dict[str, Any]:
    """The plan's memory and tokens a second."""
    estimate, (short, long) = ready.estimate, ready.seconds
    tokens = plan.steps * plan.batch * plan.length
    return {
        "total": estimate.total,
        "low": estimate.low,
        "high": estimate.high,
        "parts": estimate.parts,
        "tokens_per_second": [tokens / long, tokens / short],
    }


def measured(bill: Bill, plan: Plan) -> dict[str, Any]:
    """A bill with its tokens a second."""
    step = median(bill.wall[WARM:])
    return {**asdict(bill), "step": step, "tokens_per_second": plan.batch * plan.length / step}


def side(name: str, work: Path) -> None:
    """The checkpoint or our side, in a process of its own; ours also writes the prediction and what the peer needs."""
    told = json.loads((work / "part.json").read_text())
    plan, base = Plan(**told["plan"]), Path(told["base"])
    if name == "checkpoint":
        write_checkpoint(told["model"], base, small=plan.small)
        trl_peer.leave(Bill())
        return
    run, ready = prepared(base, told["tuning"], plan, work)
    trl_peer.export(run, ready, work)
    about = {"device": run.device.name, "memory": run.device.memory, "optimizer": ready.stage.optimizer}
    (work / "predicted.json").write_text(json.dumps({**predicted(ready, plan), **about}))
    trl_peer.leave(trl_peer.ours(run, ready, work))


HEAD = (
    "| | tokens/s, ours | plain TRL | ours / plain | planned | peak GB, ours | plain | planned less context | error "
    "| reserved GB | card GB | planned, low-high | to step 1 s | loss |\n"
    "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def row(part: dict[str, Any]) -> str:
    """One line of the table; a CPU's peak is the process's, its context counted."""
    ours, plain, plan = part.get("ours"), part.get("plain"), part.get("predicted")
    name = f"{part['model']} {part['tuning']}"
    if not ours or not plan:
        return f"| {name}: {part.get('fault', 'not begun')} |" + " |" * 13
    card = ours["allocated"] > 0
    peak = ours["allocated"] if card else ours["resident"]
    expected = plan["total"] - (plan["parts"]["context"] if card else 0)
    slow, fast = plan["tokens_per_second"]
    speed, theirs = ours["tokens_per_second"], ["-"] * 3
    if plain:
        other, size = plain["tokens_per_second"], plain["allocated" if card else "resident"]
        theirs = [f"{other:,.0f}", f"{speed / other:.2f}", f"{size / GB:.2f}"]
    cells = [name, f"{speed:,.0f}", *theirs[:2], f"{slow:,.0f}-{fast:,.0f}", f"{peak / GB:.2f}", theirs[2]]
    cells += [f"{expected / GB:.2f}", f"{expected / peak - 1:+.0%}", f"{ours['reserved'] / GB:.2f}"]
    cells += [f"{ours['card'] / GB:.2f}", f"{plan['low'] / GB:.1f}-{plan['high'] / GB:.1f}", f"{ours['loading']:.0f}"]
    return "| " + " | ".join([*cells, f"{ours['losses'][0]:.4f}"]) + " |"


@dataclass
class Session:
    """The parts so far, and the time that is left."""

    plan: Plan
    target: Path
    deadline: float
    parts: list[dict[str, Any]]

    def call(self, part: dict[str, Any], name: str, arguments: list[str], work: Path, reserve: float) -> Bill | None:
        """Run a process if `reserve` seconds are left for it; its own time is told, a fault is kept in the part."""
        left, began, bill, fault = self.deadline - time.monotonic(), time.monotonic(), None, ""
        if left < reserve:
            fault = f"{name} not begun, {left:.0f} s left"
        else:
            try:
                bill = trl_peer.call(arguments, work, threads=1 if self.plan.small else None, timeout=left)
            except subprocess.SubprocessError as told:
                fault = f"{name}: {told}"
        seconds = time.monotonic() - began
        if fault:
            part.setdefault("fault", fault)
        print(f"{part['model']} {part['tuning']} {name}: {seconds:.0f} s {fault}".rstrip(), flush=True)
        part.setdefault("seconds", {})[name] = seconds
        self.target.write_text(json.dumps({"plan": asdict(self.plan), "parts": self.parts}, indent=2))
        return bill

    def model(self, name: str, folder: Path) -> None:
        """Everything about one model."""
        base, mine = folder / name, ["benchmarks.gpu_train", "--side"]
        for tuning in ("qlora", "lora"):
            work = folder / f"{name}-{tuning}"
            work.mkdir(parents=True)
            part: dict[str, Any] = {"model": name, "tuning": tuning}
            self.parts.append(part)
            told = {**part, "plan": asdict(self.plan), "base": str(base)}
            (work / "part.json").write_text(json.dumps(told))
            if not base.is_dir() and not self.call(part, "checkpoint", [*mine, "checkpoint"], work, reserve=60):
                return
            bill = self.call(part, "ours", [*mine, "ours"], work, reserve=60)
            if (work / "predicted.json").is_file():
                part["predicted"] = json.loads((work / "predicted.json").read_text())
            part["ours"] = bill and measured(bill, self.plan)
            bill = self.call(part, "plain", ["benchmarks.trl_peer"], work, reserve=60)
            part["plain"] = bill and measured(bill, self.plan)
            if part["ours"] and part["plain"]:
                both = zip(part["ours"]["losses"], part["plain"]["losses"], strict=True)
                part["largest_difference_of_losses"] = max(abs(one - other) for one, other in both)
                print(f"largest difference of losses: {part['largest_difference_of_losses']:.6f}", flush=True)
        shutil.rmtree(base)


def main() -> None:
    """Measure, print the table, write the JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", action="store_true", help="tiny models on a CPU: a test of this script")
    parser.add_argument("--json", type=Path, default=Path("gpu_train.json"))
    parser.add_argument("--folder", type=Path, help="where checkpoints go; the system's folder for such when left out")
    parser.add_argument("--minutes", type=float, default=9.0)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--models", nargs="+", choices=SHAPES, default=list(SHAPES))
    options = parser.parse_args()
    plan = Plan(small=options.small, steps=options.steps)
    plan = replace(plan, length=64) if options.small else plan
    session = Session(plan, options.json.resolve(), time.monotonic() + 60 * options.minutes, [])
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for name in options.models:
            session.model(name, Path(folder))
    print(f"\n{plan.batch} x {plan.length} tokens a step, rank {plan.rank}, median of steps {WARM + 1}-{plan.steps}")
    print(f"{next((part['predicted']['device'] for part in session.parts if 'predicted' in part), '')}\n\n{HEAD}")
    print(*map(row, session.parts), sep="\n")
    session.target.write_text(json.dumps({"plan": asdict(plan), "parts": session.parts}, indent=2))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--side"]:
        side(sys.argv[2], Path(sys.argv[3]))
    else:
        main()
