"""lm-evaluation-harness tasks made in memory of our own eval split, one for each kind and language."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import orjson
import polars as pl

from evalsuite.harness.choices import with_choices
from evalsuite.harness.library import need_library, quiet
from evalsuite.harness.settings import Kind
from evalsuite.metrics.metric import Metric
from schemas.errors import UserError

Score = Callable[[str, str], Mapping[str, float]]
"""(reference, answer) -> metric name -> number; NaN where it can't be scored."""

HIGHER_IS_BETTER = {"higher": True, "lower": False, "neither": None}
LIKELIHOOD = [
    {"metric": "logprob", "aggregation": "mean", "higher_is_better": True},
    {"metric": "bits_per_byte", "aggregation": "bits_per_byte", "higher_is_better": False},
]
CHOICE = [{"metric": name, "aggregation": "mean", "higher_is_better": True} for name in ("acc", "acc_norm")]


def own_tasks(
    items: pl.DataFrame,
    kinds: Sequence[Kind],
    *,
    seed: int,
    score: Score | None = None,
    metrics: Sequence[Metric] = (),
    max_tokens: int = 256,
) -> list[Any]:
    """Make tasks of items that have a reference; they are named such as `own_choice_zh`, `own_preference_en`.

    Languages are never pooled, and neither are multiple choice among references (chance 1 in 4) and preference pairs
    (1 in 2). Where a language has fewer than two different references, it gets no `choice` task. The whole
    conversation is rendered with the chat template, not its last turn alone. A log-probability covers all that the
    template leaves after its last visible character (such as a line break), as everywhere in the harness.

    Args:
        items: `id`, `prompt` (messages with `role` and `content`, or one text), `reference` (null where there is
            none), `language`; `rejected` (text or null) on preference rows, whose reference is the chosen answer.
        kinds: Which tasks.
        seed: Of the choices' order.
        score: What `generate` scores answers with.
        metrics: Those that `score` gives.
        max_tokens: Of an answer.

    Returns:
        ConfigurableTask objects, for `load_tasks`.

    Raises:
        MissingExtra: Without lm-evaluation-harness.
        UserError: If a kind fits no item.
    """
    need_library()
    ready = _ready(items)
    found = []
    with quiet():
        for kind in dict.fromkeys(kinds):
            made = [task for part in _by_language(ready) for task in _tasks_of(kind, part, seed, score, metrics)]
            if not made:
                raise UserError(f"eval.harness.own: {_NEEDS[kind]}", hint=f"leave `{kind}` out of eval.harness.own")
            found += [_task(name, docs, parts | _limits(parts, max_tokens)) for name, docs, parts in made]
    return found


_NEEDS = {
    "choice": "choice needs two different references in one language, or preference rows",
    "generate": "generate needs an item with a reference",
    "likelihood": "likelihood needs an item with a reference",
}


def _ready(items: pl.DataFrame) -> pl.DataFrame:
    """Rows with a reference, by id; the prompt as JSON, because Arrow would fill every message with nulls."""
    if "rejected" not in items.columns:
        items = items.with_columns(rejected=pl.lit(None, pl.String))
    items = items.filter(pl.col("reference").str.strip_chars() != "").sort("id")
    prompts = [_messages(prompt) for prompt in items["prompt"].to_list()]
    language = pl.col("language").fill_null("und")
    return items.select("id", language, "reference", "rejected", prompt=pl.Series(prompts, dtype=pl.String))


def _messages(prompt: str | Sequence[Mapping[str, Any]]) -> str:
    turns = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
    return orjson.dumps([{"role": turn["role"], "content": turn["content"]} for turn in turns]).decode()


def _by_language(items: pl.DataFrame) -> list[pl.DataFrame]:
    return items.partition_by("language", maintain_order=True)


Made = tuple[str, pl.DataFrame, dict[str, Any]]


def _tasks_of(kind: Kind, items: pl.DataFrame, seed: int, score: Score | None, metrics: Sequence[Metric]) -> list[Made]:
    language = items["language"][0]
    if kind == "likelihood":
        parts = {"output_type": "loglikelihood", "process_results": _likelihood, "metric_list": LIKELIHOOD}
        return [(f"own_likelihood_{language}", items, parts)]
    if kind == "generate":
        return [(f"own_generate_{language}", items, _generation(score, metrics))]
    parts = {"output_type": "multiple_choice", "doc_to_choice": "choices", "doc_to_target": "gold"}
    parts["metric_list"] = CHOICE
    paired = pl.col("rejected").str.strip_chars() != ""
    pairs = items.filter(paired & (pl.col("rejected") != pl.col("reference")))
    pairs = pairs.with_columns(choices=pl.concat_list("reference", "rejected"), gold=pl.lit(0, pl.Int64))
    among = with_choices(items.filter(~paired.fill_null(False)), seed=seed)
    made = [(f"own_choice_{language}", among, parts), (f"own_preference_{language}", pairs, parts)]
    return [(name, docs, told) for name, docs, told in made if docs.height]


def _generation(score: Score | None, metrics: Sequence[Metric]) -> dict[str, Any]:
    if score is None or not metrics:
        raise UserError("eval.harness.own: generate needs metrics to score answers with", hint="name eval.metrics")

    def process(doc: Mapping[str, Any], results: Sequence[str]) -> dict[str, float]:
        # A character cut in half at the token limit.
        scores = score(doc["reference"], results[0].rstrip("\ufffd"))
        # A key that is left out is how the harness learns that an item has no value; NaN would spoil the mean.
        return {metric.name: scores[metric.name] for metric in metrics if scores[metric.name] == scores[metric.name]}

    listed = [
        {"metric": metric.name, "aggregation": "mean", "higher_is_better": HIGHER_IS_BETTER[metric.better]}
        for metric in metrics
    ]
    return {"output_type": "generate_until", "process_results": process, "metric_list": listed}


def _limits(parts: Mapping[str, Any], max_tokens: int) -> dict[str, Any]:
    if parts["output_type"] != "generate_until":
        return {}
    # No stop of ours: the model's own end tokens. The harness' default, a blank line, cuts every second paragraph.
    return {"generation_kwargs": {"until": [], "max_gen_toks": max_tokens, "do_sample": False}}


def _likelihood(doc: Mapping[str, Any], results: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    total = results[0][0]
    return {"logprob": total, "bits_per_byte": (total, len(doc["reference"].encode()))}


def _task(name: str, docs: pl.DataFrame, parts: Mapping[str, Any]) -> Any:
    from datasets import Dataset

    kept = [column for column in ("prompt", "reference", "choices", "gold") if column in docs.columns]
    rows = docs.select(pl.col("id").alias("item_id"), *kept).to_dicts()
    config = {
        "task": name,
        "custom_dataset": lambda **_: {"test": Dataset.from_list(rows)},
        "test_split": "test",
        "doc_to_text": "prompt",
        "doc_to_target": "reference",
        "target_delimiter": "",  # the default, a space, would stand before every Chinese answer
        "num_fewshot": 0,
        "metadata": {"version": 1.0},
    }
    return _task_class()(config=config | dict(parts))


@cache
def _task_class() -> Any:
    from lm_eval.api.task import ConfigurableTask

    class OwnTask(ConfigurableTask):  # type: ignore[misc, unused-ignore]
        """A task whose prompt is a conversation."""

        def fewshot_context(self, doc: Any, *_: Any, **settings: Any) -> str:
            """The rendered conversation; plain lines where no chat template is applied."""
            turns = orjson.loads(doc["prompt"])
            render = settings["chat_template"]
            if render is None:
                return "\n".join(turn["content"] for turn in turns) + "\n"
            return str(render(turns, add_generation_prompt=True))

    return OwnTask
