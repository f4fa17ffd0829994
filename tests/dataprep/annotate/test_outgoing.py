from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest

from dataprep.annotate.answers import answer_frame
from dataprep.annotate.forms import FORMS, render_config
from dataprep.annotate.outgoing import Outgoing, Wish, prepare, write_tasks
from dataprep.annotate.reading import REJECTS, Reading
from dataprep.annotate.store import home, keep
from dataprep.annotate.table import write_sheet
from dataprep.augment.drafts import SUFFIX
from dataprep.mix.apply import prompted
from dataprep.recipe import Mix
from schemas.artifacts import Layout
from schemas.errors import UserError
from schemas.frames import EVENTS, empty, event_frame, records_of
from schemas.records import content_id
from tests.dataprep.annotate.runs import run_of
from tests.dataprep.annotate.said import said
from tests.dataprep.rows import ask, bot, plain, preference, sft, system, user

ROWS = [
    ask("水箱多大？", "1.5 升。"),
    ask("保修几年？", "两年，请保留发票。"),
    ask("How big is the tank? 🫖", "1.5 litres."),
    preference("怎么清洗？", "用清水冲洗滤网。", "不知道。"),
    plain("茶叶要放在阴凉处。"),
    sft(system("你是茶师"), user("水温多少？"), bot("95 度。")),
]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return run_of(tmp_path / "runs" / "t", *ROWS)


def ids(layout: Layout) -> list[str]:
    return pl.read_parquet(layout.split("train"))["id"].to_list()


def pushed(outgoing: Outgoing) -> list[str]:
    return [task["data"]["record_id"] for task in outgoing.batch.tasks]


def came_back(layout: Layout, *lines: dict[str, Any]) -> None:
    keep(home(layout) / "x.parquet", Reading(answer_frame(lines), empty(REJECTS)))


def test_all_rows_of_the_kind(layout: Layout) -> None:
    found = prepare(layout, Wish(), seed=1)
    assert pushed(found) == [ids(layout)[place] for place in (0, 1, 2, 5)]
    assert (found.round, found.why, found.batch.left_out) == (1, {}, {})
    data = found.batch.tasks[0]["data"]
    told = {name: data[name] for name in ("run", "digest", "round", "content")}
    assert told == {"run": "t", "digest": "k1", "round": 1, "content": content_id(ROWS[0])}
    assert found.xml == render_config(FORMS["review"], lang="en")


@pytest.mark.parametrize("count", [1, 3, 4, 99])
def test_count_is_of_rows_that_fit(layout: Layout, count: int) -> None:
    found = pushed(prepare(layout, Wish(count=count), seed=1))
    assert len(found) == min(count, 4)
    assert found == pushed(prepare(layout, Wish(count=99), seed=1))[:count]


def test_the_draw_is_by_seed(layout: Layout) -> None:
    assert len({tuple(pushed(prepare(layout, Wish(count=4), seed=seed))) for seed in range(9)}) > 1


def test_where_and_why(layout: Layout) -> None:
    flag = {"source": "a.jsonl", "row": 2, "id": ids(layout)[1], "stage": "exact_dedup", "verdict": "flagged"}
    lines = event_frame([{**flag, "reason": "same_prompt_other_answer", "detail": "a.jsonl:1"}])
    lines.select(EVENTS.names()).write_parquet(layout.ledger)
    found = prepare(layout, Wish(uncertain=("conflicting",), where="row < 4"), seed=1)
    assert (pushed(found), found.why) == ([ids(layout)[1]], {"conflicting": 1})


@pytest.mark.parametrize(
    ("wish", "told"),
    [
        (Wish(where="row > 99"), "no row of t fits the form review"),
        (Wish(form="pair", where="kind = 'sft'"), "fits the form pair"),
        (Wish(suggest="judge"), "no judge has graded these rows of t"),
        (Wish(suggest="model"), "no tuned model has answered these rows of t"),
        (Wish(again=True), "no answers about t have come back yet"),
        (Wish(config=Path("none.xml")), "none.xml can't be read"),
        (Wish(form="quiz"), "no form 'quiz'"),
    ],
)
def test_faults(layout: Layout, wish: Wish, told: str) -> None:
    with pytest.raises(UserError, match=told) as fault:
        prepare(layout, wish, seed=1)
    assert fault.value.hint


def test_a_config_that_is_not_text(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "c.xml"
    path.write_bytes(b"\xff\xfe<View/>")
    with pytest.raises(UserError, match="it isn't UTF-8"):
        prepare(layout, Wish(config=path), seed=1)


def test_rewrites_stay_out_and_do_not_count(tmp_path: Path) -> None:
    layout = run_of(tmp_path / "runs" / "t", *ROWS)
    made = run_of(tmp_path / "runs" / "u", ask("水箱容量？", "一升半。"), source=f"a.jsonl{SUFFIX}")
    rows = pl.concat([pl.read_parquet(made.split("train")), pl.read_parquet(layout.split("train"))])
    rows.write_parquet(layout.split("train"))
    found = prepare(layout, Wish(), seed=1)
    assert found.batch.left_out == {ids(made)[0]: "form_rewrite"}
    assert {len(pushed(prepare(layout, Wish(count=4), seed=seed))) for seed in range(5)} == {4}
    with pytest.raises(UserError, match="1 rewrites do not count"):
        prepare(layout, Wish(where=f"source = 'a.jsonl{SUFFIX}'"), seed=1)


def test_a_system_prompt_of_the_mix_stays_out(layout: Layout) -> None:
    mix = Mix.model_validate({"groups": {"all": {"sources": ["*"], "system": "你是泠泉客服。"}}})
    before = {task["data"]["record_id"]: task["data"] for task in prepare(layout, Wish(), seed=1).batch.tasks}
    result = prompted(pl.read_parquet(layout.split("train")), mix)
    result.kept.write_parquet(layout.split("train"))
    result.events.write_parquet(layout.ledger)
    assert records_of(result.kept)[0]["messages"][0] == system("你是泠泉客服。")
    after = {task["data"]["record_id"]: task["data"] for task in prepare(layout, Wish(), seed=1).batch.tasks}
    assert after == before
    assert "你是茶师" in str(after[ids(layout)[5]])


def test_the_next_round_has_the_most_disputed_first(layout: Layout) -> None:
    one, two, three = ids(layout)[:3]
    came_back(
        layout,
        *(said(one, who, value, "rating") for who, value in (("a", 2), ("b", 4), ("c", 4))),
        *(said(two, who, value) for who, value in (("a", "accept"), ("b", "reject"))),
        *(said(three, who, "accept") for who in "ab"),
    )
    found = prepare(layout, Wish(again=True), seed=1)
    assert (pushed(found), found.round) == ([two, one], 2)
    assert [task["data"]["round"] for task in found.batch.tasks] == [2, 2]
    assert pushed(prepare(layout, Wish(again=True, count=1), seed=1)) == [two]
    came_back(layout, *(said(two, who, "reject", round=2) for who in "ab"), said(one, "a", 1, "rating"))
    with pytest.raises(UserError, match="people are not at odds") as fault:
        prepare(layout, Wish(again=True), seed=1)
    assert fault.value.hint == "gristmill label agreement t"


def test_the_next_round_is_about_what_the_form_asks(layout: Layout) -> None:
    one, two = ids(layout)[:2]
    came_back(
        layout,
        *(said(one, who, value, "tone") for who, value in (("a", "dry"), ("b", "warm"))),
        *(said(two, who, value) for who, value in (("a", "accept"), ("b", "reject"))),
    )
    assert pushed(prepare(layout, Wish(again=True), seed=1)) == [two]


def test_the_judge_fills_in_grades(layout: Layout) -> None:
    path = layout.data / "signals.parquet"
    pl.read_parquet(path).with_columns(judge_score=pl.lit(4, pl.Int32)).write_parquet(path)
    found = prepare(layout, Wish(suggest="judge"), seed=1)
    assert [task["predictions"][0]["score"] for task in found.batch.tasks] == [0.75] * 4


def test_json_and_its_config(layout: Layout, tmp_path: Path) -> None:
    outgoing = prepare(layout, Wish(lang="zh"), seed=1)
    paths, after = write_tasks(outgoing, tmp_path / "out" / "t.json")
    assert [path.name for path in paths] == ["t.json", "t.xml"]
    assert orjson.loads(paths[0].read_bytes()) == list(outgoing.batch.tasks)
    assert paths[1].read_text(encoding="utf-8") == outgoing.xml
    assert after == outgoing


def test_ones_own_config_is_not_written_over(layout: Layout, tmp_path: Path) -> None:
    own = tmp_path / "t.xml"
    own.write_bytes(render_config(FORMS["review"], lang="zh").replace("\n", "\r\n").encode())
    before = own.read_bytes()
    write_tasks(prepare(layout, Wish(config=own), seed=1), tmp_path / "t.json")
    assert own.read_bytes() == before


def test_what_is_too_long_for_a_cell_is_told(layout: Layout, tmp_path: Path) -> None:
    outgoing = prepare(layout, Wish(), seed=1)
    long = {**outgoing.batch.tasks[1], "data": {**outgoing.batch.tasks[1]["data"], "answer": "长" * 40_000}}
    batch = replace(outgoing.batch, tasks=[outgoing.batch.tasks[0], long], left_out={"x": "form_rewrite"})
    paths, after = write_tasks(replace(outgoing, batch=batch), tmp_path / "t.csv")
    assert [path.name for path in paths] == ["t.csv"]
    assert after.batch.left_out == {"x": "form_rewrite", ids(layout)[1]: "form_too_long"}
    assert pushed(after) == ids(layout)[:1]
    write_sheet(tmp_path / "same.csv", after.batch.tasks, after.config)
    assert paths[0].read_bytes() == (tmp_path / "same.csv").read_bytes()


@pytest.mark.parametrize("name", ["t.xlsx", "t", "t.jsonl"])
def test_another_ending(layout: Layout, tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match=r"as \.json or \.csv") as fault:
        write_tasks(prepare(layout, Wish(), seed=1), tmp_path / name)
    assert fault.value.hint == f"-o {tmp_path / 't.json'}"
