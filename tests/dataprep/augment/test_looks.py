"""What is said against drafts, look by look."""

from typing import Any

import polars as pl
import pytest

from dataprep.augment.drafts import DRAFTS
from dataprep.augment.looks import Looks, judged
from dataprep.augment.repeats import FOUND
from dataprep.augment.story import events_of
from dataprep.recipe.augment import Accept
from schemas.frames import EVENTS, FRAME, empty
from tests.dataprep.rows import ask, framed

PARENTS = framed(ask("Which soil suits blueberries best?", "Acid soil with plenty of peat."))
GOOD = {
    "prompt_before": "Which soil suits blueberries best?",
    "prompt_after": "What kind of soil do blueberries like most?",
}
LIKE = {"answer_before": "Acid soil with plenty of peat.", "answer_after": "Plenty of peat in an acid soil."}


def drafts(*lines: dict[str, Any]) -> pl.DataFrame:
    blank: dict[str, Any] = dict.fromkeys(DRAFTS) | {
        **{"source": "a.jsonl", "row": 1, "parent_id": "a.jsonl:1", "origin": "paraphrase", "style": "plain"},
        **{"language": "en", "finish": "stop", "fault": "", "reasons": [], "key": "k" * 64, "model": "m"},
    }
    rows = [blank | {"number": number} | line for number, line in enumerate(lines, start=1)]
    return pl.DataFrame(rows, schema=DRAFTS)


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        (GOOD, []),
        (GOOD | LIKE, []),
        (LIKE, []),
        ({"finish": "error", "fault": "http_500: boom", "prompt_before": "q", "prompt_after": ""}, ["fault"]),
        (
            {"finish": "error", "fault": "not_read: what?", "origin": "self_instruct", "seeds": ["a.jsonl:1"]},
            ["not_read"],
        ),
        (GOOD | {"finish": "length"}, ["finish"]),
        (GOOD | {"prompt_after": ""}, ["empty"]),
        (GOOD | {"prompt_after": GOOD["prompt_before"]}, ["identical"]),
        (GOOD | LIKE | {"answer_after": LIKE["answer_before"]}, ["identical"]),
        (GOOD | {"prompt_after": "What kind of soil do 3 blueberries like most?"}, ["numbers"]),
    ],
)
def test_one_draft(line: dict[str, Any], reasons: list[str]) -> None:
    told = judged(drafts(line), PARENTS, Accept())
    assert told.schema == DRAFTS
    assert [name for name in told["reasons"][0] if name in [*reasons, *told["reasons"][0][:1]]] == reasons


def test_drafts_keep_their_order_and_places() -> None:
    broken = GOOD | {"prompt_after": GOOD["prompt_before"]}
    fault = {"finish": "error", "fault": "drop: gone", "prompt_before": "q"}
    told = judged(drafts(fault, GOOD, broken, LIKE, fault), PARENTS, Accept())
    assert told["number"].to_list() == [1, 2, 3, 4, 5]
    assert told["reasons"].list.first().to_list() == ["fault", None, "identical", None, "fault"]
    assert told["detail"].to_list() == ["drop: gone", None, "the same text", None, "drop: gone"]


def test_nothing_is_judged() -> None:
    assert judged(drafts(), PARENTS, Accept()).is_empty()
    looks = Looks(drafts())
    looks.reject("duplicate", pl.DataFrame(schema=FOUND))
    assert looks.left(empty(FRAME)).is_empty()


def test_a_second_reason_stands_behind_the_first_and_the_first_is_told() -> None:
    looks = Looks(drafts(GOOD, GOOD, LIKE))
    looks.reject("duplicate", pl.DataFrame({"number": [2], "detail": ["0.90 a:1"]}, schema=FOUND))
    looks.reject("near_eval", pl.DataFrame({"number": [2, 3], "detail": ["0.70", None]}, schema=FOUND))
    assert looks.drafts["reasons"].to_list() == [[], ["duplicate", "near_eval"], ["near_eval"]]
    assert looks.drafts["detail"].to_list() == [None, "0.90 a:1", None]
    assert looks.standing["number"].to_list() == [1]


def test_the_ledger_has_a_line_for_every_new_row_and_for_every_reason() -> None:
    made = drafts(GOOD | {"id": "new"}, LIKE | {"reasons": ["numbers", "duplicate"], "detail": "3 -> 4"})
    lines = events_of(made)
    assert lines.schema == EVENTS
    assert lines.select("id", "source", "row", "verdict", "reason", "into").rows() == [
        ("new", "a.jsonl#augmented", 1, "created", "paraphrase", "a.jsonl:1"),
        ("a.jsonl:1", "a.jsonl#augmented", 2, "rejected", "numbers", "a.jsonl:1"),
        ("a.jsonl:1", "a.jsonl#augmented", 2, "rejected", "rewrite_duplicate", "a.jsonl:1"),
    ]
    assert lines["detail"].to_list() == ["a.jsonl:1, plain, m, kkkkkkkkkkkk", "3 -> 4", "3 -> 4"]
    assert lines["before"].to_list() == [GOOD["prompt_before"], LIKE["answer_before"], LIKE["answer_before"]]
    assert events_of(drafts()).is_empty()
