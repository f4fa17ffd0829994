"""Chat logs: messages become conversations, in order of time; a message that can't be used is refused alone."""

import pytest

from dataprep.files.chatlog import moment
from schemas.errors import InputError

CHAT = {
    "conversation": "cid",
    "time": "at",
    "speaker": "who",
    "content": "said",
    "roles": {"客户": "user", "客服": "assistant", "bot": "assistant"},
}

LOG = """cid,at,who,said,mood
c2,2024-01-05 10:00:00,客户,在吗,ok
c1,2024-01-05 10:03:00,客服,您好,
c2,2024-01-05 10:00:05,客服,在的,
c1,2024-01-05 09:59:00,客户,你好,sad
"""


def test_messages_are_grouped_and_sorted(read_file) -> None:
    result = read_file("log.csv", LOG.encode(), chat=CHAT)

    assert result.rows == [
        (
            2,
            {
                "cid": "c2",
                "messages": [{"role": "user", "content": "在吗"}, {"role": "assistant", "content": "在的"}],
                "log": [
                    {"at": "2024-01-05 10:00:00", "who": "客户", "mood": "ok"},
                    {"at": "2024-01-05 10:00:05", "who": "客服", "mood": ""},
                ],
            },
        ),
        (
            3,
            {
                "cid": "c1",
                "messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "您好"}],
                "log": [
                    {"at": "2024-01-05 09:59:00", "who": "客户", "mood": "sad"},
                    {"at": "2024-01-05 10:03:00", "who": "客服", "mood": ""},
                ],
            },
        ),
    ]
    assert result.notes == ["4 messages in 2 conversations"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"at":1,"who":"bot","said":"x"}', "no_conversation"),
        (b'{"cid":"","at":1,"who":"bot","said":"x"}', "no_conversation"),
        (b'{"cid":1,"who":"bot","said":"x"}', "no_time"),
        (b'{"cid":1,"at":"gestern","who":"bot","said":"x"}', "no_time"),
        (b'{"cid":1,"at":1,"who":"stranger","said":"x"}', "unknown_speaker"),
        (b'{"cid":1,"at":1,"said":"x"}', "unknown_speaker"),
        (b'{"cid":1,"at":1,"who":"bot","said":""}', "no_content"),
        (b'{"cid":1,"at":1,"who":"bot"}', "no_content"),
        (b'{"cid":', "invalid_json"),
    ],
)
def test_message_that_cannot_be_used_is_refused_alone(read_file, line, code) -> None:
    content = b'{"cid":1,"at":2,"who":"bot","said":"b"}\n' + line + b'\n{"cid":1,"at":1,"who":" bot ","said":"a"}\n'
    result = read_file("log.jsonl", content, chat=CHAT)

    assert result.faults == [(2, code)]
    assert [message["content"] for message in result.values[0]["messages"]] == ["a\nb"]


def test_equal_times_keep_the_order_of_the_file(read_file) -> None:
    content = b"".join(b'{"cid":1,"at":5,"who":"bot","said":"%d"}\n' % number for number in range(50))

    talk = read_file("log.jsonl", content, chat={**CHAT, "merge": False}).values[0]
    said = [message["content"] for message in talk["messages"]]

    assert said == [str(number) for number in range(50)]


def test_messages_of_one_side_in_a_row_become_one_turn(read_file) -> None:
    lines = [("客户", "在吗"), ("客户", "E06怎么办？"), ("客服", "您好"), ("bot", "请除垢。"), ("客户", "好")]
    content = "cid,at,who,said\n" + "".join(f"c,{at},{who},{said}\n" for at, (who, said) in enumerate(lines))

    talk = read_file("log.csv", content.encode(), chat=CHAT).values[0]
    apart = read_file("log.csv", content.encode(), chat={**CHAT, "merge": False}).values[0]

    assert talk["messages"] == [
        {"role": "user", "content": "在吗\nE06怎么办？"},
        {"role": "assistant", "content": "您好\n请除垢。"},
        {"role": "user", "content": "好"},
    ]
    assert [turn["role"] for turn in apart["messages"]] == ["user", "user", "assistant", "assistant", "user"]


def test_what_all_messages_say_stands_beside_them(read_file) -> None:
    content = "cid,at,who,said,topic,mood\nc,1,客户,a,水垢,sad\nc,2,客服,b,水垢,ok\n"

    (talk,) = read_file("log.csv", content.encode(), chat=CHAT).values

    assert talk["topic"] == "水垢"
    assert talk["log"] == [{"at": "1", "who": "客户", "mood": "sad"}, {"at": "2", "who": "客服", "mood": "ok"}]


def test_number_and_text_are_different_conversations(read_file) -> None:
    content = b'{"cid":1,"at":1,"who":"bot","said":"a"}\n{"cid":"1","at":1,"who":"bot","said":"b"}\n'

    assert [value["cid"] for value in read_file("log.jsonl", content, chat=CHAT).values] == [1, "1"]


def test_missing_column_names_the_nearest(read_file) -> None:
    with pytest.raises(InputError, match=r"no column 'who' \(chat.speaker\)") as raised:
        read_file("log.csv", b"cid,at,whom,said\n1,1,bot,x\n", chat=CHAT)

    assert "Did you mean 'whom'" in raised.value.hint


def test_empty_log_is_no_mistake(read_file) -> None:
    assert read_file("log.jsonl", b"", chat=CHAT).rows == []


SAME = 1704448980.0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1704448980, SAME),
        ("1704448980", SAME),
        (1704448980000, SAME),
        ("2024-01-05T10:03:00", SAME),
        ("2024-01-05 10:03", SAME),
        ("2024-01-05T12:03:00+02:00", SAME),
        ("2024-01-05T10:03:00Z", SAME),
        ("2024/1/5 10:03", SAME),
        ("2024-1-5 10:03:00", SAME),
        ("2024年1月5日 10:03", SAME),
    ],
)
def test_times_are_understood(value, seconds) -> None:
    assert moment(value) == seconds


@pytest.mark.parametrize("value", [None, True, "", "nan", "05/01/2024 10:03", "10:03", []])
def test_times_that_can_be_read_in_two_ways_are_not(value) -> None:
    with pytest.raises(ValueError, match=r"^.+$"):
        moment(value)
