"""The metrics that a recipe may name: one line for each family."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evalsuite.metrics.abstention import abstention
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.exact import exact
from evalsuite.metrics.grounding import grounding
from evalsuite.metrics.local_metric import local_metric
from evalsuite.metrics.loops import LOOPS
from evalsuite.metrics.metric import Family
from evalsuite.metrics.nli import nli
from evalsuite.metrics.novelty import novelty
from evalsuite.metrics.repetition import REPETITION
from evalsuite.metrics.rouge import rouge
from evalsuite.metrics.stopping import STOPPING


@dataclass(frozen=True)
class Options:
    """What a recipe may say about metrics.

    Attributes:
        tokenizer: Of ROUGE.
        nli: Folder of an entailment model, or null.
        evaluate: Files or folders of `evaluate` metrics.
    """

    tokenizer: str = "gristmill"
    nli: Path | None = None
    evaluate: tuple[Path, ...] = ()


METRICS: dict[str, Callable[[Options], Family]] = {
    "rouge": lambda options: rouge(options.tokenizer),
    "bleu": lambda _: bleu(),
    "exact": lambda _: exact(),
    "stopping": lambda _: STOPPING,
    "loops": lambda _: LOOPS,
    "repetition": lambda _: REPETITION,
    "grounding": lambda _: grounding(),
    "novelty": lambda _: novelty(),
    "abstention": lambda _: abstention(),
}
"""What `eval.metrics` may name, beside `likelihood`, which needs the model itself."""


def families(names: tuple[str, ...], options: Options) -> Mapping[str, Family]:
    """The metrics that a recipe asks for, on answers."""
    found = {name: METRICS[name](options) for name in names if name in METRICS}
    found |= {f"evaluate {path}": local_metric(path) for path in options.evaluate}
    return found | ({"nli": nli(options.nli)} if options.nli else {})
