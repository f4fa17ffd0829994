"""Placement: whole families on one side, old rows where they were, and nothing alike on two sides."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from dataprep import families, leaks
from dataprep.placement import Placement, place
from dataprep.recipe import DataRecipe, Split
from dataprep.shards import Shard, Store
from dataprep.stages import Context
from schemas.frames import FRAME, empty
from schemas.results import StageResult
from tests.dataprep.rows import ask, framed

QUESTIONS = ["水箱多大？", "保修期是几年？", "滤芯多久换一次？", "How hot is the water?", "能泡普洱吗？", "Is it loud?"]
NO_PAIRS = pl.DataFrame(schema={"family": pl.String(), "into_family": pl.String()})


def rows_of(*questions: str) -> pl.DataFrame:
    return families.family_keys(framed(*(ask(text, f"答 {at}") for at, text in enumerate(questions))), None).kept


def shards_of(folder: Path, *frames: pl.DataFrame) -> list[Shard]:
    store = Store(folder)
    counts = [[{"stage": "s", "rows_in": frame.height, "kept": frame.height, "dropped": 0}] for frame in frames]
    return [store.put(str(at), StageResult(frame), counts[at]) for at, frame in enumerate(frames)]


def context(*, pinned: pl.DataFrame | None = None, seed: int = 1, **split: object) -> Context:
    shares = {"train": 0.4, "dev": 0.3, "eval": 0.3, **split}
    recipe = DataRecipe.model_validate({"sources": [{"path": "raw"}], "split": shares})
    return Context(recipe=recipe, seed=seed, order={"a.jsonl": 0}, pinned=pinned)


def placed(folder: Path, frames: Sequence[pl.DataFrame], told: Context, linked: pl.DataFrame = NO_PAIRS) -> Placement:
    shards = shards_of(folder, *frames)
    return place(shards, shards, {"exact_dedup": {"linked": linked}}, told)


def sides(found: Placement) -> dict[str, tuple[str, str]]:
    return {family: (label, split) for family, label, split in found.families.iter_rows()}


def test_no_rows(tmp_path: Path) -> None:
    found = placed(tmp_path, [empty(FRAME)], context())
    assert (found.families.height, found.common.height, found.moved.height, found.events().height) == (0, 0, 0, 0)


def test_each_family_has_one_line_and_one_side(tmp_path: Path) -> None:
    rows = rows_of(*QUESTIONS, QUESTIONS[0])
    found = placed(tmp_path, [rows[:3], rows[3:]], context())
    assert set(found.families["family"]) == set(rows["family"])
    assert found.families["family"].n_unique() == found.families.height == len(QUESTIONS)
    assert set(found.families["split"]) == {"train", "dev", "eval"}


def test_shards_leave_no_trace(tmp_path: Path) -> None:
    rows = rows_of(*QUESTIONS)
    whole = placed(tmp_path / "whole", [rows], context())
    parts = placed(tmp_path / "parts", [rows[:1], rows[1:1], rows[1:]], context())
    assert whole.families.equals(parts.families)


def test_merged_families_are_one_under_the_smaller_name(tmp_path: Path) -> None:
    rows = rows_of(*QUESTIONS)
    pair = sorted(rows["family"][:2])
    linked = pl.DataFrame({"family": [pair[1]], "into_family": [pair[0]]})
    found = sides(placed(tmp_path, [rows], context(), linked))
    assert found[pair[0]] == found[pair[1]]
    assert found[pair[1]][0] == pair[0]


NEARLY = ["请问泠泉茶机的水箱应该怎样清洗才不会留下水垢？", "请问泠泉茶机的水箱应该怎样清洗才不会留下异味？"]


@pytest.mark.parametrize(("near", "labels"), [(0.5, 1), (None, 2)])
def test_rows_that_are_near_are_one_family(tmp_path: Path, near: float | None, labels: int) -> None:
    found = placed(tmp_path, [rows_of(*NEARLY)], context(near=near))
    assert found.families["label"].n_unique() == labels


def test_what_the_search_for_kin_missed_is_joined_before_it_is_parted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blind = {"families": families.fold(NO_PAIRS), "common": empty(FRAME).select("id", "source", "row")}
    monkeypatch.setattr(families, "decide", lambda *_, **__: blind)
    rows = rows_of(*NEARLY)
    for seed in range(6):
        found = placed(tmp_path / str(seed), [rows], context(seed=seed, train=0.5, dev=0, eval=0.5))
        assert len({split for _, split in sides(found).values()}) == 1
    assert found.families["label"].n_unique() == 1


def test_no_kin_stands_on_two_sides(tmp_path: Path) -> None:
    rows = rows_of(*QUESTIONS, *NEARLY)
    found = placed(tmp_path, [rows], context())
    named = families.relabel(families.view(rows, Split()), found.families)
    placing = found.families.select(family="label", split="split").unique("family", maintain_order=True)
    assert leaks.kin_across(named, placing, Split(), common=found.common).is_empty()


def pinned_rows(rows: pl.DataFrame, split: str) -> pl.DataFrame:
    return rows.select("id", "family", split=pl.lit(split))


@pytest.mark.parametrize("split", ["train", "dev", "eval"])
def test_an_older_run_holds(tmp_path: Path, split: str) -> None:
    rows = rows_of(*QUESTIONS)
    found = placed(tmp_path, [rows], context(pinned=pinned_rows(rows, split)))
    assert {side for _, side in sides(found).values()} == {split}
    assert found.moved.is_empty()


def test_old_rows_move_with_a_family_that_was_evaluated_on(tmp_path: Path) -> None:
    rows = rows_of(*NEARLY)
    old = pl.concat([pinned_rows(rows[:1], "eval"), pinned_rows(rows[1:], "train")])
    found = placed(tmp_path, [rows], context(pinned=old))
    assert {side for _, side in sides(found).values()} == {"eval"}
    assert found.moved.rows() == [("train", "eval", 1)]


def test_common_rows_are_flagged() -> None:
    common = pl.DataFrame({"id": ["x"], "source": ["a"], "row": [3]})
    (event,) = Placement(empty(FRAME), common, NO_PAIRS).events().to_dicts()
    assert (event["row"], event["stage"], event["verdict"], event["reason"]) == (
        3,
        "families",
        "flagged",
        "common_answer",
    )
