"""report.html: sections, verdicts, both languages, escaping, limits."""

import re
from dataclasses import replace

import pytest

from evalsuite.comparison import Overall
from evalsuite.report import html
from evalsuite.report.html import render_html
from schemas.errors import UserError
from tests.evalsuite.report.stories import HOSTILE, bare, hostile, item, story
from tests.page_reader import Reader, words_of

VERDICTS: tuple[Overall, ...] = ("INVALID", "REGRESSED", "NOT IMPROVED", "INCONCLUSIVE", "NO REGRESSION", "IMPROVED")
ALLOWED = """html head meta title style body main h1 h2 h3 h4 p div ul li nav a dl dt dd table thead tbody tr th td br
small span strong figure figcaption details summary article header code del ins mark svg path text tspan circle line"""


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_the_verdict_comes_first(verdict: Overall, lang: str) -> None:
    text = render_html(story(verdict), lang=lang)
    big = re.search(r'<p class="big">(.*?)</p>', text)
    assert big is not None
    assert big[1].endswith(verdict) == (lang == "en")
    assert text.index('class="big"') < text.index('id="primary"')
    refused = "评测数据中有 3 条" if lang == "zh" else "3 eval rows are in the training data."
    assert (refused in text) == (verdict == "INVALID")


def test_sections_stand_in_order_and_are_linked() -> None:
    page = Reader(render_html(story()))
    order = (
        "primary items likelihood stopping grounding memory slices sweep trim curve harness judge human rows settings"
    )
    assert page.ids == order.split()
    assert page.links == [f"#{key}" for key in page.ids]
    assert page.open == []


def test_absent_panels_leave_no_trace() -> None:
    page = Reader(render_html(bare()))
    assert page.ids == ["primary", "rows", "settings"]
    assert page.links == ["#primary", "#rows", "#settings"]


def test_empty_panels_say_so() -> None:
    panels = {"items": [], "memory": [], "loops": [], "harness": {"rows": []}}
    text = words_of(render_html(replace(bare(), panels=panels)))
    assert text.count("Nothing was found.") == 3
    assert text.count("Nothing was measured.") == 4  # primary, stopping, harness, every number


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", [*HOSTILE, "  ", "😀👍🏽", "中文", "a" * 10_000])
def test_texts_of_the_data_are_only_text(text: str, lang: str) -> None:
    drawn = render_html(hostile(text), lang=lang)
    assert drawn.encode()
    page = Reader(drawn)
    assert page.open == []
    assert page.tags <= set(ALLOWED.split())
    assert not any(name.startswith("on") for name in page.attributes)
    assert not page.attributes & {"src", "srcset", "action"}
    assert all(link.startswith("#") for link in page.links)


def test_a_template_in_the_data_isnt_run() -> None:
    assert "{{ 7*7 }}" in render_html(hostile("{{ 7*7 }}"))


def test_differences_are_marked_and_training_rows_named() -> None:
    text = render_html(story())
    assert "<del>1.2</del>" in text
    assert "<ins>1.8</ins>" in text
    assert "<mark>1.2</mark>" in text
    assert "gristmill why 9f3ac1" in text
    assert "manual.jsonl:41" in text


def test_chinese_reports_speak_chinese() -> None:
    text = words_of(render_html(story(), lang="zh"))
    for english in ("Primary", "What got worse", "The training rows are remembered", "Keep greedy", "items"):
        assert english not in text
    for chinese in ("主要指标", "变差的条目", "训练数据被背了下来。", "保持贪心解码。", "英文 120 条"):
        assert chinese in text


def test_ten_thousand_long_items_stay_small_and_the_limit_is_told() -> None:
    given = story()
    long = item(1, long=True)
    items = [{**long, "id": f"{number}"} for number in range(10_000)]
    text = render_html(replace(given, panels={**given.panels, "items": items}, rows=[*given.rows] * 100))
    assert len(text.encode()) < 1_500_000
    shown = text.count('<article class="item">') - 1  # one is a span of training data
    assert 10 < shown <= html.WORSE
    assert f"{shown} of 10000 shown; all rows are in predictions.parquet." in text
    assert f"{html.EVERY} of 1500 shown" in text
    assert "first 1,200 of 17,100 characters" in text


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UserError, match="no report in the language 'fr'"):
        render_html(story(), lang="fr")
