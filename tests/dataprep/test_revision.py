"""The difference of two artifacts: every row is added, removed, edited, moved or the same."""

from pathlib import Path

import orjson
import polars as pl
import pytest

from dataprep.revision import biggest, compare
from schemas.artifacts import SPLITS, Layout
from schemas.errors import ArtifactError
from schemas.frames import FRAME, empty, event_frame, frame_of
from schemas.records import Record
from tests.dataprep.rows import ask

Place = tuple[str, int, Record]


def artifact(
    folder: Path,
    *,
    train: list[Place] | None = None,
    evals: list[Place] | None = None,
    lost: list[tuple[int, str]] | None = None,
    language: str | None = None,
) -> Layout:
    layout = Layout(folder)
    layout.data.mkdir(parents=True)
    for split in SPLITS:
        rows = {"train": train or [], "eval": evals or [], "dev": []}[split]
        frame = empty(FRAME)
        if rows:
            frame = frame_of([row[2] for row in rows], sources=[row[0] for row in rows], rows=[row[1] for row in rows])
        frame.write_parquet(layout.split(split))
        if language and split == "train":
            frame.select("source", "row", language=pl.lit(language)).write_parquet(layout.data / "signals.parquet")
    events = [
        {"source": "a", "row": row, "stage": "rules", "verdict": "dropped", "reason": reason}
        for row, reason in lost or []
    ]
    event_frame(events).write_parquet(layout.ledger)
    reasons = [{"stage": "rules", "reason": reason, "rows": 1} for _, reason in lost or []]
    layout.manifest.write_bytes(orjson.dumps({"reasons": reasons, "flags": [], "edits": []}))
    return layout


ONE, TWO, THREE = ask("水箱多大？", "1.5 升"), ask("保修几年？", "两年"), ask("Filter?", "F2")
NONE = {"added": 0, "removed": 0, "edited": 0, "moved": 0}


def test_the_same_rows(tmp_path: Path) -> None:
    old, new = (artifact(tmp_path / name, train=[("a", 1, ONE), ("a", 2, TWO)]) for name in ("old", "new"))
    found = compare(old, new)
    assert found.counts() == NONE
    assert found.rules.is_empty()
    assert found.slices.filter(by="split").rows() == [("split", "train", 2, 2)]


def test_two_empty_runs(tmp_path: Path) -> None:
    found = compare(artifact(tmp_path / "old"), artifact(tmp_path / "new"))
    assert (found.counts(), found.slices.height) == (NONE, 0)


def test_every_change_is_told_once_with_its_reason(tmp_path: Path) -> None:
    old = artifact(
        tmp_path / "old", train=[("a", 1, ONE), ("a", 2, TWO)], evals=[("a", 3, THREE)], lost=[(5, "refusal")]
    )
    new = artifact(
        tmp_path / "new",
        train=[("a", 1, ask("水箱多大？", "2 升")), ("a", 3, THREE), ("a", 5, ask("好吗？", "好"))],
        lost=[(2, "tail_loop")],
    )
    found = compare(old, new)
    assert found.changes.select("change", "row", "old_split", "new_split", "why").rows() == [
        ("edited", 1, "train", "train", None),
        ("removed", 2, "train", None, "tail_loop"),
        ("moved", 3, "eval", "train", None),
        ("added", 5, None, "train", "refusal"),
    ]
    assert "1.5 升" in found.changes["before"][0] and "2 升" in found.changes["after"][0]
    assert found.counts() == {"added": 1, "removed": 1, "edited": 1, "moved": 1}
    assert set(found.rules.select("reason", "old", "new").rows()) == {("refusal", 1, 0), ("tail_loop", 0, 1)}
    assert [row["row"] for row in biggest(found.changes, "removed", 5)] == [2]


def test_a_row_that_stands_elsewhere_is_the_same_row(tmp_path: Path) -> None:
    old = artifact(tmp_path / "old", train=[("a", 1, ONE), ("a", 2, TWO)])
    new = artifact(tmp_path / "new", train=[("b", 7, ONE), ("a", 2, TWO)])
    assert compare(old, new).counts() == NONE


def test_languages_come_from_the_signals(tmp_path: Path) -> None:
    old = artifact(tmp_path / "old", train=[("a", 1, ONE)], language="zh")
    new = artifact(tmp_path / "new", train=[("a", 1, ONE), ("a", 2, THREE)], language="en")
    spoken = compare(old, new).slices.filter(by="language")
    assert spoken.select("slice", "old", "new").rows() == [("en", 0, 2), ("zh", 1, 0)]


def test_no_run(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError):
        compare(artifact(tmp_path / "old"), Layout(tmp_path / "none"))
