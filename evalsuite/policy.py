"""What decides a comparison: the numbers that gate, the losses that are acceptable, and how sure it must be."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Annotated, Literal

import polars as pl
from pydantic import Field

from evalsuite.comparison import Row
from schemas.config import Section
from schemas.errors import UserError

Name = Annotated[str, Field(pattern=r"^[^@/\s]+@[\w-]+(/[\w-]+)?$")]
"""`METRIC@SET/LANGUAGE`; without the language, every language that is there, each for itself."""

HEADLINES = ("bits_per_byte", "chrf", "stopped", "looped")
"""The metrics that gate where a recipe names none."""

MOST = 5
"""Primary numbers by default: each further one costs the others power under Holm."""


class Policy(Section):
    """The `policy` of a recipe's `eval` section.

    Attributes:
        primary: Numbers that gate; null takes `default_names`.
        must_improve: Numbers that gate and have to come out IMPROVED.
        margins: Metric -> the largest acceptable loss in its unit, instead of the metric's own.
        alpha: Of the whole family of primary numbers.
        minimum: Items below which a number is INCONCLUSIVE whatever it says. With fewer than about 30 skewed
            differences a 95% interval covers .92 (t) or .90 (bootstrap).
        slice_minimum: The same for slices, which never gate; smaller slices are left out.
        interval: `t`, or a bootstrap interval for numbers with at least 30 items; p is the test's either way.
        require_conclusive: Exit with 3 when a primary number is INCONCLUSIVE.
    """

    primary: tuple[Name, ...] | None = None
    must_improve: tuple[Name, ...] = ()
    margins: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    alpha: float = Field(default=0.05, gt=0, lt=0.5)
    minimum: int = Field(default=30, ge=2)
    slice_minimum: int = Field(default=20, ge=2)
    interval: Literal["t", "bca", "percentile"] = "t"
    require_conclusive: bool = False


def row_name(row: Row) -> str:
    """`METRIC@SET/LANGUAGE` of a row."""
    return f"{row.metric}@{row.set}/{row.language}"


def gating_metrics(policy: Policy) -> set[str]:
    """The metrics that the verdict rests on."""
    named = HEADLINES if policy.primary is None else [name.split("@")[0] for name in policy.primary]
    return {*named, *(name.split("@")[0] for name in policy.must_improve)}


def default_names(items: pl.DataFrame, known: Sequence[str]) -> list[str]:
    """Three to five primary numbers for a recipe that names none.

    Bits per byte and chrF of the eval set's main languages (two at most, each at least a fifth of it); then, up to
    five in all, stopping and looping in the biggest language, and bits per byte of general text. A split of nothing
    but raw text is judged by its own bits per byte.

    Args:
        items: Schema `ITEMS`.
        known: Names of the numbers that both sides have.
    """
    mains = main_languages(items, "eval")
    general = main_languages(items, "general")[:1]
    wanted = [f"{metric}@eval/{language}" for metric in ("bits_per_byte", "chrf") for language in mains]
    wanted += [f"{metric}@eval/{language}" for metric in ("stopped", "looped") for language in mains[:1]]
    wanted += [f"bits_per_byte@general/{language}" for language in general]
    wanted += [f"bits_per_byte@text/{language}" for language in main_languages(items, "text") if not mains]
    return [name for name in wanted if name in known][:MOST]


def main_languages(items: pl.DataFrame, part: str) -> list[str]:
    """At most two languages of a set, the biggest first; the second only from a fifth of the items on."""
    counts = items.filter(pl.col("set") == part).group_by("language", maintain_order=True).len()
    ordered = counts.sort(["len", "language"], descending=[True, False])
    total = int(ordered["len"].sum())
    shares = zip(ordered["language"], ordered["len"], strict=True)
    return [str(name) for place, (name, count) in enumerate(shares) if place == 0 or count >= 0.2 * total][:2]


def matching(names: Sequence[str], known: Sequence[str], *, strict: bool = True) -> list[str]:
    """The numbers that a recipe's names mean, each once.

    Args:
        names: `METRIC@SET` or `METRIC@SET/LANGUAGE`.
        known: `METRIC@SET/LANGUAGE` of all that can gate.
        strict: A name that means none of them is a fault; else it is passed over.

    Raises:
        UserError: If a name means none of them and strict is set.
    """
    found: dict[str, None] = {}
    for name in names:
        meant = [one for one in known if name in {one, one.rsplit("/", 1)[0]}]
        if strict and not meant:
            raise _unknown(name, known)
        found.update(dict.fromkeys(meant))
    return list(found)


def _unknown(name: str, known: Sequence[str]) -> UserError:
    offered = list(dict.fromkeys([*known, *(one.rsplit("/", 1)[0] for one in known)]))
    near = get_close_matches(name, offered, n=1, cutoff=0.6)
    told = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known) or 'none'}"
    return UserError(
        f"{name!r} names no number that both sides have and that has a better direction; {told}",
        hint="mend eval.policy.primary and eval.policy.must_improve in the recipe",
    )
