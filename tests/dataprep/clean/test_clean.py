"""The clean stage: which fields it reaches, and what it tells the ledger."""

import sys
import time
import unicodedata

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dataprep.clean import clean
from dataprep.clean.edits import EDITS, NOT_NFC, excerpts
from dataprep.clean.protect import split_protected
from dataprep.recipe import Clean
from schemas.frames import EVENTS, FRAME, empty, records_of
from tests.dataprep.rows import ask, bot, calls, framed, plain, preference, sft, system, tool, user


def test_an_empty_frame_stays_empty() -> None:
    result = clean(empty(FRAME), Clean())
    assert (result.kept.schema, result.kept.height, result.events.height) == (FRAME, 0, 0)


def test_clean_rows_come_back_as_they_are() -> None:
    frame = framed(ask("问", "答"), plain("泠泉"), preference("问", "好", "坏"))
    result = clean(frame, Clean())
    assert result.kept.equals(frame)
    assert result.events.equals(empty(EVENTS))


def test_every_text_is_reached_and_nothing_else() -> None:
    dirty, call = "a&amp;b", calls("查&amp;", ids=("1&amp;",))
    talk = sft(
        system(dirty),
        user(dirty, context=dirty, name=dirty),
        call,
        tool(dirty, "1&amp;"),
        bot(dirty, reasoning=dirty),
        tools='[{"name": "a&amp;"}]',
        meta={"k": dirty},
    )
    pair = preference(dirty, dirty, f"{dirty} ")
    result = clean(framed(talk, pair, plain(dirty)), Clean())
    first, second, third = records_of(result.kept)
    assert [message["content"] for message in first["messages"]] == ["a&b", "a&b", "", "a&b", "a&b"]
    assert first["messages"][1]["context"] == first["messages"][4]["reasoning"] == "a&b"
    assert first["messages"][1]["name"] == dirty
    assert first["messages"][2]["tool_calls"] == call["tool_calls"]
    assert first["messages"][3]["tool_call_id"] == "1&amp;"
    assert (first["tools"], first["meta"]) == ('[{"name": "a&amp;"}]', {"k": dirty})
    assert [second[part][0]["content"] for part in ("messages", "chosen", "rejected")] == ["a&b"] * 3
    assert third["text"] == "a&b"


def test_ids_and_schema_stay() -> None:
    frame = framed(ask("<b>问</b>", "答 "), plain("\u200bx"))
    kept = clean(frame, Clean()).kept
    assert kept.schema == FRAME
    assert kept["id"].equals(frame["id"])


def test_one_event_for_each_row_and_edit() -> None:
    result = clean(framed(ask("问", "好"), ask("a&amp;b ", "c&amp;d&amp;e")), Clean())
    lines = result.events.select("id", "row", "stage", "verdict", "reason", "detail").rows()
    assert lines == [
        ("a.jsonl:2", 2, "clean", "changed", "html_entity", "messages[0].content and 1 more"),
        ("a.jsonl:2", 2, "clean", "changed", "trailing_space", "messages[0].content"),
    ]


def test_events_show_the_place_before_and_after() -> None:
    (line,) = clean(framed(plain("水" * 500 + "&amp;" + "泉" * 500)), Clean()).events.to_dicts()
    assert line["detail"] == "text"
    assert line["before"][:65] == "水" * 59 + "&amp;泉"
    assert line["after"][:61] == "水" * 59 + "&泉"
    assert len(line["before"]) == len(line["after"]) == 200


def test_a_row_about_markup_keeps_it_in_all_its_turns() -> None:
    frame = framed(ask("用 HTML 写一个列表", "<ul><li>一</li></ul>"), ask("写一个列表", "<ul><li>一</li></ul>"))
    answers = [record["messages"][1]["content"] for record in records_of(clean(frame, Clean()).kept)]
    assert answers == ["<ul><li>一</li></ul>", "一"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_excerpts_begin_sixty_characters_before_the_difference(before: str, after: str) -> None:
    assume(before != after)
    one, other = excerpts("同" * 100 + before, "同" * 100 + after)
    assert one[:60] == other[:60]
    assert one[60:61] != other[60:61]


@given(st.text(alphabet="`~$\\()[]{}<>/ab水\n ", max_size=80))
def test_protected_pieces_join_to_the_text(text: str) -> None:
    pieces = split_protected(text)
    assert "".join(pieces) == text
    assert len(pieces) % 2 == 1


@settings(max_examples=300)
@given(st.text(alphabet="aé水，　 \t\n\r\x0b\u2028&;lt#39<b>/p`$\u200b\u200d\u202a\u0301Ã©â€™\x85\x00ﬁ", max_size=40))
def test_the_cheap_tests_miss_nothing(text: str) -> None:
    for edit in EDITS:
        changed = edit.apply(split_protected(text)) != split_protected(text)
        suspected = pl.DataFrame({"text": [text]}).select(edit.suspect(pl.col("text"))).item()
        assert suspected or not changed, edit.name
        assert not (changed and edit.spares_ascii and text.isascii()), edit.name


def test_everything_that_nfc_changes_is_suspected() -> None:
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    spared = pl.Series(characters).filter(~pl.Series(characters).str.contains(NOT_NFC)).to_list()
    assert [one for one in spared if unicodedata.normalize("NFC", one) != one] == []
    decomposed = [unicodedata.decomposition(one).split() for one in characters]
    composing = {chr(int(parts[1], 16)) for parts in decomposed if len(parts) == 2 and parts[0][0] != "<"}
    assert composing & set(spared) == set()


@pytest.mark.parametrize(
    "unit",
    [
        "\\(",
        "$$",
        "`` ",
        "`a",
        "<code>",
        "<b ",
        "\\begin{a}",
        "&amp",
        "~~~\n",
        " ",
        "\n",
        "Ã©",
        "\u202a",
        "{[",
        "<p>",
        "a <br",
        "$a ",
    ],
)
def test_hostile_texts_do_not_cost_quadratic_time(unit: str) -> None:
    started = time.process_time()
    clean(framed(plain(unit * (100_000 // len(unit)) + "</p> &lt;x ")), Clean())
    assert time.process_time() - started < 5  # all take under 1 s on 2020s hardware; quadratic cost would take minutes
