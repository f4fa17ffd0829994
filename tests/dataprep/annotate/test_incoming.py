import os
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate import incoming
from dataprep.annotate.forms import FORMS, render_config
from dataprep.annotate.incoming import Incoming, agreement_of, import_answers, pull_answers
from dataprep.annotate.outgoing import Outgoing, Wish, prepare, write_tasks
from dataprep.annotate.projects import Project
from dataprep.annotate.pull import Pulled
from dataprep.annotate.returning import Asked
from dataprep.annotate.store import home, read_stored, stored
from dataprep.annotate.studio import Studio
from schemas.artifacts import Layout
from schemas.errors import UserError
from tests.dataprep.annotate.exported import as_minimal
from tests.dataprep.annotate.runs import exported, run_of, write
from tests.dataprep.rows import ask, preference

ROWS = [
    ask("水箱多大？", "1.5 升。"),
    ask("保修几年？", "两年。"),
    preference("怎么清洗？", "用清水冲洗。", "不知道。"),
]
YES, NO = {"verdict": "accept"}, {"verdict": "reject", "rating": 2}
STUDIO = Studio("http://127.0.0.1:8080", "a@x.example", None)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return run_of(tmp_path / "runs" / "t", *ROWS)


def asked(layout: Layout, form: str = "review") -> Outgoing:
    return prepare(layout, Wish(form=form), seed=1)


def export(layout: Layout, path: Path, said: dict[int, list[dict[str, Any]]], form: str = "review") -> Path:
    out = asked(layout, form)
    return write(path, exported(out.batch.tasks, out.config, said))


def sheet(layout: Layout, path: Path, cells: list[str], form: str = "review") -> Path:
    """Filled in: each cell is the first answer of a line."""
    path.parent.mkdir(exist_ok=True)
    out = asked(layout, form)
    write_tasks(out, path)
    lines = pl.read_csv(path, infer_schema=False)
    question = next(name for name in lines.columns if name.startswith(("verdict (", "preferred (")))
    text = lines.with_columns(pl.Series(question, cells)).write_csv()
    path.write_text(text, encoding="utf-8-sig")
    return path


def values(layout: Layout) -> list[tuple[str, str]]:
    return sorted(read_stored(layout).select("annotator", "value").rows())


def test_an_export(layout: Layout, tmp_path: Path) -> None:
    path = export(layout, tmp_path / "e.json", {1: [YES, NO], 2: [YES, {}]})
    back = import_answers(layout, path, Asked(), annotator=None)
    assert (back.strangers, back.reading.rejects.height, [back.path]) == (0, 0, stored(layout))
    assert values(layout) == [("1", '"accept"'), ("1", '"reject"'), ("1", "2"), ("2", '"accept"')]
    assert import_answers(layout, path, Asked(), annotator=None).path == back.path
    assert len(values(layout)) == 4


def test_the_same_as_json_min_counts_once(layout: Layout, tmp_path: Path) -> None:
    path = export(layout, tmp_path / "e.json", {1: [YES, NO]})
    small = write(tmp_path / "min.json", as_minimal(orjson.loads(path.read_bytes())))
    for one in (path, small):
        import_answers(layout, one, Asked(), annotator=None)
    assert len(stored(layout)) == 2
    assert values(layout) == [("1", '"accept"'), ("1", '"reject"'), ("1", "2")]


def test_sheets_of_one_name(layout: Layout, tmp_path: Path) -> None:
    for who, cells in (("安娜", ["accept", "reject"]), ("本", ["采纳", ""])):
        import_answers(layout, sheet(layout, tmp_path / who / "t.csv", cells), Asked(), annotator=who)
    assert values(layout) == [("安娜", '"accept"'), ("安娜", '"reject"'), ("本", '"accept"')]


def test_of_two_sheets_of_one_person_the_newer_counts(layout: Layout, tmp_path: Path) -> None:
    new, old = (sheet(layout, tmp_path / name, [word, word]) for name, word in (("a.csv", "fix"), ("b.csv", "reject")))
    os.utime(old, (1_700_000_000, 1_700_000_000))
    for path in (new, old):
        import_answers(layout, path, Asked(), annotator="an")
    assert {value for _, value in values(layout)} == {'"fix"', '"reject"'}
    found, _ = agreement_of(layout, (), seed=1, lang="en")
    assert dict(found.questions[0].values) == {"fix": 2}


def test_a_sheet_of_one_name_with_other_rows_or_another_round(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for who, cells in (("an", ["accept", "reject"]), ("li", ["fix", "reject"])):
        import_answers(layout, sheet(layout, path, cells), Asked(), annotator=who)
    again = prepare(layout, Wish(again=True), seed=1)
    write_tasks(again, path)
    lines = pl.read_csv(path, infer_schema=False)
    question = next(name for name in lines.columns if name.startswith("verdict"))
    lines.with_columns(pl.lit("accept").alias(question)).write_csv(path)
    back = import_answers(layout, path, Asked(), annotator="an")
    assert back.reading.answers.height == 1
    told = read_stored(layout).filter(annotator="an").select("round", "value").rows()
    assert sorted(told) == [(1, '"accept"'), (1, '"reject"'), (2, '"accept"')]
    import_answers(layout, sheet(layout, path, ["reject", ""]), Asked(), annotator="an")
    told = read_stored(layout).filter(annotator="an").select("round", "value").rows()
    assert sorted(told) == [(1, '"reject"'), (1, '"reject"'), (2, '"accept"')]


FOREIGN = [{"id": 1, "data": {"doc": "x", "text": "水"}, "annotations": [{"id": 1, "completed_by": 1, "result": []}]}]
OWN = """<View><Text name="t" value="$text"/><Choices name="tone" toName="t"><Choice value="dry"/></Choices></View>"""


@pytest.mark.parametrize(
    ("name", "content", "options", "annotator", "told", "hint"),
    [
        ("none.json", None, {}, None, "no file at", "check the path"),
        ("t.xlsx", b"PK", {}, None, r"read from \.json and \.csv", "save the sheet as CSV"),
        ("t.csv", b"a,b\n", {}, None, "doesn't say who filled it in", "--annotator NAME"),
        ("t.csv", b"a,b\n", {}, "an", "lacks the column", "first row"),
        ("t.csv", b"", {}, "an", "lacks the column", "first row"),
        ("t.json", b"", {}, None, "isn't JSON", "Export"),
        ("t.json", b"{}", {}, None, "no list of tasks", "Export"),
        ("t.json", b"[]", {}, None, "nobody has answered anything in", "import it again"),
        ("t.json", b'[{"a": 1}]', {}, None, "no export of Label Studio", "Export"),
        ("t.json", orjson.dumps(FOREIGN), {}, None, "have no record_id", "add --key FIELD, one of doc, text"),
        ("t.json", orjson.dumps(FOREIGN), {"key": "doc"}, None, r"nobody .* \(1 label_empty\)", "import it again"),
        ("t.json", b"[]", {"labelling": Path("no.xml")}, None, "no.xml can't be read", "--labelling"),
    ],
)
def test_files_that_give_nothing(
    layout: Layout,
    tmp_path: Path,
    name: str,
    content: bytes | None,
    options: dict[str, Any],
    annotator: str | None,
    told: str,
    hint: str,
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=told) as fault:
        import_answers(layout, path, Asked(**options), annotator=annotator)
    assert hint in fault.value.hint
    assert not home(layout).exists()


def test_answers_to_another_form(layout: Layout, tmp_path: Path) -> None:
    files = {"pair.json": None, "min.json": None, "pair.csv": "an"}
    path = export(layout, tmp_path / "pair.json", {1: [{"preferred": "b"}]}, form="pair")
    write(tmp_path / "min.json", as_minimal(orjson.loads(path.read_bytes())))
    sheet(layout, tmp_path / "pair.csv", ["left"], form="pair")
    for name, annotator in files.items():
        with pytest.raises(UserError, match="another form than review") as fault:
            import_answers(layout, tmp_path / name, Asked(), annotator=annotator)
        assert fault.value.hint == "add --form pair"
        import_answers(layout, tmp_path / name, Asked(form="pair"), annotator=annotator)
    assert len(stored(layout)) == 3


def test_answers_to_ones_own_questions(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "own.xml").write_text(OWN, encoding="utf-8")
    marks = [{"from_name": "tone", "to_name": "t", "type": "choices", "value": {"choices": ["dry"]}}]
    said = [{"id": 1, "data": {"doc": "x"}, "annotations": [{"id": 1, "completed_by": 1, "result": marks}]}]
    path = write(tmp_path / "e.json", said)
    with pytest.raises(UserError, match="questions that nobody asked: tone") as fault:
        import_answers(layout, path, Asked(key="doc"), annotator=None)
    assert "--labelling" in fault.value.hint
    back = import_answers(layout, path, Asked(labelling=tmp_path / "own.xml", key="doc"), annotator=None)
    assert (back.strangers, values(layout)) == (1, [("1", '"dry"')])


def test_a_file_that_gives_nothing_leaves_what_was_there(layout: Layout, tmp_path: Path) -> None:
    path = export(layout, tmp_path / "e.json", {1: [YES, NO]})
    import_answers(layout, path, Asked(), annotator=None)
    path.write_bytes(b"[]")
    with pytest.raises(UserError, match="nobody has answered"):
        import_answers(layout, path, Asked(), annotator=None)
    assert len(values(layout)) == 3


@pytest.fixture
def server(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """A project whose tasks a test fills in."""
    tasks: list[dict[str, Any]] = []
    project = Project(7, "审核", render_config(FORMS["review"], lang="zh"), "2026-11-01T08:00:00Z", 2, 2, 0)

    def pull(_: Studio, name: str, path: Path) -> Pulled:
        assert name == "7"
        write(path, [])
        return Pulled(project, tasks, 0, 0, 0)

    found = {"7": project, "审核": project}
    monkeypatch.setattr(incoming, "find_project", lambda _, name: found.get(name))
    monkeypatch.setattr(incoming, "pull", pull)
    monkeypatch.setattr(incoming, "annotator_names", lambda _: {1: "an@x.example"})
    return tasks


def pulled(layout: Layout, name: str = "审核") -> Incoming:
    return pull_answers(STUDIO, layout, name, key="record_id")


def test_a_pull_by_title_and_by_number_is_one(layout: Layout, server: list[dict[str, Any]]) -> None:
    out = asked(layout)
    server += exported(out.batch.tasks, out.config, {1: [YES, NO], 2: [NO, {}]})
    assert pulled(layout).path == pulled(layout, "7").path
    assert {name for name, _ in values(layout)} == {"2", "an@x.example"}
    assert sorted(path.suffix for path in home(layout).iterdir()) == [".json", ".parquet"]
    found, _ = agreement_of(layout, ["7"], seed=1, lang="zh")
    assert [one.name for one in found.annotators] == ["2", "an@x.example"]


def test_an_export_of_what_was_pulled_counts_once(layout: Layout, server: list[dict[str, Any]], tmp_path: Path) -> None:
    path = export(layout, tmp_path / "e.json", {1: [YES, NO]})
    server += orjson.loads(path.read_bytes())
    pulled(layout)
    import_answers(layout, path, Asked(), annotator=None)
    assert {name for name, _ in values(layout)} == {"an@x.example"}


def test_a_pull_keeps_earlier_rounds(layout: Layout, server: list[dict[str, Any]]) -> None:
    out = asked(layout)
    server += exported(out.batch.tasks, out.config, {1: [YES, NO], 2: [NO, NO]})
    pulled(layout)
    second = prepare(layout, Wish(again=True), seed=1)
    assert (second.round, len(second.batch.tasks)) == (2, 1)
    server += exported(second.batch.tasks, second.config, {1: [YES], 2: [YES]}, hour=19)
    pulled(layout)
    assert dict(read_stored(layout)["round"].value_counts().iter_rows()) == {1: 7, 2: 2}
    found, _ = agreement_of(layout, (), seed=1, lang="en")
    assert ([one.number for one in found.rounds], found.disputed) == ([1, 2], ())


def test_a_project_of_others(layout: Layout, server: list[dict[str, Any]]) -> None:
    marks = [{"from_name": "verdict", "to_name": "answer", "type": "choices", "value": {"choices": ["accept"]}}]
    server.append({"id": 1, "data": {"doc": "x"}, "annotations": [{"id": 1, "completed_by": 1, "result": marks}]})
    with pytest.raises(UserError, match=r"the tasks of project 7 \('审核'\) have no record_id") as fault:
        pulled(layout)
    assert fault.value.hint == "add --key FIELD, one of doc"
    back = pull_answers(STUDIO, layout, "7", key="doc")
    assert (back.strangers, values(layout)) == (1, [("an@x.example", '"accept"')])


def test_no_such_project(layout: Layout, server: list[dict[str, Any]]) -> None:
    with pytest.raises(UserError, match="has the title 'x'") as fault:
        pulled(layout, "x")
    assert fault.value.hint.endswith("gristmill label push t --project TITLE")


def test_agreement_without_answers(layout: Layout) -> None:
    with pytest.raises(UserError, match="the run 't' has no answers yet") as fault:
        agreement_of(layout, (), seed=1, lang="en")
    assert "gristmill label import FILE t" in fault.value.hint


def test_the_page_shows_disputed_rows(layout: Layout, tmp_path: Path) -> None:
    path = export(layout, tmp_path / "e.json", {1: [YES, NO], 2: [NO, NO]})
    import_answers(layout, path, Asked(), annotator=None)
    found, page = agreement_of(layout, (), seed=1, lang="zh")
    assert len(found.disputed) == 1
    text = page.read_text(encoding="utf-8")
    for told in ("水箱多大？", "gristmill label push t --project TITLE --disputed", 'lang="zh'):
        assert told in text
