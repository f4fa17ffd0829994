import json

import pytest

from dataprep.convert import FORMATS
from dataprep.convert.format import Loss, Refused, Style

Q, A = {"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}
SYSTEM = {"role": "system", "content": "是"}
PAIR = {"input": "问", "output": "答"}
HUMAN = {"human": "问", "assistant": "答"}


@pytest.mark.parametrize(
    ("name", "source", "messages"),
    [
        pytest.param("xtuner", {"conversation": [{"system": "是", **PAIR}, PAIR]}, [SYSTEM, Q, A, Q, A], id="XTuner"),
        pytest.param("xtuner", {"conversation": [{"system": "", **PAIR}]}, [Q, A], id="XTuner, empty system"),
        pytest.param("xtuner", {"conversation": [{"system": None, **PAIR}]}, [Q, A], id="XTuner, null system"),
        pytest.param("xtuner", {"conversation": json.dumps([PAIR])}, [Q, A], id="XTuner as JSON"),
        pytest.param(
            "xtuner", {"conversation": [{**PAIR, "output_with_loss": False}]}, [Q, A | {"weight": 0.0}], id="no loss"
        ),
        pytest.param("xtuner", {"conversation": [{**PAIR, "output_with_loss": True}]}, [Q, A], id="loss by default"),
        pytest.param("firefly", HUMAN, [Q, A], id="two columns"),
        pytest.param("firefly", HUMAN | {"system": "是"}, [SYSTEM, Q, A], id="two columns and a system"),
        pytest.param("firefly", {"conversation": [HUMAN, HUMAN], "system": "是"}, [SYSTEM, Q, A, Q, A], id="Firefly"),
        pytest.param("firefly", {"conversation": [{"用户": "问", "助手": "答"}]}, [Q, A], id="Firefly in Chinese"),
        pytest.param("firefly", {"conversation": str([HUMAN])}, [Q, A], id="Firefly as a Python literal"),
        pytest.param("query_response", {"query": "问", "response": "答"}, [Q, A], id="query and response"),
        pytest.param(
            "query_response",
            {"query": "问", "response": "答", "system": "是", "history": [["一", "二"]]},
            [SYSTEM, Q | {"content": "一"}, A | {"content": "二"}, Q, A],
            id="with system and history",
        ),
        pytest.param("query_response", {"query": "问", "response": ["答"]}, [Q, A], id="a list of one answer"),
        pytest.param("prompt_completion", {"prompt": "问", "completion": "答"}, [Q, A], id="prompt and completion"),
        pytest.param(
            "prompt_completion",
            {"prompt": "", "completion": ""},
            [Q | {"content": ""}, A | {"content": ""}],
            id="empty",
        ),
        pytest.param("prompt_completion", {"prompt": [SYSTEM, Q], "completion": [A]}, [SYSTEM, Q, A], id="lists"),
        pytest.param("guanaco", {"text": "### Human: 问### Assistant: 答"}, [Q, A], id="Guanaco on one line"),
        pytest.param("guanaco", {"text": "### Human: 问\n### Assistant: 答"}, [Q, A], id="Guanaco on two lines"),
        pytest.param("guanaco", {"text": "### Human:问### Assistant:答"}, [Q, A], id="Guanaco without blanks"),
        pytest.param(
            "guanaco",
            {"text": "\n### System: 是### Human: 问### Assistant: 答"},
            [SYSTEM, Q, A],
            id="Guanaco with system",
        ),
        pytest.param(
            "guanaco",
            {"text": "### Human: 问 \n\n### Assistant: \n答\n"},
            [Q | {"content": "问 \n"}, A | {"content": "\n答\n"}],
            id="Guanaco's blanks stay",
        ),
        pytest.param("guanaco", {"text": "### Human: 问"}, [Q], id="Guanaco without answer"),
    ],
)
def test_rows_are_read(name, source, messages):
    assert FORMATS[name].parse(source, {}) == {"kind": "sft", "messages": messages}


@pytest.mark.parametrize(
    ("name", "source", "code"),
    [
        pytest.param("xtuner", {}, "missing_conversation", id="XTuner: nothing"),
        pytest.param("xtuner", {"conversation": []}, "empty_conversation", id="XTuner: empty"),
        pytest.param("xtuner", {"conversation": "x"}, "bad_conversation", id="XTuner: text"),
        pytest.param("xtuner", {"conversation": [1]}, "bad_turn", id="XTuner: a number as pair"),
        pytest.param("xtuner", {"conversation": [{"output": "答"}]}, "missing_instruction", id="XTuner: no input"),
        pytest.param("xtuner", {"conversation": [{"input": "问"}]}, "missing_answer", id="XTuner: no output"),
        pytest.param(
            "xtuner", {"conversation": [{**PAIR, "output_with_loss": 0.5}]}, "bad_weight", id="XTuner: half a loss"
        ),
        pytest.param("firefly", {}, "missing_instruction", id="Firefly: nothing"),
        pytest.param("firefly", {"human": "问"}, "missing_answer", id="Firefly: no answer"),
        pytest.param("firefly", {"conversation": []}, "empty_conversation", id="Firefly: empty"),
        pytest.param("firefly", {"conversation": [{"human": "问"}]}, "missing_answer", id="Firefly: half a pair"),
        pytest.param("firefly", {"human": 1, "assistant": "答"}, "not_text", id="Firefly: a number"),
        pytest.param("query_response", {"response": "答"}, "missing_instruction", id="no query"),
        pytest.param("query_response", {"query": "问", "response": None}, "missing_answer", id="null response"),
        pytest.param(
            "query_response", {"query": "问", "response": ["一", "二"]}, "several_answers", id="two responses"
        ),
        pytest.param("query_response", {"query": "问", "response": "答", "history": "x"}, "bad_history", id="history"),
        pytest.param("prompt_completion", {"prompt": "问"}, "missing_answer", id="no completion"),
        pytest.param("prompt_completion", {"prompt": 1, "completion": "答"}, "not_text", id="a number as prompt"),
        pytest.param("prompt_completion", {"prompt": [Q], "completion": "答"}, "not_text", id="a list and a text"),
        pytest.param("prompt_completion", {"prompt": [Q], "completion": []}, "empty_conversation", id="an empty list"),
        pytest.param("guanaco", {}, "missing_text", id="Guanaco: nothing"),
        pytest.param("guanaco", {"text": "你好"}, "no_turns", id="Guanaco: plain text"),
        pytest.param("guanaco", {"text": "聊天 ### Human: 问"}, "text_before_first_turn", id="Guanaco: a preface"),
    ],
)
def test_rows_are_refused_with_a_code(name, source, code):
    with pytest.raises(Refused) as refusal:
        FORMATS[name].parse(source, {})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("name", "source", "meta"),
    [
        pytest.param(
            "xtuner",
            {"conversation": [PAIR, {**PAIR, "sep": ""}], "id": 1},
            {"id": 1, "conversation": [{}, {"sep": ""}]},
            id="XTuner",
        ),
        pytest.param(
            "firefly",
            {"conversation": [{**HUMAN, "n": 1}], "category": "诗"},
            {"category": "诗", "conversation": [{"n": 1}]},
            id="Firefly",
        ),
        pytest.param("firefly", {**HUMAN, "category": "诗"}, {"category": "诗"}, id="two columns"),
        pytest.param(
            "query_response", {"query": "问", "response": "答", "images": ["a"]}, {"images": ["a"]}, id="images"
        ),
        pytest.param("prompt_completion", {"prompt": "问", "completion": "答", "id": 0}, {"id": 0}, id="prompt"),
        pytest.param("guanaco", {"text": "### Human: 问", "id": 0, "note": None}, {"id": 0}, id="Guanaco"),
    ],
)
def test_what_no_part_takes_goes_to_meta(name, source, meta):
    assert FORMATS[name].parse(source, {})["meta"] == meta


RECORD = {"kind": "sft", "messages": [SYSTEM, {"role": "user", "content": "译", "context": "文"}, A]}


@pytest.mark.parametrize(
    ("name", "row"),
    [
        pytest.param(
            "xtuner",
            {"conversation": [{"system": "是", "input": "译\n\n文", "output": "答", "output_with_loss": True}]},
            id="XTuner",
        ),
        pytest.param(
            "firefly", {"conversation": [{"human": "译\n\n文", "assistant": "答"}], "system": "是"}, id="Firefly"
        ),
        pytest.param(
            "query_response",
            {"query": "译\n\n文", "response": "答", "system": "是", "history": []},
            id="query and response",
        ),
        pytest.param("guanaco", {"text": "### System: 是\n### Human: 译\n\n文\n### Assistant: 答"}, id="Guanaco"),
    ],
)
def test_rows_are_rendered_with_the_input_joined(name, row):
    assert FORMATS[name].render(RECORD, Style("\n\n")) == row


@pytest.mark.parametrize(
    ("name", "messages", "part"),
    [
        pytest.param("xtuner", [Q, A | {"weight": 0.5}], "weight", id="XTuner: half a weight"),
        pytest.param("xtuner", [Q | {"weight": 0.0}, A], "weight", id="XTuner: the weight of a question"),
        pytest.param("firefly", [Q, A | {"weight": 0.0}], "weight", id="Firefly: a weight"),
        pytest.param("query_response", [Q, A | {"reasoning": "想"}], "reasoning", id="reasoning"),
        pytest.param("prompt_completion", [SYSTEM, Q, A], "system", id="a system without place"),
        pytest.param("prompt_completion", [Q, A, Q, A], "history", id="earlier turns without place"),
        pytest.param("guanaco", [Q, A, Q], "order", id="an open end"),
    ],
)
def test_what_a_format_cannot_express_is_refused_or_kept_beside(name, messages, part):
    record = {"kind": "sft", "messages": messages}
    with pytest.raises(Loss) as loss:
        FORMATS[name].render(record, Style())
    assert loss.value.part == part
    assert FORMATS[name].parse(FORMATS[name].render(record, Style(on_loss="side-field")), {}) == record
    dropped = FORMATS[name].parse(FORMATS[name].render(record, Style(on_loss="drop-part")), {})
    assert dropped["messages"][-2:] == [Q, A]


def test_a_weight_of_zero_is_written_for_xtuner():
    row = FORMATS["xtuner"].render({"kind": "sft", "messages": [Q, A | {"weight": 0.0}]}, Style())
    assert row["conversation"][0]["output_with_loss"] is False


@pytest.mark.parametrize("said", ["### Human: 谁", "a### Assistant:b"])
@pytest.mark.parametrize("on_loss", ["refuse", "side-field", "drop-part"])
def test_a_turn_that_holds_a_marker_is_never_written(said, on_loss):
    with pytest.raises(Loss) as loss:
        FORMATS["guanaco"].render({"kind": "sft", "messages": [Q, A | {"content": said}]}, Style(on_loss=on_loss))
    assert loss.value.part == "markers"
