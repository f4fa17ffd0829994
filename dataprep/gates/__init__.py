"""Gates: the numbers of a data artifact held against limits and a baseline, for CI."""

from dataprep.gates.artifact import Artifact, Unmeasured
from dataprep.gates.baseline import Baseline, read_baseline, snapshot, write_baseline
from dataprep.gates.judge import Bench, judge
from dataprep.gates.metrics import METRICS
from dataprep.gates.settings import Gate, Gates, Only, load_gates

__all__ = [
    "METRICS",
    "Artifact",
    "Baseline",
    "Bench",
    "Gate",
    "Gates",
    "Only",
    "Unmeasured",
    "judge",
    "load_gates",
    "read_baseline",
    "snapshot",
    "write_baseline",
]
