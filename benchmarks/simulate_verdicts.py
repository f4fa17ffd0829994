"""How often `evalsuite.compare` calls a regression that isn't there, and how often it sees one that is.

    OMP_NUM_THREADS=1 python -m benchmarks.simulate_verdicts [RUNS]

Every verdict comes from `compare` itself, on simulated score cards: twelve correlated metrics, half 0/1, half real
(normal, skewed, heavy-tailed, weighted), five of them primary. Margins are set next to zero, the hardest case: each
significant loss counts as a regression. "drop >= 1 point" is the gate that most tools offer.
"""

import sys
from collections.abc import Sequence
from time import process_time

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtr

from evalsuite.compare import compare
from evalsuite.comparison import Row
from evalsuite.metrics.metric import Column, Metric
from evalsuite.policy import Policy
from evalsuite.scorecard import ITEMS, ScoreCard, Series

Floats = NDArray[np.float64]

BINARY = [f"binary_{place}" for place in range(6)]
REAL = [f"{shape}_{place}" for shape in ("normal", "skewed", "heavy") for place in range(2)]
PRIMARY = ["binary_0", "binary_1", "normal_0", "skewed_0", "heavy_0"]
RIGHT, FLIPPED, SD = 0.7, 0.15, 0.15
"""Share of right answers, share of 0/1 scores that change, and deviation of real differences (ROUGE-like)."""


def policy(names: Sequence[str], every: Sequence[str]) -> Policy:
    """Each significant loss is a regression."""
    return Policy(primary=tuple(f"{name}@eval" for name in names), margins=dict.fromkeys(every, 1e-9))


def items(n: int, clusters: Sequence[str] | None) -> pl.DataFrame:
    """Items of one set and language."""
    told = {**dict.fromkeys(ITEMS, [""] * n), "id": [str(place) for place in range(n)], "set": ["eval"] * n}
    return pl.DataFrame(told | {"cluster": list(clusters or [""] * n)}, schema=ITEMS)


def card(scores: dict[str, Floats], over: pl.DataFrame, weights: Floats | None) -> ScoreCard:
    """A model's scores; `heavy` metrics are weighted."""
    series = {}
    for name, values in scores.items():
        metric = Metric(name, "higher", "share", 0.02, name, name.startswith("binary"))
        series[name] = Series(metric, Column(values, weights=weights if name.startswith("heavy") else None))
    return ScoreCard("side", {}, {}, over, series)


def flips(source: np.random.Generator, luck: Floats, down: float, up: float) -> tuple[Floats, Floats]:
    """Base and tuned 0/1 scores; shares `down` and `up` of all items change, where luck (uniform) is bad or good."""
    base = source.random(len(luck)) < RIGHT
    tuned = np.where(base, luck >= down / RIGHT, luck > 1 - up / (1 - RIGHT))
    return base.astype(np.float64), tuned.astype(np.float64)


def unchanged(source: np.random.Generator, n: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Base and tuned scores on twelve metrics that share half of their variance, without a true change."""
    common = source.normal(size=n)
    base, tuned = {}, {}
    for name in (*BINARY, *REAL):
        luck = np.clip(ndtr(np.sqrt(0.5) * (common + source.normal(size=n))), 1e-12, 1 - 1e-12)
        if name.startswith("binary"):
            base[name], tuned[name] = flips(source, luck, FLIPPED / 2, FLIPPED / 2)
        else:
            base[name] = source.uniform(0.2, 0.8, n)
            tuned[name] = base[name] + SD * quantile(name, luck)
    return base, tuned


def quantile(name: str, luck: Floats) -> Floats:
    """Standardised differences of a shape."""
    if name.startswith("skewed"):
        return np.asarray(-np.log1p(-luck) - 1)
    if name.startswith("heavy"):
        return np.asarray(stats.t.ppf(luck, 5) / np.sqrt(5 / 3))
    return np.asarray(stats.norm.ppf(luck))


def rows(
    base: dict[str, Floats],
    tuned: dict[str, Floats],
    names: Sequence[str],
    *,
    clusters: Sequence[str] | None = None,
    weights: Floats | None = None,
) -> list[Row]:
    """The rows of a comparison, with weights of text lengths and clusters where given."""
    over = items(len(base[names[0]]), clusters)
    one, two = (card(side, over, weights) for side in (base, tuned))
    return list(compare(one, two, policy=policy(names, list(base))).rows)


def worse(row: Row) -> bool:
    """Significantly, by its own p."""
    return row.p < 0.05 and row.delta < 0


def false_alarms(runs: int, source: np.random.Generator) -> None:
    """Print what each gate says of models that don't differ."""
    print(f"\nNo true change, 12 metrics, 5 primary, {runs} runs: share of runs, or of metrics, called worse")
    print("   n | any primary REGRESSED | any verdict but NO REGRESSION, INCONCLUSIVE | any of 12 at p < .05 |"
          " one 0/1 metric | one real metric | 'drop >= 1 point': one 0/1 metric | any of 12")  # fmt: skip
    for n in (50, 100, 200, 500):
        counts = np.zeros(7)
        for _ in range(runs):
            found = rows(*unchanged(source, n), PRIMARY, weights=source.lognormal(4, 0.7, n))
            gating = [row.verdict for row in found if row.primary]
            drops = [row.delta <= -0.01 for row in found]
            alone = [worse(row) for row in found]
            counts += [
                "REGRESSED" in gating,
                any(word not in {"NO REGRESSION", "INCONCLUSIVE"} for word in gating),
                any(alone), np.mean(alone[:6]), np.mean(alone[6:]), np.mean(drops[:6]), any(drops),
            ]  # fmt: skip
        print(f"{n:4d} | " + " | ".join(f"{share:.3f}" for share in counts / runs))


def seen(runs: int, source: np.random.Generator) -> None:
    """Print power beside the theory of the paired t test."""
    print(f"\nTrue change, {runs} runs: share called REGRESSED, and the paired t test's power (noncentral t)")
    for name, change, spread in (("binary", -0.06, np.sqrt(FLIPPED - 0.06**2)), ("normal", -0.03, SD)):
        for n in (50, 100, 200, 500):
            hits = 0
            for _ in range(runs):
                if name == "binary":
                    base, tuned = flips(source, source.random(n), FLIPPED / 2 - change / 2, FLIPPED / 2 + change / 2)
                else:
                    base = source.uniform(0.2, 0.8, n)
                    tuned = base + source.normal(change, SD, n)
                hits += rows({name: base}, {name: tuned}, [name])[0].verdict == "REGRESSED"
            theory = power(change / spread, n)
            told = f"measured {hits / runs:.3f}  theory {theory:.3f}  difference {hits / runs - theory:+.3f}"
            exact = f"  exact for McNemar's mid-p {power_of_mcnemar(change, n):.3f}" if name == "binary" else ""
            print(f"  {name} {100 * change:+.0f} points, n={n:3d}: {told}{exact}")


def power(effect: float, n: int) -> float:
    """Chance that a two-sided paired t test at .05 calls an effect, in deviations, in its true direction."""
    edge = stats.t.ppf(0.975, n - 1)
    return float(stats.nct.sf(edge, n - 1, abs(effect) * np.sqrt(n)))


def power_of_mcnemar(change: float, n: int) -> float:
    """The same for McNemar's mid-p, summed over how many of n items flip and how many of them for the better."""
    total = 0.0
    for flipped in range(n + 1):
        better = np.arange(flipped + 1)
        p = np.minimum(1, stats.binom.cdf(better, flipped, 0.5) + stats.binom.cdf(better - 1, flipped, 0.5))
        seen_worse = (p < 0.05) & (better < flipped / 2)
        chance = stats.binom.pmf(better, flipped, 0.5 + change / FLIPPED / 2)
        total += stats.binom.pmf(flipped, n, FLIPPED) * chance[seen_worse].sum()
    return float(total)


def clustered(runs: int, source: np.random.Generator) -> None:
    """Print how often items of shared documents are called different though nothing changed."""
    print(f"\nNo true change, a shared effect in each document, {runs} runs: share with p < .05 (nominal .05)")
    for documents, equal in ((40, True), (40, False), (20, False), (10, False)):
        hits = np.zeros(2)
        for _ in range(runs):
            sizes = np.full(documents, 5) if equal else source.integers(1, 10, documents)
            of = np.repeat(np.arange(documents), sizes)
            change = source.normal(0, 0.15, documents)[of] + source.normal(0, 0.2, len(of))
            base, tuned = {"real": np.zeros(len(of))}, {"real": change}
            hits += [rows(base, tuned, ["real"], clusters=told)[0].p < 0.05 for told in (None, [str(c) for c in of])]
        kind = "5 items each" if equal else "1-9 items each"
        print(f"  {documents} documents, {kind}: items alone {hits[0] / runs:.3f}  clustered {hits[1] / runs:.3f}")


def main(runs: int) -> None:
    """Print all tables."""
    source = np.random.default_rng(20)
    start = process_time()
    false_alarms(runs, source)
    seen(runs, source)
    clustered(runs, source)
    print(f"\n{process_time() - start:.0f} s of one core")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
