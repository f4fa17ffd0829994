"""Grades from 1 to 5 for each answer by itself."""

from collections.abc import Callable, Sequence

import numpy as np

from evalsuite.metrics.judge.decisions import decide
from evalsuite.metrics.judge.prompts import prompts_signature, render
from evalsuite.metrics.metric import Column, Family, Metric, Sample
from schemas.endpoint import Endpoint
from schemas.endpoint.grade import Grade


def judge_scores(
    samples: Sequence[Sample],
    *,
    endpoint: Endpoint,
    rubric: str | None = None,
    seed: int = 17,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Column:
    """A grade for each answer.

    Args:
        samples: n samples; a reference is shown to the judge where there is one.
        endpoint: The judge.
        rubric: What 1 to 5 mean; null is the built-in scale, in the sample's language.
        seed: Of the fences around the texts.
        tell: Called with a sentence whenever there is something to wait for.

    Returns:
        n grades with the judge's reasons; NaN for `no_answer`, `judge_unparsable` or `judge_failed`.

    Raises:
        UserError: If the endpoint can't be used at all.
    """
    places = [place for place, sample in enumerate(samples) if sample.stop != "error"]
    prompts = [
        render(
            "score",
            shared_texts(samples[place]) | {"answer": samples[place].answer},
            language=samples[place].language,
            rubric=rubric,
            seed=seed,
        )
        for place in places
    ]
    values = np.full(len(samples), np.nan)
    reasons = {place: "no_answer" for place, sample in enumerate(samples) if sample.stop == "error"}
    found: dict[int, list[str]] = {}
    for place, told in zip(places, decide(endpoint, prompts, Grade, tell=tell, seed=seed), strict=True):
        if isinstance(told, str):
            reasons[place] = told
        else:
            values[place], found[place] = told.score, [told.reason]
    return Column(values, reasons, found=found)


def shared_texts(sample: Sample) -> dict[str, str]:
    """What is shown of an item beside its answer."""
    told = {"question": sample.question, "context": sample.context, "reference": sample.reference or ""}
    return {name: text for name, text in told.items() if text or name == "question"}


def judge(
    endpoint: Endpoint,
    *,
    rubric: str | None = None,
    seed: int = 17,
    tell: Callable[[str], None] = lambda sentence: None,
) -> Family:
    """The metric `judged`: the mean grade, 1 to 5."""
    signature = f"judge={endpoint.model}|temperature={endpoint.temperature}|{prompts_signature(rubric)}"
    # A fifth of a grade: one answer in five that is a grade worse.
    metric = Metric("judged", "higher", "grade 1-5", 0.2, signature)
    return Family(
        (metric,),
        lambda samples: {"judged": judge_scores(samples, endpoint=endpoint, rubric=rubric, seed=seed, tell=tell)},
    )
