import json

import pytest

from dataprep.convert.format import Loss, Refused, Style
from dataprep.convert.sharegpt import parse, recognise, render

Q, A = {"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}
ASK, REPLY = {"from": "human", "value": "问"}, {"from": "gpt", "value": "答"}
TURNS = [ASK, REPLY]


@pytest.mark.parametrize(
    "container", ["conversations", "conversation", "messages", "chat_rounds", "dialog", "texts", "对话"]
)
def test_every_container_is_recognised_and_read(container):
    source = {container: TURNS}
    match = recognise([source])
    assert match is not None
    assert parse(source, match.columns) == {"kind": "sft", "messages": [Q, A]}


@pytest.mark.parametrize(
    ("tag", "role"),
    [
        *((tag, "user") for tag in ("human", "user", "User", " HUMAN ", "prompter", "caller", "人类", "用户", "问")),
        *(
            (tag, "assistant")
            for tag in ("gpt", "assistant", "bot", "chatgpt", "model", "conclusion", "助手", "机器人", "答")
        ),
        *((tag, "system") for tag in ("system", "developer", "系统")),
        *((tag, "tool") for tag in ("tool", "observation", "observations", "function", "function_response")),
        *((tag, "tool") for tag in ("function-response", "tool_response", "ipython", "工具", "观察")),
    ],
)
@pytest.mark.parametrize(("key", "text"), [("from", "value"), ("role", "content"), ("角色", "内容")])
def test_every_role_and_key_is_read(tag, role, key, text):
    assert parse({"conversations": [{key: tag, text: "文"}]}, {})["messages"] == [{"role": role, "content": "文"}]


@pytest.mark.parametrize("tag", ["function_call", "function-call", "tool_call"])
@pytest.mark.parametrize(
    ("value", "content", "calls"),
    [
        pytest.param('{"name": "f", "arguments": {"c": "北京"}}', "", [("f", {"c": "北京"})], id="object"),
        pytest.param('{"name": "f", "arguments": "{\\"c\\": 1}"}', "", [("f", {"c": 1})], id="string arguments"),
        pytest.param('[{"name": "f", "arguments": {}}, {"name": "g"}]', "", [("f", {}), ("g", {})], id="list"),
        pytest.param({"name": "f", "arguments": {}}, "", [("f", {})], id="not even text"),
        pytest.param(
            '查\n<tool_call>[{"name": "f", "arguments": {}}]</tool_call>', "查", [("f", {})], id="beside text"
        ),
        pytest.param('<tool_call>{"name": "f", "arguments": {}}</tool_call>', "", [("f", {})], id="a block alone"),
        pytest.param(
            'a\n<tool_call>b\n<tool_call>[{"name": "f"}]</tool_call>',
            "a\n<tool_call>b",
            [("f", {})],
            id="the last block",
        ),
    ],
)
def test_calls_become_an_assistant_turn(tag, value, content, calls):
    (message,) = parse({"conversations": [{"from": tag, "value": value}]}, {})["messages"]
    functions = [call["function"] for call in json.loads(message["tool_calls"])]
    assert (message["role"], message["content"]) == ("assistant", content)
    assert [(function["name"], json.loads(function["arguments"])) for function in functions] == calls


def test_consecutive_calls_are_one_parallel_call():
    turns = [ASK, *({"from": "function_call", "value": f'{{"name": "{name}"}}'} for name in "fg"), REPLY]
    record = parse({"conversations": turns}, {})
    assert [message["role"] for message in record["messages"]] == ["user", "assistant", "assistant"]
    assert [call["function"]["name"] for call in json.loads(record["messages"][1]["tool_calls"])] == ["f", "g"]


@pytest.mark.parametrize(
    "between",
    [
        pytest.param([{"from": "observation", "value": "晴"}], id="a result"),
        pytest.param([{"from": "gpt", "value": ""}], id="an answer"),
    ],
)
def test_calls_with_a_turn_between_stay_apart(between):
    call = {"from": "function_call", "value": '{"name": "f"}'}
    messages = parse({"conversations": [ASK, call, *between, call]}, {})["messages"]
    assert [len(json.loads(message.get("tool_calls", "[]"))) for message in messages] == [0, 1, 0, 1]


@pytest.mark.parametrize("value", [{"c": "北京", "t": 7}, ["晴", None], {}])
def test_a_result_that_is_no_text_becomes_json(value):
    (message,) = parse({"conversations": [{"from": "observation", "value": value}]}, {})["messages"]
    assert message["role"] == "tool"
    assert json.loads(message["content"]) == value


def test_what_a_call_says_beyond_its_name_and_arguments_stays_in_meta():
    value = '{"name": "f", "arguments": {}, "thought": "想"}'
    record = parse({"conversations": [ASK, {"from": "function_call", "value": value}]}, {})
    assert record["meta"] == {"conversations": [{}, {"function_call": value}]}


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(json.dumps(TURNS), id="JSON"),
        pytest.param(json.dumps(TURNS, ensure_ascii=False), id="JSON in Chinese"),
        pytest.param(str(TURNS), id="Python"),
        pytest.param(json.dumps([ASK | {"ok": None}, REPLY | {"ok": True}]), id="null and true"),
    ],
)
def test_a_conversation_stored_as_text_is_read(stored):
    assert parse({"conversations": stored}, {})["messages"] == [Q, A]


@pytest.mark.parametrize(
    ("turns", "column", "systems", "meta"),
    [
        pytest.param(TURNS, "列", ["列"], None, id="column"),
        pytest.param(TURNS, "", [], None, id="empty column"),
        pytest.param(TURNS, None, [], None, id="null column"),
        pytest.param([{"from": "system", "value": "首"}, *TURNS], "列", ["首"], {"system": "列"}, id="turn overrides"),
        pytest.param([{"from": "system", "value": "列"}, *TURNS], "列", ["列"], None, id="both say the same"),
        pytest.param([*TURNS, {"from": "system", "value": "末"}], "列", ["列", "末"], None, id="a late turn does not"),
    ],
)
def test_an_opening_system_turn_overrides_the_column(turns, column, systems, meta):
    record = parse({"conversations": turns, "system": column}, {})
    assert [message["content"] for message in record["messages"] if message["role"] == "system"] == systems
    assert record.get("meta") == meta


@pytest.mark.parametrize("tools", [None, "", "[]", []])
def test_no_tools_is_none(tools):
    assert "tools" not in parse({"conversations": TURNS, "tools": tools}, {})


def test_tools_are_read():
    record = parse({"conversations": TURNS, "tools": '[{"name": "f", "parameters": {}}]'}, {})
    assert json.loads(record["tools"])[0]["function"]["name"] == "f"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param({}, "missing_conversation", id="no container"),
        pytest.param({"conversations": None}, "missing_conversation", id="null"),
        pytest.param({"conversations": []}, "empty_conversation", id="empty"),
        pytest.param({"conversations": "[]"}, "empty_conversation", id="empty, as text"),
        pytest.param({"conversations": "你好"}, "bad_conversation", id="plain text"),
        pytest.param({"conversations": {"from": "human"}}, "bad_conversation", id="an object"),
        pytest.param({"conversations": ["你好"]}, "bad_turn", id="a text as turn"),
        pytest.param({"conversations": [{"from": "路人", "value": "?"}]}, "unknown_role", id="unknown role"),
        pytest.param({"conversations": [{"value": "?"}]}, "unknown_role", id="no role"),
        pytest.param({"conversations": [{"from": 1, "value": "?"}]}, "unknown_role", id="a number as role"),
        pytest.param({"conversations": [{"from": "human", "value": None}]}, "missing_content", id="null question"),
        pytest.param({"conversations": [{"from": "gpt"}]}, "missing_answer", id="no answer"),
        pytest.param({"conversations": [{"from": "gpt", "value": 7}]}, "not_text", id="a number as answer"),
        pytest.param({"conversations": [{"from": "observation", "value": 7}]}, "not_text", id="a number as result"),
        pytest.param({"conversations": [{"from": "human", "value": {}}]}, "not_text", id="an object as question"),
        pytest.param({"conversations": [{"from": "function_call", "value": "查"}]}, "bad_tool_call", id="not a call"),
        pytest.param({"conversations": [{"from": "function_call"}]}, "missing_content", id="no call"),
        pytest.param({"conversations": TURNS, "tools": "{"}, "bad_tools", id="broken tools"),
        pytest.param({"conversations": TURNS, "system": 1}, "not_text", id="a number as system"),
        pytest.param({"conversations": [REPLY | {"weight": "high"}]}, "bad_weight", id="a word as weight"),
        pytest.param({"conversations": [REPLY | {"tool_calls": [1]}]}, "openai_fields", id="OpenAI's calls"),
    ],
)
def test_rows_are_refused_with_a_code(source, code):
    with pytest.raises(Refused) as refusal:
        parse(source, {})
    assert refusal.value.code == code


@pytest.mark.parametrize(
    "turns",
    [
        pytest.param([ASK, ASK], id="two questions in a row"),
        pytest.param([REPLY], id="an answer alone"),
        pytest.param([ASK, REPLY, ASK], id="an open end"),
        pytest.param([{"from": "human", "value": ""}], id="an empty question"),
    ],
)
def test_odd_orders_are_kept_for_validation_to_judge(turns):
    assert len(parse({"conversations": turns}, {})["messages"]) == len(turns)


def test_weights_and_names_are_taken_and_other_keys_stay_in_meta():
    turns = [ASK | {"weight": None, "name": "李"}, REPLY | {"weight": 0, "markdown": "*", "text": None}]
    record = parse({"conversations": turns, "id": "x"}, {})
    assert record["messages"] == [Q | {"name": "李"}, A | {"weight": 0.0}]
    assert record["meta"] == {"id": "x", "conversations": [{}, {"markdown": "*"}]}


def test_a_recipe_can_name_the_keys_of_turns():
    source = {"log": [{"who": "人类", "said": "问", "from": "home"}]}
    record = parse(source, {"conversations": "log", "role": "who", "content": "said"})
    assert record["messages"] == [Q]
    assert record["meta"] == {"log": [{"from": "home"}]}


def test_media_stay_in_meta_and_their_marks_in_the_text():
    record = parse({"conversations": [{"from": "human", "value": "<image>看"}], "images": ["a.png"]}, {})
    assert record["messages"][0]["content"] == "<image>看"
    assert record["meta"] == {"images": ["a.png"]}


CALL = '[{"id":"a","type":"function","function":{"name":"f","arguments":"{\\"c\\":\\"北京\\"}"}}]'
CALLED = {"role": "assistant", "content": "", "tool_calls": CALL}
RESULT = {"role": "tool", "content": "晴", "tool_call_id": "a"}


@pytest.mark.parametrize(
    ("said", "value"),
    [
        pytest.param("", '{"name": "f", "arguments": {"c": "北京"}}', id="calls alone"),
        pytest.param("查", '查\n<tool_call>[{"name": "f", "arguments": {"c": "北京"}}]</tool_call>', id="beside text"),
    ],
)
def test_calls_are_rendered_with_object_arguments(said, value):
    record = {"kind": "sft", "messages": [Q, CALLED | {"content": said}, RESULT, A], "tools": "[]"}
    assert render(record, Style()) == {
        "conversations": [
            ASK,
            {"from": "function_call", "value": value},
            {"from": "observation", "value": "晴"},
            REPLY,
        ],
        "tools": "[]",
    }


@pytest.mark.parametrize(
    ("messages", "part"),
    [
        pytest.param([Q, A | {"reasoning": "想"}], "reasoning", id="reasoning"),
        pytest.param([Q, A | {"weight": 1.0}], "weight", id="weight"),
        pytest.param([Q | {"name": "李"}, A], "name", id="name"),
        pytest.param([Q, CALLED, RESULT | {"tool_call_id": "b"}, A], "tool_call_id", id="a result of another call"),
        pytest.param([Q, CALLED, CALLED], "order", id="two answers that call"),
    ],
)
def test_what_sharegpt_cannot_express_is_refused_or_kept_beside(messages, part):
    record = {"kind": "sft", "messages": messages}
    with pytest.raises(Loss) as loss:
        render(record, Style())
    assert loss.value.part == part
    assert "_lost" not in render(record, Style(on_loss="drop-part"))
    assert parse(render(record, Style(on_loss="side-field")), {}) == record


@pytest.mark.parametrize(("joiner", "said"), [("\n", "译\n文"), ("\n\n", "译\n\n文"), ("", "译文")])
def test_an_input_is_joined_as_the_style_says(joiner, said):
    record = {"kind": "sft", "messages": [{"role": "user", "content": "译", "context": "文"}, A]}
    assert render(record, Style(joiner))["conversations"][0]["value"] == said


@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"messages": [{"role": "user", "content": "问"}]}, id="OpenAI's own form"),
        pytest.param({"conversations": TURNS, "chosen": REPLY, "rejected": REPLY}, id="a pair"),
        pytest.param({"conversations": TURNS, "label": False}, id="a labelled answer"),
        pytest.param({"conversations": [{"input": "问", "output": "答"}]}, id="pairs"),
        pytest.param({"conversations": "你好"}, id="text"),
        pytest.param({"id": 1}, id="no turns"),
    ],
)
def test_other_forms_are_not_sharegpt(source):
    assert recognise([source]) is None
