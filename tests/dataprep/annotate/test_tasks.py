from typing import Any
from xml.etree import ElementTree

import polars as pl
import pytest

from dataprep.annotate.forms import FORMS, render_config
from dataprep.annotate.labelling import parse_config
from dataprep.annotate.tasks import SUGGESTIONS, Ask, Batch, make_tasks, swapped
from schemas.errors import UserError
from schemas.frames import FRAME, empty
from schemas.records import Record, content_id
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, tool, user

ASK = Ask("run", "d1", seed=17)
PAIR = preference("红茶用多少度的水？", "100 °C", "80 °C")


def batch(form: str, *records: Record, lang: str = "en", suggestions: pl.DataFrame | None = None) -> Batch:
    config = parse_config(render_config(FORMS[form], lang=lang))
    asked = Ask("run", "d1", seed=17, lang=lang)
    rows = framed(*records) if records else empty(FRAME)
    return make_tasks(rows, FORMS[form], config, asked, suggestions=suggestions)


def texts(form: str, record: Record, lang: str = "en") -> dict[str, Any]:
    data = batch(form, record, lang=lang).tasks[0]["data"]
    return {name: data[name] for name in FORMS[form].fields}


def test_no_rows() -> None:
    assert batch("review") == Batch([], {})


def test_what_names_the_record() -> None:
    record = ask("2+2?", "4")
    (task,) = batch("review", record).tasks
    assert task.keys() == {"data"}
    told = {"record_id": "a.jsonl:1", "content": content_id(record), "round": 1, "run": "run", "digest": "d1"}
    assert task["data"].items() >= {**told, "swap": False}.items()


@pytest.mark.parametrize(
    ("record", "lang", "shown"),
    [
        (ask("问", "答"), "zh", {"context": "—", "instruction": "问", "answer": "答"}),
        (ask("", "😀"), "en", {"context": "—", "instruction": "—", "answer": "😀"}),
        (sft(user("q", context="c"), bot("a")), "en", {"context": "c", "instruction": "q", "answer": "a"}),
        (sft(system("s"), user("q"), bot("a")), "zh", {"context": "[系统]\ns", "instruction": "q", "answer": "a"}),
        (
            sft(user("一"), bot("二"), user("三", context="表"), bot("四")),
            "zh",
            {"context": "[用户]\n一\n\n[助手]\n二\n\n表", "instruction": "三", "answer": "四"},
        ),
        (sft(user("q"), bot("a", reasoning="hm")), "en", {"context": "hm", "instruction": "q", "answer": "a"}),
        (
            sft(user("q"), calls("f"), tool("7"), bot("a")),
            "en",
            {"context": "[assistant]\n→ f({})\n\n[tool]\n7", "instruction": "q", "answer": "a"},
        ),
        (ask("a\x00b", "c"), "en", {"context": "—", "instruction": "a�b", "answer": "c"}),
    ],
)
def test_a_review_shows_all_before_the_answer(record: Record, lang: str, shown: dict[str, str]) -> None:
    assert texts("review", record, lang) == shown


@pytest.mark.parametrize(
    ("record", "turns"),
    [
        (sft(user("嗨"), bot("您好")), [("用户", "嗨"), ("助手", "您好")]),
        (kto("嗨", "您好"), [("用户", "嗨"), ("助手", "您好")]),
        (PAIR, [("用户", "红茶用多少度的水？"), ("助手，回答一", "100 °C"), ("助手，回答二", "80 °C")]),
        (plain("一段文本"), [("文本", "一段文本")]),
        (sft(user(""), bot("a")), [("用户", "—"), ("助手", "a")]),
    ],
)
def test_a_conversation_shows_every_turn(record: Record, turns: list[tuple[str, str]]) -> None:
    shown = texts("tags", record, "zh")["conversation"]
    assert [(turn["role"], turn["content"]) for turn in shown] == turns


@pytest.mark.parametrize("form", ["review", "conversation"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_corrected_answer_starts_from_the_last_one(form: str, lang: str) -> None:
    record = sft(user("一"), bot("二"), user("三"), bot(" 四\n五 ", reasoning="想"))
    (field,) = ElementTree.fromstring(render_config(FORMS[form], lang=lang)).iter("TextArea")
    assert texts(form, record, lang)[field.attrib["value"].removeprefix("$")] == "四\n五"


@pytest.mark.parametrize(
    ("form", "record", "why"),
    [
        ("review", PAIR, "form_kind"),
        ("review", kto("q", "a"), "form_kind"),
        ("conversation", plain("t"), "form_kind"),
        ("pair", ask("q", "a"), "form_kind"),
        ("pair", {"kind": "preference", "messages": [user("q")], "chosen": [bot("a")]}, "form_no_answer"),
        ("review", ask("q", " \n"), "form_no_answer"),
        ("review", sft(user("q")), "form_no_answer"),
        ("review", sft(bot("a")), "form_no_answer"),
        ("review", {"kind": "sft"}, "form_no_answer"),
        ("review", sft(user("q"), calls("f", content="so")), "form_no_answer"),
    ],
)
def test_rows_that_a_form_cannot_show(form: str, record: Record, why: str) -> None:
    assert batch(form, record, ask("q", "a"), PAIR).left_out["a.jsonl:1"] == why


def test_sides_are_drawn_by_record_and_half_are_swapped() -> None:
    tasks = batch("pair", *[PAIR] * 400).tasks
    data = [task["data"] for task in tasks]
    for one in data:
        sides = ("80 °C", "100 °C") if one["swap"] else ("100 °C", "80 °C")
        assert (one["left"], one["right"]) == sides
    assert 160 < sum(one["swap"] for one in data) < 240
    assert [one["swap"] for one in data] == [swapped(one["record_id"], seed=17) for one in data]
    assert [one["swap"] for one in data] != [swapped(one["record_id"], seed=18) for one in data]


def suggested(*lines: tuple[str, str, float | None]) -> pl.DataFrame:
    rows = [("a.jsonl:1", question, value, score, "judge") for question, value, score in lines]
    return pl.DataFrame(rows, schema=SUGGESTIONS, orient="row")


def test_suggestions_become_one_prediction_of_each_model() -> None:
    lines = suggested(("verdict", '"fix"', 0.25), ("rating", "4", 0.25), ("corrected", '"四"', None))
    other = lines.head(1).with_columns(model=pl.lit("other"), score=pl.lit(None, pl.Float64))
    made = batch("review", ask("q", "a"), ask("q", "b"), suggestions=pl.concat([lines, other])).tasks
    about = {"to_name": "answer"}
    verdict = {"from_name": "verdict", "type": "choices", "value": {"choices": ["fix"]}, **about}
    assert made[0]["predictions"] == [
        {
            "model_version": "judge",
            "score": 0.25,
            "result": [
                verdict,
                {"from_name": "rating", "type": "rating", "value": {"rating": 4}, **about},
                {"from_name": "corrected", "type": "textarea", "value": {"text": ["四"]}, **about},
            ],
        },
        {"model_version": "other", "result": [verdict]},
    ]
    assert "predictions" not in made[1]


@pytest.mark.parametrize(
    ("form", "question", "value", "score", "fault"),
    [
        ("review", "verdict", '"middle"', None, "'middle' is no answer to 'verdict'"),
        ("review", "verdict", '["accept"]', None, "no answer"),
        ("review", "verdict", "not json", None, "can't be pushed"),
        ("review", "rating", "6", None, "6 is no answer"),
        ("review", "rating", "0", None, "0 is no answer"),
        ("review", "rating", "true", None, "True is no answer"),
        ("review", "corrected", '["a"]', None, "no answer"),
        ("review", "tags", '"a"', None, "asks no 'tags'"),
        ("review", "verdict", '"accept"', 1.5, "from 0 to 1, not 1.5"),
        ("tags", "tags", '"unsafe"', None, "no answer"),
        ("pair", "preferred", '"left"', None, "no answer"),
    ],
)
def test_a_suggestion_that_a_server_would_drop_is_refused(
    form: str, question: str, value: str, score: float | None, fault: str
) -> None:
    with pytest.raises(UserError, match=fault) as told:
        batch(form, PAIR if form == "pair" else ask("q", "a"), suggestions=suggested((question, value, score)))
    assert "a.jsonl:1" in told.value.message


def test_a_suggested_side_follows_the_swap() -> None:
    lines = suggested(("preferred", '"a"', None))
    everyone = pl.concat([lines.with_columns(record=pl.lit(f"a.jsonl:{row}")) for row in range(1, 21)])
    tasks = batch("pair", *[PAIR] * 20, suggestions=everyone).tasks
    sides = {(task["data"]["swap"], task["predictions"][0]["result"][0]["value"]["selected"]) for task in tasks}
    assert sides == {(False, "left"), (True, "right")}


def test_a_tie_marks_nothing() -> None:
    assert batch("pair", PAIR, suggestions=suggested(("preferred", '"tie"', None))).tasks[0]["predictions"] == []


def test_a_config_over_other_fields_is_refused() -> None:
    config = parse_config(render_config(FORMS["pair"], lang="en"))
    with pytest.raises(UserError, match=r"\$prompt is no field of the tasks \(they have answer, context"):
        make_tasks(framed(ask("q", "a")), FORMS["review"], config, ASK)
