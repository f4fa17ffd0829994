"""Our metrics as objects of Hugging Face `evaluate`, without its hub.

Importing `evaluate` takes seconds, so it is done late.
"""

import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import polars as pl

from evalsuite.metrics.bleu import NAMES as BLEU
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.exact import NAMES as EXACT
from evalsuite.metrics.exact import exact
from evalsuite.metrics.metric import Column, Sample
from evalsuite.metrics.rouge import NAMES as ROUGE
from evalsuite.metrics.rouge import rouge
from schemas.errors import MissingExtra, UserError
from schemas.text.script import language

OFFERED = ("rouge", *ROUGE, *BLEU, *EXACT)
"""What `as_evaluate` gives: all of ROUGE, or one metric by its name."""


def as_evaluate(name: str, *, tokenizer: str = "gristmill") -> Any:
    """One of our metrics as an `evaluate.Metric`, for `compute`, `add_batch` and `evaluate.combine`.

    It gives the mean over the pairs that can be scored, NaN where none can; BLEU and chrF are means of sentences too.
    Each pair counts in the language of its reference.

    Args:
        name: One of `OFFERED`.
        tokenizer: What ROUGE cuts texts with, one of `schemas.text.words.TOKENIZERS`.

    Raises:
        UserError: If there is no such metric or tokenizer.
        MissingExtra: If `evaluate`, or what the metric itself needs, is not installed.
    """
    if name not in OFFERED:
        raise UserError(f"there is no metric {name!r} to offer to evaluate", hint="one of " + ", ".join(OFFERED))
    evaluate = import_evaluate()
    import datasets

    family = bleu() if name in BLEU else exact() if name in EXACT else rouge(tokenizer)
    names = ROUGE if name == "rouge" else (name,)
    text = datasets.Value("string")
    about = evaluate.MetricInfo(
        description=f"{name} of gristmill, mean over pairs",
        citation="",
        inputs_description="predictions: texts. references: texts, one each.",
        features=datasets.Features({"predictions": text, "references": text}),
    )

    class Offered(evaluate.Metric):  # type: ignore[misc, name-defined]
        def _info(self) -> Any:
            return about

        def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, float]:
            columns = family.score(_samples(predictions, references))
            return {name: _mean(columns[name]) for name in names}

    Offered.__name__ = name
    return in_memory(Offered, seed=0)


def import_evaluate() -> ModuleType:
    """The package `evaluate`.

    Raises:
        MissingExtra: If it is not installed.
    """
    try:
        import evaluate
    except ModuleNotFoundError:
        raise MissingExtra("a metric of evaluate", package="evaluate", extra="eval") from None
    module: ModuleType = evaluate
    return module


def in_memory(kind: Callable[..., Any], *, seed: int) -> Any:
    """An `evaluate` metric that leaves nothing in the Hugging Face cache.

    Args:
        kind: Its class.
        seed: numpy's while it computes; otherwise `evaluate` draws one.
    """
    # It makes a folder even where it keeps everything in memory: one of its own, which goes with it.
    folder = tempfile.mkdtemp(prefix="gristmill-evaluate-")
    try:
        metric = kind(keep_in_memory=True, cache_dir=folder, seed=seed)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    weakref.finalize(metric, shutil.rmtree, folder, ignore_errors=True)
    return metric


def _samples(predictions: Sequence[str], references: Sequence[str]) -> list[Sample]:
    texts = pl.DataFrame({"text": list(references)}, schema={"text": pl.String})
    languages = texts.select(language(pl.col("text"))).to_series().to_list()
    pairs = zip(predictions, references, languages, strict=True)
    return [Sample(str(place), "", "", right, said, spoken) for place, (said, right, spoken) in enumerate(pairs)]


def _mean(column: Column) -> float:
    scored = column.values[~np.isnan(column.values)]
    return float(scored.mean()) if scored.size else float("nan")
