"""What must not be translated: taken out, put back, and missed when it is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataprep.augment.keeping import LostMarker, is_bare, put_back, take_out


@pytest.mark.parametrize(
    ("text", "marked", "pieces"),
    [
        ("", "", ()),
        (" \n", " \n", ()),
        ("你好 👋", "你好 👋", ()),
        ("共3个", "共3个", ()),
        ("请在30分钟内回复", "请在 XQ1 内回复", ("30分钟",)),
        ("约 2.5 kg，涨了12%。", "约 XQ1 ，涨了 XQ2 。", ("2.5 kg", "12%")),
        ("Pay $30 within 3 days.", "Pay XQ1 within XQ2.", ("$30", "3 days")),
        ("Dear {name}, write to a.b@c.com", "Dear XQ1, write to XQ2", ("{name}", "a.b@c.com")),
        ("见 https://a.b/c?x=1。", "见 XQ1 。", ("https://a.b/c?x=1",)),
        ("运行 `ls -l`\n```py\nx = 1\n\ny\n```\n然后", "运行 XQ1\nXQ2\n然后", ("`ls -l`", "```py\nx = 1\n\ny\n```")),
        ("按“开始”键", "按 XQ1 键", ("“开始”",)),
        ("型号 LQ-200 和 GPT4o", "型号 XQ1 和 XQ2", ("LQ-200", "GPT4o")),
        ("XQ1 weighs 3 kg", "ZX1 weighs ZX2", ("XQ1", "3 kg")),
    ],
)
def test_what_is_taken_out_comes_back(text: str, marked: str, pieces: tuple[str, ...]) -> None:
    kept = take_out(text)
    assert (kept.text, kept.pieces) == (marked, pieces)
    assert put_back(kept.text, kept) == text


PARTS = (*"ab 1 3%元。，“”`{}<>\n在请XQxq", "30分钟", "LQ-2", "https://a.b", "`c`")


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_any_text_comes_back(text: str) -> None:
    kept = take_out(text)
    assert put_back(kept.text, kept) == text


@pytest.mark.parametrize(
    ("translated", "piece"),
    [("请在内用 XQ2", "3 天"), ("XQ1 XQ1 XQ2", "3 天"), ("XQ1", "`x`"), ("XQ1 XQ2 XQ3", "XQ3"), ("", "3 天")],
)
def test_a_lost_or_doubled_piece_is_told(translated: str, piece: str) -> None:
    with pytest.raises(LostMarker, match=rf"^lost_marker: {re.escape(piece)}$"):
        put_back(translated, take_out("请在3 天内用 `x`"))


@pytest.mark.parametrize(
    ("translated", "back"),
    [
        ("Use XQ2 within XQ1.", "Use `x` within 3 天."),
        ("use xq2, xq 1", "use `x`, 3 天"),
        ("XQ1 内 XQ2", "3 天内 `x`"),
        ("在 XQ1 XQ2 内", "在3 天 `x` 内"),
    ],
)
def test_markers_may_move(translated: str, back: str) -> None:
    assert put_back(translated, take_out("请在3 天内用 `x`")) == back


@pytest.mark.parametrize(
    ("text", "bare"),
    [("", True), ("XQ1", True), ("- XQ12, 3!", True), ("👍", True), ("XQ", False), ("用 XQ1", False)],
)
def test_texts_of_markers_alone_have_nothing_to_translate(text: str, bare: bool) -> None:
    assert is_bare(text) is bare
