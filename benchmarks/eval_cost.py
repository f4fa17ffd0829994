"""What evaluation costs beside the two generations it needs, in time and memory: one load against plain transformers.

Four processes, one after the other: the base alone, the tuned model alone, both (each loaded by itself), and `evaluate`
with an empty journal. `python -m benchmarks.eval_cost quickstart --items 60`
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from evalsuite.candidates import Candidate, base_of, of_run
from evalsuite.config import EvalRecipe
from evalsuite.evaluate import answered, data_of, evaluate
from evalsuite.hear import BATCH_TOKENS
from evalsuite.items import Item, gather
from evalsuite.journal import Journal
from evalsuite.predict import answer_items
from evalsuite.voices import _alone, find_device
from gristmill.training import hush
from schemas.artifacts import Layout

METRICS = ("rouge", "bleu", "exact", "stopping", "loops", "repetition")


def ready(run: str, count: int, longest: int) -> tuple[EvalRecipe, list[Item], Candidate]:
    """The recipe, the items that are answered, the model."""
    root = Path.cwd()
    parts = {"items": count, "generated": count, "train_sample": 0, "metrics": METRICS, "device": "cpu"}
    recipe = EvalRecipe.model_validate({**parts, "generation": {"max_new_tokens": longest}, "policy": {"primary": []}})
    items = gather(recipe, data_of(Layout(root / "runs" / run), root=root), root=root, seed=17)
    return recipe, answered(items, recipe), of_run(Layout(root / "runs" / run), cache=root / ".gristmill" / "models")


def alone(*sides: int) -> Callable[[str, int, int], None]:
    """Generate with the base, or with base and tuned one after the other, and do nothing else."""

    def run(name: str, count: int, longest: int) -> None:
        recipe, items, found = ready(name, count, longest)
        device = find_device(kind="cpu", dtype=found.dtype)
        for one in ((base_of(found), found)[side] for side in sides):
            with _alone(one, device, ()) as voice, TemporaryDirectory() as empty:
                journal, budget = Journal(Path(empty) / "j"), BATCH_TOKENS["cpu"]
                answer_items(voice, items, recipe.generation, journal, batch_tokens=budget, tell=lambda *_: None)

    return run


def whole(name: str, count: int, longest: int) -> None:
    """The evaluation, with nothing in its journal."""
    recipe, _, _ = ready(name, count, longest)
    with TemporaryDirectory() as empty:
        root = Path(empty)
        (root / ".gristmill").mkdir()
        (root / ".gristmill" / "models").symlink_to(Path.cwd() / ".gristmill" / "models")
        home = root / "runs" / name
        home.mkdir(parents=True)
        for path in (Path.cwd() / "runs" / name).iterdir():
            if path.name != "eval":
                (home / path.name).symlink_to(path)
        evaluate(recipe, [name], root=root, seed=17, lang="en", tell=lambda *_: None)


WAYS: dict[str, Callable[[str, int, int], None]] = {
    "base": alone(0),
    "tuned": alone(1),
    "both": alone(0, 1),
    "evaluate": whole,
}


def main() -> None:
    """Run each way in a process of its own and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--longest", type=int, default=64)
    parser.add_argument("--way", choices=list(WAYS))
    told = parser.parse_args()
    if told.way:
        hush()
        started = time.monotonic()
        WAYS[told.way](told.run, told.items, told.longest)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": time.monotonic() - started, "mib": peak}))
        return
    words = [told.run, "--items", str(told.items), "--longest", str(told.longest)]
    found = {}
    for way in WAYS:
        command = [sys.executable, "-m", "benchmarks.eval_cost", *words, "--way", way]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[way] = json.loads(done.stdout.splitlines()[-1])
        print(f"{way:<10}{found[way]['seconds']:8.1f} s {found[way]['mib']:8.0f} MiB")
    print(f"time: {found['evaluate']['seconds'] / found['both']['seconds']:.3f} of the two generations alone")
    shares = [found["evaluate"]["mib"] / found[way]["mib"] for way in ("tuned", "base")]
    print("memory: {:.3f} of the tuned model alone, {:.3f} of the base alone, without PEFT".format(*shares))


if __name__ == "__main__":
    main()
