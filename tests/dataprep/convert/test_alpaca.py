import pytest

from dataprep.convert.alpaca import parse, recognise, render
from dataprep.convert.format import Loss, Refused, Style

Q, A = {"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}


def row(**more):
    return {"instruction": "问", "input": "", "output": "答"} | more


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        pytest.param(row(), [Q, A], id="empty input is none"),
        pytest.param(row(input=None), [Q, A], id="null input is none"),
        pytest.param({"instruction": "问", "output": "答"}, [Q, A], id="no input column"),
        pytest.param(row(input=" "), [{**Q, "context": " "}, A], id="a blank input is kept as it is"),
        pytest.param(row(input="文"), [{**Q, "context": "文"}, A], id="input stays apart"),
        pytest.param(row(instruction="", output=""), [{**Q, "content": ""}, {**A, "content": ""}], id="empty texts"),
        pytest.param(row(instruction=" 问\n"), [{**Q, "content": " 问\n"}, A], id="nothing is stripped"),
        pytest.param(row(output=["答"]), [Q, A], id="a list of one answer"),
        pytest.param(row(system="你是客服"), [{"role": "system", "content": "你是客服"}, Q, A], id="system"),
        pytest.param(row(system="", history=[]), [Q, A], id="empty system and history"),
        pytest.param(row(system=None, history=None), [Q, A], id="null system and history"),
        pytest.param(row(history=""), [Q, A], id="history as empty text"),
        pytest.param(row(history=[["问", "答"]]), [Q, A, Q, A], id="history"),
        pytest.param(row(history='[["问", "答"]]'), [Q, A, Q, A], id="history as JSON"),
        pytest.param(row(history="[('问', '答')]"), [Q, A, Q, A], id="history as a Python literal"),
        pytest.param(row(history="[]"), [Q, A], id="empty history as text"),
    ],
)
def test_rows_are_read(source, messages):
    assert parse(source, {}) == {"kind": "sft", "messages": messages}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param({}, "missing_instruction", id="empty row"),
        pytest.param(row(instruction=None), "missing_instruction", id="null instruction"),
        pytest.param(row(output=None), "missing_answer", id="null answer"),
        pytest.param({"instruction": "问", "input": ""}, "missing_answer", id="no answer"),
        pytest.param(row(output=[]), "missing_answer", id="no answer in the list"),
        pytest.param(row(output=[None]), "missing_answer", id="null answer in the list"),
        pytest.param(row(output=["答", "另"]), "several_answers", id="several answers"),
        pytest.param(row(output=7), "not_text", id="a number is not an answer"),
        pytest.param(row(output=[7]), "not_text", id="nor in a list"),
        pytest.param(row(output=True), "not_text", id="nor is a flag"),
        pytest.param(row(instruction=1), "not_text", id="a number is not an instruction"),
        pytest.param(row(input=1), "not_text", id="nor an input"),
        pytest.param(row(system={}), "not_text", id="an object is not a system prompt"),
        pytest.param(row(history=[["问"]]), "bad_history", id="half a pair"),
        pytest.param(row(history=[["问", None]]), "bad_history", id="a question without answer"),
        pytest.param(row(history="没有"), "bad_history", id="history that is no list"),
        pytest.param(row(history="[[true, 'x']]"), "bad_history", id="neither JSON nor Python"),
        pytest.param(row(history={"a": 1}), "bad_history", id="an object as history"),
        pytest.param(row(_lost="{"), "bad_side_field", id="a broken side-field"),
        pytest.param(
            row(_lost='{"messages": {"9": {"weight": 1.0}}}'), "bad_side_field", id="a side-field of another row"
        ),
        pytest.param(row(_lost='{"kind": "poem"}'), "bad_side_field", id="a side-field that makes no record"),
    ],
)
def test_rows_are_refused_with_a_code(source, code):
    with pytest.raises(Refused) as refusal:
        parse(source, {})
    assert refusal.value.code == code


def test_columns_that_no_part_takes_go_to_meta_and_nulls_go():
    record = parse(row(id=7, images=["a.png"], instruction="看 <image>", note=None), {})
    assert record["meta"] == {"id": 7, "images": ["a.png"]}
    assert record["messages"][0]["content"] == "看 <image>"


def test_a_column_map_renames_every_part():
    names = {"instruction": "指令", "input": "输入", "output": "输出", "system": "系统", "history": "历史"}
    source = {"指令": "问", "输入": "文", "输出": "答", "系统": "是", "历史": [["一", "二"]], "instruction": "other"}
    record = parse(source, names)
    assert [message["content"] for message in record["messages"]] == ["是", "一", "二", "问", "答"]
    assert record["meta"] == {"instruction": "other"}


def test_rendering_keeps_the_input_apart_and_writes_every_column():
    messages = [Q, A, {**Q, "context": "文"}, A]
    assert render({"kind": "sft", "messages": messages}, Style()) == {
        "instruction": "问",
        "input": "文",
        "output": "答",
        "system": None,
        "history": [["问", "答"]],
    }


def test_an_earlier_input_is_joined():
    messages = [{**Q, "context": "文"}, A, Q, A]
    assert render({"kind": "sft", "messages": messages}, Style("\n\n"))["history"] == [["问\n\n文", "答"]]


CALLS = '[{"type":"function","function":{"name":"f","arguments":"{}"}}]'
TOOL_TURNS = [{"role": "assistant", "content": "", "tool_calls": CALLS}, {"role": "tool", "content": "晴"}]


@pytest.mark.parametrize(
    ("record", "part", "left"),
    [
        pytest.param({"messages": [Q, A], "tools": "[1]"}, "tools", ("问", "答"), id="tools"),
        pytest.param({"messages": [Q, *TOOL_TURNS, A]}, "tool_calls", ("问", "答"), id="calls and results"),
        pytest.param({"messages": [Q, {**A, "reasoning": "想"}]}, "reasoning", ("问", "答"), id="reasoning"),
        pytest.param({"messages": [Q, {**A, "weight": 0.0}]}, "weight", ("问", "答"), id="weight"),
        pytest.param({"messages": [{**Q, "name": "李"}, A]}, "name", ("问", "答"), id="name"),
        pytest.param(
            {"messages": [{"role": "system", "content": ""}, Q, A]}, "system", ("问", "答"), id="empty system"
        ),
        pytest.param(
            {"messages": [Q, A, {"role": "system", "content": "是"}]}, "system", ("问", "答"), id="late system"
        ),
        pytest.param({"messages": [{**Q, "content": "先"}, Q, A]}, "order", ("问", "答"), id="two questions"),
        pytest.param({"messages": [Q, A, Q]}, "order", ("问", "答"), id="open end"),
        pytest.param({"messages": [A, Q, A]}, "order", ("问", "答"), id="an answer first"),
    ],
)
def test_what_alpaca_cannot_express_is_refused_or_dropped_as_chosen(record, part, left):
    record = {"kind": "sft"} | record
    with pytest.raises(Loss) as loss:
        render(record, Style(on_loss="refuse"))
    assert loss.value.part == part
    dropped = render(record, Style(on_loss="drop-part"))
    assert (dropped["instruction"], dropped["output"]) == left
    assert "_lost" not in dropped
    kept = render(record, Style(on_loss="side-field"))
    assert parse(kept, {}) == record


@pytest.mark.parametrize(
    ("record", "part"),
    [
        pytest.param({"kind": "text", "text": "文"}, "kind", id="text"),
        pytest.param({"kind": "preference", "messages": [Q], "chosen": [A], "rejected": [A]}, "kind", id="preference"),
        pytest.param({"kind": "sft", "messages": []}, "order", id="no turn"),
        pytest.param({"kind": "sft", "messages": [Q]}, "order", id="no answer"),
    ],
)
@pytest.mark.parametrize("on_loss", ["refuse", "side-field", "drop-part"])
def test_what_makes_no_usable_row_is_always_a_loss(record, part, on_loss):
    with pytest.raises(Loss) as loss:
        render(record, Style(on_loss=on_loss))
    assert loss.value.part == part


def test_an_edited_answer_survives_its_side_field():
    kept = render({"kind": "sft", "messages": [Q, {**A, "weight": 0.5}]}, Style(on_loss="side-field"))
    assert parse(kept | {"output": "改"}, {})["messages"][1] == {"role": "assistant", "content": "改", "weight": 0.5}


def test_the_side_field_is_null_when_nothing_is_lost():
    assert render({"kind": "sft", "messages": [Q, A]}, Style(on_loss="side-field"))["_lost"] is None


@pytest.mark.parametrize(
    ("source", "ambiguous"),
    [
        pytest.param(row(), (), id="plain"),
        pytest.param(row(label="positive"), (), id="a label of words is no verdict"),
        pytest.param(row(label=None, chosen=None), (), id="empty verdicts say nothing"),
        pytest.param({"Instruction": "问", "Response": "答", "context": "文"}, (), id="Dolly"),
        pytest.param(row(question="?"), ("instruction and question both claim instruction",), id="two questions"),
        pytest.param(row(question=None), (), id="a null column is no rival"),
        pytest.param(
            row(answer="a", response="b"), ("output, answer and response all claim output",), id="three answers"
        ),
    ],
)
def test_alpaca_is_recognised_and_rivals_are_named(source, ambiguous):
    match = recognise([source])
    assert match is not None
    assert match.ambiguous == ambiguous


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(row(label=True), id="a flag"),
        pytest.param(row(label=0), id="zero or one"),
        pytest.param(row(kto_tag=False), id="kto_tag"),
        pytest.param(row(chosen="a", rejected="b"), id="a pair"),
        pytest.param({"input": "问", "output": "答"}, id="no instruction"),
        pytest.param({"instruction": "问"}, id="no answer"),
        pytest.param(row(output=None), id="no row can be read"),
    ],
)
def test_judged_or_unanswered_rows_are_not_alpaca(source):
    assert recognise([source]) is None
