"""How answers end: by the model's own decision, or because they were cut off."""

from collections.abc import Sequence

from evalsuite.metrics.metric import Column, Family, Metric, Sample, column

_METRICS = (
    # 5 points of stops is the smallest change that 200 items show when one result in ten flips (4.4 to 6.3 points).
    Metric("stopped", "higher", "share", 0.05, "ended with the end-of-turn token", binary=True),
    Metric("cut", "lower", "share", 0.05, "hit the length limit", binary=True),
    Metric("empty", "lower", "share", 0.02, "only whitespace", binary=True),
    Metric("answer_tokens", "neither", "tokens", 0.0, "the model's own tokens"),
)

_FAILED = "error"


def _score(samples: Sequence[Sample]) -> dict[str, Column]:
    return {
        "stopped": _ended(samples, [sample.stop == "eos" for sample in samples]),
        "cut": _ended(samples, [sample.stop == "length" for sample in samples]),
        "empty": _ended(samples, [not sample.answer.strip() for sample in samples]),
        "answer_tokens": _ended(samples, [sample.tokens for sample in samples]),
    }


def _ended(samples: Sequence[Sample], values: Sequence[float]) -> Column:
    """The values of those samples that got an answer at all."""
    told = [None if sample.stop == _FAILED else float(value) for sample, value in zip(samples, values, strict=True)]
    return column(told, reason=_FAILED)


STOPPING = Family(_METRICS, _score)
