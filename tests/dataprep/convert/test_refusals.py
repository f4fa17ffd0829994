"""A file of a kind that no record holds is planned, and refused row by row with what it is."""

import json

import polars as pl
import pytest

from dataprep.convert import convert, plan
from schemas.errors import InputError
from schemas.frames import RAW, records_of

ASK, ANSWER = {"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}
NECTAR = {"prompt": "问", "answers": [{"answer": "a", "rank": 1}, {"answer": "b", "rank": 2}]}
GOOD = {"instruction": "问", "output": "答"}
SEVERAL = {"instruction": "问", "output": ["一", "二"]}


def converted(*rows):
    lines = [("a", number, json.dumps(row, ensure_ascii=False), None) for number, row in enumerate(rows, 1)]
    return convert(pl.DataFrame(lines, schema=RAW, orient="row"), {"a": plan(rows)})


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param({"segments": [{"label": True, "text": "x"}]}, "unsupported_kind", id="segments"),
        pytest.param({"prompt": "问", "completions": ["一"], "labels": [True]}, "unsupported_kind", id="steps"),
        pytest.param(NECTAR, "unsupported_kind", id="a ranking"),
        pytest.param(
            {"instruction": "问", "generations": ["a", "b"], "ratings": [1, 2]}, "unsupported_kind", id="rated answers"
        ),
        pytest.param({"messages": [ASK], "positive_messages": [[ASK]]}, "unsupported_kind", id="embedding pairs"),
        pytest.param(SEVERAL, "several_answers", id="Alpaca with several answers"),
        pytest.param({"问题": "问", "答案": ["一", "二"]}, "several_answers", id="in Chinese"),
        pytest.param({"prompt": "问", "chosen": ["一", "二"], "rejected": "否"}, "several_answers", id="in a pair"),
        pytest.param(
            {"messages": [{"role": "user", "content": [{"type": "server_tool_use"}]}]},
            "unsupported_part",
            id="unknown parts",
        ),
        pytest.param(
            {"messages": [ASK, ANSWER | {"train_detail": [{"train": False}]}]},
            "unsupported_kind",
            id="a mask in a turn",
        ),
    ],
)
def test_a_file_of_one_unsupported_kind_is_refused_row_by_row(row, reason):
    result = converted(row, row)
    assert result.kept.height == 0
    assert result.dropped["reasons"].to_list() == [[reason], [reason]]


def test_the_few_good_rows_among_them_are_kept():
    result = converted(*[SEVERAL] * 4, GOOD)
    assert [record["messages"][1]["content"] for record in records_of(result.kept)] == ["答"]
    assert result.dropped["reasons"].to_list() == [["several_answers"]] * 4


def test_a_good_row_of_another_format_among_them_is_kept():
    result = converted(*[NECTAR] * 4, GOOD)
    assert result.kept["row"].to_list() == [5]
    assert result.dropped["reasons"].to_list() == [["unsupported_kind"]] * 4


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([{"a": "b"}], id="unknown columns"),
        pytest.param([{"instruction": "问", "output": None}], id="no answers"),
        pytest.param([*[{"a": "b"}] * 4, NECTAR], id="one row of a known kind"),
        pytest.param([{"问题": "问", "question": "?", "答案": ["一", "二"]}], id="two columns ask"),
    ],
)
def test_other_files_still_need_a_word(rows):
    with pytest.raises(InputError, match="fit no known format"):
        plan(rows)
