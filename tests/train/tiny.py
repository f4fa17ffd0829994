"""A tiny base, a small artifact of every kind, and one call to train them: seconds for a whole run."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from schemas.frames import frame_of
from schemas.records import Record
from tests.train.gguf_models import make_model
from tests.train.small_runs import chat_tokenizer
from train.config import TrainRecipe
from train.prepare import Prepared, prepare
from train.run import train

QUICK: dict[str, Any] = {"max_steps": 3, "batch_size": 2, "accumulation": 1, "samples": 0, "learning_rate": 1e-2}


def rows(kind: str, count: int) -> list[Record]:
    """Facts of a tea machine, in two languages, as one kind of record."""
    found: list[Record] = []
    for number in range(count):
        question = f"LQ-{number}多大？" if number % 2 else f"How big is LQ-{number}?"
        answer = f"{number}升" if number % 2 else f"{number} l"
        asked: Any = [{"role": "user", "content": question}]
        said: Any = [{"role": "assistant", "content": answer}]
        other: Any = [{"role": "assistant", "content": "?"}]
        record: dict[str, Any] = {
            "sft": {"messages": [*asked, *said]},
            "preference": {"messages": asked, "chosen": said, "rejected": other},
            "kto": {"messages": asked, "chosen": said, "label": number % 3 > 0},
            "text": {"text": f"{question} {answer}"},
        }[kind]
        found.append({"kind": kind, **record})  # type: ignore[typeddict-item]
    return found


def write_artifact(folder: Path, records: dict[str, list[Record]]) -> Path:
    """A data artifact with these records in its splits."""
    folder.mkdir(parents=True)
    for split in ("train", "dev", "eval"):
        told = records.get(split, [])
        frame = frame_of(told, sources=["facts.jsonl"] * len(told), rows=range(1, len(told) + 1))
        frame.with_columns(family=pl.col("id")).write_parquet(folder / f"{split}.parquet")
    (folder / "manifest.json").write_text(json.dumps({"languages": ["en", "zh"]}), encoding="utf-8")
    return folder


def make_world(root: Path, **parts: Any) -> Path:
    """A base at `root/base` and the run `facts` with an artifact of every kind."""
    make_model(root / "base", tokenizer=chat_tokenizer(), **parts)
    kinds = ("sft", "preference", "kto", "text")
    splits = {"train": 16, "dev": 6, "eval": 2}
    records = {split: [row for kind in kinds for row in rows(kind, count)] for split, count in splits.items()}
    write_artifact(root / "runs" / "facts" / "data", records)
    return root


def ready(root: Path, name: str = "tiny", *, seed: int = 17, **knobs: Any) -> Prepared:
    """A recipe for the tiny base, prepared."""
    recipe = TrainRecipe(**{"base": str(root / "base"), "data": "facts", "device": "cpu", **QUICK, **knobs})
    return prepare(recipe, name=name, seed=seed, root=root, progress=lambda _what, _rows: None)


def run(root: Path, name: str = "tiny", *, seed: int = 17, fresh: bool = False, **knobs: Any) -> dict[str, Any]:
    """Train the tiny base; the run's record."""
    return train(ready(root, name, seed=seed, **knobs), lambda _beat: None, fresh=fresh)[0]
