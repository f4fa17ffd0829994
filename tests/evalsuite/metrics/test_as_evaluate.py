import gc
import sys
from pathlib import Path

import evaluate
import numpy as np
import pytest

from evalsuite.metrics.as_evaluate import OFFERED, as_evaluate
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.metric import Sample
from evalsuite.metrics.rouge import NAMES
from schemas.errors import MissingExtra, UserError

PREDICTIONS = ["南京大桥", "The cat sat"]
REFERENCES = ["南京长江大桥", "the cat sat."]


@pytest.mark.parametrize("name", OFFERED)
def test_every_name(name: str) -> None:
    told = as_evaluate(name).compute(predictions=REFERENCES, references=REFERENCES)
    best = 100.0 if name in {"bleu", "chrf"} else 1.0
    assert told == dict.fromkeys(NAMES if name == "rouge" else (name,), pytest.approx(best))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rougeL", (8 / 10 + 1) / 2),
        ("token_f1", (8 / 10 + 1) / 2),
        ("exact_match", 0.5),  # "the" goes in English alone
    ],
)
def test_mean(name: str, expected: float) -> None:
    told = as_evaluate(name).compute(predictions=PREDICTIONS, references=REFERENCES)
    assert told == {name: pytest.approx(expected)}
    assert isinstance(told[name], float)


def test_each_pair_counts_in_its_language() -> None:
    pairs = zip(PREDICTIONS, REFERENCES, ("zh", "en"), strict=True)
    columns = bleu().score([Sample("1", "", "", right, said, language) for said, right, language in pairs])
    told = as_evaluate("bleu").compute(predictions=PREDICTIONS, references=REFERENCES)
    assert told["bleu"] == pytest.approx(columns["bleu"].values.mean())


def test_pairs_that_cannot_be_scored_are_left_out() -> None:
    metric = as_evaluate("rouge1")
    assert metric.compute(predictions=["水", "x"], references=["水", "。"]) == {"rouge1": 1.0}
    assert np.isnan(metric.compute(predictions=["x"], references=[""])["rouge1"])
    assert np.isnan(metric.compute(predictions=[], references=[])["rouge1"])


def test_the_tokenizer_of_rouge() -> None:
    given = {"predictions": ["今天天气很好"], "references": ["今天天气很好1"]}
    assert as_evaluate("rougeL").compute(**given)["rougeL"] == pytest.approx(12 / 13)
    assert as_evaluate("rougeL", tokenizer="default").compute(**given)["rougeL"] == 0.0


def test_batches_and_combine() -> None:
    metric = as_evaluate("exact_match")
    for said, right in zip(PREDICTIONS, REFERENCES, strict=True):
        metric.add_batch(predictions=[said], references=[right])
    assert metric.compute() == {"exact_match": 0.5}
    both = evaluate.combine([metric, as_evaluate("rouge")])
    assert set(both.compute(predictions=PREDICTIONS, references=REFERENCES)) == {"exact_match", *NAMES}


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate.config, "HF_METRICS_CACHE", tmp_path / "cache")
    metric = as_evaluate("rouge1")
    metric.compute(predictions=["a"], references=["a"])
    folder = Path(metric.data_dir)
    assert folder.is_dir()
    assert not (tmp_path / "cache").exists()
    del metric
    gc.collect()
    assert not folder.exists()


def test_unknown_name() -> None:
    with pytest.raises(UserError, match="no metric 'meteor'") as found:
        as_evaluate("meteor")
    assert "rouge1" in found.value.hint


def test_without_evaluate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "evaluate", None)
    with pytest.raises(MissingExtra, match="evaluate"):
        as_evaluate("rouge1")
