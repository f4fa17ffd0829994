"""The `train:` section: what it takes, what it refuses, and which words it has for old names."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import ConfigError, UserError
from train.config import OLD_NAMES, Stage, check_free, load_recipe

BASE = "train:\n  base: x\n"


def read(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "r.yaml"
    path.write_text(text, encoding="utf-8")
    return load_recipe(path)


def test_defaults_are_open(tmp_path: Path) -> None:
    recipe, name, seed = read(tmp_path, BASE)
    assert (name, seed, recipe.method, recipe.tuning) == ("r", 17, "sft", "lora")
    assert recipe.stages == [recipe]
    assert recipe.learning_rate is None


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("  method: ppo\n", "line 3: train.method"),
        ("  learning_rat: 1e-4\n", "did you mean 'learning_rate'"),
        ("  learning_rate: 2\n", "train.learning_rate"),
        ("  max_seq_length: 512\n", "max_seq_length is now max_length"),
        ("  warmup_ratio: 0.1\n", "warmup_ratio is now warmup"),
        ("  evaluation_strategy: steps\n", "eval_strategy"),
        ("  load_in_4bit: true\n", "load_in_4bit is now bits: 4"),
        ("  per_device_train_batch_size: 2\n", "is now batch_size"),
        ("  tuning: bottleneck\n", "bottleneck adapters are refused"),
        ("  tuning: houlsby\n", "the nearest are lora"),
        ("  tuning: qlora\n  bits: 16\n", "4 or 8 bits"),
        ("  tuning: lora\n  bits: 4\n", "needs tuning: qlora"),
        ("  beta: 0.1\n", "sft has no beta"),
        ("  tuning: full\n  rank: 8\n", "rank belongs to qlora, lora, dora"),
        ("  layers: 2\n", "tuning: freeze"),
        ("  virtual_tokens: 4\n", "virtual_tokens needs prefix"),
        ("  tuning: freeze\n  peft: {r: 1}\n", "peft: means nothing"),
        ("  method: dpo\n  packing: true\n", "packing is for sft and cpt"),
        ("  tuning: prefix\n  packing: true\n", "packing can't hold"),
        ("  method: dpo\n  neftune: 5\n", "neftune is for"),
        ("  method: kto\n  over_length: split\n", "tear a pair apart"),
        ("  method: cpt\n  over_length: truncate\n", "cpt has none"),
        ("  method: dpo\n  train_on: last\n", "train_on is for sft"),
        ("  method: dpo\n  replay: {path: x}\n", "replay is for sft"),
        ("  then: [{method: dpo, tuning: full}]\n", "full can't go on from lora"),
        ("  then: [{method: dpo, lr: 1}]\n", "lr is now learning_rate"),
    ],
    ids=lambda value: " ".join(value.split())[:40],
)
def test_faults(tmp_path: Path, lines: str, told: str) -> None:
    with pytest.raises(ConfigError) as fault:
        read(tmp_path, BASE + lines)
    assert told in fault.value.message


def test_the_base_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"train\.base is missing"):
        read(tmp_path, "train: {method: sft}\n")


@pytest.mark.parametrize(("first", "then"), [("full", "lora"), ("freeze", "qlora"), ("lora", "lora")])
def test_chains(tmp_path: Path, first: str, then: str) -> None:
    recipe, _, _ = read(tmp_path, BASE + f"  tuning: {first}\n  then: [{{tuning: {then}}}]\n")
    assert [stage.tuning for stage in recipe.stages] == [first, then]


@dataclasses.dataclass
class Library:
    """Stands for a config of TRL."""

    loss_type: str = "nll"
    packing: bool = False
    derived: int = dataclasses.field(default=0, init=False)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"loss_typ": "dft"}, "did you mean loss_type?"),
        ({"zzz": 1}, "no field of that name"),
        ({"derived": 1}, "derived"),
        ({"packing": True}, "use the knob of this name"),
        ({"learning_rate": 1}, "use the knob of this name"),
        ({"output_dir": "x"}, "gristmill sets it"),
        ({"warmup_ratio": 0.1}, "warmup_steps in Transformers 5"),
        ({"max_seq_length": 1}, "max_length"),
    ],
)
def test_free_dicts(values: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=r"train\.trainer_args") as fault:
        check_free(values, Library, place="train.trainer_args")
    assert told in fault.value.message


def test_what_the_library_knows_passes() -> None:
    check_free({"loss_type": "dft"}, Library, place="train.trainer_args")
    check_free({"packing": True}, Library, place="train.peft")


def test_old_names_lead_to_knobs() -> None:
    for old, new in OLD_NAMES.items():
        assert old not in Stage.model_fields
        knob = new.split(":")[0].split(" ")[0].removesuffix(",")
        known = knob in {*Stage.model_fields, "base", "device", "dtype", "attention", "kernels"}
        assert known or new.startswith(("nothing", "the recipe's seed", "eval_strategy", "trainer_args.")), old
