"""Recommended settings: by size of the data, method and device; what is given stays."""

from dataclasses import replace
from typing import Any

import pytest

from train.config import Stage
from train.defaults import Setting, recommend

AT = Setting(rows=1_000, longest=500, median=120, parameters=7_000_000_000, device="cuda", context=32_768)


def chosen(at: Setting = AT, **knobs: Any) -> Stage:
    return recommend(Stage(**knobs), at)[0]


@pytest.mark.parametrize(
    ("rows", "rank", "epochs", "rate"),
    [
        (1, 8, 4.0, 2e-4),
        (199, 8, 4.0, 2e-4),
        (200, 16, 3.0, 2e-4),
        (1_999, 16, 3.0, 2e-4),
        (2_000, 16, 2.0, 2e-4),
        (19_999, 16, 2.0, 2e-4),
        (20_000, 32, 1.0, 1e-4),
        (10**7, 32, 1.0, 1e-4),
    ],
)
def test_sizes(rows: int, rank: int, epochs: float, rate: float) -> None:
    stage = chosen(replace(AT, rows=rows))
    assert (stage.rank, stage.epochs, stage.learning_rate) == (rank, epochs, rate)


@pytest.mark.parametrize(
    ("knobs", "rate"),
    [
        ({"method": "dpo"}, 5e-6),
        ({"method": "dpo", "tuning": "full"}, 1e-6),
        ({"method": "kto"}, 5e-6),
        ({"method": "orpo"}, 1e-5),
        ({"method": "cpt"}, 1e-4),
        ({"tuning": "full"}, 1e-5),
        ({"tuning": "ia3"}, 3e-3),
        ({"tuning": "prefix"}, 1e-2),
        ({"learning_rate": 7e-5}, 7e-5),
    ],
    ids=str,
)
def test_rates(knobs: dict[str, Any], rate: float) -> None:
    assert chosen(**knobs).learning_rate == rate


def test_large_bases_learn_slower() -> None:
    assert chosen(replace(AT, parameters=70_000_000_000)).learning_rate == 1e-4


def test_what_is_given_stays_and_has_no_reason() -> None:
    stage, reasons = recommend(Stage(rank=4, epochs=1.5, batch_size=3), AT)
    assert (stage.rank, stage.epochs, stage.batch_size, stage.alpha) == (4, 1.5, 3, 8)
    assert not {"rank", "epochs", "batch_size"} & reasons.keys()
    assert {"learning_rate", "alpha", "max_length"} <= reasons.keys()


def test_every_reason_is_told_in_both_languages() -> None:
    for knobs in ({}, {"tuning": "qlora"}, {"method": "kto"}, {"tuning": "full"}):
        for english, chinese in recommend(Stage(**knobs), AT)[1].values():  # type: ignore[arg-type]
            assert english.isascii()
            assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


@pytest.mark.parametrize(
    ("device", "longest", "context", "length"),
    [
        ("cuda", 500, 32_768, 512),
        ("cuda", 512, 32_768, 512),
        ("cuda", 513, 32_768, 576),
        ("cuda", 9_000, 32_768, 2048),
        ("cpu", 9_000, 32_768, 1024),
        ("cuda", 9_000, 1_000, 1_000),
        ("cuda", 3, 32_768, 64),
    ],
)
def test_lengths(device: str, longest: int, context: int, length: int) -> None:
    assert chosen(replace(AT, device=device, longest=longest, context=context)).max_length == length


@pytest.mark.parametrize(
    ("changes", "knobs", "packs"),
    [
        ({"rows": 5_000}, {}, True),
        ({"rows": 1_999}, {}, False),
        ({"rows": 5_000, "device": "cpu"}, {}, False),
        ({"rows": 5_000, "median": 400}, {}, False),
        ({"rows": 5_000, "fractional": True}, {}, False),
        ({"rows": 5_000}, {"method": "dpo"}, False),
        ({"rows": 5_000}, {"tuning": "prefix"}, False),
    ],
)
def test_packing(changes: dict[str, Any], knobs: dict[str, Any], packs: bool) -> None:
    assert chosen(replace(AT, **changes), **knobs).packing is packs


def test_stabilised_ranks_take_alpha_of_their_size() -> None:
    assert (chosen(rank=64).rslora, chosen(rank=64).alpha) == (True, 64)
    assert (chosen(rank=64, rslora=False).rslora, chosen(rank=64, rslora=False).alpha) == (False, 128)


def test_accumulation_fills_an_update_on_all_processes() -> None:
    assert chosen(batch_size=2).accumulation == 8
    assert chosen(replace(AT, processes=4), batch_size=2).accumulation == 2
    assert chosen(replace(AT, processes=64), batch_size=2).accumulation == 1


def test_small_sets_stop_early_only_with_a_dev_split() -> None:
    assert chosen().patience == 3
    assert chosen(replace(AT, dev=False)).patience is None
    assert chosen(replace(AT, dev=False)).eval_steps is None
    assert chosen(max_steps=30).patience is None


def test_memory_of_the_device() -> None:
    assert (chosen(tuning="qlora").bits, chosen(tuning="qlora").optimizer) == (4, "paged_adamw_8bit")
    assert (chosen().bits, chosen().optimizer, chosen().checkpointing) == (None, "adamw_torch", True)
    small = replace(AT, device="cpu", parameters=135_000_000)
    assert chosen(small).checkpointing is False
    assert chosen(small, tuning="qlora").optimizer == "adamw_torch"
    assert chosen(small, method="kto").batch_size == 4
