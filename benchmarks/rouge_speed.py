"""ROUGE-L of long Chinese answers: our bit-parallel count beside rouge-score's table, with the same tokenizer.

    python -m benchmarks.rouge_speed [--pairs N] [--characters N] [--peer N]

Each pair is a random Chinese text and a copy in which every tenth character or so was replaced, dropped or doubled.
rouge-score would take most of an hour for them all: it scores the first few, whose scores are compared, and its time
for all is extrapolated. Both ways cut texts with our tokenizer, in one process. All four metrics are ours too.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from evalsuite.metrics.metric import Sample
from evalsuite.metrics.rouge import NAMES, rouge
from schemas.text.lcs import lcs_length
from schemas.text.words import words

GOAL = 50
"""So many times faster than rouge-score."""

Pair = tuple[str, str]


def pairs(count: int, characters: int, *, seed: int) -> list[Pair]:
    """Texts over 3,000 common characters with commas, and their edited copies."""
    draw = np.random.default_rng(seed)
    letters = np.array([*(chr(0x4E00 + place) for place in range(3000)), *"，。" * 100])
    found = []
    for _ in range(count):
        text = draw.choice(letters, characters)
        edit = draw.random(characters)
        copy = np.where(edit < 0.04, draw.choice(letters, characters), text)
        copy = np.repeat(copy, np.where(edit > 0.97, 0, np.where(edit > 0.94, 2, 1)))
        found.append(("".join(text), "".join(copy)))
    return found


def ours(reference: str, answer: str) -> float:
    """ROUGE-L F1 alone."""
    expected, found = words(reference), words(answer)
    return 2 * lcs_length(expected, found) / (len(expected) + len(found))


def peer() -> Callable[[str, str], float]:
    """rouge-score's ROUGE-L F1 with our tokenizer."""
    from rouge_score.rouge_scorer import RougeScorer
    from rouge_score.tokenizers import Tokenizer

    class Words(Tokenizer):  # type: ignore[misc]
        def tokenize(self, text: str) -> list[str]:
            return words(text)

    scorer = RougeScorer(["rougeL"], tokenizer=Words())
    return lambda reference, answer: float(scorer.score(reference, answer)["rougeL"].fmeasure)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU seconds of some work, and what it gave."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def row(name: str, count: int, spent: float, total: int) -> str:
    """One line of the table."""
    note = "" if count == total else f" (extrapolated from {count})"
    return f"| {name} | {count:,} | {1000 * spent / count:,.2f} | {spent / count * total:,.1f}{note} |"


def main() -> None:
    """Print one line for each way, the ratio and the largest difference."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--characters", type=int, default=2000)
    parser.add_argument("--peer", type=int, default=5, help="how many of them rouge-score scores")
    options = parser.parse_args()
    texts = pairs(options.pairs, options.characters, seed=0)
    few, family, theirs = texts[: options.peer], rouge(), peer()
    ours("热身", "热身")
    fast, scores = seconds(lambda: [ours(*pair) for pair in texts])
    samples = [Sample(str(place), "", "", *pair, "zh") for place, pair in enumerate(texts)]
    four, columns = seconds(lambda: family.score(samples))
    slow, expected = seconds(lambda: [theirs(*pair) for pair in few])
    print(f"| {options.characters:,} characters | pairs | CPU ms/pair | CPU s for {len(texts):,} pairs |")
    print("|---|---:|---:|---:|")
    print(row("gristmill, ROUGE-L", len(texts), fast, len(texts)))
    print(row(f"gristmill, {', '.join(NAMES)}", len(texts), four, len(texts)))
    print(row("rouge-score, ROUGE-L", len(few), slow, len(texts)))
    ratio = (slow / len(few)) / (fast / len(texts))
    print(f"\nROUGE-L {ratio:,.0f} times faster; at least {GOAL}: {'yes' if ratio >= GOAL else 'NO'}")
    gap = max(abs(mine - other) for mine, other in zip(scores, expected, strict=False))
    whole = np.abs(columns["rougeL"].values - scores).max()
    print(f"largest difference from rouge-score {gap:.1e}; from our own column {whole:.1e}")


if __name__ == "__main__":
    main()
