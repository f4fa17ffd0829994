"""The baseline: the numbers of an accepted state, in a small file that is committed beside the gates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from dataprep.gates import drift
from dataprep.gates.artifact import Artifact, Unmeasured
from dataprep.gates.measure import Slice, measure
from dataprep.gates.settings import Gate, Gates
from schemas.artifacts import write_file
from schemas.errors import UserError

FORMAT = "gristmill baseline 1"


@dataclass(frozen=True)
class Baseline:
    """What a set is compared with.

    Attributes:
        name: The run that it was taken from.
        values: Name of a check -> its number.
        distributions: One of `drift.DISTRIBUTIONS` -> value -> rows.
    """

    name: str
    values: Mapping[str, float] = field(default_factory=dict)
    distributions: Mapping[str, drift.Counts] = field(default_factory=dict)


def check_name(gate: Gate, slice_: Slice) -> str:
    """What a check is called: `kept_share [language=zh]`."""
    told = ", ".join(f"{column}={value}" for column, value in slice_)
    return f"{gate.metric} [{told}]" if told else gate.metric


def snapshot(artifact: Artifact, gates: Gates) -> Baseline:
    """Measure all that later runs may be compared with; what can't be measured is left out."""
    values: dict[str, float] = {}
    for gate in gates.checks:
        if gate.metric.startswith("drift."):
            continue
        try:
            measured = measure(artifact, gate)
        except Unmeasured:
            continue
        values |= {check_name(gate, line.slice): line.value for line in measured if line.value is not None}
    distributions = {}
    for name in drift.DISTRIBUTIONS:
        try:
            distributions[name] = drift.distribution(artifact, name)
        except Unmeasured:
            continue
    return Baseline(str(artifact.manifest.get("name", "")), values, distributions)


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline as JSON with sorted keys, one to a line, so that a change is a readable diff."""
    told = {
        "format": FORMAT,
        "name": baseline.name,
        "values": {name: round(value, 6) for name, value in baseline.values.items()},
        "distributions": baseline.distributions,
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")


def read_baseline(given: Path, gates: Gates, *, root: Path) -> Baseline:
    """The baseline that a person named.

    Args:
        given: A file of `write_baseline`, a manifest.json, a folder of a run or artifact, or the name of a run.
        gates: What is to be measured of an artifact.
        root: Relative paths start here, and names of runs are looked up in its `runs/`.

    Raises:
        UserError: If there is nothing there, or it is something else.
    """
    for path in (root / given, root / "runs" / given):
        for folder in (path, path / "data"):
            if (folder / "manifest.json").is_file():
                return snapshot(Artifact(folder, gates.topic), gates)
        if path.name == "manifest.json" and path.is_file():
            return snapshot(Artifact(path.parent, gates.topic), gates)
        if path.is_file():
            return _read(path)
    raise UserError(f"no such baseline: {given}", hint=f"gristmill gate --update-baseline --baseline {given}")


def _read(path: Path) -> Baseline:
    hint = "gristmill gate --update-baseline writes one"
    try:
        told: Any = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as fault:
        raise UserError(f"{path} is no baseline: {fault}", hint=hint) from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise UserError(f"{path} is no baseline of this version", hint=hint)
    return Baseline(str(told.get("name", "")), told.get("values", {}), told.get("distributions", {}))
