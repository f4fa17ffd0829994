"""How much people's own answers repeat themselves: the values that a model's are read against.

    python -m benchmarks.human_repetition FILE.json ... [--field output]

Each file is a JSON list of Alpaca rows. Answers of at least 64 (128) units are cut to 64 (128); shorter ones are left
out of that line. Loops are looked for in whole answers, whatever their length. Files are never pooled.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evalsuite.metrics.loops import squeezed, tail_loop
from evalsuite.metrics.metric import Sample
from evalsuite.metrics.repetition import REPETITION, cut
from evalsuite.metrics.trimming import trim
from schemas.text.words import words

LENGTHS = (64, 128)
NAMES = tuple(metric.name for metric in REPETITION.metrics)


def answers(path: Path, field: str) -> list[str]:
    """The answers of one file, without empty ones."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [row[field] for row in rows if row.get(field, "").strip()]


def line(texts: Sequence[str], units: int) -> str:
    """Mean and 95th percentile of each metric, of texts that have as many units, cut there."""
    long = [cut(text, units) for text in texts if len(words(text)) >= units]
    if not long:
        return "| too few" + " |" * len(NAMES)
    told = REPETITION.score([Sample(str(n), "", "", None, text, "") for n, text in enumerate(long)])
    cells = [f"{told[name].values.mean():.3f} ({np.percentile(told[name].values, 95):.3f})" for name in NAMES]
    return f"{len(long)} | " + " | ".join(cells)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--field", default="output")
    args = parser.parse_args()
    texts = {path.stem: answers(path, args.field) for path in args.files}
    print(f"| text | units | n | {' | '.join(NAMES)} |\n|{'---|' * (len(NAMES) + 3)}")
    for name, found in texts.items():
        for units in LENGTHS:
            print(f"| {name} | {units} | {line(found, units)} |")
    print("\n| text | answers | tail loops | zlib >= 3 | changed by trim |\n|---|---|---|---|---|")
    for name, found in texts.items():
        counts = [sum(map(test, found)) for test in (lambda text: tail_loop(text) is not None, squeezed)]
        trimmed = sum(trim(text) != text.rstrip() for text in found)
        print(f"| {name} | {len(found)} | {counts[0]} | {counts[1]} | {trimmed} |")


if __name__ == "__main__":
    main()
