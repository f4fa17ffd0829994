"""A stage's knobs as arguments of TRL's configs, and the number of updates."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

from schemas.device import Device
from schemas.errors import UserError
from train.arguments import arguments, updates
from train.config import Stage
from train.defaults import Setting, recommend
from train.preference import CONFIGS
from train.sft import CONFIG

CPU = Device("cpu", "CPU", 8 << 30, "float32", "sdpa")
GPU = Device("cuda", "H100", 80 << 30, "bfloat16", "sdpa")
OLD = Device("cuda", "T4", 16 << 30, "float16", "sdpa")
AT = Setting(rows=500, longest=400, median=100, parameters=10**9, device="cuda", context=4096)


def told(device: Device = CPU, *, dev: bool = True, steps: int = 100, **knobs: Any) -> dict[str, Any]:
    stage = recommend(Stage(**knobs), AT)[0]
    config = CONFIG if stage.method in ("sft", "cpt") else CONFIGS[stage.method]
    return arguments(stage, config, folder=Path("here"), device=device, seed=3, dev=dev, steps=steps)


@pytest.mark.parametrize(
    ("device", "knobs", "precision"),
    [
        (CPU, {}, (False, False)),
        (GPU, {}, (True, False)),
        (OLD, {}, (False, True)),
        (GPU, {"tuning": "full"}, (True, False)),
    ],
)
def test_precision_is_said(device: Device, knobs: dict[str, Any], precision: tuple[bool, bool]) -> None:
    given = told(device, **knobs)
    assert (given["bf16"], given["fp16"]) == precision
    assert given["use_cpu"] is (device is CPU)


def test_every_config_takes_them() -> None:
    for method in ("sft", "cpt", "dpo", "kto", "orpo"):
        given = told(method=method)
        config = (CONFIG if method in ("sft", "cpt") else CONFIGS[method])(**given)
        assert (config.learning_rate, config.seed, config.gradient_checkpointing) == (given["learning_rate"], 3, True)


def test_dev_decides_looks_best_and_start() -> None:
    seen, blind = told(), told(dev=False)
    assert (seen["eval_strategy"], seen["eval_on_start"], seen["metric_for_best_model"]) == ("steps", True, "eval_loss")
    assert (blind["eval_strategy"], blind["load_best_model_at_end"]) == ("no", False)
    assert blind["save_steps"] == told(dev=True, eval_steps=12)["eval_steps"] == 12


def test_packing_keeps_every_token() -> None:
    given = told(packing=True, max_length=256)
    assert (given["packing"], given["packing_strategy"], given["max_length"]) == (True, "bfd_split", 256)
    assert told()["max_length"] is None


def test_virtual_tokens_are_not_checkpointed() -> None:
    assert told(tuning="prefix", checkpointing=True)["activation_checkpointing"] is False


def test_free_arguments_have_the_last_word_but_not_over_knobs() -> None:
    assert told(trainer_args={"loss_type": "dft", "logging_steps": 7})["logging_steps"] == 7
    with pytest.raises(UserError, match="learning_rate: use the knob"):
        told(trainer_args={"learning_rate": 1.0})
    with pytest.raises(UserError, match=r"did you mean dataloader_num_workers.*SFTConfig"):
        told(trainer_args={"dataloader_num_worker": 1})


@pytest.mark.parametrize(
    ("rows", "batch", "accumulation", "epochs", "processes", "count"),
    [
        (1, 2, 8, 1.0, 1, 1),
        (16, 2, 8, 1.0, 1, 1),
        (17, 2, 8, 1.0, 1, 2),
        (100, 4, 2, 3.0, 1, 39),
        (100, 4, 2, 3.0, 4, 12),
        (100, 4, 1, 0.5, 1, 13),
    ],
)
def test_updates(rows: int, batch: int, accumulation: int, epochs: float, processes: int, count: int) -> None:
    stage = Stage(batch_size=batch, accumulation=accumulation, epochs=epochs)
    assert updates(stage, rows, processes=processes) == count


def test_no_rows_no_updates() -> None:
    with pytest.raises(UserError, match="no row is left"):
        updates(Stage(), 0)
    assert updates(Stage(max_steps=7), 3) == 7


@pytest.mark.parametrize(
    ("knobs", "strategy"), [({}, None), ({"shuffle": True}, None), ({"shuffle": False}, "sequential")]
)
def test_the_order_of_a_curriculum_is_kept(knobs: dict[str, Any], strategy: str | None) -> None:
    assert told(**knobs).get("train_sampling_strategy") == strategy
