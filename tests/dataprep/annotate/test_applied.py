from pathlib import Path

import polars as pl
import pytest

from dataprep.annotate.answers import ANSWERS, answer_frame
from dataprep.annotate.applied import label_files, read_labels
from dataprep.annotate.applying import LABELS
from dataprep.outside import open_outside
from dataprep.recipe import DataRecipe, Labels
from schemas.errors import UserError
from schemas.frames import empty
from tests.dataprep.annotate.said import said


def answers(path: Path, *values: str, record: str = "r1") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [said(record, who, value, made=None) for who, value in zip("abc", values, strict=False)]
    answer_frame(lines).write_parquet(path)
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    answers(tmp_path / "runs" / "t" / "labels" / "b@1.parquet", "accept")
    answers(tmp_path / "runs" / "t" / "labels" / "a@7-2.parquet", "accept", "reject")
    answers(tmp_path / "runs" / "u" / "labels" / "b@1.parquet", "reject")
    (tmp_path / "runs" / "t" / "labels" / "agreement.html").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ([], []),
        (["runs/t/labels/b@1.parquet"], ["t/b@1"]),
        (["runs/t/labels/*.parquet"], ["t/b@1", "t/a@7-2"]),
        (["runs/t/labels"], ["t/b@1", "t/a@7-2"]),
        (["runs/t/labels/", "runs/t/labels/b*", "./runs/t/labels/b@1.parquet"], ["t/b@1", "t/a@7-2"]),
        (["runs/*/labels/*.parquet"], ["t/b@1", "u/b@1", "t/a@7-2"]),
    ],
)
@pytest.mark.parametrize("absolute", [False, True])
def test_files_folders_and_globs(root: Path, files: list[str], found: list[str], absolute: bool) -> None:
    named = [str(root / name) for name in files] if absolute else files
    paths = label_files(Labels(files=named), root=root)
    assert [f"{path.parts[-3]}/{path.stem}" for path in paths] == found


@pytest.mark.parametrize("name", ["runs/none/labels", "runs/t/label/*.parquet", "", ".", "/", "runs/t"])
def test_a_name_of_nothing(root: Path, name: str) -> None:
    with pytest.raises(UserError, match=r"data\.labels\.files: nothing is called") as fault:
        label_files(Labels(files=[name]), root=root)
    assert "gristmill label import" in fault.value.hint


@pytest.mark.parametrize("name", ["x.parquet", "agreement.html", "other.parquet"])
def test_a_file_without_answers(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "other.parquet":
        empty(ANSWERS).drop("value").write_parquet(path)
    elif name == "agreement.html":
        path.write_text("<html>", encoding="utf-8")
    with pytest.raises(UserError, match=f"{name} holds no answers"):
        read_labels([path], how="majority")


def test_no_answers_decide_nothing(tmp_path: Path) -> None:
    path = answers(tmp_path / "x.parquet")
    labels = read_labels([path], how="majority")
    assert labels.schema == LABELS
    assert labels.is_empty()


@pytest.mark.parametrize(
    ("how", "value", "votes"), [("majority", '"reject"', "2 of 3"), ("strict", None, "reject ×2; accept ×1")]
)
def test_answers_of_all_files_decide_together(tmp_path: Path, how: str, value: str | None, votes: str) -> None:
    one = answers(tmp_path / "a" / "x.parquet", "accept", "reject")
    lines = [said("r1", "c", "reject", made=None)]
    answer_frame(lines).write_parquet(other := tmp_path / "y.parquet")
    labels = read_labels([one, other], how=how)  # type: ignore[arg-type]
    assert labels.select("content", "value", "votes").rows() == [(None, value, votes), ("c", value, votes)]


def recipe(files: list[str]) -> DataRecipe:
    return DataRecipe.model_validate({"sources": [{"path": "raw"}], "labels": {"files": files}})


def test_the_digest_knows_every_file(root: Path) -> None:
    asked = recipe(["runs/t/labels/b@1.parquet", "runs/u/labels/b@1.parquet"])
    before = open_outside(asked, root=root)
    assert before.labels is not None
    assert before.context(asked, seed=1, order={}).labels is before.labels
    for run in ("t", "u"):
        path = answers(root / "runs" / run / "labels" / "b@1.parquet", "fix")
        after = open_outside(asked, root=root).digests
        assert after["labels"] != before.digests["labels"]
        answers(path, {"t": "accept", "u": "reject"}[run])
    assert open_outside(asked, root=root).digests == before.digests
    assert "labels" not in open_outside(recipe([]), root=root).digests


def test_the_digest_knows_no_place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("elsewhere")
    answers(other / "b@1.parquet", "accept")
    here = open_outside(recipe(["runs/t/labels/b@1.parquet"]), root=root)
    there = open_outside(recipe([str(other / "b@1.parquet")]), root=root)
    assert here.digests == there.digests
    assert pl.DataFrame(here.labels).equals(pl.DataFrame(there.labels))
