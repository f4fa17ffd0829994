"""Both sides of the training measurements: plain TRL, our trainer, and the clock that each carries.

Plain TRL is what its documentation shows: a folder's name, an SFTConfig, a LoraConfig, rows with `input_ids` and
`labels`. It runs in a process that never imports gristmill; `export` writes what it needs to a folder.

    python -m benchmarks.trl_peer FOLDER

Two sides can take turns, one step each: what else the machine does then weighs on both alike.
"""

import hashlib
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.corpus import ROOT

BILL = "bill: "


@dataclass
class Bill:
    """What one process measured of its training.

    Attributes:
        wall: Seconds of every step, from the end of the one before (of the first: from the start of training).
        cpu: CPU seconds of the same.
        losses: Of every step, unrounded.
        norms: Gradient norm of every step.
        weights: Digest of the trained weights.
        loading: Seconds from the loading of the model to the first step, imports left out.
        resident: Peak bytes in memory.
        loaded: Peak bytes of the card's allocator before the first step; 0 without a card, as below.
        allocated: Peak bytes of the card's allocator during training.
        reserved: Peak bytes that the allocator took from the card during training.
        card: Bytes in use on the whole card at the end, CUDA's own among them.
    """

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    norms: list[float] = field(default_factory=list)
    weights: str = ""
    loading: float = 0.0
    resident: int = 0
    loaded: int = 0
    allocated: int = 0
    reserved: int = 0
    card: int = 0


class Turns:
    """Lets two processes train in turns, through two named pipes.

    Args:
        work: Folder of the pipes.
        side: This process's name, `plain` or `ours`; without a pipe of that name there is nothing to wait for.
    """

    def __init__(self, work: Path, side: str) -> None:
        names = (side, "ours" if side == "plain" else "plain")
        paths = [work / f"{name}.turn" for name in names]
        # Open for both ends, so that no process waits for the other to open its own.
        self.pipes = [os.open(path, os.O_RDWR) for path in paths if path.exists()]

    def wait(self) -> None:
        """Wait for this side's turn."""
        if self.pipes:
            os.read(self.pipes[0], 1)

    def give(self) -> None:
        """Give the other side its turn."""
        if self.pipes:
            os.write(self.pipes[1], b".")


def timed(trainer: Any, began: float, turns: Turns) -> Bill:
    """Train, with a clock behind every other callback.

    Args:
        trainer: Of TRL.
        began: `time.perf_counter()` before the model was loaded.
        turns: With the other side; waiting isn't measured.
    """
    import torch
    from transformers import TrainerCallback

    bill, card = Bill(), trainer.args.device.type == "cuda"

    class Clock(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if card:
                bill.loaded = torch.cuda.max_memory_allocated()
                torch.cuda.reset_peak_memory_stats()
            bill.loading = time.perf_counter() - began
            turns.wait()
            self.then = time.perf_counter(), time.process_time()

        def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            if card:
                torch.cuda.synchronize()
            now = time.perf_counter(), time.process_time()
            bill.wall.append(now[0] - self.then[0])
            bill.cpu.append(now[1] - self.then[1])
            turns.give()
            if state.global_step < state.max_steps:
                turns.wait()
            self.then = time.perf_counter(), time.process_time()

    trainer.add_callback(Clock())
    trainer.train()
    steps = [entry for entry in trainer.state.log_history if "loss" in entry]
    bill.losses = [entry["loss"] for entry in steps]
    bill.norms = [entry["grad_norm"] for entry in steps]
    bill.weights = _digest(trainer.model)
    bill.resident = resident()
    if card:
        free, whole = torch.cuda.mem_get_info()
        bill.allocated, bill.reserved = torch.cuda.max_memory_allocated(), torch.cuda.max_memory_reserved()
        bill.card = whole - free
    return bill


def resident() -> int:
    """Peak bytes of this program in memory; getrusage's would start at those of the process that started it."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def _digest(model: Any) -> str:
    import torch

    found = hashlib.blake2b(digest_size=8)
    for _, weight in sorted(model.named_parameters()):
        if weight.requires_grad:
            found.update(weight.detach().contiguous().view(-1).view(torch.uint8).cpu().numpy().tobytes())
    return found.hexdigest()


def export(prepared: Any, ready: Any, work: Path) -> None:
    """Write rows and settings of a stage for the peer.

    Args:
        prepared: A `train.prepare.Prepared`.
        ready: A `train.prepare.Ready` of supervised tuning with LoRA or QLoRA.
        work: Gets `rows.parquet` and `peer.json`.
    """
    from train import sft
    from train.adapter import peft_config
    from train.arguments import arguments

    stage, device = ready.stage, prepared.device
    options = arguments(
        stage,
        sft.CONFIG,
        folder=work / "peer",
        device=device,
        seed=prepared.seed,
        dev=False,
        steps=ready.steps,
    )
    adapter = peft_config(stage, device)
    lora = {name: getattr(adapter, name) for name in ("r", "lora_alpha", "lora_dropout", "use_rslora", "task_type")}
    told = {
        "base": prepared.base.place,
        "dtype": device.dtype,
        "attention": device.attention,
        "bits": stage.bits if stage.tuning == "qlora" else None,
        "sft": options,
        "lora": {**lora, "target_modules": stage.target_modules},
    }
    work.mkdir(parents=True, exist_ok=True)
    (work / "peer.json").write_text(json.dumps(told))
    sft.dataset(ready.train.tokens).to_parquet(str(work / "rows.parquet"))


def ours(prepared: Any, ready: Any, work: Path) -> Bill:
    """Train with the trainer that a run of gristmill builds, callbacks and all."""
    from train import sft as _imports_trl  # noqa: F401
    from train.stage import _model, _trainer
    from train.watch import Watch

    began = time.perf_counter()
    model, adapter = _model(prepared, ready.stage, 0)
    place = prepared.layout.model / "checkpoints-1"
    trainer = _trainer(prepared, ready, model, adapter, place, Watch(lambda _: None, start=None))
    return timed(trainer, began, Turns(work, "ours"))


def plain(work: Path) -> Bill:
    """Train with TRL alone."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import BitsAndBytesConfig
    from trl import SFTConfig, SFTTrainer

    began = time.perf_counter()
    told = json.loads((work / "peer.json").read_text())
    dtype = getattr(torch, told["dtype"])
    quantisation = BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=told["bits"] == 4,
        load_in_8bit=told["bits"] == 8,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=dtype,
        bnb_4bit_quant_storage=dtype,
    )
    start = {"dtype": told["dtype"], "attn_implementation": told["attention"]}
    trainer = SFTTrainer(
        model=told["base"],
        args=SFTConfig(**told["sft"], model_init_kwargs=start),
        train_dataset=Dataset.from_parquet(str(work / "rows.parquet"), cache_dir=str(work / "cache")),
        peft_config=LoraConfig(**told["lora"]),
        quantization_config=quantisation if told["bits"] else None,
    )
    return timed(trainer, began, Turns(work, "plain"))


def call(arguments: list[str], work: Path, *, threads: int | None, timeout: float | None = None) -> Bill:
    """Run one side in a fresh Python, which prints its bill as its last line.

    Raises:
        subprocess.SubprocessError: If it fails or takes too long; its last lines are told first.
    """
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TENSORBOARD_LOGGING_DIR": str(work / "tensorboard")}
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    done = subprocess.run(
        [sys.executable, "-m", *arguments, str(work)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode:
        print(*done.stdout.splitlines()[-30:], sep="\n", file=sys.stderr)
        done.check_returncode()
    last = next(line for line in reversed(done.stdout.splitlines()) if line.startswith(BILL))
    return Bill(**json.loads(last.removeprefix(BILL)))


def leave(bill: Bill) -> None:
    """Print a bill for `call`."""
    print(f"\n{BILL}{json.dumps(asdict(bill))}", flush=True)


if __name__ == "__main__":
    leave(plain(Path(sys.argv[1])))
