"""The record and its frame: ids that stay, nothing lost between the two."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.frames import FRAME, content, empty, field, first, frame_of, has_kind, records_of, turns
from schemas.records import Record, bare, check, content_id
from tests.dataprep.convert.records import kto_records, preference_records, sft_records, text_records, tool_records

ASK: Record = {
    "kind": "sft",
    "messages": [{"role": "user", "content": "水硬度多少合适？"}, {"role": "assistant", "content": "50–120 ppm"}],
}
TEXT: Record = {"kind": "text", "text": "泠泉", "meta": {"页": 3}}


def framed(*records: Record) -> pl.DataFrame:
    return frame_of(records, sources=["a.jsonl"] * len(records), rows=list(range(1, len(records) + 1)))


def test_no_records_make_an_empty_frame_of_the_schema() -> None:
    assert framed().schema == FRAME == empty(FRAME).schema


def test_a_record_comes_back() -> None:
    assert records_of(framed(ASK, TEXT)) == [ASK, TEXT]


@settings(max_examples=50)
@given(st.one_of(sft_records(), text_records(), preference_records(), kto_records(), tool_records()))
def test_every_record_comes_back(record: Record) -> None:
    assert bare(records_of(framed(record))[0]) == bare(record)


def test_ids_are_of_the_content_alone() -> None:
    frame = framed(ASK, {**ASK, "meta": {"origin": "wiki"}}, TEXT)
    assert frame["id"][0] == frame["id"][1] != frame["id"][2]
    assert len(frame["id"][0]) == 32


def test_ids_never_change() -> None:
    # A golden number: a change of this id would orphan every reference to a published row.
    assert (
        content_id({"kind": "sft", "messages": [{"role": "user", "content": "你好"}]})
        == "976baf87b9ff02d781e06cd565c87bd2"
    )


@pytest.mark.parametrize(
    "other",
    [
        {**ASK, "kind": "kto"},
        {**ASK, "tools": "[]"},
        {**ASK, "messages": ASK["messages"][:1]},
        {"kind": "sft", "messages": [{**ASK["messages"][0], "context": "LQ-100"}, ASK["messages"][1]]},
        {"kind": "preference", "messages": ASK["messages"][:1], "chosen": ASK["messages"][1:]},
    ],
)
def test_other_content_other_id(other: Record) -> None:
    assert content_id(other) != content_id(ASK)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "poem"},
        {"kind": "sft", "messages": [{"role": "narrator", "content": ""}]},
        {"kind": "sft", "messages": [{"role": "user"}]},
        {"kind": "sft", "message": []},
        {"kind": "sft", "messages": [{"role": "user", "content": 3}]},
    ],
    ids=["nothing", "kind", "role", "no content", "unknown field", "number"],
)
def test_check_refuses(wrong: object) -> None:
    with pytest.raises(ValidationError):
        check(wrong)


def test_check_takes_a_record() -> None:
    assert check(ASK) == ASK


def test_expressions_reach_into_messages() -> None:
    frame = framed(
        {
            "kind": "sft",
            "messages": [
                {"role": "user", "content": "a", "context": "c"},
                {"role": "assistant", "content": "b"},
                {"role": "user", "content": "d"},
            ],
        },
        TEXT,
    )
    seen = frame.select(
        user=content("user"),
        turns=turns(),
        contexts=field("context"),
        first=first("context", role="user"),
        text=has_kind("text", "kto"),
    )
    assert seen.rows() == [("a\nd", 3, ["c", None, None], "c", False), ("", 0, [], None, True)]
