import csv
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.annotate.forms import FORMS, render_config
from dataprep.annotate.labelling import LabellingConfig, parse_config
from dataprep.annotate.reading import Reading
from dataprep.annotate.table import heading, read_sheet, unguarded, write_sheet
from dataprep.annotate.tasks import Ask, make_tasks
from schemas.errors import UserError
from schemas.records import Record
from schemas.sheets import guarded
from tests.dataprep.annotate.said import values
from tests.dataprep.rows import ask, bot, framed, preference, sft, user


def config_of(form: str, lang: str = "zh") -> LabellingConfig:
    return parse_config(render_config(FORMS[form], lang=lang))


def written(path: Path, form: str, *records: Record) -> list[str]:
    config = config_of(form)
    tasks = make_tasks(framed(*records), FORMS[form], config, Ask("run", "d", seed=17, lang="zh")).tasks
    return write_sheet(path, tasks, config)


def filled(path: Path, form: str, answers: dict[str, str], encoding: str = "utf-8-sig") -> Reading:
    """Fill in the first line as a spreadsheet program does."""
    config = config_of(form)
    heads = {name: heading(question) for name, question in config.questions.items()}
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    for name, cell in answers.items():
        lines[1][lines[0].index(heads.get(name, name))] = cell
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(lines)
    return read_sheet(path, config, annotator="李雷")


def test_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    assert written(path, "review", ask("=1+1 等于几？", "二")) == []
    with path.open(encoding="utf-8-sig", newline="") as file:
        heads, line = csv.reader(file)
    assert heads == [
        *("record_id", "content", "round", "swap", "context", "instruction", "answer"),
        *("verdict (accept | reject | fix)", "corrected", "rating (1-5)"),
    ]
    assert line[0] == "a.jsonl:1"
    assert line[2:] == ["1", "False", "—", "'=1+1 等于几？", "二", "", "", ""]


def test_an_empty_sheet(tmp_path: Path) -> None:
    assert write_sheet(tmp_path / "s.csv", [], config_of("pair")) == []
    assert read_sheet(tmp_path / "s.csv", config_of("pair"), annotator="a").answers.is_empty()


@pytest.mark.parametrize(
    ("form", "cells", "said"),
    [
        ("review", {}, {}),
        ("review", {"verdict": " "}, {}),
        ("review", {"verdict": "accept"}, {"verdict": "accept"}),
        ("review", {"verdict": "不采纳 "}, {"verdict": "reject"}),
        ("review", {"verdict": "ＦＩＸ", "corrected": "'=2"}, {"verdict": "fix", "corrected": "=2"}),
        ("review", {"corrected": "'quoted'"}, {"corrected": "'quoted'"}),
        ("review", {"rating": "４"}, {"rating": 4}),
        ("review", {"rating": "5.0"}, {"rating": 5}),
        ("tags", {"tags": "unsafe，答非所问"}, {"tags": ["off_topic", "unsafe"]}),
        ("tags", {"tags": "无"}, {"tags": []}),
        ("tags", {"tags": "None"}, {"tags": []}),
        ("pair", {"preferred": "左", "swap": "FALSE"}, {"preferred": "a"}),
        ("pair", {"preferred": "left", "swap": "TRUE"}, {"preferred": "b"}),
        ("pair", {"preferred": "平"}, {"preferred": "tie"}),
        ("pair", {"strength": "两个都不好"}, {"preferred": "tie", "strength": "both_bad"}),
    ],
)
def test_what_people_fill_in(form: str, cells: dict[str, str], said: dict[str, Any], tmp_path: Path) -> None:
    record = preference("q", "好", "差") if form == "pair" else ask("问", "答")
    written(tmp_path / "s.csv", form, record)
    read = filled(tmp_path / "s.csv", form, cells)
    assert values(read) == said
    assert read.rejects.is_empty()


@pytest.mark.parametrize(
    ("form", "cells", "reason"),
    [
        ("review", {"verdict": "maybe"}, "label_config_changed"),
        ("review", {"rating": "good"}, "label_value"),
        ("review", {"rating": "6"}, "label_config_changed"),
        ("review", {"verdict": "accept", "record_id": ""}, "label_no_record"),
        ("tags", {"tags": "unsafe, boring"}, "label_config_changed"),
        ("pair", {"preferred": "middle"}, "label_value"),
        ("pair", {"preferred": "left", "swap": "?"}, "label_value"),
    ],
)
def test_what_cannot_be_read(form: str, cells: dict[str, str], reason: str, tmp_path: Path) -> None:
    record = preference("q", "好", "差") if form == "pair" else ask("问", "答")
    written(tmp_path / "s.csv", form, record)
    read = filled(tmp_path / "s.csv", form, cells)
    assert read.answers.is_empty()
    assert read.rejects["reason"].to_list() == [reason]


def test_a_label_may_hold_a_comma(tmp_path: Path) -> None:
    config = parse_config(render_config(FORMS["tags"], lang="en", tags={"rude": "Rude, harsh", "late": "Late"}))
    tasks = make_tasks(framed(ask("q", "a")), FORMS["tags"], config, Ask("run", "d", seed=17)).tasks
    write_sheet(tmp_path / "s.csv", tasks, config)
    text = (tmp_path / "s.csv").read_text(encoding="utf-8-sig").rstrip()
    (tmp_path / "s.csv").write_text(f'{text}"rude, HARSH"\n', encoding="utf-8")
    assert values(read_sheet(tmp_path / "s.csv", config, annotator="a")) == {"tags": ["rude"]}


def test_who_and_what(tmp_path: Path) -> None:
    written(tmp_path / "s.csv", "review", ask("问", "答"))
    read = filled(tmp_path / "s.csv", "review", {"verdict": "采纳"}, encoding="gb18030")
    about = read.answers.row(0, named=True)
    assert (about["record"], about["annotator"], about["round"]) == ("a.jsonl:1", "李雷", 1)
    assert about["content"] is not None
    assert about["annotation"] == "sheet:李雷:a.jsonl:1:1"


def test_begun_work_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    written(path, "review", ask("问", "答"))
    filled(path, "review", {"verdict": "fix"})
    written(path, "review", ask("问", "答"))
    assert values(read_sheet(path, config_of("review"), annotator="a")) == {}
    assert values(read_sheet(tmp_path / "s.judged-1.csv", config_of("review"), annotator="a")) == {"verdict": "fix"}


def test_what_no_cell_holds_is_left_out(tmp_path: Path) -> None:
    long = ask("问", "答" * 32_000)
    assert written(tmp_path / "s.csv", "review", long, ask("问", "答")) == ["a.jsonl:1"]
    assert written(tmp_path / "c.csv", "conversation", sft(user("问"), bot("答" * 31_999))) == ["a.jsonl:1"]


def test_a_changed_config_is_told(tmp_path: Path) -> None:
    written(tmp_path / "s.csv", "review", ask("问", "答"))
    with pytest.raises(UserError, match=r"lacks the column preferred \(left"):
        read_sheet(tmp_path / "s.csv", config_of("pair"), annotator="a")


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]), max_size=20))
def test_guarded_cells_come_back(text: str) -> None:
    assert unguarded(guarded(text)) == text or text.startswith("'")
