import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer

from evalsuite.metrics import rouge as module
from evalsuite.metrics.metric import Sample
from evalsuite.metrics.rouge import NAMES, rouge, rouge_scores
from schemas.errors import MissingExtra, UserError
from schemas.text.words import TOKENIZERS, ascii_words, jieba_words, words

BRIDGE = "南京长江大桥于1968年建成，正桥全长4589米。"
WRONG = "完全无关1968的句子4589"
TEXTS = st.text(alphabet=st.sampled_from("abcAB12 '-!\n"), max_size=60)
MIXED = st.text(alphabet=st.sampled_from("ab1.5 \n南京大桥，。👍é"), max_size=40)


class Ours(Tokenizer):  # type: ignore[misc]
    def tokenize(self, text: str) -> list[str]:
        return words(text)


def sample(reference: str | None, answer: str) -> Sample:
    return Sample("1", "", "", reference, answer, "zh")


def theirs(reference: str, answer: str, tokenizer: Tokenizer | None = None) -> dict[str, float]:
    told = RougeScorer(list(NAMES), tokenizer=tokenizer).score(reference, answer)
    return {name: told[name].fmeasure for name in NAMES}


@pytest.mark.parametrize(
    ("reference", "answer"),
    [
        ("", ""),
        ("a", ""),
        ("", "a"),
        ("one", "one"),
        (" \n ", "\n\n"),
        ("The quick brown fox jumps over the lazy dog", "The quick brown dog jumps on the log."),
        ("police killed the gunman", "the gunman kill police"),  # Lin 2004, section 3.1
        ("First line here.\nSecond line, longer.\n\n", "\nSecond line\nhere first. First"),
        ("a b c\nd e", "a b c d e"),
        ("the the the", "the\nthe"),
    ],
)
def test_ascii_equals_rouge_score(reference: str, answer: str) -> None:
    expected = pytest.approx(theirs(reference, answer), abs=1e-9)
    assert rouge_scores(reference, answer, tokenize=words) == expected
    assert rouge_scores(reference, answer, tokenize=ascii_words) == expected


@given(TEXTS, TEXTS)
def test_any_ascii_equals_rouge_score(reference: str, answer: str) -> None:
    assert rouge_scores(reference, answer, tokenize=words) == pytest.approx(theirs(reference, answer), abs=1e-9)


@given(MIXED, MIXED)
def test_default_equals_rouge_score_everywhere(reference: str, answer: str) -> None:
    assert rouge_scores(reference, answer, tokenize=ascii_words) == pytest.approx(theirs(reference, answer), abs=1e-9)


@settings(max_examples=50)
@given(MIXED, MIXED)
def test_our_tokenizer_in_rouge_score_gives_the_same(reference: str, answer: str) -> None:
    expected = pytest.approx(theirs(reference, answer, Ours()), abs=1e-9)
    assert rouge_scores(reference, answer, tokenize=words) == expected


@pytest.mark.parametrize(
    ("reference", "answer", "default", "ours"),
    [
        # Default: nothing to count in Chinese, or the numbers and Latin words alone.
        ("今天天气很好", "今天天气很好", (0.0, 0.0), (1.0, 1.0)),
        (BRIDGE, BRIDGE, (1.0, 1.0), (1.0, 1.0)),
        # 17 words and 9: 全, 1968 and 4589 are shared, the numbers in order.
        (BRIDGE, WRONG, (1.0, 1.0), (2 * 3 / 26, 2 * 2 / 26)),
        # 7 and 7: transformer alone.
        ("我们使用Transformer模型", "他们讨厌Transformer架构", (1.0, 1.0), (2 * 2 / 14, 2 * 2 / 14)),
        # 11 and 11, ten shared in order.
        ("这个城市的春天非常温暖", "这个城市的春天非常寒暖", (0.0, 0.0), (10 / 11, 10 / 11)),
        ("全长4589米", "全长4598米", (0.0, 0.0), (3 / 4, 3 / 4)),
        ("圆周率是3.14", "圆周率是14.3", (1.0, 0.5), (4 / 5, 4 / 5)),
    ],
)
def test_golden_chinese(reference: str, answer: str, default: tuple[float, float], ours: tuple[float, float]) -> None:
    for tokenizer, expected in (("default", default), ("gristmill", ours)):
        told = rouge_scores(reference, answer, tokenize=TOKENIZERS[tokenizer])
        assert (told["rouge1"], told["rougeL"]) == pytest.approx(expected, abs=1e-12), tokenizer


def test_jieba_differs_from_characters() -> None:
    # Words: 我们 喜欢 音乐; of three, two are shared, and no pair.
    reference, answer = "我们喜欢音乐", "我们讨厌音乐"
    assert rouge_scores(reference, answer, tokenize=jieba_words)["rouge1"] == pytest.approx(2 / 3)
    assert rouge_scores(reference, answer, tokenize=words)["rouge1"] == pytest.approx(4 / 6)
    assert rouge_scores(reference, answer, tokenize=jieba_words)["rouge2"] == 0.0


def test_lines_are_the_sentences_of_rouge_lsum() -> None:
    told = rouge_scores("天很蓝\n水很清", "水很清\n天很蓝", tokenize=words)
    assert (told["rougeL"], told["rougeLsum"]) == (0.5, 1.0)
    told = rouge_scores("天很蓝。水很清", "水很清。天很蓝", tokenize=words)
    assert told["rougeLsum"] == told["rougeL"] == 0.5


def test_family() -> None:
    told = rouge().score(
        [sample(None, "水"), sample("", "水"), sample("👍 。", "👍"), sample("水", " "), sample("水", "水")]
    )
    assert tuple(told) == NAMES
    for name in NAMES:
        perfect = 0.0 if name == "rouge2" else 1.0  # a single word has no pair
        np.testing.assert_equal(told[name].values, [np.nan, np.nan, np.nan, 0.0, perfect])
        assert told[name].reasons == {0: "no_reference", 1: "no_tokens", 2: "no_tokens"}
    assert rouge().score([])["rougeL"].values.shape == (0,)


def test_what_the_metrics_say() -> None:
    metrics = rouge("default").metrics
    assert [metric.name for metric in metrics] == list(NAMES)
    assert {(metric.better, metric.unit, metric.margin, metric.binary) for metric in metrics} == {
        ("higher", "share", 0.02, False)
    }
    assert metrics[0].signature == "rouge|tokenizer:default|f1|rouge-score:0.1.2"
    assert "tokenizer:gristmill-1|" in rouge().metrics[0].signature


def test_unknown_tokenizer() -> None:
    with pytest.raises(UserError, match="mecab"):
        rouge("mecab")


def test_without_rouge_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rouge_score.rouge_scorer", None)
    module._ngram_scorer.cache_clear()
    with pytest.raises(MissingExtra, match="rouge-score"):
        rouge()
    module._ngram_scorer.cache_clear()
