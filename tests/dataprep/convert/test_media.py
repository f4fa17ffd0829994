"""Media in `meta`: reported at conversion, a loss in every format, back from the side-field."""

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.convert import FORMATS, convert, plan
from dataprep.convert.format import Loss, Style
from dataprep.convert.media import media_kept, placeholders
from schemas.frames import RAW, records_of

ASK, ANSWER = {"role": "user", "content": "问"}, {"role": "assistant", "content": "答"}
RECORDS = {
    "sft": {"kind": "sft", "messages": [ASK, ANSWER]},
    "preference": {
        "kind": "preference",
        "messages": [ASK],
        "chosen": [ANSWER],
        "rejected": [{**ANSWER, "content": ""}],
    },
    "kto": {"kind": "kto", "messages": [ASK], "chosen": [ANSWER], "label": True},
    "text": {"kind": "text", "text": "文"},
}
MEDIA = {"images": ["a.png"], "id": 7}
PART = {"in": "messages", "turn": 0, "part": {"type": "image_url", "image_url": {"url": "a"}}}


def expressible(name):
    """The plain record that the format takes."""
    for record in RECORDS.values():
        try:
            FORMATS[name].render(record, Style())
        except Loss:
            continue
        return record
    raise AssertionError(name)


@pytest.mark.parametrize(
    ("meta", "kept"),
    [
        pytest.param(None, [], id="no meta"),
        pytest.param({"image": "", "images": [], "video": None}, [], id="empty columns"),
        pytest.param({"id": 7, "imagery": ["a"]}, [], id="other columns"),
        pytest.param(MEDIA, ["images"], id="a column"),
        pytest.param({"media_parts": [PART]}, ["media_parts"], id="parts"),
        pytest.param({"media_parts": "mine", "media_parts_": [PART]}, ["media_parts", "media_parts_"], id="renamed"),
    ],
)
def test_what_is_media(meta, kept):
    assert media_kept({"kind": "sft"} if meta is None else {"kind": "sft", "meta": meta}) == kept


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("meta", [MEDIA, {"media_parts": [PART]}], ids=["column", "parts"])
def test_media_are_refused_kept_or_left_out_as_asked(name, meta):
    record = {**expressible(name), "meta": meta}
    with pytest.raises(Loss, match="media"):
        FORMATS[name].render(record, Style())
    dropped = FORMATS[name].render(record, Style(on_loss="drop-part"))
    assert dropped == FORMATS[name].render(expressible(name), Style(on_loss="drop-part"))
    assert FORMATS[name].parse(FORMATS[name].render(record, Style(on_loss="side-field")), {}) == record


@pytest.mark.parametrize("name", FORMATS)
def test_other_columns_are_no_loss(name):
    record = expressible(name)
    assert FORMATS[name].render({**record, "meta": {"id": 7}}, Style()) == FORMATS[name].render(record, Style())


_cells = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@pytest.mark.parametrize("name", ["alpaca", "sharegpt", "chatml", "xtuner", "distilabel", "text"])
@given(meta=st.dictionaries(st.text(min_size=1, max_size=6), _cells.filter(lambda cell: cell is not None), min_size=1))
def test_the_side_field_brings_meta_back(name, meta):
    record = {**expressible(name), "meta": meta}
    row = json.loads(json.dumps(FORMATS[name].render(record, Style(on_loss="side-field"))))
    assert FORMATS[name].parse(row, {}) == record


def test_a_column_added_to_the_row_stays_beside_the_kept_ones():
    row = FORMATS["alpaca"].render({**RECORDS["sft"], "meta": MEDIA}, Style(on_loss="side-field"))
    assert FORMATS["alpaca"].parse({**row, "score": 5}, {})["meta"] == {"score": 5, **MEDIA}


@pytest.mark.parametrize(
    ("row", "detail"),
    [
        pytest.param({"instruction": "看", "output": "<img>"}, None, id="another tag"),
        pytest.param({"instruction": "看", "output": "答", "note": "<image>"}, None, id="only in a column of meta"),
        pytest.param({"instruction": "<image>看", "output": "答"}, "<image>", id="image"),
        pytest.param(
            {"instruction": "看", "input": "<audio>", "output": "<video>"}, "<video>, <audio>", id="in an input"
        ),
        pytest.param({"text": "<__dj__image> 猫"}, "<__dj__image>", id="Data-Juicer's"),
        pytest.param({"instruction": "看<image>", "output": "答", "images": ["a"]}, "images", id="with its column"),
        pytest.param(
            {"messages": [{"role": "user", "content": [PART["part"]]}, ANSWER]}, "media_parts", id="a part of a content"
        ),
    ],
)
@pytest.mark.parametrize("escape", [False, True], ids=["plain", "escaped"])
def test_media_and_their_placeholders_are_flagged(row, detail, escape):
    raw = json.dumps(row, ensure_ascii=False)
    raw = raw.replace("<", "\\u003c") if escape else raw
    result = convert(pl.DataFrame([("a", 1, raw, None)], schema=RAW, orient="row"), {"a": plan([row])})
    assert len(records_of(result.kept)) == 1
    flags = [("media_kept_in_meta", detail)] if detail else []
    assert result.events.select("reason", "detail").rows() == flags


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ('{"text": "a < b"}', []),
        ('{"text": "<image>看图"}', ["<image>"]),
        (r'{"text": "\u003cimage\u003e"}', ["<image>"]),
        (r'{"text": "\u003Cvideo> <__dj__audio>"}', ["<video>", "<__dj__audio>"]),
    ],
)
def test_placeholders_however_they_are_escaped(raw: str, found: list[str]) -> None:
    assert placeholders({"kind": "text", "text": json.loads(raw)["text"]}, raw) == found
