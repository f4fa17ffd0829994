"""A small messy desk of files, and a run over it, for the tests of the pipeline."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from dataprep.make import Outcome, make_dataset
from dataprep.recipe import DataRecipe

Desk = Callable[..., Outcome]


def ask(question: str, answer: str, **more: Any) -> dict[str, Any]:
    return {"instruction": question, "input": "", "output": answer, **more}


def write_lines(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(row if isinstance(row, bytes) else orjson.dumps(row) + b"\n" for row in rows))


def write_desk(root: Path) -> Path:
    """Two Alpaca files and one of text, with one fault of every stage.

    a.jsonl: 1-20 good, 21 broken JSON, 22 no output, 23 empty answer, 24 HTML, 25 same as line 1.
    b.jsonl: 1 same as a.jsonl:2, 2 the question of a.jsonl:3 with another answer.
    """
    good = [ask(f"第 {n} 号机型的水箱多大？", f"{n}.0 L", fact=f"f{n}") for n in range(1, 21)]
    write_lines(
        root / "raw" / "a.jsonl",
        [
            *good,
            b'{"instruction": "x", \n',
            {"instruction": "没有回答？", "input": ""},
            ask("空的？", ""),
            ask("网页？", "<p>用 &lt;清水&gt; 冲洗</p>", fact="f24"),
            good[0],
        ],
    )
    write_lines(root / "raw" / "b.jsonl", [good[1], ask("第 3 号机型的水箱多大？", "不清楚", fact="f3")])
    write_lines(root / "raw" / "c.jsonl", [{"text": f"泠泉手册第 {n} 页：请使用 LQ-F{n} 滤芯。"} for n in range(5)])
    return root


def runner(desk: Path) -> Desk:
    """Run a recipe over a desk; keyword arguments of `make_dataset` or sections of the recipe."""

    def make(
        name: str = "t", *, root: Path = desk, strict: bool = False, seed: int = 1, lang: str = "en", **sections: Any
    ) -> Outcome:
        split = {"train": 0.6, "dev": 0.2, "eval": 0.2, **sections.pop("split", {})}
        recipe = DataRecipe.model_validate({"sources": [{"path": "raw"}], "split": split, **sections})
        return make_dataset(recipe, name=name, seed=seed, root=root, strict=strict, lang=lang)

    return make


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A messy desk that nothing was done with."""
    return write_desk(tmp_path)


@pytest.fixture
def run(desk: Path) -> Desk:
    """Runs over that desk."""
    return runner(desk)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run over a desk that is only looked at."""
    return runner(write_desk(tmp_path_factory.mktemp("made")))()


@pytest.fixture
def ran(made: Outcome, tmp_path: Path) -> Path:
    """A copy of that desk with the run on it, to go on from."""
    return Path(shutil.copytree(made.layout.root.parents[1], tmp_path / "ran", symlinks=True))
