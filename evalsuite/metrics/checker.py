"""How far the grounding checks can be trusted: their precision and recall on labelled answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import orjson

from evalsuite.metrics.grounding import FIGURES, Finding, unsupported

GROUPS: dict[str, frozenset[str]] = {
    "numbers": frozenset(FIGURES),
    "names": frozenset({"name"}),
    "urls": frozenset({"url"}),
}


@dataclass(frozen=True)
class Agreement:
    """How a check's findings meet the labels, span by span.

    Attributes:
        n: Labelled spans, supported or not.
        hits: Unsupported spans that were found.
        misses: Unsupported spans that were not.
        false_alarms: Findings that touch no unsupported span of any kind.
    """

    n: int = 0
    hits: int = 0
    misses: int = 0
    false_alarms: int = 0

    @property
    def precision(self) -> float:
        """Of what was found, how much is unsupported; NaN where nothing was found."""
        return _share(self.hits, self.false_alarms)

    @property
    def recall(self) -> float:
        """Of what is unsupported, how much was found; NaN where nothing is."""
        return _share(self.hits, self.misses)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return _share(2 * self.hits, self.misses + self.false_alarms)

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            self.n + other.n,
            self.hits + other.hits,
            self.misses + other.misses,
            self.false_alarms + other.false_alarms,
        )


def labels() -> list[dict[str, Any]]:
    """The labelled answers that come with gristmill: `context`, `question`, `answer`, `spans`, `lang`, `half` each."""
    text = files("evalsuite").joinpath("grounding_labels", "labels.jsonl").read_bytes()
    return [orjson.loads(line) for line in text.splitlines()]


def agreement(row: Mapping[str, Any], group: str) -> Agreement:
    """How the check of one group of kinds does on one labelled answer.

    Args:
        row: One of `labels()`.
        group: `numbers` (numbers, dates and quantities), `names` or `urls`.
    """
    kinds = GROUPS[group]
    found = [x for x in _findings(row["answer"], f"{row['context']}\n{row['question']}") if x.kind in kinds]
    bad = [span for span in row["spans"] if not span["supported"]]
    mine = [span for span in bad if span["kind"] in kinds]
    hits = sum(any(_touch(finding, span) for finding in found) for span in mine)
    alarms = sum(not any(_touch(finding, span) for span in bad) for finding in found)
    return Agreement(sum(span["kind"] in kinds for span in row["spans"]), hits, len(mine) - hits, alarms)


def checker_table() -> dict[str, dict[str, Any]]:
    """Precision, recall, F1 and counts for each group, half and language, from the labels as they are.

    Returns:
        `numbers/held/zh` and the like -> `precision`, `recall`, `f1`, `n`, `hits`, `misses`, `false_alarms`. The rules
        were written looking at the half `open`; `held` is what counts. Language `all` is both together.
    """
    rows = labels()
    return {
        f"{group}/{half}/{language}": _told(
            [agreement(row, group) for row in rows if row["half"] == half and language in {"all", row["lang"]}]
        )
        for group in GROUPS
        for half in ("open", "held")
        for language in ("zh", "en", "all")
    }


@lru_cache(maxsize=512)
def _findings(answer: str, support: str) -> tuple[Finding, ...]:
    return tuple(unsupported(answer, support))


def _told(parts: Sequence[Agreement]) -> dict[str, Any]:
    total = sum(parts, start=Agreement())
    counts = {name: getattr(total, name) for name in ("n", "hits", "misses", "false_alarms")}
    return {"precision": total.precision, "recall": total.recall, "f1": total.f1, **counts}


def _touch(finding: Finding, span: Mapping[str, Any]) -> bool:
    end = finding.start + len(finding.text)
    return bool(finding.start < span["start"] + len(span["text"]) and span["start"] < end)


def _share(right: int, wrong: int) -> float:
    return right / (right + wrong) if right + wrong else float("nan")
