"""Encodings: mark, then UTF-8, then a guess; always strict, always told."""

import orjson
import pytest

from dataprep.files.encoding import Decoder
from schemas.errors import InputError

ZH = "今天天气很好，我们一起去公园散步吧。请问你叫什么名字？"
TW = "今天天氣很好，我們一起去公園散步吧。請問您貴姓大名？"
FR = "Où est le café ? J’ai déjà mangé à l’hôtel : c’était très bon."
JP = "今日はとても良い天気ですね。公園へ行きましょう。"
EN = "The weather is nice today, let us go for a walk."


def lines(text: str, count: int) -> str:
    return "".join(f'{{"n":{number},"text":"{text}"}}\n' for number in range(count))


TABLE = [
    ("UTF-8", ZH, "utf-8", None),
    ("UTF-8 with mark", ZH, "utf-8-sig", None),
    ("UTF-16 with mark", ZH, "utf-16", "utf-16 (byte order mark)"),
    ("UTF-32 with mark", EN, "utf-32", "utf-32 (byte order mark)"),
    ("UTF-16LE", ZH, "utf-16-le", "utf-16-le (chardet"),
    ("UTF-16BE", EN, "utf-16-be", "utf-16-be (chardet"),
    ("GB18030", ZH, "gb18030", "gb18030 (chardet"),
    ("GBK", ZH, "gbk", "gb18030 (chardet"),
    ("Big5", TW, "big5", "big5 (chardet"),
    ("cp1252", FR, "cp1252", "cp1252 (chardet"),
    ("Shift JIS", JP, "shift_jis", "shift_jis (chardet"),
]


@pytest.mark.parametrize("count", [1, 5, 100])
@pytest.mark.parametrize(("text", "encoding", "note"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_encoding_is_recognised(read_file, text, encoding, note, count) -> None:
    result = read_file("in.jsonl", lines(text, count).encode(encoding))

    assert result.values == [{"n": number, "text": text} for number in range(count)]
    assert [told.partition("decoded as ")[2][: len(note or "")] for told in result.notes] == ([note] if note else [])
    assert result.faults == []


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("in.json", '[{{"text": "{0}"}}, {{"text": "{0}"}}]'),
        ("in.csv", "id,text\n1,{0}\n2,{0}\n"),
        ("in.txt", "{0}\n\n{0}\n"),
    ],
)
def test_encoding_is_recognised_in_every_text_file(read_file, name, shape) -> None:
    result = read_file(name, shape.format(ZH).encode("gb18030"), max_chars=len(ZH))

    assert [row["text"] for row in result.values] == [ZH, ZH]
    assert any("gb18030" in note for note in result.notes)


def test_text_behind_a_megabyte_of_ascii_still_decides(read_file) -> None:
    content = lines(EN, 20_000).encode() + lines(ZH, 300).encode("gb18030")
    result = read_file("late.jsonl", content)

    assert len(content) > 1 << 20
    assert result.faults == []
    assert result.values[-1]["text"] == ZH


def test_bad_line_of_a_guessed_file_is_refused_alone(read_file) -> None:
    content = lines(ZH, 50).encode("gb18030") + b'{"text":"\xff\xff"}\n' + lines(ZH, 1).encode("gb18030")
    result = read_file("bad.jsonl", content)

    assert result.faults == [(51, "not_gb18030")]
    assert len(result.rows) == 51


def test_half_a_surrogate_in_utf16_is_refused_alone(read_file) -> None:
    content = b"\xff\xfe" + '{"a":"'.encode("utf-16-le") + b"\x00\xd8" + '"}\n{"a":"ok"}\n'.encode("utf-16-le")

    result = read_file("half.jsonl", content)

    assert (result.faults, result.values) == ([(1, "lone_surrogate")], [{"a": "ok"}])


def test_odd_byte_at_the_end_of_utf16_is_refused(read_file) -> None:
    content = '{"a":1}\n{"b":2}'.encode("utf-16") + b"\x7d"

    assert [row for row, _ in read_file("odd.jsonl", content).faults] == [2]


def test_byte_offset_is_told(read_file) -> None:
    content = '{"a":"é"}\n{"a":"'.encode() + b"\xe9" + b'"}\n'

    assert read_file("offset.jsonl", content).details == ["not_utf8: byte 7 of the row"]


def test_recipe_overrides_the_guess(read_file) -> None:
    content = orjson.dumps({"a": "x"}) + b"\n" + '{"a":"naïve"}\n'.encode("latin-1") + b'{"a":"y"}\n'

    assert read_file("auto.jsonl", content).faults == [(2, "not_utf8")]
    assert read_file("set.jsonl", content, encoding="latin-1").values[1] == {"a": "naïve"}
    assert read_file("wrong.jsonl", content, encoding="ascii").faults == [(2, "not_ascii")]


def test_utf8_is_not_accepted_where_the_recipe_says_ascii(read_file) -> None:
    assert read_file("ascii.jsonl", '{"a":"é"}\n'.encode(), encoding="ascii").faults == [(1, "not_ascii")]


def test_mark_inside_of_a_file_is_no_encoding(read_file) -> None:
    assert read_file("in.jsonl", b"\n\xfe\xff\n{}\n").faults == [(2, "not_utf8")]


def test_utf16_without_its_mark_is_refused_where_the_recipe_says_so(read_file) -> None:
    assert read_file("in.jsonl", b"{}\n{}\n", encoding="utf-16").faults == [(1, "not_utf_16")]


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13"])
def test_unknown_encoding_is_the_users_mistake(read_file, name) -> None:
    with pytest.raises(InputError, match="No such text encoding"):
        read_file("in.jsonl", b"{}\n", encoding=name)


def test_block_borders_do_not_matter() -> None:
    content = lines(ZH, 30).encode("gb18030")
    decoder = Decoder("gb18030")

    parts = [
        decoder.feed(content[place : place + 7], final=place + 7 >= len(content)) for place in range(0, len(content), 7)
    ]

    assert b"".join(parts).decode() == lines(ZH, 30)
