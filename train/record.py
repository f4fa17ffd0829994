"""What a run leaves behind about itself: run.json, the loss curve, a model card; its time, memory and energy."""

import importlib.metadata
import platform
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from schemas.artifacts import write_file
from schemas.page import Line, Mark, line_chart
from train.diagnose import Curve
from train.prepare import Prepared

LIBRARIES = (
    "gristmill",
    "torch",
    "transformers",
    "trl",
    "peft",
    "bitsandbytes",
    "accelerate",
    "tokenizers",
    "datasets",
)
_POWER = Path("/sys/class/powercap")


@dataclass
class Meter:
    """Measures a stretch of work: seconds, peak memory, energy where the machine tells it.

    Attributes:
        device: `cuda`, `mps` or `cpu`.
    """

    device: str
    _started: float = field(default_factory=time.monotonic)
    _joules: float | None = None

    def __post_init__(self) -> None:
        self._joules = _joules(self.device)
        if self.device == "cuda":
            import torch

            torch.cuda.reset_peak_memory_stats()

    def read(self) -> dict[str, float | None]:
        """`seconds`, `peak_bytes` (of the card, else of the process) and `joules`, null where nothing tells it."""
        joules = _joules(self.device)
        used = None if joules is None or self._joules is None else joules - self._joules
        return {"seconds": round(time.monotonic() - self._started, 2), "peak_bytes": peak(self.device), "joules": used}


def peak(device: str) -> int:
    """Bytes at the highest: of the card's allocator, or of this process."""
    if device == "cuda":
        import torch

        return int(torch.cuda.max_memory_allocated())
    kib = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kib


def _joules(device: str) -> float | None:
    """Energy since boot: NVML's counter of the card, or RAPL's of the processor."""
    try:
        if device == "cuda":
            import pynvml
            import torch

            pynvml.nvmlInit()
            handle = pynvml.nvmlDeviceGetHandleByIndex(torch.cuda.current_device())
            return float(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)) / 1000
        counters = sorted(_POWER.glob("intel-rapl:?/energy_uj"))
        return sum(int(counter.read_text()) for counter in counters) / 1e6 if counters else None
    except (ImportError, OSError):
        return None
    except Exception as fault:
        if type(fault).__module__.startswith("pynvml"):  # an old card without the counter
            return None
        raise


def versions() -> dict[str, str]:
    """Versions of what decides the weights."""
    return {name: importlib.metadata.version(name) for name in LIBRARIES}


def describe(prepared: Prepared, stages: Sequence[Mapping[str, Any]], *, key: str) -> dict[str, Any]:
    """Everything of run.json but the outcome of the whole.

    Args:
        prepared: What was trained.
        stages: The outcome of each stage.
        key: Of everything that decided it.
    """
    device, place = prepared.device, prepared.start_of(len(prepared.stages) - 1)
    return {
        "format": 1,
        "key": key,
        "name": prepared.layout.root.name,
        "data": {"run": prepared.data.parent.name, "digest": prepared.digest, "folder": prepared.data.name},
        "base": prepared.recipe.base if place == prepared.base.place else place,
        "trust_remote_code": prepared.recipe.trust_remote_code,
        "revision": prepared.recipe.revision,
        "place": place,
        "template": prepared.base.template,
        "stops": list(prepared.base.stops),
        "seed": prepared.seed,
        "versions": versions(),
        "hardware": {
            "device": device.name if device.kind != "cpu" else platform.processor() or platform.machine(),
            "kind": device.kind,
            "memory_bytes": device.memory,
            "dtype": device.dtype,
            "attention": device.attention,
        },
        "stages": list(stages),
    }


def draw(curve: Curve, best: int | None, *, title: str) -> str:
    """The loss curve as inline SVG."""
    lines = [Line("train", curve.train), Line("dev", curve.dev)]
    marks = [Mark(best, f"best, step {best}")] if best is not None else []
    drawn = [line for line in lines if line.points]
    return line_chart(drawn, title=title, x_label="step", y_label="loss", marks=marks)


def write(folder: Path, run: Mapping[str, Any]) -> None:
    """Write run.json, whole or not at all."""
    write_file(folder / "run.json", orjson.dumps(run, option=orjson.OPT_INDENT_2) + b"\n")


def card(run: Mapping[str, Any]) -> str:
    """A model card in Markdown, with the hub's header."""
    last = run["stages"][-1]
    stage, losses = last["stage"], last["losses"]
    facts = {
        "Base": f"`{run['base']}`",
        "Data": f"run `{run['data']['run']}`, digest `{run['data']['digest']}`",
        "Method": f"{stage['method']}, {stage['tuning']}, {last['trainable']:,} trained parameters",
        "Rows": f"{last['rows']:,} ({last['trained_tokens']:,} trained tokens), {last['steps']:,} updates",
        "Learning rate": f"{stage['learning_rate']:g}, {stage['schedule']}",
        "Dev loss": " → ".join(f"{loss:.4f}" for _, loss in (losses["dev"][:1] + losses["dev"][-1:])) or "no dev split",
        "Template": run["template"] or "the base's own",
        "Hardware": f"{run['hardware']['device']}, {last['cost']['seconds']:,.0f} s",
        "Versions": ", ".join(f"{name} {version}" for name, version in run["versions"].items()),
    }
    base = orjson.dumps(run["base"]).decode()
    header = f"---\nlibrary_name: peft\nbase_model: {base}\ntags: [gristmill, {stage['method']}]\n---\n"
    table = "\n".join(f"| {name} | {told} |" for name, told in facts.items())
    found = "\n".join(f"- {sentence}" for sentence in last["findings"]["en"])
    return f"{header}\n# {run['name']}\n\n| | |\n|---|---|\n{table}\n\n## What the loss curve says\n\n{found}\n"
