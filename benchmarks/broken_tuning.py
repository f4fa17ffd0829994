"""A regression made on purpose: tune on broken answers, and see whether the verdict names it.

Every training answer is replaced by its own first words said over and over, and the base of `runs/NAME` is trained on
that as it was on the good ones. `python -m benchmarks.broken_tuning quickstart`
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import yaml

from evalsuite.evaluate import data_of
from schemas.artifacts import Layout, digest_file
from schemas.frames import FRAME, frame_of, records_of
from schemas.text.words import words

TIMES = 12


def broken(text: str) -> str:
    """The first words of an answer, over and over."""
    first = words(text)[:5] or ["?"]
    return (" " if first[0].isascii() else "").join(first * TIMES)


def break_answers(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with broken answers."""
    told = frame.filter(pl.col("kind") == "sft")
    records = records_of(told)
    for record in records:
        for message in record["messages"]:
            if message["role"] == "assistant":
                message["content"] = broken(message["content"])
    made = frame_of(records, sources=told["source"].to_list(), rows=told["row"].to_list())
    return made.with_columns(told["id"], told["family"]).select(list(FRAME))


def main() -> None:
    """Break, train, evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--recipe", type=Path, default=Path("configs/quickstart.yaml"))
    told = parser.parse_args()
    root = Path.cwd()
    data = data_of(Layout(root / "runs" / told.run), root=root)
    home = root / "runs" / "broken"
    shutil.rmtree(home, ignore_errors=True)
    target = home / "data@broken"
    shutil.copytree(data, target)
    break_answers(pl.read_parquet(data / "train.parquet")).write_parquet(target / "train.parquet")
    manifest = target / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")  # another artifact: another digest
    (home / "data").symlink_to(target.name)
    recipe = yaml.safe_load(told.recipe.read_text(encoding="utf-8"))
    recipe = {"name": "broken", "train": recipe["train"] | {"samples": 2}, "eval": recipe["eval"]}
    recipe["eval"] |= {"generated": 80, "policy": {}}
    (home / "broken.yaml").write_text(yaml.safe_dump(recipe, allow_unicode=True), encoding="utf-8")
    print(f"data digest {digest_file(manifest)[:12]}")
    for command in (["train", "-c", str(home / "broken.yaml")], ["eval", "broken"]):
        done = subprocess.run([sys.executable, "-m", "gristmill", *command], check=False)
        print(f"gristmill {' '.join(command)}: exit {done.returncode}")


if __name__ == "__main__":
    main()
