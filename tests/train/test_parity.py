"""Parity: divergence by hand, faults, which tokens are compared."""

from pathlib import Path

import polars as pl
import pytest

from tests.train.gguf_models import torch
from tests.train.small_runs import make_run
from train.merge import open_run
from train.parity import Gap, Parity, find_probes, gap

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")  # PEFT's


@pytest.mark.parametrize(
    ("result", "back", "fault"),
    [
        (float("nan"), 1.0, "isn't what was trained"),
        (0.5, 1.0, "isn't what was trained: KL 0.5, 0.031 is allowed"),
        (0.02, 0.01, "nearer to the base"),
        (0.031, 0.5, None),
        (0.0, 0.0, None),  # an adapter that does nothing
    ],
)
def test_faults_of_a_merge(result: float, back: float, fault: str | None) -> None:
    told = Parity(1, 1, Gap(result, 1.0), Gap(0.5, 1.0), Gap(back, 1.0)).fault(0.031)
    assert told == fault if fault is None else fault in str(told)


def test_the_gap_of_two_coins() -> None:
    one, two = torch.tensor([[0.5, 0.5], [0.9, 0.1]]).log(), torch.tensor([[0.25, 0.75], [0.9, 0.1]]).log()
    found = gap([one], [two])
    # KL(fair || 1:3) = 0.5 ln 2 + 0.5 ln(2/3) = 0.14384; the second row is equal. argmax of a tie is the first.
    assert found.kl == pytest.approx(0.143841 / 2, abs=1e-6)
    assert found.agreement == 0.5


def test_only_answer_tokens_are_compared(tmp_path: Path) -> None:
    trained = open_run(make_run(tmp_path), cache=tmp_path)
    first = find_probes(trained.data, trained.base.talk, trained.stage)[0]
    assert max(first.places) == len(first.ids) - 1
    told = [first.ids[place + 1] for place in first.places[:-1]]
    assert trained.base.tokenizer.decode(told) == "答案 0, abc."


def test_train_stands_in_for_an_empty_dev(tmp_path: Path) -> None:
    trained = open_run(make_run(tmp_path), cache=tmp_path)
    pl.read_parquet(trained.data / "dev.parquet").clear().write_parquet(trained.data / "dev.parquet")
    found = find_probes(trained.data, trained.base.talk, trained.stage)
    assert len(found) == 6
    assert "train" in trained.base.tokenizer.decode(list(found[0].ids))


def test_rows_are_cut_where_training_cut_them(tmp_path: Path) -> None:
    trained = open_run(make_run(tmp_path), cache=tmp_path)
    whole = find_probes(trained.data, trained.base.talk, trained.stage)[0]
    short = trained.stage.model_copy(update={"max_length": len(whole.ids) - 3})
    cut = find_probes(trained.data, trained.base.talk, short)[0]
    assert cut.ids == whole.ids[: len(cut.ids)]
    assert 0 < len(whole.places) - len(cut.places) <= 4


def test_a_sentence_in_two_languages() -> None:
    parity = Parity(20, 800, Gap(0.00042, 0.996), Gap(0.41, 0.72), Gap(0.4, 0.7))
    assert "KL 0.0004, same first choice 99.6%; its base alone: KL 0.4100, 72.0%" in parity.sentence("en")
    assert "20 条留出数据，800 个回答词元）：KL 0.0004，首选一致 99.6%；只用底座：KL 0.4100，72.0%" in parity.sentence(
        "zh"
    )
