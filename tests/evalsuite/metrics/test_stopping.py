import numpy as np

from evalsuite.metrics.metric import Sample
from evalsuite.metrics.stopping import STOPPING


def sample(answer: str, stop: str, tokens: int) -> Sample:
    return Sample("1", "q", "", None, answer, "zh", stop, tokens)


SAMPLES = [sample("好。", "eos", 2), sample("好好", "length", 64), sample(" \n", "eos", 1), sample("", "error", 0)]


def test_how_answers_end() -> None:
    told = STOPPING.score(SAMPLES)
    values = {name: column.values.tolist()[:3] for name, column in told.items()}
    assert values == {"stopped": [1, 0, 1], "cut": [0, 1, 0], "empty": [0, 0, 1], "answer_tokens": [2, 64, 1]}


def test_a_failed_request_counts_nowhere() -> None:
    for column in STOPPING.score(SAMPLES).values():
        assert np.flatnonzero(np.isnan(column.values)).tolist() == [3]
        assert column.reasons == {3: "error"}


def test_metrics_and_columns_agree() -> None:
    assert list(STOPPING.score([])) == ["stopped", "cut", "empty", "answer_tokens"]
    assert {metric.name for metric in STOPPING.metrics} == set(STOPPING.score([]))
    assert {metric.name for metric in STOPPING.metrics if metric.binary} == {"stopped", "cut", "empty"}
