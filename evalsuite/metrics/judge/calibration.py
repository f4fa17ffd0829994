"""How far a judge agrees with people, on pairs that people have labelled."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from evalsuite.comparison import Note
from evalsuite.metrics.judge.pairs import Winner, judge_pairs
from evalsuite.metrics.metric import Sample
from schemas.endpoint import Endpoint
from schemas.errors import InputError
from schemas.text.script import language

_CHOICES: tuple[Winner, ...] = ("a", "b", "tie")


@dataclass(frozen=True)
class Labelled:
    """Two answers to one item and what a person chose."""

    a: Sample
    b: Sample
    human: Winner


@dataclass(frozen=True)
class Calibration:
    """Judge against people.

    Attributes:
        n: Pairs that both decided, ties included.
        failed: Pairs on which the judge gave no readable answer.
        agreement: Share of the n on which they agree; null when n is 0.
        kappa: Cohen's kappa; null where it is undefined: no pairs, or both always chose the same one.
    """

    n: int
    failed: int
    agreement: float | None
    kappa: float | None


def calibrate(
    labelled: Sequence[Labelled],
    *,
    endpoint: Endpoint,
    rubric: str | None = None,
    seed: int = 17,
    tell: Callable[[str], None] = lambda sentence: None,
) -> dict[str, Calibration]:
    """Let the judge decide labelled pairs.

    Returns:
        Language -> agreement: a judge may know one language and not the other.

    Raises:
        UserError: If the endpoint can't be used at all.
    """
    first, second = [pair.a for pair in labelled], [pair.b for pair in labelled]
    winners = judge_pairs(first, second, endpoint=endpoint, rubric=rubric, seed=seed, tell=tell).winners
    found = {}
    for tongue in sorted({sample.language for sample in first}):
        places = [place for place, sample in enumerate(first) if sample.language == tongue]
        found[tongue] = measure([winners[place] for place in places], [labelled[place].human for place in places])
    return found


def measure(judged: Sequence[Winner | None], human: Sequence[Winner]) -> Calibration:
    """Agreement and Cohen's kappa (Cohen 1960) of n choices; a null is left out and counted."""
    both = [(mine, theirs) for mine, theirs in zip(judged, human, strict=True) if mine is not None]
    n, failed = len(both), len(judged) - len(both)
    if not n:
        return Calibration(0, failed, None, None)
    same = sum(mine == theirs for mine, theirs in both) / n
    shares = [(sum(mine == c for mine, _ in both), sum(theirs == c for _, theirs in both)) for c in _CHOICES]
    chance = sum(mine * theirs for mine, theirs in shares) / n**2
    return Calibration(n, failed, same, (same - chance) / (1 - chance) if chance < 1 else None)


def note_of(tongue: str, found: Calibration) -> Note:
    """What the report says of it."""
    share = "–" if found.agreement is None else f"{found.agreement:.0%}"
    kappa = "–" if found.kappa is None else f"{found.kappa:.2f}"
    return Note(
        "judge_calibration",
        f"On {found.n} pairs labelled by people ({tongue}), the judge agrees in {share}, Cohen's kappa {kappa}; "
        f"{found.failed} without a readable answer.",
        f"在 {found.n} 对人工标注的回答（{tongue}）上，评审模型与人的一致率为 {share}，Cohen's kappa 为 {kappa}；"
        f"另有 {found.failed} 对没有得到可解析的评判。",
    )


def read_labels(path: Path) -> list[Labelled]:
    """Read labelled pairs: JSON Lines of `question`, `a`, `b`, `human` (a, b or tie), `context`, `reference`.

    Raises:
        InputError: With the line that can't be read.
    """
    hint = "each line is a JSON object with question, a, b and human: a, b or tie"
    try:
        lines = path.read_bytes().splitlines()
    except OSError as fault:
        raise InputError(f"{path} can't be read: {fault.strerror}", hint=hint) from None
    rows: list[dict[str, Any]] = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                rows.append(_read_row(orjson.loads(line)))
        except (ValueError, KeyError, TypeError) as fault:
            raise InputError(f"{path}:{number} can't be read: {fault}", hint=hint) from None
    texts = pl.DataFrame({"text": [row["question"] for row in rows]}, schema={"text": pl.String})
    tongues = texts.select(language(pl.col("text"))).to_series().to_list()
    return [_labelled(str(place), row, tongue) for place, (row, tongue) in enumerate(zip(rows, tongues, strict=True))]


def _read_row(told: Any) -> dict[str, Any]:
    row = {name: str(told[name]) for name in ("question", "a", "b", "human")}
    if row["human"] not in _CHOICES:
        raise ValueError(f"human is {row['human']!r}")
    return row | {name: str(told[name]) for name in ("context", "reference") if told.get(name)}


def _labelled(name: str, row: dict[str, Any], tongue: str) -> Labelled:
    shared = (name, row["question"], row.get("context", ""), row.get("reference"))
    return Labelled(Sample(*shared, row["a"], tongue), Sample(*shared, row["b"], tongue), row["human"])
