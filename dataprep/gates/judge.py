"""From numbers to verdicts: limits, and the ratchet against a baseline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dataprep.gates import drift
from dataprep.gates.artifact import Artifact, Unmeasured
from dataprep.gates.baseline import Baseline, check_name
from dataprep.gates.catalogue import find_metric
from dataprep.gates.integrity import check_files, check_leaks
from dataprep.gates.measure import Measured, measure
from dataprep.gates.sentences import say
from dataprep.gates.settings import Gate, Gates
from schemas.verdicts import Check, Verdict

TOLERANCE = 1e-6
"""A baseline file keeps six decimals."""


@dataclass(frozen=True)
class Bench:
    """What every gate is judged with.

    Attributes:
        artifact: The data.
        baseline: What it is compared with, or None.
        run: The run's folder, as hints name it.
        lang: `en` or `zh`.
    """

    artifact: Artifact
    baseline: Baseline | None
    run: str
    lang: str

    def say(self, key: str, **values: object) -> str:
        """A sentence in the reader's language."""
        return say(key, self.lang, **values)


def judge(gates: Gates, bench: Bench, *, file: str = "", lines: Sequence[int] = ()) -> list[Check]:
    """Judge an artifact: its files first, then the leak certificate, then every gate in order.

    Args:
        gates: What is asked.
        bench: What it is asked about.
        file: The recipe with the gates, for annotations.
        lines: The line of each gate in it.

    Returns:
        One check for each gate and slice, and one more where a slice is held against the baseline. When files were
        changed nothing else is looked at: no number would hold.
    """
    whole = check_files(bench.artifact, bench.lang)
    if whole.verdict == "error":
        return [whole]
    checks = [whole, check_leaks(bench.artifact, bench.lang)]
    for index, gate in enumerate(gates.checks):
        line = lines[index] if index < len(lines) else 0
        checks += [replace(check, file=file, line=line) for check in _gate(gate, bench)]
    alone = 0 if bench.baseline else sum(_compares(gate) and not gate.require for gate in gates.checks)
    return [*checks, Check("baseline", "skip", bench.say("alone", count=alone))] if alone else checks


def _compares(gate: Gate) -> bool:
    return gate.slack is not None or gate.metric.startswith("drift.")


def _gate(gate: Gate, bench: Bench) -> list[Check]:
    if bench.baseline is None and gate.metric.startswith("drift."):
        return _without_baseline(gate, gate.metric, bench)
    try:
        measured = [_drift(gate, bench)] if gate.metric.startswith("drift.") else measure(bench.artifact, gate)
    except Unmeasured as fault:
        why = fault.told[bench.lang == "zh"]
        told = bench.say("unmeasured", name=gate.metric, why=why)
        return [Check(gate.metric, "error", told, limit=_told_limits(gate))]
    checks = []
    for line in measured:
        if line.value is None:
            checks.append(_nothing(gate, line, bench))
            continue
        if gate.limits:
            checks.append(_limited(gate, line, line.value, bench))
        if gate.slack is not None:
            name = check_name(gate, line.slice)
            checks += (
                [_ratchet(gate, name, line.value, bench.baseline, bench)]
                if bench.baseline
                else _without_baseline(gate, name, bench)
            )
    return checks


def _without_baseline(gate: Gate, name: str, bench: Bench) -> list[Check]:
    """Told once for all gates by `judge`, unless this one requires a baseline."""
    return [_skipped(gate, name, bench.say("no_baseline", name=name), bench)] if gate.require else []


def _drift(gate: Gate, bench: Bench) -> Measured:
    name = find_metric(gate.metric).argument
    before = bench.baseline.distributions.get(name, {}) if bench.baseline else {}
    return Measured((), drift.divergence(before, drift.distribution(bench.artifact, name)) if before else None)


def _limited(gate: Gate, line: Measured, value: float, bench: Bench) -> Check:
    name, shown = check_name(gate, line.slice), number(value)
    for verdict, limit in gate.limits.items():
        if limit.is_met(value):
            told = bench.say("met", name=name, value=shown, word=bench.say(verdict), limit=limit)
            word: Verdict = "fail" if verdict == "fail" else "warn"
            return Check(name, word, told, shown, f"{verdict} {limit}", _hint(gate, bench))
    return Check(name, "pass", bench.say("held", name=name, value=shown), shown, _told_limits(gate))


def _ratchet(gate: Gate, name: str, value: float, baseline: Baseline, bench: Bench) -> Check:
    slack, shown = gate.slack or 0.0, number(value)
    base = baseline.values.get(name)
    if base is None:
        return _skipped(gate, name, bench.say("not_in_baseline", name=name), bench)
    worse = value - base if gate.direction == "lower" else base - value
    limit = bench.say("baseline", base=number(base), sign="+" if gate.direction == "lower" else "−", slack=slack)
    if worse > slack + TOLERANCE:
        told = bench.say("worse", name=name, value=shown, base=number(base), slack=slack)
        return Check(name, "fail", told, shown, limit, _hint(gate, bench))
    return Check(name, "pass", bench.say("no_worse", name=name, value=shown, base=number(base)), shown, limit)


def _nothing(gate: Gate, line: Measured, bench: Bench) -> Check:
    name = check_name(gate, line.slice)
    key = "few" if line.rows and line.rows < gate.min_rows else "nothing"
    if gate.metric.startswith("drift.") and not (
        bench.baseline and bench.baseline.distributions.get(find_metric(gate.metric).argument)
    ):
        key = "not_in_baseline"
    return _skipped(gate, name, bench.say(key, name=name, rows=line.rows), bench)


def _skipped(gate: Gate, name: str, told: str, bench: Bench) -> Check:
    verdict: Verdict = "fail" if gate.require else "skip"
    return Check(name, verdict, told, limit=_told_limits(gate), details=_hint(gate, bench) if gate.require else "")


def _hint(gate: Gate, bench: Bench) -> str:
    """Why it matters, and what to do next."""
    found = find_metric(gate.metric)
    why = gate.why or found.metric.meaning[bench.lang == "zh"]
    template = found.metric.next
    if not found.argument and "{argument}" in template:
        template = "gristmill lost"
    command = template.format(argument=found.argument, run=bench.run)
    return f"{why}\n{bench.say('next', command=command)}"


def _told_limits(gate: Gate) -> str:
    return ", ".join(f"{verdict} {limit}" for verdict, limit in gate.limits.items())


def number(value: float) -> str:
    """A number as people read it: whole ones with commas, others with four digits."""
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.4g}"
