import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from dataprep.convert import Plan, convert, plan
from schemas.frames import DROPPED, EVENTS, FRAME, RAW, records_of

GOOD = {"instruction": "问", "input": "文", "output": "答"}
ALPACA = plan([GOOD])
ROWS = [
    GOOD,
    {"instruction": "问", "output": None},
    {"conversations": [{"from": "human", "value": "问"}, {"from": "gpt", "value": "答"}]},
    {"instruction": "看<image>", "output": "答", "images": ["a.png"]},
    {"instruction": "问", "output": "答", "label": False},
    {"指令": "问", "输出": "答"},
    [1],
]


def raw(*rows, faults=()):
    lines = [("a.jsonl", number, json.dumps(row, ensure_ascii=False), None) for number, row in enumerate(rows, 1)]
    lines += [("a.jsonl", len(rows) + number, "{", fault) for number, fault in enumerate(faults, 1)]
    return pl.DataFrame(lines, schema=RAW, orient="row")


def events(result):
    return [tuple(line) for line in result.events.select("row", "verdict", "reason", "detail").iter_rows()]


def test_no_row_in_no_row_out():
    result = convert(pl.DataFrame(schema=RAW), {})
    assert (result.kept.schema, result.dropped.schema, result.events.schema) == (FRAME, DROPPED, EVENTS)
    assert (result.kept.height, result.dropped.height, result.events.height) == (0, 0, 0)


def test_a_row_becomes_canonical():
    result = convert(raw(GOOD), {"a.jsonl": ALPACA})
    user, answer = {"role": "user", "content": "问", "context": "文"}, {"role": "assistant", "content": "答"}
    assert records_of(result.kept) == [{"kind": "sft", "messages": [user, answer]}]
    assert result.kept.select("source", "row").row(0) == ("a.jsonl", 1)
    assert result.events.height == 0


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        pytest.param({"instruction": "问", "output": None}, "missing_answer", id="no answer"),
        pytest.param({"instruction": "问", "output": ["一", "二"]}, "several_answers", id="several answers"),
        pytest.param({"a": 1}, "missing_instruction", id="nothing known"),
        pytest.param([1], "not_an_object", id="a list"),
        pytest.param(None, "not_an_object", id="null"),
    ],
)
def test_a_refused_row_is_dropped_with_its_reason(source, reason):
    frame = raw(source)
    result = convert(frame, {"a.jsonl": ALPACA})
    result.conserve(1, stage="convert")
    dropped = result.dropped.row(0, named=True)
    assert (dropped["stage"], dropped["reasons"], dropped["source"], dropped["row"]) == (
        "convert",
        [reason],
        "a.jsonl",
        1,
    )
    assert (dropped["id"], dropped["kind"], dropped["messages"], dropped["chosen"]) == (None, None, [], [])
    (event,) = result.events.iter_rows(named=True)
    assert (event["verdict"], event["reason"], event["before"]) == ("dropped", reason, frame["raw"][0])


@pytest.mark.parametrize(
    ("fault", "reason", "detail"),
    [("bad_json", "bad_json", None), ("bad_json: line 1: column 2", "bad_json", "line 1: column 2")],
)
def test_a_faulty_row_is_dropped_at_reading(fault, reason, detail):
    result = convert(raw(faults=[fault]), {})
    assert result.dropped.select("stage", "reasons").row(0) == ("read", [reason])
    assert events(result) == [(1, "dropped", reason, detail)]


def test_the_excerpt_of_a_long_row_is_cut():
    result = convert(raw({"instruction": "问" * 600}), {"a.jsonl": ALPACA})
    assert result.events["before"].str.len_chars().to_list() == [500]


def test_a_row_that_is_surely_another_format_is_read_so_and_flagged():
    result = convert(raw(ROWS[2]), {"a.jsonl": ALPACA})
    assert [message["content"] for message in records_of(result.kept)[0]["messages"]] == ["问", "答"]
    assert events(result) == [(1, "flagged", "other_format", "sharegpt")]
    assert result.events["id"].to_list() == result.kept["id"].to_list()


def test_a_row_with_other_column_names_is_read_so_and_flagged():
    result = convert(raw(ROWS[5]), {"a.jsonl": ALPACA})
    assert events(result) == [(1, "flagged", "other_columns", "instruction=指令, output=输出")]


def test_a_row_that_several_columns_claim_is_not_rescued():
    result = convert(raw({"问题": "问", "question": "?", "answer": "答"}), {"a.jsonl": ALPACA})
    assert events(result) == [(1, "dropped", "missing_instruction", "column instruction")]


def test_a_labelled_row_among_plain_ones_is_not_trained_as_a_good_answer():
    result = convert(raw(ROWS[4]), {"a.jsonl": ALPACA})
    assert result.kept.select("kind", "label").row(0) == ("kto", False)
    assert events(result) == [(1, "flagged", "other_format", "kto")]


def test_a_label_is_only_a_column_where_the_recipe_names_the_format():
    result = convert(raw(ROWS[4]), {"a.jsonl": Plan("alpaca", {}, None)})
    assert records_of(result.kept)[0]["meta"] == {"label": False}


def test_media_columns_are_kept_and_flagged():
    result = convert(raw(ROWS[3], GOOD | {"images": []}), {"a.jsonl": ALPACA})
    assert records_of(result.kept)[0]["meta"] == {"images": ["a.png"]}
    assert events(result) == [(1, "flagged", "media_kept_in_meta", "images")]


@given(st.lists(st.sampled_from(ROWS), max_size=12), st.integers(0, 12))
def test_cutting_the_input_changes_nothing(rows, cut):
    frame = raw(*rows, faults=["bad_json"])
    plans = {"a.jsonl": ALPACA}
    whole, first, second = convert(frame, plans), convert(frame[:cut], plans), convert(frame[cut:], plans)
    whole.conserve(frame.height, stage="convert")
    for part in ("kept", "dropped"):
        assert_frame_equal(pl.concat([getattr(first, part), getattr(second, part)]), getattr(whole, part))
    assert sorted(events(first) + events(second)) == sorted(events(whole))


def test_events_and_rows_do_not_depend_on_how_many_are_held_at_once(monkeypatch):
    frame = raw(*ROWS, faults=["bad_json"])
    whole = convert(frame, {"a.jsonl": ALPACA})
    monkeypatch.setattr("dataprep.convert.conversion._SLICE", 2)
    parts = convert(frame, {"a.jsonl": ALPACA})
    assert_frame_equal(parts.kept, whole.kept)
    assert_frame_equal(parts.dropped, whole.dropped)
    assert_frame_equal(parts.events, whole.events, check_row_order=False)
