import logging
import string
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rouge_score.tokenize import tokenize

from schemas.errors import MissingExtra, UserError
from schemas.text.words import TOKENIZERS, _jieba, ascii_words, jieba_words, tokenizer_label, words

NO_POINTS = st.text(alphabet=[sign for sign in string.printable if sign not in ".,"])
ANY = st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("的是aA1.,' \n・ー한ก้é́"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t　", []),
        ("，。！？…—", []),
        ("👍🏽 ❤️", []),
        ("水", ["水"]),
        ("南京长江大桥", ["南", "京", "长", "江", "大", "桥"]),
        ("用transformers训练", ["用", "transformers", "训", "练"]),
        ("时时々〇", ["时", "时", "々", "〇"]),
        ("\U00020bb7野家", ["\U00020bb7", "野", "家"]),
        ("葛\U000e0100城", ["葛", "城"]),
        ("ラーメン・カレー", ["ラ", "ー", "メ", "ン", "カ", "レ", "ー"]),
        ("ｶﾞｽ", ["ガ", "ス"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("Größe E\u0301te\u0301", ["größe", "été"]),
        ("q\u0303uo", ["q\u0303uo"]),
        ("Ещё булок", ["ещё", "булок"]),
        ("don't snake_case", ["don", "t", "snake", "case"]),
        ("GPT4-Turbo", ["gpt4", "turbo"]),
        ("ＧＰＴ－４", ["gpt", "4"]),
        ("3.14", ["3.14"]),
        ("1,000", ["1,000"]),
        ("1,234,567.89", ["1,234,567.89"]),
        ("１，０００．５", ["1,000.5"]),
        ("1,2,3", ["1", "2", "3"]),
        ("2024,100", ["2024", "100"]),
        ("1,0000", ["1", "0000"]),
        ("5. 6, 7", ["5", "6", "7"]),
        (".5 5.", ["5", "5"]),
        ("7.5kg", ["7.5kg"]),
        ("3.5万元", ["3.5", "万", "元"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(NO_POINTS)
def test_words_of_ascii_are_those_of_rouge_score(text: str) -> None:
    assert words(text) == tokenize(text, None)


@given(ANY)
def test_default_tokenizer_is_that_of_rouge_score(text: str) -> None:
    assert ascii_words(text) == tokenize(text, None)


@given(ANY)
def test_words_keep_every_letter_and_digit(text: str) -> None:
    found = "".join(words(text))
    assert not any(sign.isspace() for sign in found)
    kept = [sign for sign in found if sign.isalnum()]
    assert kept == [sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum()]


@given(ANY, ANY)
def test_lines_are_cut_apart(first: str, second: str) -> None:
    assert words(f"{first}\n{second}") == words(first) + words(second)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("，。 👍", []),
        ("南京长江大桥", ["南京长江大桥"]),
        ("我们使用Transformer模型", ["我们", "使用", "transformer", "模型"]),
        ("圆周率约为３.14。", ["圆周率", "约", "为", "3.14"]),
    ],
)
def test_jieba_words(text: str, expected: list[str]) -> None:
    assert jieba_words(text) == expected


def test_jieba_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    jieba_words("水")
    assert logging.getLogger("jieba").level == logging.CRITICAL
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("name", "label"), [("gristmill", "gristmill-1"), ("default", "default")])
def test_label(name: str, label: str) -> None:
    assert name in TOKENIZERS
    assert tokenizer_label(name) == label


def test_jieba_label_has_its_version() -> None:
    name, number = tokenizer_label("jieba").split("-")
    assert (name, number.count(".") >= 1) == ("jieba", True)


def test_unknown_tokenizer() -> None:
    with pytest.raises(UserError, match="no tokenizer 'mecab'") as found:
        tokenizer_label("mecab")
    assert found.value.hint == "one of gristmill, jieba, default"


def test_without_jieba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jieba", None)
    _jieba.cache_clear()
    with pytest.raises(MissingExtra, match="jieba"):
        tokenizer_label("jieba")
    _jieba.cache_clear()
