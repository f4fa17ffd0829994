"""KTO rows are read with every spelling of a label; an answer that isn't there is refused, an empty one kept."""

from typing import Any

import pytest

from dataprep.convert.format import Format, Loss, Refused, Style
from dataprep.convert.kto import KTO, TRL_KTO_MESSAGES
from dataprep.convert.kto_messages import KTO_MESSAGES
from dataprep.convert.labels import read_label

_ASK = {"role": "user", "content": "问"}
_ANSWER = {"role": "assistant", "content": ""}
_RECORD = {"kind": "kto", "messages": [_ASK], "chosen": [_ANSWER], "label": False}


@pytest.mark.parametrize(
    ("value", "label"),
    [
        pytest.param(0, False, id="0"),
        pytest.param(1, True, id="1"),
        pytest.param(1.0, True, id="1.0"),
        pytest.param("0", False, id="text 0"),
        pytest.param(" True ", True, id="True with blanks"),
        pytest.param("false", False, id="false"),
        pytest.param("是", True, id="Chinese yes"),
        pytest.param(True, True, id="a flag"),
    ],
)
def test_a_label_is_read(value: object, label: bool) -> None:
    assert read_label(value) is label


@pytest.mark.parametrize("value", [None, "", "good", 2, -1, 0.5, float("nan"), [True], {}], ids=repr)
def test_an_unclear_label_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        read_label(value)
    assert refused.value.code == "bad_label"


@pytest.mark.parametrize(
    ("format_", "row", "record"),
    [
        pytest.param(KTO, {"prompt": "问", "completion": "", "label": 0}, _RECORD, id="TRL texts"),
        pytest.param(KTO, {"prompt": [_ASK], "completion": [_ANSWER], "label": "false"}, _RECORD, id="TRL lists"),
        pytest.param(TRL_KTO_MESSAGES, {"prompt": "问", "completion": _ANSWER, "label": False}, _RECORD, id="mixed"),
        pytest.param(
            KTO,
            {"prompt": "问", "completion": "", "kto_tag": False, "score": 0.5},
            {**_RECORD, "meta": {"score": 0.5}},
            id="kto_tag and a score",
        ),
        pytest.param(
            KTO,
            {
                "prompt": "问",
                "input": "文",
                "completion": "",
                "label": False,
                "history": [["一", "二"]],
                "system": "短",
            },
            {
                **_RECORD,
                "messages": [
                    {"role": "system", "content": "短"},
                    {"role": "user", "content": "一"},
                    {"role": "assistant", "content": "二"},
                    {**_ASK, "context": "文"},
                ],
            },
            id="Alpaca with everything",
        ),
        pytest.param(KTO_MESSAGES, {"messages": [_ASK, _ANSWER], "label": False}, _RECORD, id="messages"),
        pytest.param(KTO_MESSAGES, {"messages": [_ASK, _ANSWER], "kto_tag": False}, _RECORD, id="messages and kto_tag"),
        pytest.param(
            KTO_MESSAGES,
            {"conversations": [{"from": "human", "value": "问"}, {"from": "gpt", "value": ""}], "kto_tag": False},
            _RECORD,
            id="ShareGPT and kto_tag",
        ),
        pytest.param(
            KTO_MESSAGES,
            {"messages": [_ASK, {**_ANSWER, "id": 3}], "label": False},
            {**_RECORD, "meta": {"message_fields": [{"in": "chosen", "turn": 0, "id": 3}]}},
            id="an unknown key",
        ),
    ],
)
def test_a_labelled_answer_is_read(format_: Format, row: dict[str, Any], record: dict[str, Any]) -> None:
    assert format_.parse(row, {}) == record


@pytest.mark.parametrize(
    ("format_", "row", "code"),
    [
        pytest.param(KTO, {"prompt": "问", "completion": None, "label": True}, "missing_answer", id="null answer"),
        pytest.param(KTO, {"completion": "答", "label": True}, "missing_instruction", id="no prompt"),
        pytest.param(KTO, {"prompt": "问", "completion": "答"}, "bad_label", id="no label"),
        pytest.param(
            KTO, {"prompt": "问", "completion": ["a", "b"], "label": True}, "several_answers", id="two answers"
        ),
        pytest.param(
            KTO, {"prompt": "问", "completions": ["a", "b"], "labels": [True, False]}, "unsupported_kind", id="steps"
        ),
        pytest.param(KTO, {"prompt": "问", "completion": "答", "input": 3, "label": True}, "not_text", id="a number"),
        pytest.param(KTO_MESSAGES, {"messages": [], "label": True}, "empty_conversation", id="no turns"),
        pytest.param(KTO_MESSAGES, {"messages": [_ANSWER], "label": True}, "missing_instruction", id="a lone answer"),
        pytest.param(
            KTO_MESSAGES, {"messages": [_ASK, _ASK], "label": True}, "missing_answer", id="ends with the user"
        ),
        pytest.param(
            KTO_MESSAGES,
            {"messages": [_ASK, {"role": "assistant", "content": None}], "label": True},
            "missing_answer",
            id="null content",
        ),
        pytest.param(KTO_MESSAGES, {"messages": [_ASK, _ANSWER], "label": None}, "bad_label", id="null label"),
    ],
)
def test_what_is_no_labelled_answer_is_refused(format_: Format, row: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        format_.parse(row, {})
    assert refused.value.code == code


@pytest.mark.parametrize("format_", [KTO, KTO_MESSAGES, TRL_KTO_MESSAGES], ids=lambda format_: format_.name)
def test_a_record_without_a_label_is_never_written(format_: Format) -> None:
    for on_loss in ("refuse", "side-field", "drop-part"):
        with pytest.raises(Loss, match="label"):
            format_.render({**_RECORD, "label": None}, Style(on_loss=on_loss))  # type: ignore[typeddict-item]
