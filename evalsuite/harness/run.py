"""Running tasks over a model that is already loaded: wrapped for the harness, quiet, cached under its own name."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from evalsuite.harness.library import need_library, quiet
from evalsuite.harness.settings import Harness
from schemas.errors import RuntimeFault, UserError

IDENTITY = frozenset({"model", "adapter", "dtype", "bits", "settings"})
"""What makes two models' answers differ; the harness' own cache looks at none of it."""


def wrap(model: Any, tokenizer: Any, *, batch_size: int, max_length: int) -> Any:
    """Wrap a loaded transformers or PEFT model.

    The base under an adapter needs no second load: call `run` inside `model.disable_adapter()`.

    Args:
        model: On its device; it is switched to evaluation mode.
        tokenizer: Of the model, with its chat template; it gets a padding token if it has none.
        batch_size: Sequences at a time.
        max_length: Tokens of prompt and answer; longer prompts lose their beginning.

    Returns:
        An lm_eval HFLM.

    Raises:
        MissingExtra: Without lm-evaluation-harness.
    """
    need_library()
    with quiet():
        from lm_eval.models.huggingface import HFLM

        return HFLM(pretrained=model, tokenizer=tokenizer, batch_size=batch_size, max_length=max_length)


def cache_path(folder: Path, identity: Mapping[str, Any]) -> Path:
    """Where one model's answers are cached: no two identities share a file.

    Args:
        folder: Of all caches.
        identity: JSON values, at least for the keys of `IDENTITY`: digests of model and adapter (null for a base),
            dtype, bits, and all settings that change answers.

    Raises:
        RuntimeFault: If a key is absent.
    """
    absent = IDENTITY - identity.keys()
    if absent:
        raise RuntimeFault(f"a cache needs the model's {', '.join(sorted(absent))}")
    digest = hashlib.sha256(orjson.dumps(dict(identity), option=orjson.OPT_SORT_KEYS)).hexdigest()
    return folder / f"{digest}.db"


def run(
    lm: Any,
    tasks: Mapping[str, Any],
    *,
    settings: Harness,
    seed: int,
    chat_template: bool = True,
    cache: Path | None = None,
    identity: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Run tasks; the same tasks may be run again with another model, and ask it the same.

    The global generators of random, numpy and torch are seeded: tasks shuffle with them.

    Args:
        lm: What `wrap` gives, or another lm_eval LM.
        tasks: What `load_tasks` gives.
        settings: Of the recipe.
        seed: Of few-shot examples and of everything else that is random.
        chat_template: Whether prompts are rendered with the tokenizer's chat template.
        cache: Folder of cached answers; null caches nothing.
        identity: Of the model, for `cache_path`; needed with a cache.

    Returns:
        What lm_eval's `evaluate` gives (`results`, `samples`, `higher_is_better` ...), and `truncated`: how often a
        text lost its beginning because it was too long.

    Raises:
        UserError: If a text doesn't fit the model.
    """
    need_library()
    with quiet() as heard, _cached(lm, cache, identity) as model:
        from lm_eval.evaluator import evaluate
        from lm_eval.utils import set_torch_seed

        random.seed(seed)
        np.random.seed(seed)
        set_torch_seed(seed)
        for task in tasks["tasks"].values():
            _set_shots(task, settings.few_shot, seed)
        try:
            results = evaluate(
                model,
                tasks,
                limit=settings.limit,
                bootstrap_iters=settings.bootstrap_iters,
                apply_chat_template=chat_template,
                fewshot_as_multiturn=chat_template,
            )
        except AssertionError as fault:
            told = str(fault) or f"a text has more tokens than the model takes ({getattr(lm, 'max_length', '?')})"
            raise UserError(f"lm-evaluation-harness stopped: {told}", hint="raise max_length or drop it") from fault
    return {**results, "truncated": sum("runcat" in line for line in heard)}


def _set_shots(task: Any, shots: int | None, seed: int) -> None:
    """As simple_evaluate does it; seeded before every run, or the second model would get other examples."""
    config = task.config
    if shots is not None and config.num_fewshot != 0:
        task.set_config(key="num_fewshot", value=shots)
    elif config.num_fewshot is None:
        task.set_config(key="num_fewshot", value=0)
    task.set_fewshot_seed(seed=seed)
    source = getattr(task, "fewshot_cfg", None)
    if source is not None and source.split is None and not (config.training_split or config.validation_split):
        # Examples come from the test split. The harness keeps a question from being its own example only if told so.
        source.split = config.test_split


@contextmanager
def _cached(lm: Any, folder: Path | None, identity: Mapping[str, Any] | None) -> Iterator[Any]:
    if folder is None:
        yield lm
        return
    if identity is None:
        raise RuntimeFault("a cache needs the model's identity")
    from lm_eval.api.model import CacheHook, CachingLM

    cached = CachingLM(lm, str(cache_path(folder, identity)))
    try:
        yield cached
    finally:
        lm.set_cache_hook(CacheHook(None))  # else the next model would write into this one's cache
        cached.dbdict.close()
