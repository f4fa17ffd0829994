"""A language model as the judge: grades from 1 to 5, pairs in both orders, and how far people agree with it."""

from evalsuite.metrics.judge.calibration import Calibration, Labelled, calibrate, measure, note_of, read_labels
from evalsuite.metrics.judge.grades import judge, judge_scores
from evalsuite.metrics.judge.pairs import Verdicts, Winner, judge_pairs

__all__ = [
    "Calibration",
    "Labelled",
    "Verdicts",
    "Winner",
    "calibrate",
    "judge",
    "judge_pairs",
    "judge_scores",
    "measure",
    "note_of",
    "read_labels",
]
