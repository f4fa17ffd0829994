import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.convert import FORMATS
from dataprep.convert.format import Loss, Style
from dataprep.convert.prompt import joined
from schemas.records import Record, bare, check
from tests.dataprep.convert.records import sft_records, text_records, tool_records, wild_records

SFT = ("alpaca", "sharegpt", "xtuner", "firefly", "query_response", "prompt_completion", "guanaco")
MULTI_TURN = tuple(name for name in SFT if name != "prompt_completion")
PARTS = {
    *("tools", "tool_calls", "tool_call_id", "reasoning", "weight", "name", "system", "order", "history"),
    *("empty_conversation", "markers"),
}
joiners = st.sampled_from(("\n", "\n\n", ""))


def there_and_back(name: str, record: Record, style: Style) -> Record:
    """Through the format and through JSON, as a file would carry it."""
    row = orjson.loads(orjson.dumps(FORMATS[name].render(record, style)))
    return check(FORMATS[name].parse(row, {}))


def heard(name: str, record: Record, joiner: str) -> Record:
    """What the format should give back: Alpaca alone keeps the input apart."""
    return record if name == "alpaca" else joined(record, joiner)


@pytest.mark.parametrize("name", MULTI_TURN)
@given(record=sft_records(contexts=True), joiner=joiners)
def test_conversations_come_back(name, record, joiner):
    style = Style(joiner)
    try:
        back = there_and_back(name, record, style)
    except Loss as loss:
        assert (name, loss.part) == ("guanaco", "markers")
    else:
        assert bare(back) == bare(heard(name, record, joiner))


@given(record=sft_records(contexts=True, turns=1, system=False), joiner=joiners)
def test_prompt_completion_brings_one_exchange_back(record, joiner):
    assert bare(there_and_back("prompt_completion", record, Style(joiner))) == bare(joined(record, joiner))


@given(text_records())
def test_text_comes_back(record):
    assert bare(there_and_back("text", record, Style())) == bare(record)


@given(tool_records(ids=False))
def test_sharegpt_brings_tools_and_calls_back(record):
    assert bare(there_and_back("sharegpt", record, Style())) == bare(record)


@pytest.mark.parametrize("name", SFT)
@given(record=wild_records())
def test_what_is_not_refused_comes_back_whole(name, record):
    try:
        back = there_and_back(name, record, Style(on_loss="refuse"))
    except Loss as loss:
        assert loss.part in PARTS
    else:
        assert without_ids(bare(back)) == without_ids(bare(record))


@pytest.mark.parametrize("name", SFT)
@given(record=st.one_of(wild_records(), tool_records(), sft_records(reasoning=True, weights=True)))
def test_the_side_field_brings_everything_back(name, record):
    try:
        back = there_and_back(name, record, Style(on_loss="side-field"))
    except Loss as loss:
        assert loss.part in {"kind", "order", "markers", "empty_conversation"}
    else:
        assert bare(back) == bare(record)


@pytest.mark.parametrize("name", SFT)
@given(record=st.one_of(wild_records(), sft_records(contexts=True)), data=st.data())
def test_every_row_of_a_format_has_the_same_keys(name, record, data):
    style = Style(on_loss=data.draw(st.sampled_from(("drop-part", "side-field"))))
    plain: Record = {
        "kind": "sft",
        "messages": [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}],
    }
    try:
        row = FORMATS[name].render(record, style)
    except Loss:
        return
    assert list(row) == list(FORMATS[name].render(plain, style))


def without_ids(record: dict) -> dict:
    """Ids of calls that the order tells as well are names: ShareGPT has no place for them."""
    messages = []
    for message in record["messages"]:
        told = {key: value for key, value in message.items() if key != "tool_call_id"}
        if "tool_calls" in told:
            told["tool_calls"] = [call["function"] for call in orjson.loads(told["tool_calls"])]
        messages.append(told)
    return record | {"messages": messages}
