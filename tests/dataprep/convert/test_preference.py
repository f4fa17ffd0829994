"""Preference rows in every dialect are read."""

import json
from typing import Any

import pytest

from dataprep.convert.format import Format, Style
from dataprep.convert.hh import HH
from dataprep.convert.implicit import DISTILABEL, TRL_IMPLICIT_PREFERENCE
from dataprep.convert.openai_preference import OPENAI_PREFERENCE
from dataprep.convert.preference import TRL_PREFERENCE, TRL_PREFERENCE_MESSAGES
from dataprep.convert.ranking import LLAMAFACTORY_RANKING, SHAREGPT_RANKING
from dataprep.convert.swift_preference import SWIFT_PREFERENCE

_SYSTEM = {"role": "system", "content": "短"}
_ASK = {"role": "user", "content": "问"}
_GOOD = {"role": "assistant", "content": "好"}
_BAD = {"role": "assistant", "content": ""}
_PAIR = {"kind": "preference", "messages": [_ASK], "chosen": [_GOOD], "rejected": [_BAD]}
_OPENED = {**_PAIR, "messages": [_SYSTEM, _ASK]}
_PICTURE = {"type": "image_url", "image_url": {"url": "a.png"}}
_TOOLS = '[{"type":"function","function":{"name":"w"}}]'
_HUMAN = {"from": "human", "value": "问"}


def _gpt(text: str) -> dict[str, Any]:
    return {"from": "gpt", "value": text}


def _parts(kind: str, value: str) -> list[dict[str, str]]:
    return [{"type": kind, "value": value}]


@pytest.mark.parametrize(
    ("format_", "row", "record"),
    [
        pytest.param(TRL_PREFERENCE, {"prompt": "问", "chosen": "好", "rejected": ""}, _PAIR, id="TRL texts"),
        pytest.param(TRL_PREFERENCE, {"prompt": "问", "chosen": ["好"], "rejected": ""}, _PAIR, id="a list of one"),
        pytest.param(
            TRL_PREFERENCE,
            {"prompt": "问", "chosen": "好", "rejected": "", "system": "短"},
            _OPENED,
            id="Axolotl's intel with its system",
        ),
        pytest.param(
            TRL_PREFERENCE,
            {"prompt": "问", "chosen": "好", "rejected": "", "margin": 0.5, "chosen_rating": 4},
            {**_PAIR, "meta": {"margin": 0.5, "chosen_rating": 4}},
            id="margin and rating",
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES, {"prompt": [_ASK], "chosen": [_GOOD], "rejected": [_BAD]}, _PAIR, id="TRL lists"
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES,
            {"prompt": json.dumps([_ASK]), "chosen": _GOOD, "rejected": ""},
            _PAIR,
            id="stored prompt, dict and text",
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES,
            {"messages": [_ASK], "chosen": [_ASK, _GOOD], "rejected": [_ASK, _BAD]},
            _PAIR,
            id="answers that repeat the prompt",
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES, {"prompt": "问", "chosen": [_GOOD], "rejected": [_BAD]}, _PAIR, id="prompt as text"
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES,
            {"prompt": [{"role": "user", "content": [_PICTURE]}], "chosen": _GOOD, "rejected": _BAD, "tools": _TOOLS},
            {
                **_PAIR,
                "messages": [{"role": "user", "content": "<image>"}],
                "tools": _TOOLS,
                "meta": {"media_parts": [{"in": "messages", "turn": 0, "part": _PICTURE}]},
            },
            id="a picture and tools",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE,
            {"chosen": [_SYSTEM, _ASK, _GOOD], "rejected": [_SYSTEM, _ASK, _BAD]},
            _OPENED,
            id="implicit prompt",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE,
            {"chosen": json.dumps([_ASK, _GOOD]), "rejected": str([_ASK, _BAD])},
            _PAIR,
            id="stored as JSON and as a Python literal",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE,
            {
                "chosen": [
                    {"role": "user", "content": _parts("text", "问"), "loss_weight": 0.0},
                    {"role": "assistant", "content": _parts("text", "好"), "loss_weight": 1.0},
                ],
                "rejected": [
                    {"role": "user", "content": _parts("text", "问"), "loss_weight": 0.0},
                    {"role": "assistant", "content": _parts("text", ""), "loss_weight": 1.0},
                ],
            },
            {
                **_PAIR,
                "messages": [{**_ASK, "weight": 0.0}],
                "chosen": [{**_GOOD, "weight": 1.0}],
                "rejected": [{**_BAD, "weight": 1.0}],
            },
            id="LLaMA-Factory v1",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE,
            {"chosen": [{**_ASK, "id": 1}, {**_GOOD, "id": 2}], "rejected": [{**_ASK, "id": 1}, {**_BAD, "id": 3}]},
            {
                **_PAIR,
                "meta": {
                    "message_fields": [
                        {"in": "messages", "turn": 0, "id": 1},
                        {"in": "chosen", "turn": 0, "id": 2},
                        {"in": "rejected", "turn": 0, "id": 3},
                    ]
                },
            },
            id="unknown keys keep their place",
        ),
        pytest.param(
            DISTILABEL,
            {
                "prompt": "问",
                "prompt_id": "8f",
                "chosen": [_ASK, _GOOD],
                "rejected": [_ASK, _BAD],
                "chosen_rating": 5.0,
            },
            {**_PAIR, "meta": {"prompt_id": "8f", "chosen_rating": 5.0}},
            id="distilabel",
        ),
        pytest.param(
            DISTILABEL,
            {"prompt": "别的", "chosen": [_ASK, _GOOD], "rejected": [_ASK, _BAD], "generations": ["好", ""]},
            {**_PAIR, "meta": {"prompt": "别的", "generations": ["好", ""]}},
            id="another prompt and the generations stay in meta",
        ),
        pytest.param(
            HH,
            {"chosen": "\n\nHuman: 问\n\nAssistant: 好", "rejected": "\n\nHuman: 问\n\nAssistant:"},
            _PAIR,
            id="transcripts",
        ),
        pytest.param(
            LLAMAFACTORY_RANKING,
            {
                "instruction": "问",
                "input": "文",
                "chosen": "好",
                "rejected": "",
                "history": [["一", "二"]],
                "system": "短",
            },
            {
                **_PAIR,
                "messages": [
                    _SYSTEM,
                    {"role": "user", "content": "一"},
                    {"role": "assistant", "content": "二"},
                    {**_ASK, "context": "文"},
                ],
            },
            id="Alpaca with everything",
        ),
        pytest.param(
            LLAMAFACTORY_RANKING,
            {"instruction": "问", "input": None, "chosen": "好", "rejected": ""},
            _PAIR,
            id="Alpaca",
        ),
        pytest.param(
            SHAREGPT_RANKING,
            {"conversations": [_HUMAN], "chosen": _gpt("好"), "rejected": _gpt("")},
            _PAIR,
            id="ShareGPT",
        ),
        pytest.param(
            SHAREGPT_RANKING,
            {"conversations": [_HUMAN], "system": "短", "chosen": [_gpt("好")], "rejected": "", "tools": ""},
            _OPENED,
            id="ShareGPT with a system column, a list and a text",
        ),
        pytest.param(
            SWIFT_PREFERENCE, {"messages": [_ASK, _GOOD], "rejected_response": ""}, _PAIR, id="ms-swift, a text"
        ),
        pytest.param(
            SWIFT_PREFERENCE,
            {"messages": [_ASK, _GOOD], "rejected_messages": [_ASK, _BAD], "rejected_images": []},
            {**_PAIR, "meta": {"rejected_images": []}},
            id="ms-swift, a conversation",
        ),
        pytest.param(
            OPENAI_PREFERENCE,
            {
                "input": {"messages": [_ASK], "tools": [], "parallel_tool_calls": True},
                "preferred_output": [_GOOD],
                "non_preferred_output": [_BAD],
            },
            {**_PAIR, "meta": {"input": {"parallel_tool_calls": True}}},
            id="OpenAI",
        ),
        pytest.param(
            OPENAI_PREFERENCE,
            {
                "input": json.dumps({"messages": [_ASK], "tools": json.loads(_TOOLS)}),
                "preferred_output": [_GOOD],
                "non_preferred_output": [_BAD],
            },
            {**_PAIR, "tools": _TOOLS},
            id="OpenAI, input as text",
        ),
    ],
)
def test_a_pair_is_read(format_: Format, row: dict[str, Any], record: dict[str, Any]) -> None:
    assert format_.parse(row, {}) == record


def test_where_tools_answer_differently_the_answers_begin_with_the_call() -> None:
    call = {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "w", "arguments": "{}"}}]}
    rows = {
        side: [_ASK, call, {"role": "tool", "content": side}, answer]
        for side, answer in (("chosen", _GOOD), ("rejected", _BAD))
    }
    record = TRL_IMPLICIT_PREFERENCE.parse(rows, {})
    assert [message["role"] for message in record["messages"]] == ["user"]
    assert [message["role"] for message in record["rejected"]] == ["assistant", "tool", "assistant"]


def test_distilabel_rows_carry_the_last_question_and_its_hash() -> None:
    row = DISTILABEL.render(_OPENED, Style())  # type: ignore[arg-type]
    assert row["prompt"] == "问"
    assert row["prompt_id"] == "4628c0e06f4b378d3399ea4e6934ca40622eaaa13e2bdf722e7d5d30b26380a1"
