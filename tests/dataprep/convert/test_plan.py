import pytest

from dataprep.convert import plan
from schemas.errors import InputError


def test_a_plan_says_what_it_saw():
    made = plan([{"问题": "问", "答案": "答", "来源": "网"}])
    assert (made.format, made.columns) == ("query_response", {"query": "问题", "response": "答案"})
    assert made.match is not None
    assert made.match.unmapped == ("来源",)


@pytest.mark.parametrize(
    ("row", "told", "name", "columns", "unmapped"),
    [
        pytest.param(
            {"甲": "问", "乙": "答"},
            {"query": "甲", "response": "乙"},
            "query_response",
            {"query": "甲", "response": "乙"},
            (),
            id="names that nobody knows",
        ),
        pytest.param(
            {"问题": "问", "答案": "答"},
            {"instruction": "问题"},
            "alpaca",
            {"instruction": "问题", "output": "答案"},
            (),
            id="half a map is completed",
        ),
        pytest.param(
            {"instruction": "问", "question": "?", "output": "答"},
            {"instruction": "question"},
            "alpaca",
            {"instruction": "question", "output": "output"},
            ("instruction",),
            id="a named column has no rival",
        ),
        pytest.param(
            {"instruction": "文", "input": "问", "output": "答"},
            {"instruction": "input", "input": "instruction"},
            "alpaca",
            {"instruction": "input", "input": "instruction", "output": "output"},
            (),
            id="two columns change places",
        ),
        pytest.param(
            {"log": [{"from": "human", "value": "问"}]},
            {"conversations": "log"},
            "sharegpt",
            {"conversations": "log"},
            (),
            id="a container of another name",
        ),
        pytest.param(
            {"p": "问", "a": "答", "b": "否"},
            {"prompt": "p", "chosen": "a", "rejected": "b"},
            "trl_preference",
            {"prompt": "p", "chosen": "a", "rejected": "b"},
            (),
            id="a pair of other names",
        ),
    ],
)
def test_a_column_map_decides(row, told, name, columns, unmapped):
    made = plan([row], columns=told)
    assert (made.format, made.columns) == (name, columns)
    assert made.match is not None
    assert made.match.unmapped == unmapped


@pytest.mark.parametrize(
    ("rows", "options", "told"),
    [
        pytest.param([{"a": "b"}], {}, "fit no known format. Columns: a.", id="unknown columns"),
        pytest.param([], {}, "Columns: none", id="no row"),
        pytest.param([{"text": "文"}], {"format": "aplaca"}, "did you mean 'alpaca'?", id="a slip in the format"),
        pytest.param(
            [{"instruction": "问", "question": "?", "output": "答"}],
            {},
            "instruction and question both claim instruction",
            id="rivals",
        ),
        pytest.param(
            [{"问": "问", "答": "答"}],
            {"columns": {"instrution": "问"}},
            "did you mean 'instruction'?",
            id="a slip in a part",
        ),
        pytest.param(
            [{"问题": "问", "答案": "答"}],
            {"columns": {"query": "问提"}},
            "no column '问提'; did you mean '问题'?",
            id="a slip in a column",
        ),
        pytest.param(
            [{"text": "文", "h": []}],
            {"columns": {"history": "h"}},
            "no part history",
            id="a part that the format lacks",
        ),
        pytest.param(
            [{"query": "问", "response": None}] * 3 + [{"query": "问", "response": "答"}],
            {},
            "Nearest: query_response",
            id="most rows can't be read",
        ),
    ],
)
def test_what_cannot_be_planned_is_told(rows, options, told):
    with pytest.raises(InputError) as fault:
        plan(rows, **options)
    assert told in fault.value.message


def test_rivals_come_with_the_yaml_that_settles_them():
    with pytest.raises(InputError) as fault:
        plan([{"问题": "问", "question": "?", "answer": "答"}])
    assert "Columns: 问题, question, answer." in fault.value.message
    assert "    format: query_response\n    columns:\n      query: 问题\n      response: answer" in fault.value.hint


def test_a_named_format_is_taken_without_looking():
    made = plan([{"prompt": "问", "completion": "答"}], format="query_response")
    assert (made.format, made.columns) == ("query_response", {"query": "prompt", "response": "completion"})


def test_a_named_format_that_does_not_fit_keeps_its_own_names():
    made = plan([{"text": "文", "label": 1}], format="text")
    assert (made.format, made.columns, made.match) == ("text", {}, None)


def test_with_format_and_columns_named_nothing_open_is_guessed():
    row = {"question": "问", "answer": "答", "system": "是", "system_prompt": "否"}
    told = {"query": "question", "response": "answer"}
    assert plan([row], format="query_response", columns=told).columns == told


def test_rows_that_are_no_objects_are_looked_past():
    assert plan([[], None, {"text": "文"}]).format == "text"
