"""What the rules of augmentation see of labelled rewrites, and how fast they are.

    python -m benchmarks.rewrite_rules [--half open|held] [--set FILE.jsonl]

benchmarks/rewrites has 110 pairs in each half, Chinese and English, good ones and ones with a planted fault. Both are
spent: the rules were tuned on them. What the rules are worth, a set tells that no rule was tuned on (`--set`).
"""

import argparse
import time
from pathlib import Path

import polars as pl

from dataprep.augment.accept import RULES, judge_rewrites
from dataprep.recipe.augment import Accept

_FOLDER = Path(__file__).parent / "rewrites"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("open", "held"), default="open")
    parser.add_argument("--set", type=Path, help="another file of labelled pairs")
    parser.add_argument("--wrong", action="store_true", help="print every pair that is judged wrongly")
    options = parser.parse_args()
    pairs = pl.read_ndjson(options.set or _FOLDER / f"{options.half}.jsonl")
    judged = pairs.hstack(judge_rewrites(pairs, Accept())).with_columns(accepted=pl.col("reasons").list.len() == 0)
    _totals(judged)
    _rules(judged)
    _faults(judged)
    if options.wrong:
        for row in judged.filter(pl.col("accepted") != pl.col("good")).iter_rows(named=True):
            print(f"{row['id']} {row['fault']} {row['reasons']} {row['detail']}\n  {row['source']}\n  {row['rewrite']}")
    _speed(pairs)


def _totals(judged: pl.DataFrame) -> None:
    for name, rows in (("all", judged), *((name, judged.filter(lang=name)) for name in ("zh", "en"))):
        good, accepted = rows.filter("good"), rows.filter("accepted")
        right = accepted["good"].sum()
        print(
            f"{name}: {rows.height} pairs, accepted {accepted.height}, of them good {right}"
            f" (precision {right / max(accepted.height, 1):.3f}); good ones rejected {good.height - right}"
            f" of {good.height}"
        )


def _rules(judged: pl.DataFrame) -> None:
    print("\n| rule | rejected | of them good |\n|---|---|---|")
    for rule in RULES:
        hit = judged.filter(pl.col("reasons").list.contains(rule))
        print(f"| {rule} | {hit.height} | {hit['good'].sum()} |")


def _faults(judged: pl.DataFrame) -> None:
    print("\n| planted fault | pairs | rejected | recall |\n|---|---|---|---|")
    for (fault,), rows in judged.filter(~pl.col("good")).group_by(["fault"], maintain_order=True):
        caught = rows.height - rows["accepted"].sum()
        print(f"| {fault} | {rows.height} | {caught} | {caught / rows.height:.2f} |")


def _speed(pairs: pl.DataFrame, count: int = 5_000) -> None:
    many = pl.concat([pairs] * (count // pairs.height + 1)).head(count)
    judge_rewrites(pairs, Accept())  # loads the model that tells languages apart
    start = time.process_time()
    judge_rewrites(many, Accept())
    print(f"\n{count / (time.process_time() - start):,.0f} pairs a second on one core")


if __name__ == "__main__":
    main()
