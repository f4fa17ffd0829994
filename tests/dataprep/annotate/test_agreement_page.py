"""agreement.html: verdict first, both languages, escaping, texts of disputed records, size."""

import re
from string import Formatter

import polars as pl
import pytest

from dataprep.annotate.agreement import agreement
from dataprep.annotate.agreement_page import render, row_texts
from dataprep.annotate.agreement_tables import figure
from dataprep.annotate.agreement_words import OURS, WORDS, value_name
from dataprep.annotate.answers import ANSWERS, answer_frame
from dataprep.annotate.findings import Agreement
from schemas.errors import UserError
from tests.dataprep.annotate.said import grid, said
from tests.dataprep.rows import ask, framed, plain, preference
from tests.page_reader import Reader, words_of

HOSTILE = "</div><script>alert(1)</script>\"'&<b>"


def verdicts(*rows: str) -> Agreement:
    names = {"a": "accept", "f": "fix", "r": "reject"}
    return agreement(grid(*([names.get(sign, ".") for sign in row] for row in rows), question="verdict"), seed=1)


GOOD = verdicts("afrafrafrafrafr" * 2, "afrafrafrafrafr" * 2, "afrafrafrafrafa" * 2)
FAIR = verdicts("afrafrafrafrafr" * 2, "arrafrafrafrafa" * 2, "afrafrafrafaaff" * 2)
POOR = verdicts("afrafr", "rafrfr", "afaafa")
SAME = verdicts("aaaa", "aaaa")
AGREED = verdicts("afr", "afr")
NOTHING = agreement(pl.DataFrame(schema=ANSWERS), seed=1)


@pytest.mark.parametrize(
    ("found", "tone", "en", "zh"),
    [
        (GOOD, "good", "✓ The answers can be relied on", "✓ 标注可靠"),
        (FAIR, "warn", "! Good for tentative conclusions only", "! 只宜作初步结论"),
        (POOR, "bad", "✕ Too little agreement to rely on", "✕ 一致性不足，不可靠"),
        (SAME, "plain", "– Agreement can't be told", "– 无法判断一致性"),
        (NOTHING, "plain", "– Agreement can't be told", "– 无法判断一致性"),
    ],
)
def test_the_verdict_comes_first(found: Agreement, tone: str, en: str, zh: str) -> None:
    for lang, told in (("en", en), ("zh", zh)):
        text = render(found, name="clinic", lang=lang)
        assert f'class="verdict {tone}"' in text
        assert re.search(r'<main>\s*<h1>[^<]*clinic</h1>\s*<section class="verdict', text)
        assert f">{told}</p>".replace("'", "&#39;") in text
        assert Reader(text).open == []


@pytest.mark.parametrize(
    ("found", "en", "zh"),
    [
        (GOOD, "The 95% interval goes from", "95% 区间为"),
        (FAIR, "and reaches below 0.667: more records", "下端低于 0.667"),
        (verdicts("af", "af"), "There is no interval", "没有区间"),
        (SAME, "Undefined for verdict: all answers are the same.", "“是否采纳”无定义：回答全都相同。"),
        (SAME, "No record is disputed.", "没有存在分歧的记录。"),
        (NOTHING, "There is no answer that could be compared.", "没有可以比较的回答。"),
        (verdicts("af", "aa"), "1 record is disputed.", "有 1 条记录存在分歧"),
        (verdicts("afr"), "Undefined for verdict: one annotator.", "“是否采纳”无定义：只有一位标注员。"),
    ],
)
def test_what_the_verdict_says(found: Agreement, en: str, zh: str) -> None:
    for lang, told in (("en", en), ("zh", zh)):
        body = render(found, name="clinic", lang=lang)
        verdict = body[body.index('<section class="verdict') : body.index("</section>")]
        assert told in words_of(verdict).replace("&#39;", "'")


@pytest.mark.parametrize("found", [GOOD, FAIR, POOR, SAME, NOTHING])
def test_every_link_leads_somewhere(found: Agreement) -> None:
    page = Reader(render(found, name="clinic"))
    assert page.targets == set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_numbers_stand_in_the_tables() -> None:
    truth = [said("r00", "lead", "accept", gold=True), said("r01", "lead", "accept", gold=True)]
    first = grid(["accept", "fix"], ["accept", "fix"], ["fix", "fix"], question="verdict")
    second = first.with_columns(round=pl.lit(2, pl.Int32), annotation=pl.lit("late"))
    found = agreement(pl.concat([first, second, answer_frame(truth)]), seed=1)
    told = words_of(render(found, name="clinic", lang="zh"))
    assert "标准答案 2" in told
    assert "50.0% (1/2) 9.5% 到 90.5%" in told  # Wilson's interval of 1 of 2, by hand .0945 to .9055
    assert "1 2 3 0.375" in told  # round, records, annotators, alpha
    assert "A B 2 100.0% 1.000" in told


def test_disputed_records_show_texts_and_who_said_what() -> None:
    lines = [said("r1", "A", "fix"), said("r1", "B", "fix"), said("r1", "陈静", "accept")]
    lines += [said("r1", "A", "新的回答", "corrected"), said("r2", "A", "accept"), said("r2", "B", "reject")]
    found = agreement(answer_frame(lines), seed=1)
    texts = pl.DataFrame({"id": ["r1", "r9"], "text": ["user: 发烧怎么办？", "not asked"]})
    text = words_of(render(found, name="clinic", lang="zh", texts=texts, command="gristmill label push --round 2"))
    assert "gristmill label push --round 2" in text
    assert re.search(r"分歧 1\.00 .*r2 .*手头的数据中没有这条记录。 .*分歧 0\.66", text)
    assert "user: 发烧怎么办？ 是否采纳 修改后采纳 A、B 采纳 陈静 修改后的回答 新的回答 A" in text
    assert "not asked" not in text
    assert "手头的数据中没有" not in render(found, name="clinic", lang="zh")
    assert "push" not in render(AGREED, name="clinic", command="gristmill label push")


def test_nothing_of_the_data_becomes_markup() -> None:
    def page(text: str) -> Reader:
        lines = [said(text, who + text, value + text, text) for who, value in (("A", "x"), ("B", "y"), ("C", "x"))]
        lines += [said("s", who + text, text, text) for who in "AB"]
        texts = pl.DataFrame({"id": [text], "text": [text]})
        found = agreement(answer_frame(lines), seed=1)
        return Reader(render(found, name=text, lang="en", texts=texts, command=text))

    hostile, harmless = page(HOSTILE), page("harmless")
    assert hostile.tags == harmless.tags
    assert hostile.attributes == harmless.attributes
    assert (hostile.open, harmless.open) == ([], [])


def test_many_disputes_stay_within_the_budget() -> None:
    found = agreement(answer_frame(said(f"r{n:04}", who, who + "长" * 500) for n in range(700) for who in "AB"), seed=1)
    texts = pl.DataFrame({"id": [f"r{n:04}" for n in range(700)], "text": ["很长的文字" * 2000] * 700})
    text = render(found, name="clinic", texts=texts)
    assert len(text.encode()) < 700_000
    shown = text.count("<article")
    assert 20 < shown < 700
    assert f"{700 - shown} more disputed records aren't shown".replace("'", "&#39;") in text


def test_texts_of_rows() -> None:
    frame = framed(
        ask("天空为什么是蓝的？", "因为散射。"), preference("Hi?", "Hello!", "No."), plain("一段文字"), plain("")
    )
    assert row_texts(frame)["text"].to_list() == [
        "user: 天空为什么是蓝的？\n\nassistant: 因为散射。",
        "user: Hi?\n\nchosen: Hello!\n\nrejected: No.",
        "一段文字",
        "",
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [(None, "–"), (0.66699, "0.666"), (0.667, "0.667"), (0.7999999, "0.799"), (1.0, "1.000"), (-0.0001, "−0.001")],
)
def test_a_coefficient_never_looks_like_the_limit_that_it_misses(value: float | None, told: str) -> None:
    assert figure(value) == told


@pytest.mark.parametrize(
    ("value", "question", "kind", "told"),
    [
        ("accept", "verdict", "choices", "采纳"),
        ("accept", "their_question", "choices", "accept"),
        ("a", "better", "pairwise", "chosen 回答"),
        ("tie", "preferred", "pairwise", "不相上下"),
        ("unsafe, wrong_fact", "tags", "choices", "内容不安全、事实错误"),
        ("[]", "tags", "choices", "无"),
        ("fix", "corrected", "text", "fix"),
    ],
)
def test_names_of_answers(value: str, question: str, kind: str, told: str) -> None:
    assert value_name(value, question, kind, "zh") == told


def test_words_exist_in_both_languages_with_the_same_parts() -> None:
    for key, (en, zh) in WORDS.items():
        parts = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in (en, zh)]
        assert parts[0] == parts[1], key
        assert en and zh, key
    assert set(OURS) <= set(WORDS)


def test_only_the_known_languages() -> None:
    with pytest.raises(UserError, match="no report in the language 'fr'"):
        render(NOTHING, name="clinic", lang="fr")
