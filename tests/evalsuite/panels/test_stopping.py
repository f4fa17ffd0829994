import re
from typing import Any

import pytest

from evalsuite.comparison import Row
from evalsuite.items import frame_of_items
from evalsuite.metrics.exact import exact
from evalsuite.metrics.loops import LOOPS
from evalsuite.panels.stopping import SHOWN, causes, loops, trimmed
from evalsuite.predict import Answer
from evalsuite.report.names import NAMES
from evalsuite.score import score
from tests.evalsuite.hearings import heard, item
from tests.evalsuite.report.stories import row as story_row

LOOP = "我不知道你在说什么。" * 5


def row(metric: str, base: float, tuned: float, *, language: str = "en", set_: str = "eval") -> Row:
    told: dict[str, Any] = {"unit": "tokens", "margin": 0.0} if metric == "answer_tokens" else {"margin": 0.05}
    return story_row(metric, base=base, tuned=tuned, language=language, set_=set_, **{"unit": "share", **told})


@pytest.mark.parametrize(
    ("metric", "base", "tuned", "codes"),
    [
        ("stopped", 0.9, 0.5, ["never_ends"]),
        ("stopped", 0.9, 0.86, []),
        ("stopped", 0.1, 0.9, []),
        ("looped", 0.0, 0.2, ["loops"]),
        ("looped", 0.0, 0.05, []),
        ("looped", 0.5, 0.1, []),
        ("answer_tokens", 90, 29, ["short"]),
        ("answer_tokens", 90, 30, []),
        ("answer_tokens", 0, 0, []),
        ("answer_tokens", float("nan"), 3, []),
        ("chrf", 90, 1, []),
    ],
)
def test_what_points_at_a_cause(metric: str, base: float, tuned: float, codes: list[str]) -> None:
    assert [note.code for note in causes([row(metric, base, tuned)])] == codes
    assert causes([row(metric, base, tuned, set_="train")]) == []


def test_causes_in_words() -> None:
    found = causes([row("stopped", 0.9, 0.5, language="zh"), row("looped", 0.01, 0.25), row("answer_tokens", 60, 9.6)])
    stops, repeats, short = found
    assert stops.en.startswith("Answers in Chinese end by themselves in 50% of the cases, 90% before tuning.")
    assert stops.zh.startswith("中文回答中自行结束的比例为 50%，微调前为 90%。")
    assert "gristmill train --preview" in stops.en and "gristmill train --preview" in stops.zh
    assert repeats.en.startswith("25% of the answers in English loop, 1% before tuning.")
    assert repeats.zh.startswith("英文回答中有 25% 陷入循环，微调前为 1%。")
    assert "eval.sweep" in repeats.en and "eval.sweep" in repeats.zh
    assert short.en == "Answers in English shrank from 60 to 10 tokens: the training answers are short, or cut."
    assert short.zh == "英文回答从 60 个词元缩短到 10 个：训练数据的回答本身很短，或被截断。"
    for note in found:
        assert sorted(re.findall(r"\d+", note.en)) == sorted(re.findall(r"\d+", note.zh))


def test_no_rows_no_causes() -> None:
    assert causes([]) == []


def looping(count: int, **chosen: Any) -> Any:
    items = [item("t", set="train"), *(item(f"i{number}") for number in range(count))]
    told = {f"i{number}": LOOP if number % 2 else "好的。" for number in range(count)}
    sides = heard("base", {**told, "i0": LOOP}), heard("tea", told)
    return items, sides, score(items, frame_of_items(items), sides, chosen or {"loops": LOOPS}, {})


def test_looping_answers_tuned_side_first() -> None:
    found = loops(*looping(4))
    assert [(one["side"], one["id"]) for one in found] == [
        ("tea", "i1"),
        ("tea", "i3"),
        ("base", "i0"),
        ("base", "i1"),
        ("base", "i3"),
    ]
    assert {one["text"] for one in found} == {LOOP}


def test_so_many_of_each_side_are_shown() -> None:
    found = loops(*looping(3 * SHOWN))
    assert [one["side"] for one in found] == ["tea"] * SHOWN + ["base"] * SHOWN


def test_without_the_metric_none_is_shown() -> None:
    assert loops(*looping(4, exact=exact())) == []


def test_the_draw_that_loops_is_the_one_shown() -> None:
    items = [item("a"), item("b")]
    told = {("a", 17): "fine", ("a", 18): LOOP, ("b", 17): "fine", ("b", 18): "fine"}
    sides = heard("base", dict.fromkeys(told, "fine")), heard("tea", told)
    cards = score(items, frame_of_items(items), sides, {"loops": LOOPS}, {})
    assert loops(items, sides, cards) == [{"id": "a", "side": "tea", "text": LOOP}]


def test_what_cutting_mends() -> None:
    phrase = LOOP[: len(LOOP) // 5]
    items = [item("a", reference=phrase, language="zh"), item("b", reference="right"), item("c", set="train")]
    tuned = heard("tea", {"a": LOOP, "b": Answer("right", "eos", 1)})
    base = heard("base", {"a": phrase, "b": "right"})
    first, second = trimmed(items, (base, tuned))
    assert first == {
        "side": "base", "n": 2, "changed": 0,
        "looped_before": 0, "chrf_before": 100, "looped_after": 0, "chrf_after": 100,
    }  # fmt: skip
    assert (second["side"], second["changed"], second["looped_before"], second["looped_after"]) == ("tea", 1, 0.5, 0)
    assert second["chrf_before"] < second["chrf_after"] == pytest.approx(100)
    assert set(second) - set(NAMES) == {"n"}, "a table's columns have names in both languages"


def test_cutting_nothing() -> None:
    items = [item("a", reference="")]
    assert trimmed(items, (heard("base", {}), heard("tea", {}))) == []
    found = trimmed(items, (heard("base", {"a": "x"}), heard("tea", {"a": ""})))
    assert [one["chrf_before"] for one in found] == [0, 0]
