"""What a report shows beside numbers: items side by side, spans of training data, loops, the training curve."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from evalsuite.comparison import Comparison, Note, Row
from evalsuite.config import EvalRecipe
from evalsuite.items import Item
from evalsuite.metrics.checker import checker_table
from evalsuite.panels.harnessed import harnessed
from evalsuite.panels.judged import judged
from evalsuite.panels.memory import memory, memory_sentences
from evalsuite.panels.sides import sides_of
from evalsuite.panels.stopping import causes, loops, trimmed
from evalsuite.score import Heard, draws, samples_of
from evalsuite.scorecard import ScoreCard
from evalsuite.sweep import advise

NOTES = {
    "two_loads": Note(
        "two_loads",
        "Base and tuned model were loaded one after the other: the adapter can't be switched off exactly, or all "
        "weights were trained.",
        "基座与微调后的模型先后分别加载：适配器无法无损关闭，或训练的是全部参数。",
    ),
    "served": Note(
        "served",
        "The models are behind an endpoint: it gives no likelihoods, so bits per byte are absent.",
        "模型通过接口提供服务，无法得到似然，因此没有比特/字节。",
    ),
    "self_check_failed": Note(
        "self_check_failed",
        "With the adapter switched off the logits were not those of the base, so each model was loaded for itself.",
        "关闭适配器后的 logits 与基座不一致，因此改为分别加载。",
    ),
}
"""What loading may have to say."""


@dataclass(frozen=True)
class Data:
    """What the models were trained on.

    Attributes:
        train: The training split, canonical.
        ledger: What the pipeline did to every row.
        leaked: Eval items that stand in the training split: `item`, `train_id`, `how`.
    """

    train: pl.DataFrame
    ledger: pl.DataFrame | None
    leaked: pl.DataFrame


def add(
    comparison: Comparison,
    items: Sequence[Item],
    heard: tuple[Heard, Heard],
    cards: tuple[ScoreCard, ScoreCard],
    data: Data,
    *,
    run: Mapping[str, Any] | None,
    recipe: EvalRecipe,
) -> Comparison:
    """The comparison with its panels.

    Args:
        comparison: Numbers and verdict.
        items: What was asked.
        heard: What base and tuned gave.
        cards: Their scores.
        data: What they were trained on.
        run: The training run's record, or null.
        recipe: The `eval:` section.
    """
    notes = list(comparison.notes)
    told: dict[str, Any] = {
        "perplexity": {"rows": perplexities(comparison.rows)},
        "items": sides_of(items, heard, cards, data.train, data.ledger),
        "loops": loops(items, heard, cards),
        "causes": [vars(note) for note in causes(comparison.rows)],
        "memory_sentences": [vars(note) for note in memory_sentences(comparison.rows)],
        "trim": {"rows": trimmed(items, heard)},
        "memory": memory(heard, [card.extra.get("memory", []) for card in cards], data.train),
        "leaks": data.leaked.to_dicts(),
    }
    if "grounding" in recipe.metrics:
        told["checker"] = {"rows": _checker()}
    if recipe.judge:
        pairs = [list(samples_of(draws(items, side), side).values()) for side in heard]
        labels = Path(recipe.judge_labels) if recipe.judge_labels else None
        told["judge"], more = judged(*pairs, endpoint=recipe.judge, labels=labels, seed=17)
        notes += more
    if all("harness" in side.extra for side in heard):
        told["harness"] = {"rows": harnessed(heard[0].extra["harness"], heard[1].extra["harness"])}
    if run is not None:
        told["curve"] = curve(run)
    swept = [row for side in heard for row in side.extra.get("sweep", ())]
    if swept:
        told["sweep"] = {"rows": swept, "advice": vars(advise(swept, heard[1].name))}
    codes = dict.fromkeys(code for side in heard for code in side.extra.get("notes", ()))
    notes += [NOTES[code] for code in codes]
    return dataclasses.replace(comparison, panels={**comparison.panels, **told}, notes=notes)


def perplexities(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Perplexity per token of each set and language: exp of the mean negative log-likelihood over all tokens."""
    return [
        {"set": row.set, "language": row.language, "n": row.n, "base": _exp(row.base), "tuned": _exp(row.tuned)}
        for row in rows
        if row.metric == "nats_per_token" and row.n
    ]


def _exp(value: float) -> float:
    """A diverged model's perplexity is infinite, not an error."""
    return math.exp(value) if value < 700 else math.inf


def _checker() -> list[dict[str, Any]]:
    """How far the grounding checks can be trusted: on the half of our labels that no rule was written on."""
    found = []
    for name, told in checker_table().items():
        group, half, language = name.split("/")
        if half == "held":
            measured = {key: told[key] for key in ("n", "precision", "recall")}
            found.append({"kind": group, "language": language, "half": half, **measured})
    return found


def curve(run: Mapping[str, Any]) -> dict[str, Any]:
    """The losses of a run's last stage, and what they say."""
    last = run["stages"][-1]
    losses = last["losses"]
    parts = {"train": losses["train"], "dev": losses["dev"], "best": last.get("best_step")}
    return {**parts, "findings": last["findings"]}
