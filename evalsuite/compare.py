"""Compare a base model's scores with those of one or more tuned models, and say what it comes to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evalsuite.comparison import Comparison, Note, Row
from evalsuite.multiplicity import benjamini_hochberg, holm
from evalsuite.pairing import align
from evalsuite.policy import Policy, default_names, gating_metrics, matching, row_name
from evalsuite.refusals import refusals
from evalsuite.rows import Part, Sides, clusters_of, lost_on_one_side, measure, parts, slices
from evalsuite.scorecard import ScoreCard
from evalsuite.verdicts import overall, verdict

UNSEEN = 0.1
"""Share of items scored on one side only from which a person is told: they may be the ones that changed."""


@dataclass(frozen=True)
class _Draft:
    """One tuned model against the base, measured but not judged."""

    sides: Sides
    rows: list[Row]
    musts: list[str]
    invalid: list[Note]
    notes: list[Note]


def compare(
    base: ScoreCard,
    tuned: ScoreCard,
    *,
    policy: Policy,
    name: str | None = None,
    seed: int = 17,
    allow_mismatch: bool = False,
) -> Comparison:
    """Compare two models.

    Args:
        base: Scores of the base.
        tuned: Scores of the tuned model on the same items.
        policy: What gates and how.
        name: Of the comparison; else the tuned card's.
        seed: Of bootstrap intervals, where the policy asks for them.
        allow_mismatch: Compare across dtypes and quantisations, with a note.

    Raises:
        UserError: If the policy names a number that isn't there.
    """
    found = compare_many([(base, tuned)], policy=policy, seed=seed, allow_mismatch=allow_mismatch)[0]
    return found if name is None else replace(found, name=name)


def compare_many(
    pairs: Sequence[tuple[ScoreCard, ScoreCard]], *, policy: Policy, seed: int = 17, allow_mismatch: bool = False
) -> list[Comparison]:
    """Compare several tuned models with their base; Holm runs over all their primary numbers together.

    Args:
        pairs: Scores of the base and of a tuned model, for each.
        policy: What gates and how.
        seed: Of bootstrap intervals.
        allow_mismatch: Compare across dtypes and quantisations, with a note.

    Raises:
        UserError: If the policy names a number that isn't there.
    """
    drafts = [_draft(base, tuned, policy, seed=seed, allow_mismatch=allow_mismatch) for base, tuned in pairs]
    adjusted = iter(holm([row.p for draft in drafts for row in draft.rows if row.primary]))
    judged = [
        [_judged(replace(row, adjusted=next(adjusted)) if row.primary else row, policy) for row in draft.rows]
        for draft in drafts
    ]
    return [_comparison(draft, rows) for draft, rows in zip(drafts, judged, strict=True)]


def _draft(base: ScoreCard, tuned: ScoreCard, policy: Policy, *, seed: int, allow_mismatch: bool) -> _Draft:
    invalid, notes = refusals(base, tuned, allow_mismatch=allow_mismatch, gating=gating_metrics(policy))
    first, second = align(base, tuned)
    sides = Sides(first, second, clusters_of(first.items), parts(first.items), policy, seed)
    rows = [row for name in _shared(first, second) for part in sides.parts if (row := measure(sides, name, part))]
    known = [row_name(row) for row in rows if row.better != "neither"]
    named = default_names(first.items, known) if policy.primary is None else policy.primary
    strict = not invalid  # what can't be compared can't be missed either
    musts = matching(policy.must_improve, known, strict=strict)
    gating = {*matching(named, known, strict=strict), *musts}
    rows = [replace(row, primary=row_name(row) in gating) for row in rows]
    return _Draft(sides, rows, musts, invalid, notes)


def _shared(base: ScoreCard, tuned: ScoreCard) -> list[str]:
    """Metrics that both sides measured in the same way."""
    ours = {name: series.metric.signature for name, series in base.series.items()}
    theirs = {name: series.metric.signature for name, series in tuned.series.items()}
    return [name for name, signature in ours.items() if theirs.get(name) == signature]


def _judged(row: Row, policy: Policy) -> Row:
    least = policy.slice_minimum if row.slice else policy.minimum
    return replace(row, verdict=verdict(row, alpha=policy.alpha, minimum=least))


def _comparison(draft: _Draft, rows: list[Row]) -> Comparison:
    sides, policy = draft.sides, draft.sides.policy
    narrowed = _slices(sides, rows)
    word, code = overall(rows, draft.musts, policy, invalid=bool(draft.invalid))
    notes = [
        *draft.notes,
        *_unseen(sides, rows),
        *_worse_beside(rows),
        *_worse_slices(narrowed),
        *_policy_notes(rows, policy),
    ]
    told = [{"name": card.name, **card.model} for card in (sides.base, sides.tuned)]
    return Comparison(
        sides.tuned.name, word, code, told, draft.invalid, notes, rows, narrowed, dict(sides.base.settings)
    )


def _slices(sides: Sides, rows: list[Row]) -> list[Row]:
    """The primary numbers on slices, judged with Benjamini-Hochberg over all of them."""
    items, least = sides.base.items, sides.policy.slice_minimum
    gating = {(row.set, row.language): list[Part]() for row in rows if row.primary}
    for part in sides.parts:
        if (part.set, part.language) in gating:
            gating[part.set, part.language] = list(slices(items, part, least))
    found = [
        row
        for primary in rows
        if primary.primary
        for part in gating[primary.set, primary.language]
        if (row := measure(sides, primary.metric, part)) and row.n >= least
    ]
    adjusted = benjamini_hochberg([row.p for row in found])
    return [_judged(replace(row, adjusted=p), sides.policy) for row, p in zip(found, adjusted, strict=True)]


def _unseen(sides: Sides, rows: list[Row]) -> list[Note]:
    lost = {row_name(row): lost_on_one_side(sides, row) for row in rows if row.primary}
    totals = {row_name(row): row.n + row.excluded for row in rows}
    return [
        Note(
            "one_sided",
            f"{name}: {count} of {totals[name]} items could be scored on one side only and are left out; "
            "the rest may not speak for them.",
            f"{name}：{totals[name]} 条中有 {count} 条只有一方能打分，已剔除；其余样本未必能代表它们。",
        )
        for name, count in lost.items()
        if count > UNSEEN * totals[name]
    ]


def _worse_beside(rows: list[Row]) -> list[Note]:
    """What got worse without deciding: uncorrected, so a few of many are chance, but no one should miss them."""
    worse = sorted((row for row in rows if not row.primary and row.verdict == "REGRESSED"), key=lambda row: row.p)
    if not worse:
        return []
    listed = ", ".join(row_name(row) for row in worse[:5]) + (" ..." if len(worse) > 5 else "")
    return [
        Note(
            "beside",
            f"Numbers that don't decide and got worse (uncorrected, some may be chance): {len(worse)}: {listed}",
            f"另有 {len(worse)} 个不参与判定的指标变差（未作多重校正，部分可能是偶然）：{listed}",
        )
    ]


def _worse_slices(narrowed: list[Row]) -> list[Note]:
    worse = [f"{row_name(row)} {row.slice}" for row in narrowed if row.verdict == "REGRESSED"]
    if not worse:
        return []
    listed = ", ".join(worse[:5]) + (" ..." if len(worse) > 5 else "")
    return [
        Note(
            "slices",
            f"Slices that regressed: {len(worse)}. They don't gate, but look at them: {listed}",
            f"有 {len(worse)} 个切片退步；切片不影响结论，但值得查看：{listed}",
        )
    ]


def _policy_notes(rows: list[Row], policy: Policy) -> list[Note]:
    notes = []
    if not any(row.primary for row in rows):
        notes.append(
            Note(
                "nothing_gated",
                "No number decides this comparison. Name some under eval.policy.primary.",
                "没有指标参与判定，请在 eval.policy.primary 中指定。",
            )
        )
    unused = ", ".join(sorted(set(policy.margins) - {row.metric for row in rows}))
    if unused:
        notes.append(
            Note(
                "unused_margin",
                f"The recipe sets a margin for what was not measured: {unused}",
                f"配方中为未测量的指标设置了容许下降幅度：{unused}",
            )
        )
    return notes
