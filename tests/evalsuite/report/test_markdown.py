"""report.md: the verdict first, small, and nothing of the data escapes its code span."""

import re
from dataclasses import replace

import pytest

from evalsuite.comparison import Overall
from evalsuite.report.markdown import code, render_markdown
from tests.evalsuite.report.stories import HOSTILE, bare, hostile, item, row, story


@pytest.mark.parametrize(
    ("verdict", "en", "zh"),
    [
        ("INVALID", "# ✕ INVALID", "# ✕ 无效"),
        ("REGRESSED", "# ▼ REGRESSED", "# ▼ 退步"),
        ("NOT IMPROVED", "# ✕ NOT IMPROVED", "# ✕ 未见提升"),
        ("INCONCLUSIVE", "# ? INCONCLUSIVE", "# ? 尚无定论"),
        ("NO REGRESSION", "# ✓ NO REGRESSION", "# ✓ 没有退步"),
        ("IMPROVED", "# ▲ IMPROVED", "# ▲ 提升"),
    ],
)
def test_the_verdict_is_the_first_line(verdict: Overall, en: str, zh: str) -> None:
    assert render_markdown(story(verdict)).splitlines()[0] == en
    assert render_markdown(story(verdict), lang="zh").splitlines()[0] == zh


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "` `"),
        (" \n ", "` `"),
        ("水箱\n有多大？", "`水箱 有多大？`"),
        ("a`b", "``a`b``"),
        ("```", "```` ``` ````"),
        ("a|b", "`a\\|b`"),
        ("</script>", "`</script>`"),
        ("😀" * 3, "`😀😀😀`"),
        ("x" * 300, f"`{'x' * 240} …`"),
    ],
)
def test_code_spans_hold_any_text(text: str, expected: str) -> None:
    assert code(text) == expected


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("text", [*HOSTILE, "| a | b |", "a" * 10_000])
def test_texts_of_the_data_stay_in_code(text: str, lang: str) -> None:
    told = render_markdown(hostile(text), lang=lang)
    assert told.encode()
    outside = re.sub(r"(?<!\\)(`+)(?!`).*?(?<!`)\1(?!`)", "", told)
    assert not re.search(r"(?<!\\)<(?!/?br)", outside)
    assert not re.search(r"(?<![\\\w])@all", outside)
    for table in re.findall(r"(?:^\|.*\n)+", told, re.M):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_ten_thousand_items_fit_a_job_summary() -> None:
    given = story()
    long = item(1, long=True)
    items = [{**long, "id": f"{number}"} for number in range(10_000)]
    rows = [row(primary=True, language=f"l{number}") for number in range(300)]
    text = render_markdown(replace(given, panels={**given.panels, "items": items}, rows=rows))
    assert len(text.encode()) < 60_000
    assert "5 of 10000 shown" in text
    assert "40 of 300 shown" in text


def test_numbers_and_training_rows_are_there() -> None:
    text = render_markdown(story())
    assert (
        "| chrF · held out · Chinese | **▼ REGRESSED** | 41.2 → 35.1 | −6.1 | [−7.3, −4.9] | 0.062 | 61 / 40 | 120 |"
        in text
    )
    assert "`gristmill why 9f3ac1`" in text
    assert "about 480 items would be needed" in text


def test_nothing_measured_is_still_a_verdict() -> None:
    assert render_markdown(bare()) == "# ✓ NO REGRESSION\n\nNo primary number was measured.\n"
