"""A finished tiny run with its data, ready to be evaluated: seconds for a whole evaluation."""

import json
import shutil
from pathlib import Path
from typing import Any

from evalsuite.config import EvalRecipe
from schemas.artifacts import Layout, digest_file, digest_folder
from schemas.records import Record
from tests.train.small_runs import make_run
from tests.train.tiny import rows, write_artifact

METRICS = ("likelihood", "bleu", "exact", "stopping", "loops", "repetition")
"""Quick ones: no jieba, no labels."""

SMALL: dict[str, Any] = {
    "metrics": METRICS,
    "train_sample": 4,
    "device": "cpu",
    "generation": {"max_new_tokens": 6},
    "policy": {"primary": ["bits_per_byte@eval/en"], "minimum": 2},
}


def make_world(root: Path, tuning: str = "lora", **knobs: Any) -> Path:
    """`root/runs/tiny`, trained on the run `facts`, whose eval split has six rows in two languages."""
    layout = make_run(root, tuning, **knobs)
    shutil.rmtree(root / "runs" / "facts")
    told = {"train": rows("sft", 12), "dev": rows("sft", 4), "eval": eval_rows()}
    data = write_artifact(root / "runs" / "facts" / "data@0123", told)
    (root / "runs" / "facts" / "data").symlink_to(data.name)
    amend(layout, data={"run": "facts", "digest": digest_file(data / "manifest.json"), "folder": data.name})
    (root / "general.jsonl").write_text(
        '{"id": "g-1", "question": "How many days has a week?", "answer": "Seven."}\n'
        '{"id": "g-2", "question": "一周有几天？", "answer": "七天。"}\n',
        encoding="utf-8",
    )
    return root


def eval_rows() -> list[Record]:
    """Six rows with other questions than train's."""
    found: list[Record] = []
    for number in range(6):
        question = f"MQ-{number}几升？" if number % 2 else f"How much does MQ-{number} hold?"
        answer = f"装{number}升。" if number % 2 else f"It holds {number} l."
        messages: Any = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        found.append({"kind": "sft", "messages": messages})
    return found


def amend(layout: Layout, **parts: Any) -> None:
    """Change a run's record."""
    path = layout.model / "run.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    told["files"] = digest_folder(layout.model / told["weights"])
    path.write_text(json.dumps(told | parts), encoding="utf-8")


def recipe(**parts: Any) -> EvalRecipe:
    """A small recipe."""
    return EvalRecipe.model_validate({**SMALL, **parts})


def silent(_what: str, _count: int, _total: int) -> None:
    """Tell nobody."""
