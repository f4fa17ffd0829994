"""The commands around training as a person meets them: words, exit codes, never a traceback."""

from pathlib import Path

import orjson
import pytest

pytest.importorskip("trl")

from tests.gristmill.inside import inside
from tests.gristmill.test_cli import gristmill
from tests.train import tiny

RECIPE = """name: tiny
train:
  base: BASE
  data: facts
  device: cpu
  max_steps: 4
  batch_size: 2
  samples: 2
  learning_rate: 0.01
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tiny.make_world(tmp_path_factory.mktemp("cli"))
    (root / "r.yaml").write_text(RECIPE.replace("BASE", str(root / "base")), encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("train",), "--config"),
        (("train", "-c", "none.yaml"), "gristmill init"),
        (("train", "-c", "r.yaml", "--resume", "--fresh"), "exclude each other"),
        (("train", "-c", "r.yaml", "--resume"), "nothing to resume"),
        (("plan", "-c", "r.yaml", "--gpu", "lots"), "24GB"),
        (("chat", "nobody"), "no finished model"),
        (("export", "nobody", "--to", "merged"), "no finished model"),
        (("export", "nobody", "--to", "onnx"), "gguf-q8_0"),
        (("advise", "nobody"), "no run 'nobody'"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else None,
)
def test_mistakes(world: Path, words: tuple[str, ...], told: str) -> None:
    done = inside(*words, cwd=world)
    assert done.returncode == 2
    assert told in done.stderr
    assert not (world / "runs" / "nobody").exists()


def test_preview_marks_what_is_learned(world: Path) -> None:
    done = inside("train", "-c", "r.yaml", "--preview", "--lang", "zh", cwd=world)
    assert done.returncode == 0, done.stderr
    assert "⟦1升<|im_end|>⟧" in done.stdout
    assert "100% 的行会学到结束标记" in done.stdout
    assert "LoRA 的学习率约为全参的十倍" not in done.stdout  # it is in the recipe
    assert "配方指定" in done.stdout
    assert not (world / "runs" / "tiny").exists()
    told = orjson.loads(inside("train", "-c", "r.yaml", "--preview", "--json", cwd=world).stdout)
    assert told["stages"][0]["splits"]["train"]["rows"] == 16
    assert told["stages"][0]["steps"] == 4


def test_plan_says_what_to_change(world: Path) -> None:
    done = inside("plan", "-c", "r.yaml", "--gpu", "500MB", cwd=world)
    assert done.returncode == 1
    assert "doesn't fit" in done.stdout
    assert "change first" in done.stdout


def test_train_then_chat(world: Path) -> None:
    done = gristmill("train", "-c", "r.yaml", cwd=world)
    assert done.returncode == 0, done.stderr
    for told in ("loss on dev", "question (held out)", "before", "reference", "runs/tiny/model written: 4 updates"):
        assert told in done.stdout
    assert "4/4" in done.stderr
    again = inside("train", "-c", "r.yaml", cwd=world)
    assert "runs/tiny/model is up to date" in again.stdout
    spoken = inside("chat", "tiny", "--longest", "4", cwd=world, stdin="LQ-1多大？\n/new\n\n".encode())
    assert spoken.returncode == 0, spoken.stderr
    assert "base" in spoken.stdout
    assert "tuned" in spoken.stdout


def test_advice_names_its_sources(world: Path) -> None:
    done = inside("advise", "facts", "--changing", "--lang", "zh", cwd=world)
    assert done.returncode == 0, done.stderr
    assert "检索增强" in done.stdout
    assert "Ovadia" in done.stdout
