"""The HTML shell: one file, no scripts, the right language, both colour schemes, paper."""

import re

import pytest

from schemas.page import page


@pytest.mark.parametrize(("lang", "tag"), [("en", "en"), ("zh", "zh-CN"), ('"><script>', "&quot;&gt;&lt;script&gt;")])
def test_the_document_names_its_language(lang: str, tag: str) -> None:
    assert f'<html lang="{tag}">' in page("t", "", lang=lang)


def test_title_is_escaped_and_body_is_kept() -> None:
    text = page("</title><script>", "<p>水箱 &lt; 2</p>", lang="zh")
    assert "<title>&lt;/title&gt;&lt;script&gt;</title>" in text
    assert "<main>\n<p>水箱 &lt; 2</p>\n</main>" in text


def test_nothing_comes_from_elsewhere() -> None:
    text = page("t", "<p>b</p>", lang="en")
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'\"" in text
    assert not re.search(r"<script|https?://|@import|url\(", text)


def test_it_serves_dark_screens_phones_and_paper() -> None:
    text = page("t", "", lang="en")
    for told in ("prefers-color-scheme:dark", "max-width:480px", "@media print", 'name="viewport"'):
        assert told in text


@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x85", "\ud800", "\uffff"])
def test_what_html_forbids_is_replaced(bad: str) -> None:
    text = page("t", f"<p>a{bad}b\tc\nd</p>", lang="en")
    assert "<p>a�b\tc\nd</p>" in text
    assert text.encode()
