import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.annotate.answers import ANSWERS, answer_frame
from dataprep.annotate.projects import Project
from dataprep.annotate.reading import REJECTS, Reading
from dataprep.annotate.store import home, import_file, keep, newest, pooled, project_file, read_stored, settled, stored
from schemas.artifacts import Layout
from schemas.errors import UserError
from schemas.frames import empty
from tests.dataprep.annotate.said import said

MADE = "2026-11-01T08:00:00.000001Z"


def reading(*lines: dict[str, Any]) -> Reading:
    return Reading(answer_frame(lines), empty(REJECTS))


def project(number: int = 7, title: str = "客服 审核/一", made: str = MADE) -> Project:
    return Project(number, title, "<View/>", made, 0, 0, 0)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "runs" / "t")


def test_nothing_came_back(layout: Layout) -> None:
    assert stored(layout) == []
    assert read_stored(layout).schema == ANSWERS
    assert read_stored(layout).is_empty()


def test_a_project_keeps_its_file_when_its_title_changes(layout: Layout) -> None:
    path = project_file(layout, project())
    assert (path.parent, path.stem.partition("@")[0]) == (home(layout), "客服_审核_一")
    keep(path, reading(said("r1", "安", "accept")))
    assert project_file(layout, project(title="新标题")) == path


def test_only_the_state_of_a_project_is_there(layout: Layout) -> None:
    path = project_file(layout, project())
    path.parent.mkdir(parents=True)
    path.with_suffix(".json").touch()
    assert project_file(layout, project(title="新标题")) == path
    assert stored(layout) == []


@pytest.mark.parametrize(
    "other",
    [
        project(8),
        project(made="2026-11-02T08:00:00.000001Z"),
        project(title="客服_审核_一", number=9),
        project(title="///", number=9),
    ],
    ids=["number", "another server", "a title alike", "a title of signs"],
)
def test_projects_do_not_share_a_file(layout: Layout, other: Project) -> None:
    assert project_file(layout, other) != project_file(layout, project())


def test_a_long_chinese_title_fits_a_file_name(layout: Layout) -> None:
    keep(project_file(layout, project(title="审" * 50)), reading())
    assert len(stored(layout)) == 1


def test_files_of_one_name_do_not_share_a_file(layout: Layout, tmp_path: Path) -> None:
    anna, ben, week = tmp_path / "anna" / "t.csv", tmp_path / "ben" / "t.csv", tmp_path / "anna" / "t.json"
    paths = {import_file(layout, anna, "安娜"), import_file(layout, ben, "安娜"), import_file(layout, anna, "本")}
    assert len({*paths, import_file(layout, week, None)}) == 4
    assert import_file(layout, anna.parent / ".." / "anna" / "t.csv", "安娜") in paths


def test_keep_replaces_only_its_own_file(layout: Layout) -> None:
    one, other = project_file(layout, project(1)), project_file(layout, project(2))
    keep(one, reading(said("r1", "a", "accept")))
    keep(other, reading(said("r2", "a", "accept")))
    keep(one, reading(said("r3", "a", "reject")))
    assert sorted(read_stored(layout)["record"]) == ["r2", "r3"]


def test_what_was_no_answer_is_told_beside_it(layout: Layout) -> None:
    line = (7, "r1", "a1", "安", "rating", "label_value", "=1+1")
    rejects = pl.DataFrame([line, (None,) * 5 + ("label_empty", None)], schema=REJECTS, orient="row")
    path = project_file(layout, project())
    told = keep(path, Reading(answer_frame([said("r2", "安", "accept")]), rejects))
    assert told
    assert (told.parent, told.name) == (path.parent, f"{path.stem}.rejects.csv")
    lines = pl.read_csv(told, infer_schema=False).with_columns(pl.all().fill_null(""))
    assert lines.rows() == [("7", *line[1:-1], "'=1+1"), ("",) * 5 + ("label_empty", "")]
    assert (project_file(layout, project(title="新标题")), stored(layout)) == (path, [path])
    assert keep(path, reading(said("r2", "安", "accept"))) is None
    assert not told.exists()


def test_only_what_was_no_answer_is_there(layout: Layout) -> None:
    path = project_file(layout, project())
    keep(path, Reading(answer_frame([]), pl.DataFrame({**dict.fromkeys(REJECTS), "reason": ["x"]}, schema=REJECTS)))
    path.unlink()
    assert project_file(layout, project(title="新标题")) == path


def test_newest_of_each_round_and_each_version() -> None:
    late = {"updated": "2026-01-02T00:00:00Z", "annotation": "z"}
    lines = [
        said("r1", "a", "accept"),
        said("r1", "a", "reject", **late),
        said("r1", "a", "fix", round=2),
        said("r1", "a", "accept", content="mended"),
        said("r1", "b", "accept"),
        said("r1", "b", 4, "rating"),
        said("r1", "a", "tie", content=None),
    ]
    random.Random(3).shuffle(lines)
    told = newest(answer_frame(lines)).select("content", "round", "annotator", "value")
    assert sorted(told.rows(), key=str) == sorted(
        [
            (None, 1, "a", '"tie"'),
            ("c", 1, "a", '"reject"'),
            ("c", 1, "b", '"accept"'),
            ("c", 1, "b", "4"),
            ("c", 2, "a", '"fix"'),
            ("mended", 1, "a", '"accept"'),
        ],
        key=str,
    )


def test_an_earlier_answer_of_the_same_person_is_told(layout: Layout) -> None:
    late = {"updated": "2026-01-02T00:00:00Z", "annotation": "z"}
    first = said("r1", "a", "accept")
    lines = [first, said("r1", "a", "reject", **late), said("r1", "b", "accept"), said("r1", "a", "fix", round=2)]
    found = settled(reading(*lines))
    assert found.answers.equals(newest(answer_frame(lines)))
    (told,) = found.rejects.select("record", "annotation", "annotator", "question", "reason", "detail").rows()
    assert told == ("r1", first["annotation"], "a", "verdict", "label_superseded", '"accept"')
    assert settled(found).rejects.equals(found.rejects)
    assert settled(reading()).rejects.is_empty()


def test_newest_of_nothing() -> None:
    assert newest(empty(ANSWERS)).schema == ANSWERS


@pytest.mark.parametrize(
    ("pulled", "imported", "left"),
    [
        ({}, {}, ["an@x.example"]),
        ({}, {"updated": "2026-02-01T00:00:00Z"}, ["1"]),
        ({"updated": "2026-02-01T00:00:00Z"}, {}, ["an@x.example"]),
        ({}, {"made": "2026-01-01T00:00:01Z"}, ["1", "an@x.example"]),
        ({}, {"task": 2}, ["1", "an@x.example"]),
        ({"made": None}, {"made": None}, ["1", "an@x.example"]),
    ],
    ids=["the same", "exported later", "pulled later", "another moment", "another task", "a sheet"],
)
def test_what_came_back_twice_counts_once(
    layout: Layout, pulled: dict[str, Any], imported: dict[str, Any], left: list[str]
) -> None:
    keep(project_file(layout, project()), reading(said("r1", "an@x.example", "accept", **pulled)))
    keep(import_file(layout, Path("project-7.json"), None), reading(said("r1", "1", "accept", **imported)))
    assert sorted(read_stored(layout)["annotator"]) == left


def test_two_people_in_one_file_stay_two_whatever_the_moment(layout: Layout) -> None:
    path = project_file(layout, project())
    keep(path, reading(said("r1", "a", "accept"), said("r1", "b", "reject")))
    assert pooled([path]).height == 2


def test_a_question_that_was_emptied_does_not_come_back_from_an_older_export(layout: Layout) -> None:
    late = {"updated": "2026-02-01T00:00:00Z"}
    keep(import_file(layout, Path("old.json"), None), reading(said("r1", "1", "accept"), said("r1", "1", 4, "rating")))
    keep(project_file(layout, project()), reading(said("r1", "an@x.example", "reject", **late)))
    assert read_stored(layout).select("annotator", "question").rows() == [("an@x.example", "verdict")]


@pytest.mark.parametrize(
    ("name", "files"),
    [("7", ["7"]), ("客服 审核/一", ["7", "70"]), ("客服_审核_一", ["7", "70"]), ("sheet-安", ["sheet"])],
)
def test_projects_and_files_by_name(layout: Layout, name: str, files: list[str]) -> None:
    paths = {"7": project_file(layout, project(7)), "70": project_file(layout, project(70))}
    paths["sheet"] = import_file(layout, Path("sheet.csv"), "安")
    for path in paths.values():
        keep(path, reading())
    assert set(stored(layout, [name])) == {paths[file] for file in files}
    assert stored(layout, [paths["7"].stem]) == [paths["7"]]
    assert stored(layout)[0] == paths["sheet"]


def test_an_unknown_name(layout: Layout) -> None:
    keep(import_file(layout, Path("sheet.csv"), "安"), reading())
    with pytest.raises(UserError, match="no answers of 'x'; it has sheet-安@") as fault:
        read_stored(layout, ["x"])
    assert fault.value.hint.startswith("gristmill label pull t --project TITLE")


def test_the_order_of_names_does_not_matter(layout: Layout) -> None:
    for number in (1, 2):
        keep(project_file(layout, project(number, f"t{number}")), reading(said(f"r{number}", "a", "accept")))
    told: list[pl.DataFrame] = [read_stored(layout, names) for names in (["1", "2"], ["2", "1"], [])]
    assert told[0].equals(told[1])
    assert told[0].equals(told[2])
