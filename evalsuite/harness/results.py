"""The harness' results as our numbers: means with their stderr, and each item's value for paired statistics."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from schemas.errors import UserError

HASHES = {"doc_hash": "data", "prompt_hash": "prompts", "target_hash": "answers expected"}
PAIRS = {"bits_per_byte": math.log(2)}
"""Metrics whose items are (log-likelihood, bytes); the value is -log-likelihood / bytes / this."""


def rows(base_results: Mapping[str, Any], tuned_results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Both models' means side by side.

    Args:
        base_results: What `run` gave for the base.
        tuned_results: What it gave for the tuned model, with the same tasks.

    Returns:
        A dict for every task or group and metric: `task`, `metric` (with `,filter` where a task has filters), `base`,
        `base_stderr`, `tuned`, `tuned_stderr` (null where there is none), `n` (items scored on both sides),
        `higher_is_better` (null where unknown).

    Raises:
        UserError: If the two were not asked the same.
    """
    _check_asked(base_results, tuned_results)
    counts = [_counts(results) for results in (base_results, tuned_results)]
    found = []
    for task, metric, name, told in _scores(tuned_results):
        base, tuned = base_results["results"].get(task, {}), tuned_results["results"][task]
        sizes = [count.get((task, name), told["sample_len"]) for count in counts]
        found.append(
            {
                "task": task,
                "metric": name,
                "base": _number(base.get(metric)),
                "base_stderr": _stderr(base_results, task, metric),
                "tuned": _number(tuned[metric]),
                "tuned_stderr": _stderr(tuned_results, task, metric),
                "n": min(sizes),
                "higher_is_better": tuned_results["higher_is_better"].get(task, {}).get(metric.partition(",")[0]),
            }
        )
    return found


def samples(results: Mapping[str, Any]) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """Each item's value.

    Values that exist only for all items together (F1 over classes, corpus BLEU) are left out.

    Args:
        results: What `run` gave.

    Returns:
        (task, metric) -> (our item's id in own tasks, else the item's place in the task's data; value).
    """
    found: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for task, name, metric, sample in _logged(results):
        value = _value(metric, sample[metric])
        if value is not None:
            found.setdefault((task, name), []).append((_id(sample), value))
    return found


def _logged(results: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    for task, logged in results["samples"].items():
        for sample in logged:
            for metric in sample["metrics"]:
                yield task, _name(metric, sample["filter"]), metric, sample


def _scores(results: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    for task, told in results["results"].items():
        for key in told:
            metric, comma, chosen = key.partition(",")
            if comma and not metric.endswith("_stderr"):
                yield task, key, _name(metric, chosen), told


def _counts(results: Mapping[str, Any]) -> Counter[tuple[str, str]]:
    """Items of each task and metric: the harness tells one number for a task, the largest."""
    return Counter((task, name) for task, name, _, _ in _logged(results))


def _name(metric: str, chosen: str) -> str:
    return metric if chosen == "none" else f"{metric},{chosen}"


def _id(sample: Mapping[str, Any]) -> str:
    doc = sample["doc"]
    return str(doc["item_id"]) if isinstance(doc, Mapping) and "item_id" in doc else str(sample["doc_id"])


def _value(metric: str, value: Any) -> float | None:
    if metric in PAIRS and isinstance(value, tuple | list):
        total, size = value
        return -float(total) / float(size) / PAIRS[metric]
    return _number(value)


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float | np.number | np.bool_) else None


def _stderr(results: Mapping[str, Any], task: str, key: str) -> float | None:
    metric, _, chosen = key.partition(",")
    if metric in PAIRS and task in results["samples"]:
        pairs = [sample[metric] for sample in results["samples"][task] if sample["filter"] == chosen]
        return _ratio_stderr(pairs, unit=PAIRS[metric])
    return _number(results["results"].get(task, {}).get(f"{metric}_stderr,{chosen}"))


def _ratio_stderr(pairs: Sequence[tuple[float, int]], *, unit: float) -> float | None:
    """Of a ratio of sums, which the harness leaves out (ratio estimator: Cochran, Sampling Techniques, chapter 6)."""
    n = len(pairs)
    if n < 2:
        return None
    totals, sizes = np.array(pairs, dtype=np.float64).T
    residuals = totals - totals.sum() / sizes.sum() * sizes
    return float(np.sqrt((residuals**2).sum() / (n - 1) * n) / sizes.sum() / unit)


def _check_asked(base: Mapping[str, Any], tuned: Mapping[str, Any]) -> None:
    if base["samples"].keys() != tuned["samples"].keys():
        raise _differ("the tasks differ")
    for task, logged in tuned["samples"].items():
        sides = [{(s["doc_id"], s["filter"]): s for s in side} for side in (base["samples"][task], logged)]
        if sides[0].keys() != sides[1].keys():
            raise _differ(f"{task}: the items differ")
        for key, what in HASHES.items():
            count = sum(sides[0][place][key] != sample[key] for place, sample in sides[1].items())
            if count:
                raise _differ(f"{task}: {what} differ on {count} of {len(sides[1])} items")
        kwargs = [results["configs"][task].get("generation_kwargs") for results in (base, tuned)]
        if kwargs[0] != kwargs[1]:
            raise _differ(f"{task}: generation settings differ")


def _differ(told: str) -> UserError:
    return UserError(
        f"eval.harness: base and tuned were not asked the same: {told}",
        hint="score both in one run: gristmill eval RUN",
    )
