"""Preference and KTO records come back from every format that takes them, and whole with the side-field."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataprep.convert.format import Format, Loss, Style
from dataprep.convert.hh import HH
from dataprep.convert.implicit import DISTILABEL, TRL_IMPLICIT_PREFERENCE
from dataprep.convert.kto import KTO, TRL_KTO_MESSAGES
from dataprep.convert.kto_messages import KTO_MESSAGES
from dataprep.convert.openai_preference import OPENAI_PREFERENCE
from dataprep.convert.preference import TRL_PREFERENCE, TRL_PREFERENCE_MESSAGES
from dataprep.convert.prompt import joined
from dataprep.convert.ranking import LLAMAFACTORY_RANKING, SHAREGPT_RANKING
from dataprep.convert.swift_preference import SWIFT_PREFERENCE
from schemas.records import Record, bare, check
from tests.dataprep.convert.records import answers, kto_records, preference_records, wild_records

_TURNS = (
    *(TRL_PREFERENCE_MESSAGES, TRL_IMPLICIT_PREFERENCE, LLAMAFACTORY_RANKING, SHAREGPT_RANKING),
    *(SWIFT_PREFERENCE, OPENAI_PREFERENCE, DISTILABEL),
)
_PAIRS = (TRL_PREFERENCE, *_TURNS, HH)
_LABELLED = (KTO, KTO_MESSAGES, TRL_KTO_MESSAGES)
# No setting of on_loss makes a usable row of these: another kind, no prompt or answer, turns that part elsewhere.
_HOPELESS = {"kind", "order", "label", "prompt", "content", "empty_conversation"}

_FEW = settings(max_examples=40, deadline=None)


def _name(format_: Format) -> str:
    return format_.name


def _back(format_: Format, record: Record, style: Style) -> dict[str, Any]:
    """Through the format and through JSON, as a file would carry it; the parsed record is a valid one."""
    row = json.loads(json.dumps(format_.render(record, style)))
    return bare(check(format_.parse(row, {})))


def _told(format_: Format, record: Record) -> dict[str, Any]:
    """What the format should give back: LLaMA-Factory's Alpaca alone keeps the input apart."""
    return bare(record if format_ is LLAMAFACTORY_RANKING else joined(record, "\n"))


def _without_ids(record: dict[str, Any]) -> dict[str, Any]:
    """Ids of calls that the order tells as well have no place in ShareGPT."""
    text = json.dumps(record)
    slim = json.loads(text)
    for side in ("messages", "chosen", "rejected"):
        for message in slim.get(side, ()):
            message.pop("tool_call_id", None)
            if "tool_calls" in message:
                message["tool_calls"] = [call["function"] for call in json.loads(message["tool_calls"])]
    return slim  # type: ignore[no-any-return]


def _opens_with_thought(record: Record) -> bool:
    """True for tags in a content, which a row of messages can't keep there."""
    return "<think>" in json.dumps(record)


@st.composite
def wild_pairs(draw: st.DrawFn) -> Record:
    """Preference and KTO records of any turns in any order, answers of several turns among them."""
    prompt = draw(wild_records())
    side = st.one_of(
        st.tuples(answers(reasoning=True, weights=True)).map(list),
        wild_records().map(lambda record: record["messages"]),
    )
    record: Record = {**prompt, "kind": draw(st.sampled_from(("preference", "kto"))), "chosen": draw(side)}
    if record["kind"] == "kto":
        record["label"] = draw(st.booleans())
    else:
        record["rejected"] = draw(st.one_of(side, st.just(record["chosen"])))
    return record


@pytest.mark.parametrize("format_", _TURNS, ids=_name)
@given(record=preference_records(contexts=True))
def test_pairs_of_one_turn_are_expressible(format_: Format, record: Record) -> None:
    if not _opens_with_thought(record):
        assert _back(format_, record, Style()) == _told(format_, record)


@given(preference_records(contexts=True, system=False, turns=1))
def test_texts_hold_one_exchange(record: Record) -> None:
    assert _back(TRL_PREFERENCE, record, Style()) == _told(TRL_PREFERENCE, record)


@given(preference_records(contexts=True, system=False))
def test_transcripts_hold_every_exchange(record: Record) -> None:
    assert _back(HH, record, Style()) == _told(HH, record)


@pytest.mark.parametrize("format_", (KTO_MESSAGES, TRL_KTO_MESSAGES), ids=_name)
@given(record=kto_records(contexts=True))
def test_labelled_conversations_are_expressible(format_: Format, record: Record) -> None:
    if not _opens_with_thought(record):
        assert _back(format_, record, Style()) == _told(format_, record)


@given(kto_records(contexts=True, system=False, turns=1))
def test_labelled_texts_hold_one_exchange(record: Record) -> None:
    assert _back(KTO, record, Style()) == _told(KTO, record)


@pytest.mark.parametrize("format_", (*_PAIRS, *_LABELLED), ids=_name)
@_FEW
@given(record=wild_pairs())
def test_what_is_not_refused_comes_back_whole(format_: Format, record: Record) -> None:
    try:
        back = _back(format_, record, Style())
    except Loss as loss:
        assert loss.part
    else:
        if _opens_with_thought(record):  # read as reasoning, wherever it stood
            return
        same = _without_ids if format_ is SHAREGPT_RANKING else bare
        assert same(back) == same(_told(format_, record))  # type: ignore[arg-type]


@pytest.mark.parametrize("format_", (*_PAIRS, *_LABELLED), ids=_name)
@_FEW
@given(record=st.one_of(wild_pairs(), preference_records(contexts=True), kto_records(contexts=True)))
def test_the_side_field_brings_everything_back(format_: Format, record: Record) -> None:
    try:
        back = _back(format_, record, Style(on_loss="side-field"))
    except Loss as loss:
        assert loss.part in _HOPELESS
    else:
        assert back == _told(format_, record)


@pytest.mark.parametrize("format_", (*_PAIRS, *_LABELLED), ids=_name)
@_FEW
@given(record=wild_pairs(), on_loss=st.sampled_from(("drop-part", "side-field")))
def test_every_row_of_a_format_has_the_same_keys(format_: Format, record: Record, on_loss: str) -> None:
    plain: Record = {
        "kind": record["kind"],
        "messages": [{"role": "user", "content": "问"}],
        "chosen": [{"role": "assistant", "content": "好"}],
    }
    if record["kind"] == "kto":
        plain["label"] = True
    else:
        plain["rejected"] = [{"role": "assistant", "content": "差"}]
    try:
        row = format_.render(record, Style(on_loss=on_loss))
    except Loss:
        return
    assert list(row) == list(format_.render(plain, Style(on_loss=on_loss)))


@pytest.mark.parametrize("format_", _PAIRS, ids=_name)
def test_equal_answers_are_read_and_left_to_validation(format_: Format) -> None:
    record: Record = {
        "kind": "preference",
        "messages": [{"role": "user", "content": "问"}],
        "chosen": [{"role": "assistant", "content": "答"}],
        "rejected": [{"role": "assistant", "content": "答"}],
    }
    assert _back(format_, record, Style()) == record


@pytest.mark.parametrize("format_", (*_PAIRS, *_LABELLED), ids=_name)
def test_sft_is_another_kind_whatever_may_be_lost(format_: Format) -> None:
    record: Record = {
        "kind": "sft",
        "messages": [{"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}],
    }
    for on_loss in ("refuse", "side-field", "drop-part"):
        with pytest.raises(Loss, match="kind"):
            format_.render(record, Style(on_loss=on_loss))
