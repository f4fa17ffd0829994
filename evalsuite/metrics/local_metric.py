"""A metric written for Hugging Face `evaluate`, from a local file, beside our own.

Nothing is downloaded, and nothing is left in the Hugging Face cache.
"""

import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.metadata import version
from numbers import Real
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from evalsuite.metrics.as_evaluate import OFFERED, import_evaluate, in_memory
from evalsuite.metrics.metric import Better, Column, Family, Metric, Sample
from evalsuite.metrics.referenced import referenced
from schemas.errors import UserError
from schemas.text.normalise import digest

_PROBE = "the cat sat on the mat"


def local_metric(
    path: str | Path,
    *,
    keys: Sequence[str] = (),
    options: Mapping[str, Any] | None = None,
    better: Better = "higher",
    unit: str = "share",
    margin: float = 0.02,
    seed: int = 0,
) -> Family:
    """A metric written for `evaluate`, from a local file, computed for each sample by itself.

    The file is run where it lies: not copied, and nothing that it names is downloaded. What the metric counts over a
    whole corpus (corpus BLEU) means something else for single samples. A sample takes about 10 ms.

    Args:
        path: `metric.py`, or a folder `metric/` with `metric.py` in it; never a bare name, which `evaluate` would
            look for on the hub and in the working folder.
        keys: Which of its numbers to keep; all of them where none is named.
        options: Further arguments of its `compute`.
        better: Which direction is good, for each of its numbers.
        unit: Of its numbers.
        margin: The largest loss that is acceptable, in that unit.
        seed: numpy's while it computes.

    Returns:
        Metrics named `FILE.KEY`; NaN without a reference (`no_reference`), where the metric raised an error
        (`metric_failed`) or gave no finite number (`not_finite`).

    Raises:
        UserError: If there is no such file, no metric in it, or one that doesn't compare an answer with a reference.
        MissingExtra: If `evaluate` is not installed.
    """
    script = _script(path)
    metric = _load(script, seed=seed)
    wrap = _takes_lists(metric, script)
    compute = partial(_compute, metric, dict(options or {}), wrap)
    names = _names(compute, script, keys)
    code = digest(script.read_text(encoding="utf-8"))
    told = orjson.dumps(options or {}, option=orjson.OPT_SORT_KEYS, default=str).decode()
    signature = f"evaluate:{version('evaluate')}|{script.stem}:{code}|options:{told}|seed:{seed}"
    metrics = tuple(Metric(name, better, unit, margin, signature) for name in names)
    return Family(metrics, partial(_score, compute=compute, names=names))


def _script(path: str | Path) -> Path:
    text = str(path)
    if "/" not in text and not text.endswith(".py"):
        builtin = f"; {text} is built in, without a path" if text in OFFERED else ""
        hint = f"name a file such as ./{text}/{text}.py{builtin}"
        raise UserError(f"{text!r} is no path: metrics of the hub are not downloaded", hint=hint)
    found = Path(text).expanduser().resolve()
    script = found / f"{found.name}.py" if found.is_dir() else found
    if script.suffix != ".py" or not script.is_file():
        raise UserError(f"there is no metric at {script}", hint="name a .py file, or a folder with one of its own name")
    return script


def _load(script: Path, *, seed: int) -> Any:
    module_base = import_evaluate().EvaluationModule
    name = f"gristmill_evaluate_{digest(str(script))}"
    # A package, so that the script may import its neighbours as `from .other import ...`.
    spec = importlib.util.spec_from_file_location(name, script, submodule_search_locations=[str(script.parent)])
    if spec is None or spec.loader is None:
        raise UserError(f"Python can't load {script}", hint="name a .py file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
        own = [thing for thing in vars(module).values() if isinstance(thing, type) and thing.__module__ == name]
        kinds = [thing for thing in own if issubclass(thing, module_base)]
        if not kinds:
            raise UserError(f"{script} defines no evaluate.Metric", hint="class MyMetric(evaluate.Metric): ...")
        metric = in_memory(kinds[0], seed=seed)
        metric.download_and_prepare()
    except UserError:
        raise
    except Exception as fault:  # code of the user's may raise anything
        raise UserError(f"{script} can't be loaded: {_said(fault)}", hint=f"{sys.executable} {script}") from fault
    return metric


def _takes_lists(metric: Any, script: Path) -> bool:
    """True if the metric wants a list of references for each answer; refused if it compares anything but texts."""
    schemas = metric.features if isinstance(metric.features, list) else [metric.features]
    for schema in schemas:
        if set(schema) == {"predictions", "references"} and _is_text(schema["predictions"]):
            if _is_text(schema["references"]):
                return False
            if _is_text(getattr(schema["references"], "feature", None)):
                return True
    hint = "its features must be predictions and references, both Value('string')"
    raise UserError(f"{script} doesn't compare a text with a text: {metric.features}", hint=hint)


def _is_text(feature: Any) -> bool:
    return getattr(feature, "dtype", None) in {"string", "large_string"}


def _compute(metric: Any, options: dict[str, Any], wrap: bool, reference: str, answer: str) -> dict[str, float]:
    told = metric.compute(predictions=[answer], references=[[reference] if wrap else reference], **options)
    return {key: float(value) for key, value in told.items() if isinstance(value, Real)}


def _names(compute: Callable[[str, str], dict[str, float]], script: Path, keys: Sequence[str]) -> dict[str, str]:
    """A metric's name -> its key, after one trial."""
    try:
        given = list(compute(_PROBE, _PROBE))
    except Exception as fault:
        hint = f"it was tried on two texts {_PROBE!r}; give it what it needs as options"
        raise UserError(f"{script} can't score a pair of texts: {_said(fault)}", hint=hint) from fault
    if absent := [key for key in keys if key not in given]:
        raise UserError(f"{script} gives no {', '.join(absent)}", hint=f"its numbers: {', '.join(given) or 'none'}")
    if not given:
        raise UserError(f"{script} gives no numbers", hint="compute must return a dict with a number in it")
    return {f"{script.stem}.{key}": key for key in keys or given}


def _score(
    samples: Sequence[Sample], *, compute: Callable[[str, str], dict[str, float]], names: Mapping[str, str]
) -> dict[str, Column]:
    def one(reference: str, sample: Sample) -> dict[str, float | str]:
        try:
            told = compute(reference, sample.answer)
        except Exception:  # one answer that it can't take, often an empty one, spoils no evaluation
            return dict.fromkeys(names, "metric_failed")
        values = {name: told.get(key, np.nan) for name, key in names.items()}
        return {name: value if np.isfinite(value) else "not_finite" for name, value in values.items()}

    return referenced(samples, list(names), one)


def _said(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"
