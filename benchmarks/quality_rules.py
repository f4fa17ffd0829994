"""Clean, rules and exact duplicates beside pandas, `datasets.map` and Data-Juicer: what the same recipe costs.

    bash benchmarks/peers/install.sh PEERS
    python -m benchmarks.quality_rules B.jsonl --peers PEERS [--only datasets] [--runs 2]

The recipe: whitespace made blank, 10 to 20,000 characters, character 10-gram repetition at most 0.2, word 10-gram
repetition at most 0.3, special characters at most 0.25, first of equal texts. Formulas and lists of characters are
Data-Juicer's. *differing*: rows that only one of the contestant and pandas kept; gristmill cuts words
at punctuation too and reads 17 Han characters for ten words, so rows near a threshold go the other way. From JSONL to
kept ids, the whole process tree (`peers/bill.py`).
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.near_duplicates import HERE, bill

OURS, REFERENCE = "gristmill", "pandas"
QUIET = {"HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}


def contestants(juicer: Path) -> dict[str, list[str]]:
    """Name -> command without its arguments; first the two that the others are compared with."""
    return {
        OURS: [sys.executable, "-m", "benchmarks.quality_ours"],
        REFERENCE: [sys.executable, str(HERE / "pandas_rules.py")],
        "datasets.map": [sys.executable, str(HERE / "datasets_rules.py")],
        "Data-Juicer 1.6.1": [str(juicer), str(HERE / "juicer_rules.py")],
    }


def measured(command: list[str], corpus: Path, characters: Path) -> tuple[dict[str, float], set[str]]:
    """One run with a fresh cache: its bill and the ids it kept."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "kept"
        words = [str(corpus), str(characters), str(out)]
        told = bill([*command, *words], {**QUIET, "HF_DATASETS_CACHE": scratch, "DATA_JUICER_CACHE_HOME": scratch})
        return told, set(out.read_text(encoding="utf-8").split("\n"))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--peers", type=Path, required=True)
    parser.add_argument(
        "--only", nargs="*", default=[], help="parts of the contestants' names; ours and pandas run anyway"
    )
    parser.add_argument("--runs", type=int, default=1, help="the one with the least CPU seconds counts")
    options = parser.parse_args()
    commands = contestants(options.peers / "juicer" / "bin" / "python")
    bills: dict[str, dict[str, float]] = {}
    kept: dict[str, set[str]] = {}
    waiting: list[str] = []
    print("| | CPU s | wall s | peak MiB | kept | differing | CPU by ours |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as characters:
        asked = [*commands["Data-Juicer 1.6.1"], "characters"]
        characters.write(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
        characters.flush()
        for name, command in commands.items():
            if name not in (OURS, REFERENCE) and options.only and not any(part in name for part in options.only):
                continue
            runs = [measured(command, options.corpus, Path(characters.name)) for _ in range(options.runs)]
            bills[name], kept[name] = min(runs, key=lambda run: run[0]["cpu"])
            waiting.append(name)
            while waiting and REFERENCE in bills:
                ended = waiting.pop(0)
                print(line(ended, bills[ended], bills[OURS]["cpu"], kept[ended], kept[REFERENCE]), flush=True)


def line(name: str, told: dict[str, float], ours: float, kept: set[str], reference: set[str]) -> str:
    """One line of the table."""
    cost = f"{told['cpu']:.1f} | {told['wall']:.1f} | {told['peak'] / 2**20:,.0f}"
    return f"| {name} | {cost} | {len(kept):,} | {len(kept ^ reference):,} | {told['cpu'] / ours:.1f} |"


if __name__ == "__main__":
    main()
