"""Rules for web text: the measures, the published thresholds by language, and rows of other kinds."""

import polars as pl
import pytest

from dataprep.reasons.web import REASONS
from dataprep.rules import measure
from dataprep.rules.repetition import repetition
from dataprep.rules.rule import Thresholds
from dataprep.rules.web import WEB, web_signals
from dataprep.rules.web_repetition import web_repetition
from tests.dataprep.rows import ask, framed, plain
from tests.dataprep.rules.measured import RECIPE

ZH = "滤芯和水箱每三个月要换一次，这是为了水的味道。\n"
GOOD = {
    "en": """Take the tank out of the machine and rinse it with clear water.
The filter is made of coconut shell, and has to be changed every three months.
When the lamp turns red, there isn't enough water in the tank to make a cup of tea.
A technician will come to you at the end of the year; you needn't prepare anything.
If something is still unclear, please call us or write to the address below.""",
    "zh": """请先把水箱取下来，在水龙头下冲洗干净。
滤芯是用椰壳做的，每三个月要换一次。
机器上的灯变红，就说明水不够了。
他们在说明书里写了清洗的步骤，也画了图。
年底会有人上门检查，由公司付费，您不用准备什么。""",
}


def broken(text: str | None, language: str, kind: str = "text") -> set[str]:
    texts = pl.Series([text], dtype=pl.String)
    frame = pl.concat(
        [web_signals(texts, pl.Series([language])), repetition(texts), web_repetition(texts)], how="horizontal"
    )
    frame = frame.with_columns(kind=pl.lit(kind), language=pl.lit(language))
    verdicts = frame.select(rule.verdict_of(Thresholds(rule.thresholds)).alias(rule.name) for rule in WEB)
    return {name for name, good in verdicts.row(0, named=True).items() if not good}


def test_every_rule_has_its_sentences_and_sees_text_rows_alone() -> None:
    assert len({rule.name for rule in WEB}) == len(WEB)
    assert {rule.name for rule in WEB} == set(REASONS)
    assert {rule.kinds for rule in WEB} == {("text",)}


def test_no_texts() -> None:
    assert web_signals(pl.Series([], dtype=pl.String), pl.Series([], dtype=pl.String)).height == 0


@pytest.mark.parametrize("language", GOOD)
def test_good_pages(language: str) -> None:
    assert broken(GOOD[language], language) == set()
    assert broken(None, language) == set()
    assert broken("", language, kind="sft") == set()


@pytest.mark.parametrize(
    ("text", "language", "rules"),
    [
        ("", "und", {"web_few_words", "web_short_words", "web_alpha_words", "web_ended_lines", "web_sentences"}),
        (GOOD["zh"] + "\nlorem ipsum dolor", "zh", {"web_lorem_ipsum"}),
        (GOOD["zh"] + "\n请启用 JavaScript。", "zh", {"web_no_javascript"}),
        (GOOD["zh"] + "\n版权所有。", "zh", {"web_policy_lines"}),
        (GOOD["zh"] + "\nint main() {", "zh", {"web_curly_bracket"}),
        (GOOD["zh"] + "\n" + "# " * 20, "zh", {"web_hashes"}),
        (GOOD["zh"].replace("。", "……"), "zh", {"web_ellipsis_lines", "web_sentences"}),
        (GOOD["zh"].replace("。", ""), "zh", {"web_ended_lines", "web_sentences"}),
        (ZH * 8, "zh", {"web_dup_lines", "web_repeated_lines"} | {f"web_dup_{n}gram" for n in range(5, 11)}),
        ("1 2 3 4 5. " * 12, "en", {"web_alpha_words", "web_stop_words", "web_short_words"}),
    ],
)
def test_bad_pages(text: str, language: str, rules: set[str]) -> None:
    assert rules <= broken(text, language)


def test_measures_of_a_small_page() -> None:
    texts = pl.Series(["• 一二三四五六七八九十一二三四五六七。\n\n• The end of it...", None])
    row, nothing = web_signals(texts, pl.Series(["zh", "zh"])).rows(named=True)
    assert set(nothing.values()) == {None}
    assert row["web_words"] == 14  # 17 Han characters are ten words
    assert row["stop_words"] == 0
    assert row["newlines"] == pytest.approx(2 / 14)
    assert [row[name] for name in ("bullet_lines", "ellipsis_lines", "ended_lines", "short_lines")] == [
        1.0,
        0.5,
        1.0,
        1.0,
    ]
    assert row["sentences"] == 2
    assert row["alpha_words"] == pytest.approx(14 / (14 + 4))


@pytest.mark.parametrize(("language", "most"), [("zh", 0.256), ("en", 0.2), ("de", 0.2)])
def test_published_numbers_by_language(language: str, most: float) -> None:
    (rule,) = (rule for rule in WEB if rule.name == "web_top_2gram")
    for share, good in ((most, True), (most + 0.01, False)):
        frame = pl.DataFrame({"language": [language], "kind": ["text"], "top_2gram": [share]})
        assert frame.select(rule.verdict_of(Thresholds(rule.thresholds))).item() is good


def test_chat_rows_have_no_web_measure() -> None:
    frame = framed(ask("水箱怎么洗？", "先倒水，再冲洗。"), plain("先倒水，再冲洗。"))
    found = measure(frame, RECIPE).select("kind", "top_2gram", "dup_5gram", "dup_lines", "web_words", "dup_line_chars")
    assert found.rows() == [("sft", None, None, None, None, 0.0), ("text", 0.0, 0.0, 0.0, 4, 0.0)]
