"""The metrics that a gate can name, and how a name finds its metric."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import polars as pl

from dataprep.reasons import REASONS
from schemas.artifacts import SPLITS

if TYPE_CHECKING:
    from dataprep.gates.artifact import Artifact

Better = Literal["lower", "higher"]
Unit = Literal["shares", "bits", "rows", "characters", "tokens", "messages", "numbers"]

CERTAIN: dict[str, tuple[float, float]] = {
    "shares": (0, 1),
    "bits": (0, 1),
    **dict.fromkeys(("rows", "characters", "tokens", "messages"), (0, float("inf"))),
}
"""Unit -> the least and the most that a number of it can be."""

READ = ("language", "source", "kind")
KEPT = ("language", "source", "kind", "split")

MANIFEST_KEYS = (
    *("rows", "sources", "stages", "reasons", "edits", "flags", "splits", "exports", "moved", "leak_certificate"),
    *("duplicates", "pii", "decontamination", "mix", "language", "families"),
)
"""First parts of the paths that lead into manifest.json."""


@dataclass(frozen=True)
class Metric:
    """One number about an artifact.

    Attributes:
        meaning: What it is, in English and Chinese.
        unit: Its unit.
        row: Argument -> an aggregation over rows; None for a number of the whole artifact.
        whole: The artifact and the argument -> the number, where `row` is None; null when there is nothing to judge.
        argument: What may follow the name after a dot; None for nothing.
        bare: The name may stand without an argument.
        better: Which way is better; None where neither is.
        slices: The columns that it can be cut by.
        kept: It looks only at rows that were kept.
        needs: Columns that it reads beside the fixed ones.
        next: The command or setting to go on with; `{argument}` and `{run}` are filled in.
    """

    meaning: tuple[str, str]
    unit: Unit
    row: Callable[[str], pl.Expr] | None = None
    whole: Callable[["Artifact", str], float | None] | None = None
    argument: Callable[[str], bool] | None = None
    bare: bool = False
    better: Better | None = None
    slices: tuple[str, ...] = ()
    kept: bool = True
    needs: tuple[str, ...] = ()
    next: str = "{run}/data/report.md"


@dataclass(frozen=True)
class Found:
    """A metric and the argument that its name had."""

    name: str
    metric: Metric
    argument: str = ""


def find_metric(name: str) -> Found:
    """The metric of a name.

    Args:
        name: `kept_share`, `dropped_share.refusal`, or a path such as `rows.kept`.

    Raises:
        ValueError: If there is none, with the nearest name and all of them.
    """
    from dataprep.gates.metrics import METRICS

    if name in METRICS and (METRICS[name].argument is None or METRICS[name].bare):
        return Found(name, METRICS[name])
    owners = sorted((owner for owner in METRICS if name.startswith(f"{owner}.")), key=len, reverse=True)
    for owner in owners:
        argument, metric = name.removeprefix(f"{owner}."), METRICS[owner]
        if metric.argument is not None and metric.argument(argument):
            return Found(owner, metric, argument)
    if "." in name and name.split(".", maxsplit=1)[0] in MANIFEST_KEYS:
        from dataprep.gates.paths import PATH

        return Found("path", PATH, name)
    raise ValueError(f"unknown metric {name!r}{_guess(name, owners or [owner for owner in METRICS if owner == name])}")


def _guess(name: str, owners: list[str]) -> str:
    from dataprep.gates.metrics import METRICS, spelt

    if owners:  # the name is right, what follows isn't
        head, tail = owners[0], name.removeprefix(owners[0]).removeprefix(".")
        written = re.findall(r"[a-z_]+", spelt(head).removeprefix(head))
        known = REASONS if METRICS[head].argument is is_reason else written
        near = difflib.get_close_matches(tail, known, n=1)
        return (f"; did you mean {head}.{near[0]}?" if near else "") + f"; it is written {spelt(head)}"
    near = difflib.get_close_matches(name, [*METRICS, *MANIFEST_KEYS], n=1)
    paths = f"and paths into manifest.json: {', '.join(f'{key}.…' for key in MANIFEST_KEYS)}"
    return (f"; did you mean {near[0]}?" if near else "") + f"; metrics: {', '.join(map(spelt, METRICS))}; {paths}"


def is_reason(argument: str) -> bool:
    """True for a reason of the ledger."""
    return argument in REASONS


def is_pii_kind(argument: str) -> bool:
    """True for a kind of personal data."""
    return f"pii_{argument}" in REASONS


def is_statistic(argument: str) -> bool:
    """True for `mean`, `min`, `max` and `p0` to `p100`."""
    share = re.fullmatch(r"p(\d{1,3}(?:\.\d+)?)", argument)
    return argument in ("mean", "min", "max") or (share is not None and float(share[1]) <= 100)


def is_split(argument: str) -> bool:
    """True for a split."""
    return argument in SPLITS


def is_code(argument: str) -> bool:
    """True for the code of a language: `zh`, `en`, `und`."""
    return re.fullmatch(r"[a-z]{2,3}", argument) is not None


def is_question(argument: str) -> bool:
    """True for what can be the name of a question."""
    return argument.strip() != ""


def one_of(*names: str) -> Callable[[str], bool]:
    """A test for one of some names."""
    return lambda argument: argument in names


def statistic(column: str, argument: str) -> pl.Expr:
    """Mean, extreme or percentile (the nearest value that occurs) of a column."""
    values = pl.col(column).cast(pl.Float64)
    if argument in ("mean", "min", "max"):
        found: pl.Expr = getattr(values, argument)()
        return found
    return values.quantile(float(argument[1:]) / 100, "nearest")
