"""The surest format of a row is its own: contents count as well as names."""

from typing import Any

import pytest

from dataprep.convert.detect import detect

_ASK = {"role": "user", "content": "问"}
_GOOD = {"role": "assistant", "content": "好"}
_BAD = {"role": "assistant", "content": "差"}
_HUMAN = {"from": "human", "value": "问"}
_GPT = {"from": "gpt", "value": "好"}
_TALK = "\n\nHuman: 问\n\nAssistant: 好"


@pytest.mark.parametrize(
    ("row", "name", "columns"),
    [
        pytest.param({"prompt": "问", "chosen": "好", "rejected": "差"}, "trl_preference", {}, id="TRL texts"),
        pytest.param(
            {"system": "短", "question": "问", "chosen": "好", "rejected": "差"},
            "trl_preference",
            {"prompt": "question", "system": "system"},
            id="Axolotl's intel",
        ),
        pytest.param(
            {"input": "问", "chosen": "好", "rejected": "差"}, "trl_preference", {"prompt": "input"}, id="Axolotl's icr"
        ),
        pytest.param(
            {"instruction": "问", "chosen_response": "好", "rejected_response": "差"},
            "llamafactory_ranking",
            {"instruction": "instruction", "chosen": "chosen_response", "rejected": "rejected_response"},
            id="Argilla's names",
        ),
        pytest.param(
            {"instruction": "问", "input": "", "chosen": "好", "rejected": "差"},
            "llamafactory_ranking",
            {"input": "input"},
            id="LLaMA-Factory's Alpaca",
        ),
        pytest.param(
            {"指令": "问", "输入": "", "chosen": "好", "rejected": "差"},
            "llamafactory_ranking",
            {"instruction": "指令", "input": "输入"},
            id="Chinese names",
        ),
        pytest.param(
            {"prompt": [_ASK], "chosen": [_GOOD], "rejected": [_BAD]}, "trl_preference_messages", {}, id="TRL lists"
        ),
        pytest.param(
            {"messages": [_ASK], "chosen": _GOOD, "rejected": _BAD},
            "trl_preference_messages",
            {"prompt": "messages"},
            id="messages and two turns",
        ),
        pytest.param(
            {"prompt": "问", "chosen": [_GOOD], "rejected": [_BAD]},
            "trl_preference_messages",
            {"prompt": "prompt"},
            id="a text and two turns",
        ),
        pytest.param(
            {"prompt": "问", "chosen": [_ASK, _GOOD], "rejected": [_ASK, _BAD]},
            "distilabel",
            {"prompt": "prompt"},
            id="a text and two conversations",
        ),
        pytest.param(
            {"chosen": [_ASK, _GOOD], "rejected": [_ASK, _BAD]}, "trl_implicit_preference", {}, id="two conversations"
        ),
        pytest.param({"chosen": _TALK, "rejected": _TALK}, "hh", {}, id="transcripts"),
        pytest.param({"prompt": "问", "chosen": _TALK, "rejected": _TALK}, "hh", {}, id="transcripts and a prompt"),
        pytest.param(
            {"conversations": [_HUMAN], "chosen": _GPT, "rejected": _GPT}, "sharegpt_ranking", {}, id="ShareGPT ranking"
        ),
        pytest.param(
            {"messages": [_ASK, _GOOD], "rejected_response": "差"},
            "swift_preference",
            {"rejected": "rejected_response"},
            id="ms-swift",
        ),
        pytest.param(
            {"input": {"messages": [_ASK]}, "preferred_output": [_GOOD], "non_preferred_output": [_BAD]},
            "openai_preference",
            {},
            id="OpenAI",
        ),
        pytest.param({"prompt": "问", "completion": "好", "label": True}, "kto", {}, id="TRL's KTO"),
        pytest.param(
            {"instruction": "问", "output": "好", "kto_tag": True},
            "kto",
            {"prompt": "instruction", "completion": "output", "label": "kto_tag"},
            id="Alpaca and kto_tag",
        ),
        pytest.param(
            {"prompt": [_ASK], "completion": [_GOOD], "label": 1}, "trl_kto_messages", {}, id="TRL's KTO in messages"
        ),
        pytest.param({"messages": [_ASK, _GOOD], "label": True}, "kto_messages", {}, id="messages and a flag"),
        pytest.param(
            {"conversations": [_HUMAN, _GPT], "kto_tag": False},
            "kto_messages",
            {"messages": "conversations", "label": "kto_tag"},
            id="ShareGPT and kto_tag",
        ),
        pytest.param({"messages": [_ASK, _GOOD]}, "chatml", {"messages": "messages"}, id="messages"),
        pytest.param({"messages": [_ASK, _GOOD], "label": "sports"}, "chatml", {}, id="a label of another sort"),
    ],
)
def test_the_surest_format_is_the_own_one(row: dict[str, Any], name: str, columns: dict[str, str]) -> None:
    (surest, match), *others = detect([row])
    assert surest == name
    assert match.columns.items() >= columns.items()
    assert all(other.confidence < match.confidence for _, other in others)


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"prompt": "问", "answers": [{"answer": "a", "rank": 0}]}, id="a ranking"),
        pytest.param({"segments": [{"label": True, "text": "x"}]}, id="segments"),
        pytest.param({"prompt": "问", "completions": ["a"], "labels": [True]}, id="steps"),
    ],
)
def test_no_pair_and_no_label_is_seen_where_there_is_none(row: dict[str, Any]) -> None:
    kinds = ("trl", "kto", "hh", "distilabel", "openai", "swift", "llamafactory")
    assert not [name for name, _ in detect([row]) if name.startswith(kinds)]


def test_two_columns_that_claim_the_prompt_are_reported() -> None:
    (_, match), *_ = detect([{"prompt": "a", "question": "b", "chosen": "c", "rejected": "d"}])
    assert match.ambiguous == ("prompt and question both claim prompt",)
