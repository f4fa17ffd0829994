"""A data artifact made ready to train on: ours, fresh and from the cache, beside TRL's own preparation.

    python -m benchmarks.tokenise DATA_FOLDER [--base FOLDER] [--rows N]

Ours renders, masks every assistant turn, applies max_length and gives the columns that TRL trains on. TRL's ways to
the same are a template with generation marks, which it has for some families (here SmolLM2's is given them), and
prompt/completion columns, which train the last turn alone. Each way is a process of its own; imports and loading are
left out. TRL truncates what is over max_length where we drop it by default, so that token counts differ by those rows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.corpus import ROOT
from benchmarks.small_base import smollm2
from benchmarks.trl_peer import resident

LIMIT = 1024
"""Longest row: TRL's default, and the most that we take on a CPU unasked."""

GOAL, SECONDS = 55_000, 60
"""So many rows are to be ready in so many seconds on two cores."""

ANSWER = "message['content'] + '<|im_end|>'"
WRITTEN = "{{'<|im_start|>' + message['role'] + '\n' + " + ANSWER + " + '\n'}}"
"""A turn in SmolLM2's template."""

MARKED = (
    "{{ '<|im_start|>' + message['role'] + '\n' }}{% if message['role'] == 'assistant' %}{% generation %}{{ "
    + ANSWER
    + " }}{% endgeneration %}{% else %}{{ "
    + ANSWER
    + " }}{% endif %}{{ '\n' }}"
)
"""The same with generation marks."""

WAYS = {
    "ours": "gristmill",
    "marks 1": "TRL, generation marks, num_proc 1",
    "marks 2": "TRL, generation marks, num_proc 2",
    "completion 1": "TRL, prompt/completion, num_proc 1",
    "completion 2": "TRL, prompt/completion, num_proc 2",
}


def cost(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Wall and CPU seconds of some work, its processes' among them, and what it gave."""
    before, began = os.times(), time.perf_counter()
    result = work()
    wall, after = time.perf_counter() - began, os.times()
    return {"wall": wall, "cpu": sum(after[:4]) - sum(before[:4])}, result


def counts(dataset: Any) -> dict[str, int]:
    """Rows, tokens and trained tokens of a dataset with `input_ids` and `labels`."""
    import polars as pl

    frame = pl.from_arrow(dataset.with_format("arrow")[:])
    assert isinstance(frame, pl.DataFrame)
    tokens, labels = frame["input_ids"].list.len().sum(), frame["labels"].explode()
    return {"rows": frame.height, "tokens": int(tokens), "trained": int((labels != -100).sum())}


def frame_of(data: Path, rows: int | None) -> Any:
    """The supervised rows of the train split."""
    from train.config import TrainRecipe
    from train.data import read_split

    frame = read_split(data, "train", TrainRecipe(base="any"))
    return frame.head(rows) if rows else frame


def ours(data: Path, base: str, rows: int | None, work: Path) -> dict[str, Any]:
    """Our preparation, each part by itself."""
    from train import sft
    from train.config import TrainRecipe
    from train.data import tokenise
    from train.lengths import fit
    from train.model import find_base

    recipe = TrainRecipe(base=base, empty_loss="drop")
    talk, frame = find_base(recipe, cache=work).talk, frame_of(data, rows)

    def tokens() -> Any:
        return tokenise(frame, talk, recipe, cache=work / "tokens", key="one", progress=lambda _stage, _rows: None)

    fresh, _ = cost(tokens)
    cached, found = cost(tokens)
    fitting, fitted = cost(lambda: fit(found, frame, talk, recipe, max_length=LIMIT, split="train"))
    columns, dataset = cost(lambda: sft.dataset(fitted.tokens))
    parts = {"tokenise": fresh, "tokenise, cached": cached, "fit": fitting, "columns for TRL": columns}
    whole = {clock: fresh[clock] + fitting[clock] + columns[clock] for clock in fresh}
    again = {clock: cached[clock] + fitting[clock] + columns[clock] for clock in fresh}
    return {**whole, **counts(dataset), "cached": again, "parts": parts}


def peer(way: str, base: str, work: Path) -> dict[str, Any]:
    """TRL's preparation of the same messages."""
    import datasets
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
    from trl import SFTConfig, SFTTrainer

    datasets.disable_progress_bars()
    kind, processes = way.split()
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    if kind == "marks" and "{% generation" not in tokenizer.chat_template:
        assert WRITTEN in tokenizer.chat_template, "generation marks are known for SmolLM2's template alone"
        tokenizer.chat_template = tokenizer.chat_template.replace(WRITTEN, MARKED)
    dataset = datasets.Dataset.from_parquet(str(work / f"{kind}.parquet"), cache_dir=str(work / way))
    shape = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=8, intermediate_size=8, num_hidden_layers=1, num_attention_heads=1
    )
    args = SFTConfig(
        output_dir=str(work),
        max_length=LIMIT,
        assistant_only_loss=kind == "marks",
        dataset_num_proc=int(processes),
        use_cpu=True,
        bf16=False,
    )
    few = dataset.select(range(4))
    trainer = SFTTrainer(model=LlamaForCausalLM(shape), args=args, train_dataset=few, processing_class=tokenizer)
    spent, prepared = cost(lambda: trainer._prepare_dataset(dataset, tokenizer, args, False, None, "train"))
    return {**spent, **counts(prepared)}


def plain_rows(data: Path, rows: int | None, work: Path) -> int:
    """Write the messages as TRL takes them; gives the number of rows with tools or thoughts, which it isn't given."""
    import polars as pl

    from schemas.frames import records_of

    talks, left = [], 0
    for record in records_of(frame_of(data, rows)):
        turns = []
        for message in record["messages"]:
            text = "\n".join(part for part in (message["content"], message.get("context")) if part)
            turns.append({"role": message["role"], "content": text})
        special = any(message.get("tool_calls") or message.get("reasoning") for message in record["messages"])
        if special or record.get("tools"):
            left += 1
        else:
            talks.append(turns)
    pl.DataFrame({"messages": talks}).write_parquet(work / "marks.parquet")
    pairs = {"prompt": [turns[:-1] for turns in talks], "completion": [turns[-1:] for turns in talks]}
    pl.DataFrame(pairs).write_parquet(work / "completion.parquet")
    return left


def call(way: str, data: Path, base: str, rows: int | None, work: Path) -> dict[str, Any]:
    """One way in a fresh Python."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.tokenise",
        str(data),
        "--base",
        base,
        "--way",
        way,
        "--work",
        str(work),
    ]
    command += ["--rows", str(rows)] if rows else []
    # Two cores in all: what a library splits over threads counts as what it splits over processes.
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "POLARS_MAX_THREADS": "2", "RAYON_NUM_THREADS": "2"}
    environment |= {"OMP_NUM_THREADS": "1", "HF_DATASETS_CACHE": str(work / "cache")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{way}: {done.stderr[-3000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def row(name: str, bill: dict[str, Any], spent: dict[str, float], peak: str) -> str:
    """One line of the table."""
    cells = [name, f"{bill['rows']:,}", f"{bill['tokens']:,}", f"{bill['trained']:,}", f"{spent['wall']:.1f}"]
    cells += [f"{spent['cpu']:.1f}", f"{bill['rows'] / spent['wall']:,.0f}", f"{bill['tokens'] / spent['wall']:,.0f}"]
    return "| " + " | ".join([*cells, peak]) + " |"


def main() -> None:
    """Print one line for each way, then the parts of ours."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="a data artifact, such as runs/NAME/data")
    parser.add_argument("--base", help="a folder with a tokenizer; SmolLM2's when left out")
    parser.add_argument("--rows", type=int, help="the first so many alone")
    parser.add_argument("--way", choices=WAYS, help="this way alone, as JSON")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way and options.work:
        found = (
            ours(options.data, options.base, options.rows, options.work)
            if options.way == "ours"
            else peer(options.way, options.base, options.work)
        )
        print(json.dumps({**found, "peak": resident() / 2**20}))
        return
    data, base = options.data.resolve(), str(Path(options.base).resolve() if options.base else smollm2())
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        if left := plain_rows(data, options.rows, work):
            print(f"{left} rows with tools or thoughts are ours alone.\n")
        bills = {way: call(way, data, base, options.rows, work) for way in WAYS if options.way in (None, way)}
    print("| | rows | tokens | trained | wall s | CPU s | rows/s | tokens/s | peak MiB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for way, bill in bills.items():
        print(row(WAYS[way], bill, bill, f"{bill['peak']:,.0f}"))
        if way == "ours":
            print(row("gristmill, cached", bill, bill["cached"], ""))
    if "ours" in bills:
        speed = bills["ours"]["rows"] / bills["ours"]["wall"]
        print(f"\n{GOAL:,} rows at this speed: {GOAL / speed:.0f} s; at most {SECONDS}: ", end="")
        print("yes" if GOAL / speed <= SECONDS else "NO")
        print("\n| part of ours | wall s | CPU s |\n|---|---:|---:|")
        for name, spent in bills["ours"]["parts"].items():
            print(f"| {name} | {spent['wall']:.2f} | {spent['cpu']:.2f} |")


if __name__ == "__main__":
    main()
