from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate.answers import ANSWERS
from dataprep.annotate.forms import FORMS, render_config
from dataprep.annotate.labelling import parse_config
from dataprep.annotate.reading import REJECTS, Reading, read_answers, read_export
from schemas.errors import InputError
from tests.dataprep.annotate.exported import annotation, minimal, result, task
from tests.dataprep.annotate.said import values

CONFIGS = {name: parse_config(render_config(form, lang="zh")) for name, form in FORMS.items()}
ACCEPT = result("verdict", "choices", {"choices": ["accept"]})
LEFT = result("preferred", "pairwise", {"selected": "left"}, to="preferred")


def strength(value: str) -> dict[str, Any]:
    return result("strength", "choices", {"choices": [value]}, to="prompt")


def reasons(read: Reading) -> list[tuple[str | None, str]]:
    return read.rejects.select("question", "reason").rows()


def test_nothing() -> None:
    read = read_answers([], CONFIGS["review"])
    assert (read.answers.schema, read.rejects.schema) == (ANSWERS, REJECTS)
    assert read.answers.is_empty()
    assert read.rejects.is_empty()


def test_all_of_an_answer() -> None:
    read = read_answers([task(annotation(ACCEPT, ground_truth=True), round=2)], CONFIGS["review"])
    assert read.answers.to_dicts() == [
        {
            "record": "r1",
            "content": "c1",
            "annotator": "1",
            "question": "verdict",
            "kind": "choices",
            "value": '"accept"',
            "gold": True,
            "round": 2,
            "annotation": "u8",
            "task": 2015,
            "made": "2026-11-26T18:55:25.541785Z",
            "updated": "2026-11-26T18:55:25.541785Z",
            "seconds": 6.126,
        }
    ]


@pytest.mark.parametrize(
    ("form", "results", "said"),
    [
        ("review", [ACCEPT, result("rating", "rating", {"rating": 4})], {"verdict": "accept", "rating": 4}),
        ("review", [result("rating", "rating", {"rating": 4.0})], {"rating": 4}),
        ("review", [result("corrected", "textarea", {"text": ["改\n好"]})], {"corrected": "改\n好"}),
        ("review", [result("corrected", "textarea", {"text": "old shape"})], {"corrected": "old shape"}),
        ("review", [result("corrected", "textarea", {"text": ["a", "b"]})], {"corrected": "a\nb"}),
        ("review", [ACCEPT, {"type": "relation", "from_id": "a", "to_id": "b"}], {"verdict": "accept"}),
        ("tags", [result("tags", "choices", {"choices": ["unsafe", "off_topic"]})], {"tags": ["off_topic", "unsafe"]}),
        ("tags", [], {"tags": []}),
        ("pair", [LEFT, strength("clear")], {"preferred": "a", "strength": "clear"}),
        ("pair", [strength("tie")], {"preferred": "tie", "strength": "tie"}),
        ("pair", [LEFT, strength("both_bad")], {"preferred": "tie", "strength": "both_bad"}),
    ],
)
def test_values(form: str, results: list[dict[str, Any]], said: dict[str, Any]) -> None:
    read = read_answers([task(annotation(*results))], CONFIGS[form])
    assert values(read) == said
    assert reasons(read) == []


@pytest.mark.parametrize(
    ("swap", "selected", "side"),
    [
        (False, "left", "a"),
        (False, "right", "b"),
        (True, "left", "b"),
        (True, "right", "a"),
        ("true", "Left", "b"),
        ("0", "left", "a"),
        (True, "tie", "tie"),
        (None, "left", "a"),
        (..., "right", "b"),
    ],
)
def test_sides_are_turned_back(swap: Any, selected: str, side: str) -> None:
    shown = result("preferred", "pairwise", {"selected": selected}, to="left")
    assert values(read_answers([task(annotation(shown), swap=swap)], CONFIGS["pair"])) == {"preferred": side}


@pytest.mark.parametrize(
    ("form", "results", "rejected"),
    [
        ("review", [], (None, "label_empty")),
        ("review", [result("note", "textarea", {"text": ["x"]})], ("note", "label_unknown_question")),
        ("review", [result("verdict", "choices", {"choices": ["maybe"]})], ("verdict", "label_config_changed")),
        ("review", [result("verdict", "rating", {"rating": 3})], ("verdict", "label_config_changed")),
        ("review", [result("rating", "rating", {"rating": 9})], ("rating", "label_config_changed")),
        ("review", [result("rating", "rating", {"rating": 0})], ("rating", "label_value")),
        ("review", [result("rating", "rating", {"rating": True})], ("rating", "label_value")),
        ("review", [result("rating", "rating", {"rating": "4"})], ("rating", "label_value")),
        ("review", [result("rating", "rating", {"rating": 3.5})], ("rating", "label_value")),
        ("review", [result("verdict", "choices", {"choices": "accept"})], ("verdict", "label_value")),
        ("review", [result("verdict", "choices", {"choices": [["a", "b"]]})], ("verdict", "label_value")),
        ("review", [result("verdict", "choices", {"choices": ["accept", "fix"]})], ("verdict", "label_value")),
        ("review", [result("verdict", "choices", None)], ("verdict", "label_value")),
        ("review", [ACCEPT, ACCEPT], ("verdict", "label_value")),
        ("review", [result("corrected", "textarea", {"text": [" \n"]})], ("corrected", "label_empty")),
        ("review", [result("corrected", "textarea", {"text": [1]})], ("corrected", "label_value")),
        ("pair", [result("preferred", "pairwise", {"selected": "middle"})], ("preferred", "label_value")),
        ("pair", [strength("clear")], ("preferred", "label_empty")),
    ],
)
def test_what_cannot_be_read(form: str, results: list[dict[str, Any]], rejected: tuple[str | None, str]) -> None:
    read = read_answers([task(annotation(*results))], CONFIGS[form])
    assert rejected in reasons(read)
    assert rejected[0] not in values(read)


def test_a_swap_that_is_no_swap() -> None:
    read = read_answers([task(annotation(LEFT), swap="links")], CONFIGS["pair"])
    assert reasons(read) == [("preferred", "label_value")]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (task(annotation(ACCEPT, was_cancelled=True)), "label_cancelled"),
        (task(annotation(ACCEPT), record_id=...), "label_no_record"),
        (task(annotation(ACCEPT), record_id=""), "label_no_record"),
        (task(annotation(ACCEPT), record_id=None), "label_no_record"),
    ],
)
def test_annotations_that_are_no_answers(said: dict[str, Any], reason: str) -> None:
    read = read_answers([said], CONFIGS["review"])
    assert read.answers.is_empty()
    assert read.rejects.select("task", "annotation", "reason").rows() == [(2015, "u8", reason)]


def test_predictions_and_drafts_say_nothing() -> None:
    shown = task() | {"predictions": [{"result": [ACCEPT]}], "drafts": [{"result": [ACCEPT]}]}
    read = read_answers([shown, {"id": 1, "data": {"record_id": "r"}}], CONFIGS["review"])
    assert read.answers.is_empty()
    assert read.rejects.is_empty()


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (3, "3"),
        ({"id": 3, "email": "a@b.c"}, "3"),
        ({"email": "a@b.c"}, "a@b.c"),
        ("李雷", "李雷"),
        (None, "unknown-u8"),
    ],
)
def test_annotators(who: Any, name: str) -> None:
    assert read_answers([task(annotation(ACCEPT, who=who))], CONFIGS["review"]).answers["annotator"].to_list() == [name]


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        ("2026-11-26T18:55:25Z", "2026-11-26T18:55:25.000000Z"),
        ("2026-11-27T02:55:25.5+08:00", "2026-11-26T18:55:25.500000Z"),
        ("2026-11-26 18:55:25", "2026-11-26T18:55:25.000000Z"),
        ("yesterday", None),
        (None, "2026-11-26T18:55:25.541785Z"),
    ],
)
def test_moments_are_written_so_that_texts_sort(moment: str | None, told: str | None) -> None:
    read = read_answers([task(annotation(ACCEPT, updated_at=moment))], CONFIGS["review"])
    assert read.answers["updated"].to_list() == [told]


def test_a_task_id_that_was_used_again_is_no_key() -> None:
    tasks = [task(annotation(ACCEPT), record_id="old"), task(annotation(ACCEPT, unique_id="u9"), record_id="new")]
    read = read_answers(tasks, CONFIGS["review"])
    assert read.answers.select("record", "task").rows() == [("new", 2015), ("old", 2015)]


def test_a_project_made_by_hand() -> None:
    xml = """<View><Text name="文本" value="$正文"/>
      <Choices name="情感" toName="文本"><Choice value="正面"/><Choice value="负面"/></Choices>
      <Labels name="实体" toName="文本"><Label value="人名"/></Labels>
      <Rating name="评分" toName="文本" maxRating="10"/></View>"""
    results = [
        result("情感", "choices", {"choices": ["负面"]}),
        result("评分", "rating", {"rating": 9}),
        result("实体", "labels", {"start": 0, "end": 2, "labels": ["人名"]}),
    ]
    foreign = {"id": 1, "data": {"正文": "张三不满意", "编号": 42}, "annotations": [annotation(*results)]}
    read = read_answers([foreign], parse_config(xml), key="编号")
    assert values(read) == {"情感": "负面", "评分": 9}
    assert reasons(read) == [("实体", "label_unsupported")]
    assert read.answers.select("record", "content", "round").rows() == [("42", None, 1)] * 2


@pytest.mark.parametrize(
    ("form", "answers", "said"),
    [
        ("review", {"verdict": "fix", "corrected": "四", "rating": [{"rating": 4}]},
         {"verdict": "fix", "corrected": "四", "rating": 4}),
        ("review", {"corrected": {"text": ["a", "b"]}}, {"corrected": "a\nb"}),
        ("tags", {"tags": "unsafe"}, {"tags": ["unsafe"]}),
        ("tags", {"tags": {"choices": ["unsafe", "off_topic"]}}, {"tags": ["off_topic", "unsafe"]}),
        ("tags", {}, {"tags": []}),
        ("pair", {"preferred": [{"selected": "right"}], "strength": "slight"},
         {"preferred": "b", "strength": "slight"}),
    ],
)  # fmt: skip
def test_json_min(form: str, answers: dict[str, Any], said: dict[str, Any]) -> None:
    read = read_answers([minimal(answers)], CONFIGS[form])
    assert values(read) == said
    assert set(read.answers.select("annotation", "annotator", "content").rows()) == {("8", "1", "c1")}


@pytest.mark.parametrize("more", ['required="true"', 'visibleWhen="choice-selected" whenTagName="q"'])
def test_nothing_ticked_says_nothing_where_it_was_hidden_or_required(more: str) -> None:
    choices = '<Choice value="a"/><Choice value="b"/></Choices>'
    asked = f'<Choices name="q" toName="t">{choices}<Choices name="s" toName="t" choice="multiple" {more}>{choices}'
    config = parse_config(f'<View><Text name="t" value="$t"/>{asked}</View>')
    assert values(read_answers([task(annotation(result("q", "choices", {"choices": ["a"]})))], config)) == {"q": "a"}


def test_json_min_has_lines_for_tasks_without_an_answer() -> None:
    line = minimal({}) | {"annotator": "{}", "annotation_id": None}
    assert read_answers([line], CONFIGS["tags"]).answers.is_empty()


@pytest.mark.parametrize("told", ["{", '{"id": 1}', "[1]", '[{"text": "a", "label": "b"}]', "\ufeff"])
def test_files_that_are_no_exports(told: str, tmp_path: Path) -> None:
    path = tmp_path / "导出.json"
    path.write_text(told, encoding="utf-8")
    with pytest.raises(InputError, match=r"导出\.json"):
        read_export(path, CONFIGS["review"])


def test_a_file_that_is_absent(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        read_export(tmp_path / "no.json", CONFIGS["review"])


@pytest.mark.parametrize("tasks", [[], [task(annotation(ACCEPT))], [minimal({"verdict": "accept"})]])
def test_files_that_are(tasks: list[dict[str, Any]], tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(orjson.dumps(tasks))
    read = read_export(path, CONFIGS["review"])
    assert read.answers["value"].to_list() == ['"accept"'] * len(tasks)
    assert isinstance(read.rejects, pl.DataFrame)
