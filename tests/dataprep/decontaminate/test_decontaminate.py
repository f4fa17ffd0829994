"""Which rows give a benchmark away, and which only look like it."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.decontaminate import decontaminate, tally
from dataprep.recipe import Decontaminate
from schemas.frames import DROPPED, EVENTS, FRAME, empty
from schemas.records import Record
from tests.dataprep.decontaminate.files import LONG_EN, LONG_ZH, benchmarks, judged
from tests.dataprep.rows import ask, bot, calls, framed, kto, plain, preference, sft, system, user

OTHER = "今天下午三点以后还能不能预约上门安装服务？"
SAID = {"id": "q1", "question": LONG_ZH, "answer": "11800"}
MMLU = {"question": "Which of the following is correct?", "choices": ["2", "4", "a whale", "iron"], "answer": 1}


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (ask("", ""), None),
        (ask("  \n ", "🙂"), None),
        (plain(""), None),
        (ask(OTHER, "可以"), None),
        (ask(LONG_ZH, "随便"), "benchmark_quote"),
        (ask(f"请回答下面的题目：{LONG_ZH}只写数字。", "随便"), "benchmark_quote"),
        (ask("题目", LONG_ZH), "benchmark_quote"),
        (sft(user("题目", context=LONG_ZH), bot("好")), "benchmark_quote"),
        (sft(user("题目"), bot("好", reasoning=LONG_ZH)), "benchmark_quote"),
        (sft(system(LONG_ZH), user("题目"), bot("好")), "benchmark_quote"),
        (sft(user("题目"), calls("f"), bot("好")), None),
        (plain(f"前言。{LONG_ZH}后记。"), "benchmark_quote"),
        (preference("题目", "好", LONG_ZH), "benchmark_quote"),
        (kto(LONG_ZH, "好"), "benchmark_quote"),
        (ask(LONG_ZH[:24], "好"), None),  # less than half of it
        (ask("题目", "11800"), None),
    ],
)
def test_where_a_question_may_stand(tmp_path: Path, record: Record, reason: str | None) -> None:
    found = judged(tmp_path, framed(record), SAID)
    assert found.events["reason"].to_list() == ([reason] if reason else [])
    assert found.dropped["reasons"].to_list() == ([[reason]] if reason else [])
    assert found.kept.schema == FRAME
    assert found.dropped.schema == DROPPED
    assert found.events.schema == EVENTS


@pytest.mark.parametrize(
    ("item", "prompt", "found"),
    [
        ({"question": "1+1=?", "answer": "2"}, "1+1=?", False),
        ({"question": "你好", "answer": "你好！"}, "你好", False),
        ({"question": "你好吗", "answer": "好"}, "你好吗？请问1+1=?等于几", False),
        ({"question": "温杯用多少热水合适？"}, "温杯用多少热水合适？", True),
        ({"question": "温杯用多少热水合适？"}, "想问一下，温杯用多少热水合适？谢谢", True),
        ({"question": "温杯用多少热水合适？"}, "温杯用多少凉水合适？", False),
        ({"question": "What is the capital of France?"}, "Tell me: what is the capital of France", True),
        ({"question": "What is the capital of France?"}, "What is the capital of Spain?", False),
        (MMLU, "Which of the following is correct? Whales are fish.", False),
        (MMLU, "Which of the following is correct? A. 2 B. 4 C. a whale D. iron", True),
        ({"text": LONG_EN}, LONG_EN.upper().replace(" ", "  "), True),
        ({"题干": "用 Python 写一个函数，判断字符串 s 是不是回文"}, "用python写一个函数 判断字符串s是不是回文。", True),
    ],
)
def test_short_questions_are_found_whole_or_not_at_all(
    tmp_path: Path, item: dict[str, object], prompt: str, *, found: bool
) -> None:
    assert judged(tmp_path, framed(ask(prompt, "…")), item).dropped.height == found


def test_an_answer_alone_is_no_leak(tmp_path: Path) -> None:
    answer = "E02 means that the tank is not seated: lift it out, wipe the seat dry and press it down until it clicks."
    item = {"question": "E02 appeared when I put the water container back, did I do something wrong?", "answer": answer}
    assert judged(tmp_path, framed(ask("The screen shows E02!", answer)), item).dropped.is_empty()


@pytest.mark.parametrize(("near", "reason"), [(0.5, "benchmark_near"), (0.95, None)])
def test_a_reworded_question_is_near(tmp_path: Path, near: float, reason: str | None) -> None:
    # 23 characters, 19 5-grams each; every change breaks five of them.
    asked, said = "水箱里的水用完以后机器会不会自己停下来不再加热呢", "水箱里的水用完以后机器会不会自己停下来不再加温呢"
    found = judged(tmp_path, framed(ask(said, "会")), {"question": asked}, near=near, overlap=1.0)
    assert found.events["reason"].to_list() == ([reason] if reason else [])
    if reason:
        assert found.events["detail"].item() == "bench.jsonl · 1 · 0.82"  # 18 of 22


def test_what_is_shown(tmp_path: Path) -> None:
    frame = framed(ask("前面的话很长很长。" * 5 + LONG_ZH + "后面的话也很长。" * 5, "好"), ask(OTHER, "好"))
    event = judged(tmp_path, frame, SAID, action="flag").events.row(0, named=True)
    assert (event["id"], event["row"], event["verdict"]) == ("a.jsonl:1", 1, "flagged")
    assert event["detail"] == "bench.jsonl · q1 · 1.00"
    assert LONG_ZH in event["before"]
    assert event["before"].startswith("…")
    assert event["before"].endswith("…")


def test_a_flagged_row_stays(tmp_path: Path) -> None:
    frame = framed(ask(LONG_ZH, "好"))
    found = judged(tmp_path, frame, SAID, action="flag")
    assert found.kept.equals(frame)
    assert found.events["verdict"].to_list() == ["flagged"]


def test_a_template_that_many_items_share_is_no_question(tmp_path: Path) -> None:
    head = "以下是中国关于注册会计师考试的单项选择题，请选出其中的正确答案。"
    items = [{"question": f"{head}第{n}题：{word}"} for n, word in enumerate("甲乙丙丁戊己庚辛壬癸子丑")]
    assert judged(
        tmp_path, framed(ask(head + "借贷记账法的记账规则是什么？", "好")), *items, near=1.0
    ).dropped.is_empty()


def test_one_event_for_each_benchmark_with_its_best_item(tmp_path: Path) -> None:
    found = judged(tmp_path, framed(ask(LONG_ZH, "好")), SAID, {"id": "q2", "question": LONG_ZH[:40]})
    assert found.events["detail"].to_list() == ["bench.jsonl · q1 · 1.00"]


def test_an_empty_frame_is_no_error(tmp_path: Path) -> None:
    assert judged(tmp_path, empty(FRAME), SAID).kept.equals(empty(FRAME))


def test_tally(tmp_path: Path) -> None:
    rows = framed(ask(LONG_ZH, "好"), ask(f"{LONG_ZH}？", "好"), ask(OTHER, "好"))
    told = tally(judged(tmp_path, rows, SAID).events, ["bench.jsonl", "clean.jsonl"])
    assert [(line["benchmark"], line["items"], line["rows"]) for line in told] == [
        ("bench.jsonl", 1, 2),
        ("clean.jsonl", 0, 0),
    ]
    assert told[0]["spans"][1] == {"item": "q1", "source": "a.jsonl", "row": 2, "score": 1.0, "quote": f"{LONG_ZH}？"}


@settings(max_examples=10, deadline=None)
@given(cuts=st.lists(st.integers(0, 12), max_size=4))
def test_where_the_frame_is_cut_makes_no_difference(tmp_path_factory: pytest.TempPathFactory, cuts: list[int]) -> None:
    folder = tmp_path_factory.mktemp("cut")
    items = [SAID, {"question": LONG_EN}, MMLU, {"question": "温杯用多少热水合适？"}]
    known = benchmarks(folder, *items)
    asked = [LONG_ZH, OTHER, LONG_EN, "温杯用多少热水合适？", LONG_ZH[:45], "", LONG_EN[:60], f"{OTHER}{LONG_EN}"]
    frame = framed(
        *(ask(text, "好") for text in asked), plain(LONG_ZH), preference(OTHER, LONG_ZH, LONG_EN), ask("", "")
    )
    places = sorted({0, *cuts, frame.height})
    config = Decontaminate(against=["bench.jsonl"])
    whole = decontaminate(frame, known, config)
    parts = [
        decontaminate(frame[start:stop], known, config)
        for start, stop in zip(places, [*places[1:], frame.height], strict=True)
    ]
    assert whole.dropped.height == 7
    for name in ("kept", "dropped", "events"):
        assert pl.concat([getattr(part, name) for part in parts]).equals(getattr(whole, name))
