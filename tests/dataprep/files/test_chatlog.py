"""Chat logs: messages become conversations, in order of time; one message that can't be used refuses all of it."""

import pytest

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
                "lines": [2, 4],
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
                "lines": [5, 3],
            },
        ),
    ]
    assert result.notes == ["4 messages in 2 conversations"]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b'{"cid":1,"who":"bot","said":"x"}', "no_time: line 2: 'at' is None"),
        (b'{"cid":1,"at":"gestern","who":"bot","said":"x"}', "no_time: line 2: 'at' is 'gestern'"),
        (b'{"cid":1,"at":1,"who":"stranger","said":"x"}', "unknown_speaker: line 2: 'stranger'"),
        (b'{"cid":1,"at":1,"said":"x"}', "unknown_speaker: line 2: None"),
        (b'{"cid":1,"at":1,"who":"bot","said":""}', "no_content: line 2: 'said' is empty"),
        (b'{"cid":1,"at":1,"who":"bot"}', "no_content: line 2: 'said' is empty"),
    ],
)
def test_conversation_with_a_message_that_cannot_be_used_is_refused_whole(read_file, line, fault) -> None:
    first, last = b'{"cid":1,"at":2,"who":"bot","said":"b"}', b'{"cid":1,"at":1,"who":" bot ","said":"a"}'
    other = b'{"cid":2,"at":1,"who":"bot","said":"c"}'
    result = read_file("log.jsonl", b"\n".join((first, line, last, other)), chat=CHAT)

    assert result.frame.filter(result.frame["fault"].is_not_null()).select("row", "fault", "raw").rows() == [
        (1, fault, b" ".join((first, line, last)).decode())
    ]
    assert [(row, talk["cid"]) for row, talk in result.rows] == [(4, 2)]
    assert result.notes == ["4 messages in 2 conversations"]


def test_fault_names_the_first_of_several_messages_that_cannot_be_used(read_file) -> None:
    content = "cid,at,who,said\nc,3,bot,a\nc,2,stranger,b\nc,never,bot,c\nc,1,bot,\n"

    assert read_file("log.csv", content.encode(), chat=CHAT).details == ["unknown_speaker: line 3: 'stranger'"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b'{"at":1,"who":"bot","said":"x"}', "no_conversation"),
        (b'{"cid":"","at":1,"who":"bot","said":"x"}', "no_conversation"),
        (b'{"cid":', "invalid_json"),
    ],
)
def test_line_that_names_no_conversation_is_refused_alone(read_file, line, code) -> None:
    content = b'{"cid":1,"at":2,"who":"bot","said":"b"}\n' + line + b'\n{"cid":1,"at":1,"who":" bot ","said":"a"}\n'
    result = read_file("log.jsonl", content, chat=CHAT)

    assert result.faults == [(2, code)]
    assert [message["content"] for message in result.values[0]["messages"]] == ["a\nb"]
    assert result.values[0]["lines"] == [3, 1]
    assert result.notes == ["2 messages in 1 conversations"]


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


def test_column_that_is_called_like_a_part_of_the_result_stays_in_the_log(read_file) -> None:
    content = b'{"cid":1,"at":1,"who":"bot","said":"a","lines":"theirs"}\n'

    (talk,) = read_file("log.jsonl", content, chat=CHAT).values

    assert talk["lines"] == [1]
    assert talk["log"] == [{"at": 1, "who": "bot", "lines": "theirs"}]


def test_number_and_text_are_different_conversations(read_file) -> None:
    content = b'{"cid":1,"at":1,"who":"bot","said":"a"}\n{"cid":"1","at":1,"who":"bot","said":"b"}\n'

    assert [value["cid"] for value in read_file("log.jsonl", content, chat=CHAT).values] == [1, "1"]


def test_missing_column_names_the_nearest(read_file) -> None:
    with pytest.raises(InputError, match=r"no column 'who' \(chat.speaker\)") as raised:
        read_file("log.csv", b"cid,at,whom,said\n1,1,bot,x\n", chat=CHAT)

    assert "Did you mean 'whom'" in raised.value.hint


def test_empty_log_is_no_mistake(read_file) -> None:
    assert read_file("log.jsonl", b"", chat=CHAT).rows == []
