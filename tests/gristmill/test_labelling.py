"""`gristmill label` as a person without a server meets it: words, files, exit codes."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import orjson
import polars as pl
import pytest
from typer.testing import CliRunner, Result

from dataprep.annotate import push, studio
from dataprep.annotate.doubts import DOUBTS
from dataprep.annotate.forms import FORMS, FormName
from dataprep.annotate.incoming import Incoming
from dataprep.annotate.labelling import parse_config
from dataprep.annotate.outgoing import Outgoing, Wish, prepare
from dataprep.annotate.projects import Project
from dataprep.annotate.push import Pushed
from dataprep.annotate.reading import read_answers
from gristmill import cli, cli_label, labelling
from gristmill.cli_label import Doubt, Form
from schemas.artifacts import find_run
from schemas.errors import GristmillError
from tests.dataprep.annotate.runs import exported, run_of, write
from tests.dataprep.rows import ask, preference
from tests.gristmill.test_cli import gristmill

ROWS = [ask(f"第 {n} 号机型的水箱多大？", f"{n}.5 升。") for n in range(6)]
YES, NO, FIX = {"verdict": "accept"}, {"verdict": "reject"}, {"verdict": "fix", "corrected": "以说明书为准。"}
SAID = {1: [YES, NO, FIX, YES, YES, YES], 2: [YES, NO, FIX, NO, YES, YES], 3: [YES, NO, FIX, YES, {}, YES]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    run_of(tmp_path / "runs" / "t", *ROWS, preference("怎么清洗？", "用清水。", "不知道。"))
    return tmp_path


def label(*words: str) -> Result:
    return CliRunner().invoke(cli_label.app, list(words), catch_exceptions=False)


def say(*words: str) -> str:
    done = label(*words)
    assert done.exit_code == 0, done.output
    return done.stdout


def answered(path: Path, said: dict[int, list[dict[str, Any]]] = SAID, *, hour: int = 18) -> str:
    """Tasks that were written to `path`, answered, as the export beside it."""
    config = parse_config(path.with_suffix(".xml").read_text(encoding="utf-8"))
    tasks = exported(orjson.loads(path.read_bytes()), config, said, hour=hour)
    return str(write(path.with_name(f"{path.stem}-answers.json"), tasks))


def test_the_words_of_options_are_those_of_the_library() -> None:
    assert [form.value for form in Form] == list(FORMS) == list(get_args(FormName))
    assert [doubt.value for doubt in Doubt] == list(DOUBTS)


def test_out_back_agreement_and_the_next_round(folder: Path) -> None:
    told = say("export-tasks", "t", "-o", "t.json")
    assert "tasks written: 6 · filled in beforehand 0 · t.json, t.xml" in told
    assert "gristmill label import FILE t --form review" in told
    told = say("import", answered(folder / "t.json"), "t")
    assert "answers 20 · people 3 · records 6 · runs/t/labels/" in told
    assert "gristmill label agreement t" in told
    assert "data: labels: {files: [runs/t/labels/*.parquet]}" in told
    told = say("agreement", "t")
    for word in ("verdict", "0.", "records in dispute: 1;", "gristmill label push t --project TITLE --disputed"):
        assert word in told
    assert (folder / "runs" / "t" / "labels" / "agreement.html").is_file()
    told = say("export-tasks", "t", "-o", "r2.json", "--disputed")
    assert "round 2" in told
    (task,) = orjson.loads((folder / "r2.json").read_bytes())
    assert task["data"]["instruction"] == "第 3 号机型的水箱多大？"
    say("import", answered(folder / "r2.json", {1: [NO], 2: [NO]}, hour=19), "t")
    assert "in dispute" not in say("agreement", "t")
    assert [one["number"] for one in orjson.loads(say("agreement", "t", "--json"))["rounds"]] == [1, 2]


def test_in_chinese(folder: Path) -> None:
    assert "已写出 6 个任务" in say("export-tasks", "t", "-o", "t.json", "--lang", "zh")
    assert "这个回答可以用来训练吗？" in (folder / "t.xml").read_text(encoding="utf-8")
    assert "3 人对 6 条记录的 20 个回答" in say("import", answered(folder / "t.json"), "t", "--lang", "zh")
    told = say("agreement", "t", "--lang", "zh")
    assert "1 条记录有分歧" in told
    assert "一致率" in told


def test_json(folder: Path) -> None:
    told = orjson.loads(say("export-tasks", "t", "-o", "t.json", "--json"))
    assert told == {"paths": ["t.json", "t.xml"], "tasks": 6, "predictions": 0, "round": 1, "why": {}, "left_out": {}}
    back = orjson.loads(say("import", answered(folder / "t.json"), "t", "--json"))
    assert Path(back.pop("path")).parent == Path("runs/t/labels").absolute()
    assert back == {"answers": 20, "records": 6, "annotators": 3, "strangers": 0, "rejects": {}, "rejects_path": None}
    found = orjson.loads(say("agreement", "t", "--json"))
    assert found["disputed_records"] == len(found["disputed"]) == 1
    assert found["questions"][0]["alpha"]["raters"] == 3


def test_json_lists_the_most_disputed_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say("export-tasks", "t", "-o", "t.json")
    said = {1: [YES, NO, YES, NO, YES, NO], 2: [NO, YES, NO, YES, NO, YES]}
    say("import", answered(folder / "t.json", said), "t")
    monkeypatch.setattr(labelling, "DISPUTED", 2)
    found = orjson.loads(say("agreement", "t", "--json"))
    assert (len(found["disputed"]), found["disputed_records"]) == (2, 6)


def test_agreement_that_is_undefined(folder: Path) -> None:
    say("export-tasks", "t", "-o", "t.json")
    say("import", answered(folder / "t.json", {1: [YES, NO, YES, NO, YES, NO]}), "t")
    assert "alpha: Undefined for verdict: one annotator." in say("agreement", "t")
    assert "“verdict”无定义：只有一位标注员。" in say("agreement", "t", "--lang", "zh")
    assert orjson.loads(say("agreement", "t", "--json"))["alpha"] is None


def test_a_sheet(folder: Path) -> None:
    told = say("export-tasks", "t", "-o", "li.csv", "--form", "pair")
    assert "gristmill label import FILE t --form pair --annotator NAME" in told
    lines = pl.read_csv("li.csv", infer_schema=False)
    lines.with_columns(pl.lit("左").alias("preferred (left | right | tie)")).write_csv("li.csv")
    told = say("import", "li.csv", "t", "--form", "pair", "--annotator", "李")
    assert "answers 1 · people 1 · records 1 · runs/t/labels/li-李@" in told


def test_rejects_and_strangers_are_told(folder: Path) -> None:
    say("export-tasks", "t", "-o", "t.json")
    tasks = orjson.loads(Path(answered(folder / "t.json")).read_bytes())
    tasks[0]["data"]["record_id"] = "elsewhere"
    tasks[1]["annotations"][0]["was_cancelled"] = True
    told = say("import", str(write(folder / "e.json", tasks)), "t")
    assert "1 label_cancelled: The annotator skipped the task." in told
    (rejects,) = Path("runs/t/labels").glob("*.rejects.csv")
    assert f"one by one: {rejects}" in told
    assert pl.read_csv(rejects)["record"].to_list() == [tasks[1]["data"]["record_id"]]
    assert "never in the run t: 1;" in told


@pytest.mark.parametrize(
    ("words", "told", "hint"),
    [
        (["export-tasks", "u", "-o", "t.json"], "no run 'u'", "gristmill data -c RECIPE"),
        (["export-tasks", "t", "-o", "t.xlsx"], "written as .json or .csv", "-o t.json"),
        (["export-tasks", "t", "-o", "t.json", "--where", "rows = 1"], "no column 'rows'", "columns: "),
        (["export-tasks", "t", "-o", "t.json", "--where", "row > 99"], "no row of t fits", "widen --where"),
        (["export-tasks", "t", "-o", "t.json", "--labelling", "no.xml"], "no.xml can't be read", "--labelling"),
        (["export-tasks", "t", "-o", "t.json", "--labelling", "runs"], "runs can't be read", "--labelling"),
        (["export-tasks", "t", "-o", "t.json", "--suggest", "judge"], "no judge has graded", "without --suggest"),
        (["export-tasks", "t", "-o", "t.json", "--disputed"], "no answers about t", "gristmill label pull t"),
        (["push", "t", "--project", "x"], "no address of a Label Studio", "LABEL_STUDIO_URL"),
        (["pull", "t", "--project", "x"], "no address of a Label Studio", "LABEL_STUDIO_URL"),
        (["pull", "u", "--project", "x"], "no run 'u'", "gristmill data"),
        (["import", "no.json", "t"], "no file at no.json", "check the path"),
        (["import", "runs", "t"], "runs is a folder", "check the path"),
        (["import", "empty.json", "t"], "empty.json isn't JSON", "Export"),
        (["import", "empty.csv", "t"], "doesn't say who filled it in", "--annotator NAME"),
        (["import", "empty.csv", "t", "--annotator", "li"], "lacks the column", "first row"),
        (["import", "foreign.json", "t"], "have no record_id", "--key FIELD, one of doc"),
        (["agreement", "t"], "the run 't' has no answers yet", "gristmill label import FILE t"),
        (["agreement", "t", "--project", "x"], "has no answers of 'x'", "gristmill label pull t"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_faults(folder: Path, words: list[str], told: str, hint: str) -> None:
    for name in ("empty.json", "empty.csv"):
        (folder / name).touch()
    write(folder / "foreign.json", [{"data": {"doc": "x"}, "annotations": [{"id": 1, "result": []}]}])
    with pytest.raises(GristmillError) as fault:
        label(*words)
    assert told in fault.value.message
    assert hint in fault.value.hint
    assert fault.value.exit_code == 2
    assert not (folder / "runs" / "t" / "labels").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["export-tasks", "t"],
        ["export-tasks", "t", "-o", "t.json", "--form", "quiz"],
        ["export-tasks", "t", "-o", "t.json", "--uncertain", "mood"],
        ["export-tasks", "t", "-o", "t.json", "--count", "0"],
        ["push", "t"],
        ["push", "t", "--project", "x", "--people", "0"],
        ["import"],
    ],
    ids=" ".join,
)
def test_words_that_cannot_be(folder: Path, words: list[str]) -> None:
    assert label(*words).exit_code == 2


def outgoing(folder: Path) -> Outgoing:
    return prepare(find_run(folder / "runs", "t"), Wish(), seed=1)


@pytest.mark.parametrize("as_json", [True, False])
def test_what_a_push_says(folder: Path, capsys: pytest.CaptureFixture[str], as_json: bool) -> None:
    project = Project(7, "[审核] 't'", "<View/>", "", 6, 0, 0)
    done = Pushed(project, made=True, created=6, present=0, predictions=0)
    labelling.pushed(done, outgoing(folder), "http://ls", "t", "en", json=as_json)
    told = capsys.readouterr().out
    if as_json:
        numbers = {"project": 7, "title": project.title, "new": True, "created": 6, "present": 0, "predictions": 0}
        assert orjson.loads(told) == {**numbers, "round": 1, "why": {}, "left_out": {}}
        return
    assert "[审核] 't': tasks new 6 · there already 0" in told
    assert "http://ls/projects/7" in told
    assert """gristmill label pull t --project '[审核] '"'"'t'"'"''""" in told


def test_a_pull_before_anybody_has_answered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reading = read_answers([], parse_config(outgoing(folder).xml))
    labelling.came_back(Incoming(folder / "x@1-2.parquet", reading, None, 0), "t", "zh", json=False)
    assert capsys.readouterr().out.splitlines() == ["0 人对 0 条记录的 0 个回答：x@1-2.parquet", "还没有人作答"]


def test_push_hands_everything_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    def send(*words: Any, **options: Any) -> Pushed:
        sent.append((*words, options))
        return Pushed(Project(7, "x", "", "", 1, 0, 0), made=True, created=1, present=0, predictions=0)

    monkeypatch.setattr(studio, "open_studio", lambda: nullcontext(SimpleNamespace(url="http://ls")))
    monkeypatch.setattr(push, "push", send)
    say("push", "t", "--project", "x", "--count", "1", "--people", "3", "--seed", "4")
    ((_, name, xml, tasks, options),) = sent
    assert (name, xml, len(tasks), options) == ("x", outgoing(folder).xml, 1, {"people": 3})


def test_the_whole_way(folder: Path) -> None:
    (folder / "raw").mkdir()
    raw = [{"instruction": row["messages"][0]["content"], "output": row["messages"][1]["content"]} for row in ROWS]
    (folder / "raw" / "a.jsonl").write_bytes(b"".join(orjson.dumps(row) + b"\n" for row in raw))
    text = "name: v\ndata:\n  sources: [{path: raw}]\n  dedup: {near: {enabled: false}}\n"
    for name, more in (("v", ""), ("w", "  labels: {files: [runs/v/labels]}\n")):
        (folder / f"{name}.yaml").write_text(text + more, encoding="utf-8")
    assert mill("data", "-c", "v.yaml")
    say("export-tasks", "v", "-o", "t.json")
    tasks = orjson.loads((folder / "t.json").read_bytes())
    numbers = [int(task["data"]["instruction"][2]) for task in tasks]
    said = {who: [values[number] for number in numbers] for who, values in SAID.items()}
    say("import", answered(folder / "t.json", said), "v")
    assert "label_rejected" in mill("data", "-c", "w.yaml", "--name", "w")
    assert "verdict: 3 of 3" in mill("why", "a.jsonl:2", "--run", "w")
    assert "以说明书为准。" in mill("why", "a.jsonl:3", "--run", "w")


def mill(*words: str) -> str:
    done = CliRunner().invoke(cli.app, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_fault_is_one_line_and_the_next_command(folder: Path) -> None:
    done = gristmill("label", "agreement", "t", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    told, hint = done.stderr.splitlines()
    assert told.startswith("error: the run 't' has no answers yet")
    assert hint.startswith("next:  gristmill label pull t")
