from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest

from evalsuite.items import Item, frame_of_items
from evalsuite.metrics.bleu import bleu
from evalsuite.metrics.exact import exact
from evalsuite.metrics.grounding import grounding
from evalsuite.metrics.loops import LOOPS
from evalsuite.metrics.metric import Family
from evalsuite.panels.sides import BETTER, NEAR, WORSE, neighbours, sides_of, training_texts
from evalsuite.predict import Answer
from evalsuite.score import Heard, score
from schemas.frames import EVENTS, frame_of
from schemas.records import Record
from tests.evalsuite.hearings import heard, item
from tests.train.tiny import rows as facts


def frame(records: Sequence[Record]) -> pl.DataFrame:
    return frame_of(records, sources=["facts.jsonl"] * len(records), rows=range(1, len(records) + 1))


TRAIN = frame(facts("sft", 8))


def shown(
    items: list[Item], base: Heard, tuned: Heard, *families: Family, train: pl.DataFrame = TRAIN, ledger: Any = None
) -> list[dict[str, Any]]:
    chosen = {str(place): family for place, family in enumerate(families or (bleu(),))}
    cards = score(items, frame_of_items(items), (base, tuned), chosen, {})
    return sides_of(items, (base, tuned), cards, train, ledger)


def test_worst_first_then_the_best() -> None:
    items = [item(name, reference="one two three four") for name in ("same", "up", "worse", "worst", "more", "failed")]
    right, half, wrong = "one two three four", "one two", "zzz"
    base = heard("base", {"same": half, "up": half, "worse": right, "worst": right, "more": wrong, "failed": right})
    failed = Answer("", "error", 0, "prompt_too_long")
    tuned = {"same": half, "up": right, "worse": half, "worst": wrong, "more": right, "failed": failed}
    found = shown(items, base, heard("tea", tuned))
    assert [(one["id"], one["change"]) for one in found] == [
        ("worst", "worse"),
        ("worse", "worse"),
        ("more", "better"),
        ("up", "better"),
    ]
    assert found[0]["metric"] == "chrf"
    assert found[0]["values"] == [100, 0]
    assert (found[0]["base"], found[0]["tuned"], found[0]["stops"]) == (right, wrong, ["eos", "eos"])


def test_so_many_are_shown() -> None:
    items = [item(f"i{number}") for number in range(60)]
    base = {f"i{number}": "right" if number % 2 else "x" for number in range(60)}
    tuned = {name: "x" if said == "right" else "right" for name, said in base.items()}
    found = shown(items, heard("base", base), heard("tea", tuned))
    assert [one["change"] for one in found] == ["worse"] * WORSE + ["better"] * BETTER


def test_none_was_answered() -> None:
    assert shown([], heard("base", {}), heard("tea", {})) == []
    items = [item("a", set="train")]
    assert shown(items, heard("base", {}), heard("tea", {})) == []


@pytest.mark.parametrize(
    ("families", "metric"),
    [((exact(), bleu()), "chrf"), ((exact(),), "token_f1"), ((LOOPS,), None)],
)
def test_the_first_score_that_was_measured_ranks(families: tuple[Family, ...], metric: str | None) -> None:
    found = shown([item("a")], heard("base", {"a": "right"}), heard("tea", {"a": "x"}), *families)
    assert [one["metric"] for one in found] == ([metric] if metric else [])


def test_an_item_is_told_with_what_was_found_in_it() -> None:
    one = item("a", "多大？", "1.8 升", context="水箱 1.8 升。", language="zh", row=7)
    looping = "水箱有 5 升，我不知道。" * 6
    told = shown([item("t", set="train"), one], heard("base", {"a": "1.8 升"}), heard("tea", {"a": looping}),
                 bleu(), grounding(), LOOPS)[0]  # fmt: skip
    asked = {"id": "a", "language": "zh", "source": "a.csv:7", "kind": "sft", "question": "多大？"}
    assert {**asked, "context": "水箱 1.8 升。", "reference": "1.8 升"}.items() <= told.items()
    assert "5 升" in "".join(told["found"]["unsupported_numbers"])
    assert "looped" not in told["found"]


def test_each_draw_is_shown_with_its_own_answer() -> None:
    draws = {("a", 17): "right", ("a", 18): "x"}
    found = shown([item("a")], heard("base", dict.fromkeys(draws, "right")), heard("tea", draws))
    assert [(one["id"], one["tuned"]) for one in found] == [("a#18", "x")]


def test_neighbours_come_with_their_history() -> None:
    near = TRAIN["id"][3]
    events: list[dict[str, Any]] = [
        {"id": near, "stage": "clean", "verdict": "changed", "reason": "trailing_space"},
        {"id": "other", "stage": "filter", "verdict": "dropped", "reason": "short"},
        {"id": near, "stage": "dedup", "verdict": "merged", "reason": "near"},
    ]
    ledger = pl.DataFrame(events, schema=EVENTS)
    one = item("a", "LQ-3多大？", "3升", language="zh")
    told = shown([one], heard("base", {"a": "3升"}), heard("tea", {"a": "x"}), ledger=ledger)[0]
    assert len(told["neighbours"]) == NEAR
    first, *others = told["neighbours"]
    assert first["similarity"] == pytest.approx(1)
    assert {
        "id": near,
        "source": "facts.jsonl",
        "row": 4,
        "question": "LQ-3多大？",
        "answer": "3升",
    }.items() <= first.items()
    assert first["history"] == ["clean: changed (trailing_space)", "dedup: merged (near)"]
    assert [other["history"] for other in others] == [[], []]
    assert first["similarity"] > others[0]["similarity"] >= others[1]["similarity"]


@pytest.mark.parametrize("ledger", [None, pl.DataFrame(schema=EVENTS)])
def test_without_a_ledger_there_is_no_history(ledger: pl.DataFrame | None) -> None:
    found = neighbours(["LQ-3多大？", "", "完全不相干"], TRAIN, ledger)
    assert [near["history"] for near in found[0]] == [[]] * NEAR
    assert found[1] == []
    assert len(found) == 3


def test_without_training_rows_there_are_no_neighbours() -> None:
    found = shown([item("a")], heard("base", {"a": "right"}), heard("tea", {"a": "x"}), train=TRAIN.clear())
    assert [one["neighbours"] for one in found] == [[]]


@pytest.mark.parametrize(
    ("kind", "question", "answer"),
    [("sft", "LQ-1多大？", "1升"), ("preference", "LQ-1多大？", "1升"), ("kto", "LQ-1多大？", "1升"),
     ("text", "", "LQ-1多大？ 1升")],
)  # fmt: skip
def test_every_kind_of_row_is_a_text(kind: str, question: str, answer: str) -> None:
    told = training_texts(frame(facts(kind, 2))).row(1, named=True)
    assert {"source": "facts.jsonl", "row": 2, "question": question, "answer": answer}.items() <= told.items()
    assert told["text"] == f"{question}\n{answer}"


def test_a_rows_context_and_earlier_turns_belong_to_its_question() -> None:
    turns: Any = [
        {"role": "user", "content": "first?", "context": "a passage"},
        {"role": "assistant", "content": "one"},
        {"role": "user", "content": "second?"},
        {"role": "assistant", "content": "two"},
    ]
    told = training_texts(frame([{"kind": "sft", "messages": turns}])).row(0, named=True)
    assert (told["question"], told["answer"]) == ("first?\na passage\none\nsecond?", "two")


def test_no_rows_are_no_texts() -> None:
    told = training_texts(TRAIN.clear())
    assert told.is_empty()
    assert told.schema == {**dict.fromkeys(("id", "source"), pl.String), "row": pl.Int64,
                           **dict.fromkeys(("question", "answer", "text"), pl.String)}  # fmt: skip
