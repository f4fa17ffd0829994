import pytest

from dataprep.convert.detect import detect
from dataprep.convert.roles import role_of

TURNS = [{"from": "human", "value": "问"}, {"from": "gpt", "value": "答"}]
MESSAGES = [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}]
ASKED = MESSAGES[:1]


@pytest.mark.parametrize(
    ("row", "name"),
    [
        pytest.param({"instruction": "问", "input": "", "output": "答"}, "alpaca", id="alpaca"),
        pytest.param({"指令": "问", "输入": "文", "输出": "答"}, "alpaca", id="alpaca in Chinese"),
        pytest.param({"instruction": "问", "context": "", "response": "答", "category": "qa"}, "alpaca", id="Dolly"),
        pytest.param({"instruction": "问", "output": "答", "text": "全"}, "alpaca", id="alpaca with its own text"),
        pytest.param({"conversations": TURNS}, "sharegpt", id="sharegpt"),
        pytest.param({"messages": TURNS}, "sharegpt", id="sharegpt in messages"),
        pytest.param({"conversations": str(TURNS)}, "sharegpt", id="sharegpt as text"),
        pytest.param({"对话": [{"角色": "用户", "内容": "问"}]}, "sharegpt", id="sharegpt in Chinese"),
        pytest.param({"messages": MESSAGES}, "chatml", id="messages"),
        pytest.param({"conversations": MESSAGES}, "chatml", id="messages under another name"),
        pytest.param({"conversation": [{"input": "问", "output": "答"}]}, "xtuner", id="XTuner"),
        pytest.param({"conversation": [{"human": "问", "assistant": "答"}]}, "firefly", id="Firefly"),
        pytest.param({"human": "问", "assistant": "答"}, "firefly", id="two columns of one pair"),
        pytest.param({"query": "问", "response": "答"}, "query_response", id="query and response"),
        pytest.param({"question": "问", "answer": "答"}, "query_response", id="question and answer"),
        pytest.param({"问题": "问", "答案": "答"}, "query_response", id="question and answer in Chinese"),
        pytest.param({"問題": "问", "答案": "答"}, "query_response", id="the two in traditional Chinese"),
        pytest.param(
            {"提問": "问", "回覆": "答", "系統": "是", "歷史": []}, "query_response", id="with a history there"
        ),
        pytest.param({"指令": "问", "輸入": "文", "輸出": "答"}, "alpaca", id="alpaca in traditional Chinese"),
        pytest.param({"對話": [{"from": "用戶", "value": "问"}]}, "sharegpt", id="sharegpt in traditional Chinese"),
        pytest.param({"內容": "床前明月光"}, "text", id="text in traditional Chinese"),
        pytest.param({"Question": "问", "Answer": "答", "id": 3}, "query_response", id="in capitals"),
        pytest.param({"input": "问", "output": "答"}, "query_response", id="input and output"),
        pytest.param({"kind": "诗", "input": "问", "target": "答"}, "query_response", id="Firefly's first set"),
        pytest.param({"prompt": "问", "response": "答", "history": []}, "query_response", id="ChatGLM"),
        pytest.param({"prompt": "问", "completion": "答"}, "prompt_completion", id="prompt and completion"),
        pytest.param({"prompt": ASKED, "completion": MESSAGES[1:]}, "prompt_completion", id="the two as lists"),
        pytest.param({"prompt": "问", "completion": "答", "system": "是"}, "query_response", id="the two and a system"),
        pytest.param({"text": "### Human: 问### Assistant: 答"}, "guanaco", id="Guanaco"),
        pytest.param({"text": "床前明月光"}, "text", id="text"),
        pytest.param({"正文": "床前明月光", "title": "静夜思"}, "text", id="text with a title"),
        pytest.param({"prompt": "问", "chosen": "答", "rejected": "否"}, "trl_preference", id="a pair of texts"),
        pytest.param({"messages": MESSAGES, "label": True}, "kto_messages", id="labelled messages"),
        pytest.param({"prompt": "问", "completion": "答", "label": False}, "kto", id="a labelled completion"),
        pytest.param(
            {"instruction": "问", "input": "", "chosen": "答", "rejected": "否"},
            "llamafactory_ranking",
            id="Alpaca pair",
        ),
        pytest.param(
            {"conversations": TURNS[:1], "chosen": TURNS[1], "rejected": TURNS[1]},
            "sharegpt_ranking",
            id="ShareGPT pair",
        ),
    ],
)
def test_a_row_alone_tells_its_format(row, name):
    found = detect([row])
    assert found[0][0] == name
    assert not found[0][1].ambiguous


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([], id="no row"),
        pytest.param([{}], id="an empty row"),
        pytest.param([7, None], id="rows that are no objects"),
        pytest.param([{"a": "b"}], id="unknown columns"),
        pytest.param([{"instruction": None, "output": None}], id="nothing filled"),
    ],
)
def test_what_fits_nothing_is_not_guessed(rows):
    assert detect(rows) == []


def test_confidence_is_the_share_of_rows_that_fit():
    rows = [{"instruction": "问", "output": "答"}] * 3 + [{"instruction": "问", "output": None}]
    ((name, match),) = detect(rows)
    assert name == "alpaca"
    assert match.confidence == pytest.approx(0.97 * 3 / 4)
    assert "3 of 4 rows" in match.why


def test_unmapped_columns_are_named():
    match = detect([{"问题": "问", "答案": "答", "来源": "网", "难度": 3}])[0][1]
    assert match.columns == {"query": "问题", "response": "答案"}
    assert match.unmapped == ("来源", "难度")


@pytest.mark.parametrize(
    ("tag", "role"),
    [
        ("系統", "system"),
        ("用戶", "user"),
        ("使用者", "user"),
        ("人類", "user"),
        ("問", "user"),
        ("機器人", "assistant"),
    ],
)
def test_roles_are_known_in_traditional_chinese(tag, role):
    assert role_of(tag) == role
