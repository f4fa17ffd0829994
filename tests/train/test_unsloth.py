"""The script for Unsloth: compiles, has the run's rows and settings, says what it leaves out."""

import json
import py_compile
from pathlib import Path
from typing import Any

import pytest

from schemas.artifacts import Layout
from schemas.errors import UserError
from tests.train.small_runs import TARGETS, make_run
from train.export import Exported, export
from train.merge import open_run

pytestmark = pytest.mark.filterwarnings("ignore:`is_gradient_checkpointing` is deprecated:FutureWarning")  # PEFT's


def make(layout: Layout) -> Exported:
    return export(layout, "unsloth", target=None, cache=layout.root.parents[1] / ".gristmill" / "models")


def test_the_unsloth_script(tmp_path: Path) -> None:
    layout = make_run(tmp_path)
    done = make(layout)
    folder = done.paths[0]
    py_compile.compile(str(folder / "train_unsloth.py"), cfile=str(tmp_path / "out.pyc"), doraise=True)
    script = (folder / "train_unsloth.py").read_text(encoding="utf-8")
    for setting in ("'r': 4", "'lora_alpha': 8", "'learning_rate': 0.0002", "'num_train_epochs': 3.0", "'seed': 17"):
        assert setting in script
    assert f"'target_modules': {sorted(TARGETS)}" in script
    assert "'max_length': 256" in script
    assert "not run by it" in script
    assert ".venv/bin/pip install unsloth==" in script
    assert done.notes == ("written from the run's settings and not run here: Unsloth needs a card",)
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    tokenizer = open_run(layout, cache=tmp_path).base.tokenizer
    assert len(rows) == 6
    learned = [token for token in rows[0]["labels"] if token != -100]
    assert tokenizer.decode(learned) == "答案 0, abc.<|im_end|>"
    assert rows[0]["labels"][-len(learned) - 1 :] != rows[0]["input_ids"][-len(learned) - 1 :]


def test_the_unsloth_script_says_what_it_leaves_out(tmp_path: Path) -> None:
    done = make(make_run(tmp_path, "qlora", packing=True, init="pissa", lora_plus=4.0))
    assert done.notes[1] == "left out: packing, init: pissa, lora_plus"
    script = (done.paths[0] / "train_unsloth.py").read_text(encoding="utf-8")
    assert "'load_in_4bit': True" in script
    assert "ADAPTER = None" not in script
    whole = make(make_run(tmp_path / "whole", "full")).paths[0] / "train_unsloth.py"
    assert "ADAPTER = None" in whole.read_text(encoding="utf-8")


@pytest.mark.parametrize(("tuning", "knobs"), [("dora", {}), ("ia3", {}), ("lora", {"method": "dpo"})])
def test_unsloth_has_no_such_training(tuning: str, knobs: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Unsloth script is for sft and cpt"):
        make(make_run(tmp_path, tuning, **knobs))
