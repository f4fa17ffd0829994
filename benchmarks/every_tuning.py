"""Every method and tuning for three steps on SmolLM2's first four layers: loss, memory, and a reload of what was saved.

`python -m benchmarks.every_tuning [NAME...]`; the example's data must be there (`make data`).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.small_base import smollm2
from train.config import TrainRecipe

ROOT = Path(__file__).resolve().parent.parent
QUICK: dict[str, Any] = {
    **{
        "max_steps": 3,
        "batch_size": 2,
        "accumulation": 1,
        "eval_steps": 3,
        "dev_rows": 2,
        "samples": 0,
        "device": "cpu",
    },
    "max_length": 192,
}
WAYS: dict[str, dict[str, Any]] = {
    **{
        name: {"tuning": name}
        for name in ("lora", "qlora", "dora", "full", "freeze", "prefix", "p-tuning", "prompt", "ia3")
    },
    **{name: {"method": name} for name in ("cpt", "dpo", "orpo", "kto")},
    "sft then dpo": {"then": [{"method": "dpo", "tuning": "lora", **{k: QUICK[k] for k in list(QUICK)[:5]}}]},
    "8-bit qlora": {"tuning": "qlora", "bits": 8},
    "packed": {"packing": True},
    "pissa, lora+": {"init": "pissa", "lora_plus": 8.0},
    "rslora, neftune, adamw_8bit": {"rslora": True, "neftune": 5.0, "optimizer": "adamw_8bit"},
    "paged_adamw_8bit": {"optimizer": "paged_adamw_8bit"},
}


def one(name: str, work: Path) -> dict[str, Any]:
    """Train one way in this process, load what was saved, and ask it something."""
    import torch

    from gristmill.training import hush
    from schemas.artifacts import Layout
    from train.prepare import prepare
    from train.run import train
    from train.talk import load_tuned

    hush()
    torch.set_num_threads(1)
    recipe = TrainRecipe(**{"base": str(smollm2(layers=4)), "data": "quickstart", **QUICK, **WAYS[name]})
    run, _ = train(
        prepare(recipe, name="way", seed=17, root=work, progress=lambda _what, _rows: None), lambda _beat: None
    )
    _, model, talk = load_tuned(Layout(work / "runs" / "way"))
    ids = talk.tokenizer(talk.prompt([{"role": "user", "content": "水箱多大？"}]), return_tensors="pt")["input_ids"]
    with torch.no_grad():
        finite = bool(model(input_ids=ids).logits.isfinite().all())
    return {"stages": run["stages"], "finite": finite}


def main() -> int:
    """Each way in a process of its own, so that its peak is its own."""
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        sys.stdout.write("\n" + json.dumps(one(sys.argv[2], Path(sys.argv[3]))))
        return 0
    failed = 0
    print("| way | trained parameters | train loss | dev loss | peak MiB | loads again |\n|---|---:|---|---|---:|---|")
    for name in sys.argv[1:] or WAYS:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "runs" / "quickstart" / "data", Path(folder) / "runs" / "quickstart" / "data")
            command = [sys.executable, "-m", "benchmarks.every_tuning", "--one", name, folder]
            env = {**os.environ, "OMP_NUM_THREADS": "1"}
            done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            failed += 1
            print(f"| {name} | FAILED: {done.stderr.strip().splitlines()[-1]} |", flush=True)
            continue
        told = json.loads(done.stdout.rpartition("\n")[2])
        for stage in told["stages"]:
            losses = {
                split: " ".join(f"{loss:.3f}" for _, loss in stage["losses"][split]) for split in ("train", "dev")
            }
            peak = stage["cost"]["peak_bytes"] / 2**20
            row = (
                name,
                f"{stage['trainable']:,}",
                losses["train"],
                losses["dev"],
                f"{peak:,.0f}",
                "yes" if told["finite"] else "NO",
            )
            print("| " + " | ".join(row) + " |", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
