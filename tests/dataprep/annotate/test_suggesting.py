from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dataprep.annotate.forms import FORMS, render_config
from dataprep.annotate.labelling import parse_config
from dataprep.annotate.suggesting import SUGGESTERS, suggestions
from dataprep.annotate.tasks import Ask, make_tasks
from schemas.artifacts import Layout
from schemas.errors import UserError
from tests.dataprep.annotate.runs import run_of
from tests.dataprep.rows import ask

ROWS = [ask(f"问{number}", f"答{number}") for number in range(1, 5)]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return run_of(tmp_path / "t", *ROWS)


def rows(layout: Layout) -> pl.DataFrame:
    return pl.read_parquet(layout.split("train"))


def judged(layout: Layout, *grades: int | None) -> None:
    path = layout.data / "signals.parquet"
    pl.read_parquet(path).with_columns(judge_score=pl.Series(grades, dtype=pl.Int8)).write_parquet(path)


def answered(layout: Layout, *answers: dict[str, Any]) -> None:
    usual = {"id": "item", "source": "a.jsonl", "row": 99, "seed": 0, "tuned": "好", "tuned_stop": "eos"}
    layout.evaluation.mkdir()
    told = pl.DataFrame([{**usual, "tuned_fault": None, **answer} for answer in answers])
    told.cast({"tuned_fault": pl.String}).write_parquet(layout.evaluation / "predictions.parquet")


def test_grades_of_the_judge_become_ratings(layout: Layout) -> None:
    judged(layout, 5, None, 2, 1)
    names = rows(layout)["id"]
    assert suggestions(layout, rows(layout)[:3], "judge").rows() == [
        (names[0], "rating", "5", 1.0, "judge"),
        (names[2], "rating", "2", 0.25, "judge"),
    ]


@pytest.mark.parametrize(
    ("answers", "found"),
    [
        ([{"row": 2, "tuned": '他说"好"'}], {1: '"他说\\"好\\""'}),
        ([{"row": 2, "tuned_stop": "length"}, {"row": 3}], {2: '"好"'}),
        ([{"row": 2, "tuned_fault": "timeout"}, {"row": 3, "tuned": ""}, {"row": 4}], {3: '"好"'}),
        ([{"row": 1, "seed": 1, "tuned": "later"}, {"row": 1}], {0: '"好"'}),
        ([{"row": 1, "source": "b.jsonl"}, {"row": 4}], {3: '"好"'}),
    ],
)
def test_answers_of_the_tuned_model_become_corrected_ones(
    layout: Layout, answers: list[dict[str, Any]], found: dict[int, str]
) -> None:
    answered(layout, *answers)
    names = rows(layout)["id"]
    told = [(names[place], "corrected", value, None, "tuned") for place, value in found.items()]
    assert suggestions(layout, rows(layout), "model").rows() == told


def test_an_item_is_known_by_its_id_before_its_place(layout: Layout) -> None:
    names = rows(layout)["id"]
    answered(layout, {"id": names[0], "row": 2})
    assert suggestions(layout, rows(layout), "model")["record"].to_list() == [names[0]]


def test_a_models_answer_fits_the_form(layout: Layout) -> None:
    answered(layout, {"row": 1})
    form, config = FORMS["review"], parse_config(render_config(FORMS["review"], lang="en"))
    said = suggestions(layout, rows(layout), "model")
    task, *others = make_tasks(rows(layout), form, config, Ask("t", "d", seed=1), suggestions=said).tasks
    assert task["predictions"][0]["result"][0]["value"] == {"text": ["好"]}
    assert not any("predictions" in other for other in others)


@pytest.mark.parametrize("who", SUGGESTERS)
def test_nothing_to_say(layout: Layout, who: str) -> None:
    with pytest.raises(UserError, match=r"these rows of t: there is nothing to fill in") as fault:
        suggestions(layout, rows(layout), who)
    assert "gristmill eval" in fault.value.hint or "data.rules.judge" in fault.value.hint
    answered(layout, {})
    judged(layout, None, None, None, None)
    with pytest.raises(UserError, match="nothing to fill in"):
        suggestions(layout, rows(layout), who)
