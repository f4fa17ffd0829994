"""What an LLM judge says of the pairs of answers, and how far people agree with it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evalsuite.comparison import Note
from evalsuite.metrics.judge import calibrate, judge_pairs, note_of, read_labels
from evalsuite.metrics.metric import Sample
from schemas.endpoint import Endpoint

UNREADABLE = 0.1
"""Share of pairs without a readable verdict from which a person is told."""


def judged(
    base: Sequence[Sample], tuned: Sequence[Sample], *, endpoint: Endpoint, labels: Path | None, seed: int
) -> tuple[dict[str, Any], list[Note]]:
    """Let the judge compare n pairs of answers, each in both orders.

    Returns:
        The panel: wins and losses of the tuned model, ties, failures, position bias; and notes on failures and on its
        calibration.
    """
    told = judge_pairs(tuned, base, endpoint=endpoint, seed=seed)
    panel = {
        "model": endpoint.model,
        "n": len(base),
        "wins": told.count("a"),
        "losses": told.count("b"),
        "ties": told.count("tie"),
        "failed": told.count(None),
        "position_bias": told.position_bias,
        "consistency": told.consistency,
    }
    notes = []
    if (failed := told.count(None)) > UNREADABLE * len(base):
        notes.append(
            Note(
                "judge_failed",
                f"The judge gave no readable answer on {failed} of {len(base)} pairs: don't lean on it.",
                f"评审模型在 {len(base)} 对回答中有 {failed} 对没有给出可解析的评判：不宜据此下结论。",
            )
        )
    if labels:
        found = calibrate(read_labels(labels), endpoint=endpoint, seed=seed)
        notes = [note_of(language, one) for language, one in found.items()]
    return panel, notes
