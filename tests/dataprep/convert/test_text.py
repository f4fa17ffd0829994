import pytest

from dataprep.convert.format import Loss, Refused, Style
from dataprep.convert.text import parse, recognise, render


@pytest.mark.parametrize("text", ["", " ", "床前明月光，\n疑是地上霜。\n", "\ufeff\x00"])
def test_text_is_read_unchanged(text):
    assert parse({"text": text}, {}) == {"kind": "text", "text": text}


@pytest.mark.parametrize(
    ("source", "code"),
    [
        pytest.param({}, "missing_text", id="nothing"),
        pytest.param({"text": None}, "missing_text", id="null"),
        pytest.param({"text": 3.14}, "not_text", id="a number"),
        pytest.param({"text": ["甲"]}, "not_text", id="a list"),
    ],
)
def test_rows_are_refused_with_a_code(source, code):
    with pytest.raises(Refused) as refusal:
        parse(source, {})
    assert refusal.value.code == code


def test_other_columns_go_to_meta():
    assert parse({"正文": "文", "title": "题", "text": None}, {"text": "正文"}) == {
        "kind": "text",
        "text": "文",
        "meta": {"title": "题"},
    }


def test_text_is_rendered_alone():
    assert render({"kind": "text", "text": "文", "meta": {"title": "题"}}, Style()) == {"text": "文"}


@pytest.mark.parametrize(
    "record",
    [
        pytest.param({"kind": "sft", "messages": []}, id="a conversation"),
        pytest.param({"kind": "text"}, id="a text without text"),
    ],
)
def test_other_kinds_are_a_loss(record):
    with pytest.raises(Loss) as loss:
        render(record, Style(on_loss="drop-part"))
    assert loss.value.part == "kind"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"text": "文", "question": "问"}, id="a question beside it"),
        pytest.param({"text": "文", "答案": "答"}, id="an answer beside it"),
        pytest.param({"text": "文", "messages": []}, id="turns beside it"),
        pytest.param({"text": "文", "label": 1}, id="a verdict beside it"),
        pytest.param({"text": 1}, id="a number"),
    ],
)
def test_a_column_of_another_role_makes_it_no_plain_text(source):
    assert recognise([source]) is None


def test_two_text_columns_are_ambiguous():
    match = recognise([{"text": "甲", "content": "乙"}])
    assert match is not None
    assert match.ambiguous == ("text and content both claim text",)
