"""What is no pair of answers is refused, with a code that names what is missing."""

from typing import Any

import pytest

from dataprep.convert.format import Format, Refused
from dataprep.convert.hh import HH
from dataprep.convert.implicit import TRL_IMPLICIT_PREFERENCE
from dataprep.convert.openai_preference import OPENAI_PREFERENCE
from dataprep.convert.preference import TRL_PREFERENCE, TRL_PREFERENCE_MESSAGES
from dataprep.convert.ranking import SHAREGPT_RANKING
from dataprep.convert.swift_preference import SWIFT_PREFERENCE

_ASK = {"role": "user", "content": "问"}
_GOOD = {"role": "assistant", "content": "好"}
_BAD = {"role": "assistant", "content": ""}
_NULL = {"role": "assistant", "content": None}


@pytest.mark.parametrize(
    ("format_", "row", "code"),
    [
        pytest.param(TRL_PREFERENCE, {"chosen": "好", "rejected": ""}, "missing_instruction", id="no prompt"),
        pytest.param(TRL_PREFERENCE, {"prompt": "问", "rejected": ""}, "missing_answer", id="no chosen"),
        pytest.param(
            TRL_PREFERENCE, {"prompt": "问", "chosen": "好", "rejected": None}, "missing_rejected", id="null rejected"
        ),
        pytest.param(TRL_PREFERENCE, {"prompt": "问", "chosen": 3, "rejected": ""}, "not_text", id="a number"),
        pytest.param(
            TRL_PREFERENCE, {"prompt": "问", "chosen": ["a", "b"], "rejected": ""}, "several_answers", id="two answers"
        ),
        pytest.param(
            TRL_PREFERENCE,
            {"prompt": "问", "answers": [{"answer": "a", "rank": 1}]},
            "unsupported_kind",
            id="nectar's ranking",
        ),
        pytest.param(
            TRL_PREFERENCE,
            {"prompt": "问", "generations": ["a", "b"], "ratings": [1, 2]},
            "unsupported_kind",
            id="distilabel's ranking",
        ),
        pytest.param(
            TRL_PREFERENCE, {"prompt": "问", "completions": ["a"], "labels": [True]}, "unsupported_kind", id="steps"
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES,
            {"prompt": [_ASK], "chosen": [_NULL], "rejected": _BAD},
            "missing_answer",
            id="null content",
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES,
            {"prompt": [_ASK], "chosen": _GOOD, "rejected": []},
            "missing_rejected",
            id="no turn",
        ),
        pytest.param(
            TRL_PREFERENCE_MESSAGES,
            {"prompt": [_ASK], "chosen": [{"role": "user", "content": "?"}, _GOOD], "rejected": _BAD},
            "bad_answer",
            id="an answer that opens with another question",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE, {"chosen": [_ASK, _GOOD], "rejected": [_BAD]}, "no_common_prompt", id="no prompt"
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE,
            {"chosen": [_ASK, _GOOD], "rejected": [{"role": "user", "content": "?"}, _BAD]},
            "no_common_prompt",
            id="two questions",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE,
            {"chosen": [_ASK, _GOOD, _ASK, _GOOD], "rejected": [_ASK, _GOOD, {"role": "user", "content": "?"}, _BAD]},
            "no_common_prompt",
            id="two later questions",
        ),
        pytest.param(
            TRL_IMPLICIT_PREFERENCE, {"chosen": [_ASK, _GOOD], "rejected": [_ASK]}, "missing_rejected", id="unanswered"
        ),
        pytest.param(TRL_IMPLICIT_PREFERENCE, {"chosen": "好", "rejected": "差"}, "bad_messages", id="texts"),
        pytest.param(HH, {"chosen": "Human: a", "rejected": "Human: b"}, "bad_transcript", id="no mark"),
        pytest.param(
            HH, {"chosen": "\n\nHuman: a", "rejected": "\n\nHuman: a"}, "missing_answer", id="a question alone"
        ),
        pytest.param(HH, {"chosen": "\n\nHuman: a\n\nAssistant: b"}, "missing_rejected", id="one transcript"),
        pytest.param(
            SHAREGPT_RANKING,
            {
                "conversations": [{"from": "human", "value": "问"}],
                "chosen": {"from": "gpt", "value": "好"},
                "rejected": {"from": "gpt", "value": None},
            },
            "missing_rejected",
            id="a null turn",
        ),
        pytest.param(
            SWIFT_PREFERENCE,
            {"messages": [_ASK, _GOOD], "rejected_response": "", "rejected_images": ["b.png"]},
            "unsupported_kind",
            id="pictures of one side",
        ),
        pytest.param(
            SWIFT_PREFERENCE,
            {"messages": [_ASK, _GOOD], "rejected_response": "", "rejected_tools": "[]"},
            "unsupported_kind",
            id="tools of one side",
        ),
        pytest.param(SWIFT_PREFERENCE, {"messages": [_ASK, _GOOD]}, "missing_rejected", id="ms-swift without rejected"),
        pytest.param(OPENAI_PREFERENCE, {"input": {}, "preferred_output": [_GOOD]}, "missing_instruction", id="input"),
    ],
)
def test_what_is_no_pair_is_refused(format_: Format, row: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        format_.parse(row, {})
    assert refused.value.code == code
