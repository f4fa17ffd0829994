"""Rows of messages are read whole, written uniformly, and told from rows that somebody judged."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.convert.chatml import CHATML
from dataprep.convert.format import Loss, Refused, Style
from dataprep.convert.prompt import joined
from schemas.records import Record, bare
from tests.dataprep.convert.records import (
    kto_records,
    preference_records,
    sft_records,
    text_records,
    tool_records,
    wild_records,
)

_ASK = {"role": "user", "content": "问"}
_ANSWER = {"role": "assistant", "content": "答"}
_TOOLS = '[{"type":"function","function":{"name":"w"}}]'


def _keys(row: Any) -> Any:
    """The shape of a row: keys all the way down, without values."""
    if isinstance(row, dict):
        return {key: _keys(value) for key, value in row.items()}
    return [_keys(value) for value in row][:1] if isinstance(row, list) else None


@pytest.mark.parametrize(
    ("row", "record"),
    [
        pytest.param({"messages": [_ASK]}, {}, id="messages alone"),
        pytest.param({"messages": [_ASK], "tools": None}, {}, id="null tools"),
        pytest.param({"messages": [_ASK], "tools": []}, {}, id="no tools"),
        pytest.param({"messages": [_ASK], "tools": json.loads(_TOOLS)}, {"tools": _TOOLS}, id="tools"),
        pytest.param({"messages": [_ASK], "tools": _TOOLS}, {"tools": _TOOLS}, id="tools as text"),
        pytest.param({"messages": [_ASK], "functions": [{"name": "w"}]}, {"tools": _TOOLS}, id="legacy functions"),
        pytest.param(
            {"messages": [_ASK], "functions": "def f(): ..."},
            {"meta": {"functions": "def f(): ..."}},
            id="other functions",
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": ["问", {"type": "tools", "value": _TOOLS}]}]},
            {"tools": _TOOLS},
            id="tools as a part",
        ),
        pytest.param(
            {"messages": [_ASK], "parallel_tool_calls": True, "images": ["a.png"]},
            {"meta": {"parallel_tool_calls": True, "images": ["a.png"]}},
            id="further columns",
        ),
    ],
)
def test_a_row_is_read_with_what_surrounds_it(row: dict[str, Any], record: dict[str, Any]) -> None:
    assert CHATML.parse(row, {}) == {"kind": "sft", "messages": [_ASK], **record}


def test_a_system_column_opens_the_conversation() -> None:
    image = {"type": "image_url", "image_url": {"url": "a"}}
    record = CHATML.parse({"messages": [{"role": "user", "content": [image]}], "system": "你是客服"}, {})
    assert [message["role"] for message in record["messages"]] == ["system", "user"]
    assert record["meta"] == {"media_parts": [{"in": "messages", "turn": 1, "part": image}]}


def test_a_system_turn_comes_before_the_column_which_is_kept() -> None:
    record = CHATML.parse({"messages": [{"role": "system", "content": "a"}, _ASK], "system": "b"}, {})
    assert record["messages"][0]["content"] == "a"
    assert record["meta"] == {"system": "b"}


def test_a_source_column_is_never_overwritten_by_what_is_set_aside() -> None:
    record = CHATML.parse({"messages": [{**_ASK, "id": 7}], "message_fields": "mine"}, {})
    assert record["meta"]["message_fields"] == "mine"
    assert record["meta"]["message_fields_"] == [{"in": "messages", "turn": 0, "id": 7}]


def test_columns_may_have_other_names() -> None:
    record = CHATML.parse({"chat": [_ASK], "messages": 3}, {"messages": "chat"})
    assert record == {"kind": "sft", "messages": [_ASK], "meta": {"messages": 3}}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        pytest.param({}, "empty_conversation", id="no column"),
        pytest.param({"messages": [_ASK], "tools": "weather"}, "bad_tools", id="tools that are no JSON"),
        pytest.param({"segments": [{"label": True, "text": "x"}]}, "unsupported_kind", id="segments"),
        pytest.param({"messages": [_ASK], "positive_messages": [[_ASK]]}, "unsupported_kind", id="embedding pairs"),
        pytest.param({"messages": [_ASK], "system": 3}, "not_text", id="system is a number"),
        pytest.param({"messages": [_ASK], "_lost": "{"}, "bad_side_field", id="a broken side-field"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused(row: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        CHATML.parse(row, {})
    assert refused.value.code == code


@pytest.mark.parametrize("more", [{}, {"tools": "[]", "system": ""}, {"tools": None}], ids=["alone", "empty", "null"])
def test_a_lone_answer_is_a_text(more: dict[str, Any]) -> None:
    record = CHATML.parse({"messages": [{**_ANSWER, "name": None}], "id": 7, **more}, {})
    assert {key: record.get(key) for key in ("kind", "text", "messages")} == {
        "kind": "text",
        "text": "答",
        "messages": None,
    }
    assert record["meta"]["id"] == 7


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"messages": [_ASK]}, id="a question"),
        pytest.param({"messages": [_ASK, _ANSWER]}, id="an answer to something"),
        pytest.param({"messages": [_ANSWER], "system": "你是客服"}, id="a system prompt beside it"),
        pytest.param({"messages": [_ANSWER], "tools": _TOOLS}, id="tools beside it"),
        pytest.param({"messages": [{**_ANSWER, "loss": False}]}, id="a weight"),
        pytest.param({"messages": [{**_ANSWER, "content": "<think>想</think>答"}]}, id="a thought"),
    ],
)
def test_with_anything_around_it_is_a_conversation(row: dict[str, Any]) -> None:
    assert CHATML.parse(row, {})["kind"] == "sft"


def test_a_thought_in_the_text_is_written_as_it_is_and_read_as_reasoning() -> None:
    record: Record = {"kind": "sft", "messages": [_ASK, {**_ANSWER, "content": "<think>想</think>答"}]}
    row = CHATML.render(record, Style())
    assert row["messages"][1]["content"] == "<think>想</think>答"
    lifted = CHATML.parse(row, {})["messages"][1]
    assert (lifted["reasoning"], lifted["content"]) == ("想", "答")
    assert CHATML.parse(CHATML.render(record, Style(on_loss="side-field")), {}) == record


@pytest.mark.parametrize(
    ("messages", "part"),
    [
        pytest.param([_ANSWER], "order", id="a lone answer"),
    ],
)
def test_what_would_be_read_otherwise_is_refused_or_kept_beside(messages: list[Any], part: str) -> None:
    record: Record = {"kind": "sft", "messages": messages}
    with pytest.raises(Loss, match=part):
        CHATML.render(record, Style())
    assert CHATML.parse(CHATML.render(record, Style(on_loss="side-field")), {}) == record
    dropped = CHATML.render(record, Style(on_loss="drop-part"))
    assert dropped["messages"][-1]["content"] == messages[-1]["content"]


_WILD = wild_records().filter(lambda record: record["messages"])
_SFT = st.one_of(
    _WILD, sft_records(contexts=True, reasoning=True, weights=True), tool_records(), tool_records(ids=False)
)


@given(_SFT, st.sampled_from(("refuse", "side-field")))
def test_every_sft_record_comes_back(record: Record, on_loss: str) -> None:
    try:
        row = json.loads(json.dumps(CHATML.render(record, Style(on_loss=on_loss))))
    except Loss as loss:
        assert (on_loss, loss.part) == ("refuse", "order")
    else:
        # A thought that opens a text is read as reasoning; only the side-field tells where it stood.
        if on_loss == "refuse" and "<think>" in json.dumps(record):
            return
        assert bare(CHATML.parse(row, {})) == bare(joined(record, "\n"))


@given(_SFT, _SFT)
def test_rows_are_uniform(one: Record, other: Record) -> None:
    rows = [CHATML.render(record, Style(on_loss="drop-part")) for record in (one, other)]
    assert list(rows[0]) == list(rows[1])
    shapes = [{**_keys(message), "tool_calls": None} for row in rows for message in row["messages"]]
    assert all(shape == shapes[0] for shape in shapes)


@given(st.one_of(preference_records(), kto_records(), text_records()), st.sampled_from(("refuse", "drop-part")))
def test_another_kind_is_never_bent(record: Record, on_loss: str) -> None:
    with pytest.raises(Loss, match="kind"):
        CHATML.render(record, Style(on_loss=on_loss))


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        pytest.param({"messages": [_ASK, _ANSWER]}, {"messages": "messages"}, id="messages"),
        pytest.param({"对话内容": [_ASK, _ANSWER]}, {"messages": "对话内容"}, id="told by content"),
        pytest.param({"messages": json.dumps([_ASK])}, {"messages": "messages"}, id="stored as text"),
    ],
)
def test_messages_are_recognised(row: dict[str, Any], columns: dict[str, str]) -> None:
    match = CHATML.recognise([row])
    assert match is not None
    assert (match.columns, match.ambiguous) == (columns, ())


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"messages": "hello"}, id="text"),
        pytest.param({"messages": [{"from": "human", "value": "x"}]}, id="ShareGPT"),
        pytest.param({"messages": [_ASK, _ANSWER], "label": True}, id="labelled"),
        pytest.param({"prompt": [_ASK], "completion": [_ANSWER]}, id="prompt and completion"),
        pytest.param({"chosen": [_ASK, _ANSWER], "rejected": [_ASK, _ANSWER]}, id="a pair"),
    ],
)
def test_other_rows_are_not(row: dict[str, Any]) -> None:
    assert CHATML.recognise([row]) is None


def test_two_columns_of_messages_are_ambiguous() -> None:
    match = CHATML.recognise([{"messages": [_ASK], "backup": [_ASK]}])
    assert match is not None
    assert match.columns == {"messages": "messages"}
    assert match.ambiguous == ("messages and backup all hold messages",)


def test_confidence_is_the_share_of_rows_that_fit() -> None:
    match = CHATML.recognise([{"messages": [_ASK]}, {"messages": []}])
    assert match is not None
    assert match.confidence == pytest.approx(0.97 / 2)
