"""What lies outside a recipe: it is opened before any work, and what is missing or wrong is named."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.outside import open_outside
from dataprep.recipe import DataRecipe
from schemas.artifacts import SPLITS
from schemas.errors import UserError
from schemas.frames import FRAME, empty
from tests.dataprep.conftest import write_lines
from tests.dataprep.rows import ask, framed


def recipe(**sections: Any) -> DataRecipe:
    return DataRecipe.model_validate({"sources": [{"path": "raw"}], **sections})


def run_of(folder: Path) -> Path:
    """A folder that looks like an older run, with one row in eval."""
    folder.mkdir(parents=True)
    for split in SPLITS:
        rows = framed(ask("水箱多大？", "1.5 升")).with_columns(family=pl.lit("f")) if split == "eval" else empty(FRAME)
        rows.write_parquet(folder / f"{split}.parquet")
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    return folder / "manifest.json"


def test_nothing_outside(tmp_path: Path) -> None:
    found = open_outside(recipe(), root=tmp_path)
    assert (found.digests, found.pinned, found.benchmarks, found.embedder) == ({}, None, None, None)
    context = found.context(recipe(), seed=3, order={"a": 0})
    assert (context.seed, context.order, context.flags.height, context.pinned) == (3, {"a": 0}, 0, None)


@pytest.mark.parametrize(
    ("sections", "told"),
    [
        ({"decontaminate": {"against": ["none.jsonl"]}}, "data.decontaminate.against: .*none.jsonl"),
        ({"decontaminate": {"against": ["empty.jsonl"]}}, "empty.jsonl holds nothing to look for"),
        ({"split": {"previous": "runs/none/data/manifest.json"}}, "data.split.previous: no such manifest: .*runs/none"),
        ({"split": {"previous": "empty.jsonl"}}, "is not the manifest of a data artifact"),
        ({"split": {"previous": "half/manifest.json"}}, "half/manifest.json is not the manifest of a data artifact"),
        ({"rules": {"perplexity": "no/model"}}, "no such model folder: .*no/model"),
        ({"rules": {"ifd": "empty.jsonl"}}, "no such model folder: .*empty.jsonl"),
        ({"dedup": {"semantic": {"model": "no/embedder"}}}, "no such model folder: .*no/embedder"),
    ],
)
def test_what_is_missing_is_named_with_the_next_step(tmp_path: Path, sections: dict[str, Any], told: str) -> None:
    write_lines(tmp_path / "empty.jsonl", [])
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UserError, match=told) as raised:
        open_outside(recipe(**sections), root=tmp_path)
    assert raised.value.hint


def test_an_older_run_pins_its_rows(tmp_path: Path) -> None:
    manifest = run_of(tmp_path / "runs" / "old" / "data")
    found = open_outside(recipe(split={"previous": "runs/old/data/manifest.json"}), root=tmp_path)
    assert found.pinned is not None
    assert found.pinned.rows() == [("a.jsonl:1", "f", "eval")]
    manifest.write_text('{"seed": 2}', encoding="utf-8")
    again = open_outside(recipe(split={"previous": "runs/old/data/manifest.json"}), root=tmp_path)
    assert found.digests.keys() == {"previous"} and again.digests != found.digests


def test_a_changed_benchmark_changes_its_digest(tmp_path: Path) -> None:
    seen = []
    for question in ("泠泉茶机的水箱应该怎样清洗？", "泠泉茶机的滤网应该怎样清洗？"):
        write_lines(tmp_path / "bench.jsonl", [{"question": question}])
        found = open_outside(recipe(decontaminate={"against": ["bench.jsonl"]}), root=tmp_path)
        assert found.benchmarks is not None and found.benchmarks.names == ["bench.jsonl"]
        seen.append(found.digests)
    assert [list(digests) for digests in seen] == [["benchmark bench.jsonl"]] * 2
    assert seen[0] != seen[1]
