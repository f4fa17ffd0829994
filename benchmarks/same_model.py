"""A model against itself: sampled runs of one model, paired, must not be called better or worse.

Eight sampled runs (one seed each) are drawn from one trained run's model and cached; twenty pairs of them are compared
as if one were the base. `python -m benchmarks.same_model quickstart --items 60`
"""

import argparse
from collections import Counter
from itertools import combinations
from pathlib import Path
from random import Random

from evalsuite.candidates import base_of, of_run
from evalsuite.compare import compare
from evalsuite.config import EvalRecipe, Generation
from evalsuite.evaluate import data_of
from evalsuite.hear import BATCH_TOKENS
from evalsuite.items import Item, frame_of_items, gather, spread
from evalsuite.journal import Journal
from evalsuite.metrics.catalogue import Options, families
from evalsuite.policy import Policy
from evalsuite.predict import answer_items
from evalsuite.score import Heard, score
from evalsuite.scorecard import ScoreCard
from evalsuite.voices import open_voices
from gristmill.training import hush
from schemas.artifacts import Layout

RUNS, PAIRS = 8, 20
CALM = ("NO REGRESSION", "INCONCLUSIVE")
METRICS = ("rouge", "bleu", "exact", "stopping", "loops", "repetition", "grounding")


def sampled(run: str, root: Path, items: list[Item], longest: int) -> tuple[dict[int, Heard], str]:
    """Eight sampled runs of a trained run's model, from the journal where they stand."""
    found = of_run(Layout(root / "runs" / run), cache=root / ".gristmill" / "models")
    how = Generation(max_new_tokens=longest, temperature=1.0, seeds=tuple(range(1, RUNS + 1)))
    *_, tuned = open_voices(base_of(found), [found], device="cpu")
    with tuned as voice:
        journal = Journal(root / ".gristmill" / "eval" / f"same-{voice.key[:16]}.jsonl")
        answers = answer_items(voice, items, how, journal, batch_tokens=BATCH_TOKENS["cpu"], tell=lambda *_: None)
        runs = {
            seed: Heard(
                f"seed {seed}", voice.identity, {(i, 0): a for (i, s), a in answers.items() if s == seed}, {}, {}
            )
            for seed in how.draws
        }
    return runs, voice.key


def main() -> None:
    """Draw, compare, count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run")
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--longest", type=int, default=64)
    told = parser.parse_args()
    hush()
    root = Path.cwd()
    data = data_of(Layout(root / "runs" / told.run), root=root)
    every = gather(EvalRecipe(train_sample=0), data, root=root, seed=17)
    items = spread([item for item in every if item.set == "eval"], told.items)
    runs, _ = sampled(told.run, root, items, told.longest)
    frame, chosen = frame_of_items(items), families(METRICS, Options())
    overall, every_row = Counter[str](), Counter[str]()
    primary = Counter[str]()
    for first, second in Random(17).sample(list(combinations(runs, 2)), PAIRS):
        pair: tuple[ScoreCard, ScoreCard] = score(items, frame, (runs[first], runs[second]), chosen, {})
        found = compare(*pair, policy=Policy(minimum=20))
        overall[found.verdict] += 1
        for row in found.rows:
            (primary if row.primary else every_row)[str(row.verdict)] += 1
        print(
            f"seeds {first} and {second}: {found.verdict}  "
            + ", ".join(
                f"{row.metric}/{row.language} {row.delta:+.3g} p={row.adjusted:.2f} {row.verdict}"
                for row in found.rows
                if row.primary
            )
        )
    print(f"\n{PAIRS} pairs, {len(items)} items: {dict(overall)}")
    print(f"primary rows: {dict(primary)}\nall other rows (uncorrected): {dict(every_row)}")
    odd = sum(count for verdict, count in overall.items() if verdict not in CALM)
    print(f"verdicts other than {' or '.join(CALM)}: {odd} of {PAIRS}")


if __name__ == "__main__":
    main()
