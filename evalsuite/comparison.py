"""What comparing two models gives: a row for each number, a verdict, and all that a report shows; plain data."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["REGRESSED", "WORSE WITHIN MARGIN", "NO REGRESSION", "IMPROVED", "INCONCLUSIVE"]
"""Of one number."""

Overall = Literal["INVALID", "REGRESSED", "NOT IMPROVED", "INCONCLUSIVE", "NO REGRESSION", "IMPROVED"]
"""Of the whole. NOT IMPROVED: a number that the recipe says must improve didn't."""


@dataclass(frozen=True)
class Row:
    """One metric on one set of items in one language, base against tuned; `slice` narrows it further.

    Attributes:
        metric: Its name.
        set: `eval`, `train`, `reasked` or `general`.
        language: `zh`, `en` ...: languages are never pooled.
        slice: "" or such as `source=faq.csv`.
        unit: Of base, tuned, delta, low, high, margin and mde.
        better: `higher`, `lower` or `neither`.
        n: Items that both sides scored.
        excluded: Items that a side couldn't score.
        base: The base's mean (weighted, for bits per byte).
        tuned: The tuned model's.
        delta: tuned - base.
        low: Lower end of the 95% interval of delta.
        high: Upper end.
        p: Two-sided, of no difference.
        adjusted: p after Holm over the primary numbers, or after Benjamini-Hochberg over slices; null elsewhere.
        test: Such as `paired t`, `McNemar mid-p`, `cluster-robust t (40 clusters)`.
        margin: The largest loss that is acceptable.
        verdict: What it comes to; null where `better` is neither.
        primary: Whether it gates.
        mde: The smallest change that n items show with 80% power at alpha 0.05.
        needed: Items that would show a change as large as the margin; null when n suffices or nothing can be said.
        improved: Items whose value got better.
        worsened: Items whose value got worse.
        signature: Of the metric.
    """

    metric: str
    set: str
    language: str
    slice: str
    unit: str
    better: str
    n: int
    excluded: int
    base: float
    tuned: float
    delta: float
    low: float
    high: float
    p: float
    adjusted: float | None
    test: str
    margin: float
    verdict: Verdict | None
    primary: bool
    mde: float
    needed: int | None
    improved: int
    worsened: int
    signature: str


@dataclass(frozen=True)
class Note:
    """A sentence for people, English and Chinese, with a code for machines."""

    code: str
    en: str
    zh: str


@dataclass(frozen=True)
class Comparison:
    """Everything that `comparison.json` holds and a report shows; renderers do no arithmetic.

    Attributes:
        name: Of the run.
        verdict: Of the whole.
        exit_code: 0 valid and nothing failed, 1 a regression, 3 invalid (or inconclusive, when that is asked for).
        sides: Name and model (`base`, `dtype`, `bits`, `run` ...) of base and tuned.
        invalid: Why the comparison is refused; empty when it is valid.
        notes: What a person should know.
        rows: Every metric, set and language.
        slices: The same on slices, never gating.
        settings: Generation, template, data, versions.
        panels: What needs more than rows, by name; each may be absent:
            `items`: worsened and improved items side by side; `memory`: spans of training data in answers;
            `loops`: looping answers; `curve`: the training run's losses; `sweep`: decode settings tried on dev;
            `checker`: how far the grounding checks can be trusted; `human`: what people judged.
    """

    name: str
    verdict: Overall
    exit_code: int
    sides: Sequence[Mapping[str, Any]]
    invalid: Sequence[Note]
    notes: Sequence[Note]
    rows: Sequence[Row]
    slices: Sequence[Row]
    settings: Mapping[str, Any]
    panels: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {"format": 1, **dataclasses.asdict(self)}
