"""What the quality rules say of real sets: shares, quantiles of every measure, and rejects to read.

    python -m benchmarks.rule_calibration FOLDER [--rule RULE ...] [--examples 10]

FOLDER holds JSON or JSON Lines files of chat rows; those of `SETS` that are absent are left out. Rows are cleaned and
validated first, as in a run. Thresholds in `dataprep/rules/sft.py` lie beyond the quantiles that the good sets show;
a rule drops only where at least 95 % of the rejects that were read were right (docs/rules.md).
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from dataprep.clean import clean
from dataprep.convert import convert
from dataprep.files import discover, read
from dataprep.intake import choose_plan, sample
from dataprep.recipe import Clean, DataRecipe, Rules, Source, Validate
from dataprep.rules import RULES, judge, measure
from dataprep.rules.texts import read_texts
from dataprep.validate import validate

SETS = (
    "huanhuan.json",
    "llamafactory_alpaca_zh_demo.json",
    "llamafactory_dpo_zh_demo.json",
    "llamafactory_glaive_toolcall_zh_demo.json",
    "llamafactory_alpaca_en_demo.json",
    "llamafactory_dpo_en_demo.json",
    "llamafactory_kto_en_demo.json",
    "llamafactory_v1_sft_demo.jsonl",
    "llamafactory_reason_tool_use_demo.jsonl",
    "llamafactory_identity.json",
    "t0_train.jsonl.gz",
)
BATCH = 10_000
QUANTILES = (0.001, 0.01, 0.05, 0.5, 0.95, 0.99, 0.999)
SHOWN = 160


def batches(path: Path) -> Iterator[pl.DataFrame]:
    """The rows of a file as the rules see them."""
    item = discover([Source(path=str(path))], root=path.parent).inputs[0]
    rest = read(item)
    first, rows = sample(rest)
    plans = {item.name: choose_plan(item, rows)}
    for part in (first, rest):
        for batch in part:
            good = validate(clean(convert(batch.frame, plans).kept, Clean()).kept, Validate()).kept
            yield from good.iter_slices(BATCH)


def look(path: Path, recipe: DataRecipe) -> tuple[pl.DataFrame, pl.DataFrame, float]:
    """Signals with the texts, events, and CPU seconds of measuring and judging."""
    signals, events, spent = [], [], 0.0
    for frame in batches(path):
        began = time.process_time()
        measured = measure(frame, recipe)
        found = judge(frame, measured, recipe.rules).events
        spent += time.process_time() - began
        signals.append(measured.hstack(read_texts(frame).rows.drop("wishes", "last")))
        events.append(found)
    return pl.concat(signals), pl.concat(events), spent


def show_examples(signals: pl.DataFrame, events: pl.DataFrame, rules: Sequence[str], count: int) -> None:
    """Rejects of each rule, drawn with a fixed seed."""
    for rule in rules:
        found = events.filter(pl.col("reason") == rule)
        drawn = found.sample(min(count, found.height), seed=17).join(
            signals, on=["source", "row"], maintain_order="left"
        )
        for row in drawn.iter_rows(named=True):
            prompt, answer = (" ⏎ ".join((row[name] or "").split("\n")) for name in ("prompt", "answer"))
            end = f" … {answer[-40:]}" if len(answer) > SHOWN else ""
            print(
                f"    {rule} {row['source']}:{row['row']} [{row['detail']}] {prompt[-SHOWN:]} → {answer[:SHOWN]}{end}"
            )


def show_quantiles(signals: pl.DataFrame) -> None:
    """Where the measures of a set lie."""
    for name in sorted({name for rule in RULES.values() for name in rule.measures()} & set(signals.columns)):
        values = signals[name].cast(pl.Float64).drop_nulls()
        if len(values):
            told = "  ".join(f"{share:.1%} {values.quantile(share, 'nearest'):.4g}" for share in QUANTILES)
            print(f"    {name:<20} {told}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rule", action="append", choices=sorted(RULES), help="show rejects of these rules only")
    parser.add_argument("--examples", type=int, default=10)
    parser.add_argument("--quantiles", action="store_true")
    asked = parser.parse_args()
    recipe = DataRecipe(sources=[Source(path=str(asked.folder))], rules=Rules())
    for name in SETS:
        path = asked.folder / name
        if not path.is_file():
            print(f"{name}: absent")
            continue
        signals, events, spent = look(path, recipe)
        print(f"{name}: {signals.height} rows, {spent:.1f} CPU s")
        counts = dict(events.group_by("reason", maintain_order=True).len().iter_rows())
        for rule in [rule for rule in RULES if rule in counts]:
            print(f"  {rule:<20} {counts[rule]:>6} {counts[rule] / signals.height:8.2%}")
        if asked.quantiles:
            show_quantiles(signals)
        show_examples(signals, events, asked.rule or [rule for rule in RULES if rule in counts], asked.examples)


if __name__ == "__main__":
    main()
