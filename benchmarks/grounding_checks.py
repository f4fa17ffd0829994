"""Precision and recall of the grounding checks on labelled answers.

    python -m benchmarks.grounding_checks [dataset_uhgeval_concise.jsonl]

Prints the table of the labels that come with gristmill. A path to UHGEval's file (IAAR-Shanghai/UHGEval, Apache-2.0)
adds the words of news texts that its annotators judged: a word with a figure is flagged where the article lacks it.
"""

import sys
from pathlib import Path

import orjson

from evalsuite.metrics.checker import Agreement, checker_table
from evalsuite.metrics.grounding import FIGURES, unsupported
from evalsuite.metrics.quantities import claims


def uhgeval(path: Path) -> Agreement:
    """Figures among UHGEval's judged words, each against its whole article."""
    total = Agreement()
    for line in path.read_bytes().splitlines():
        row = orjson.loads(line)
        article = row["newsBeginning"] + row["newsRemainder"]
        for told in row["annotations"]:
            word, _, verdict = told.partition("<sep>")
            if not any(claim.kind in FIGURES for claim in claims(word)):
                continue
            found = any(finding.kind in FIGURES for finding in unsupported(word, article))
            bad = verdict.startswith("不合理")
            total += Agreement(1, int(found and bad), int(bad and not found), int(found and not bad))
    return total


def main() -> None:
    """Print the tables."""
    print(f"{'check':<20}{'precision':>10}{'recall':>8}{'F1':>7}{'n':>6}{'found':>7}{'missed':>8}{'false':>7}")
    for name, told in checker_table().items():
        shares = f"{told['precision']:>10.3f}{told['recall']:>8.3f}{told['f1']:>7.3f}"
        print(f"{name:<20}{shares}{told['n']:>6}{told['hits']:>7}{told['misses']:>8}{told['false_alarms']:>7}")
    for path in map(Path, sys.argv[1:]):
        total = uhgeval(path)
        print(f"{path.name}: {total.n} figures, precision {total.precision:.3f}, recall {total.recall:.3f}")


if __name__ == "__main__":
    main()
