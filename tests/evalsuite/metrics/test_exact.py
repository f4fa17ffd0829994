import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evalsuite.metrics.exact import exact, exact_match, normalise, token_f1
from evalsuite.metrics.metric import Sample

ANY = st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("的是 aA1.,-'，。👍é\n"))


def sample(reference: str | None, answer: str, language: str = "zh") -> Sample:
    return Sample("1", "", "", reference, answer, language)


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("", "zh", ""),
        (" \n　", "zh", ""),
        ("，。！？「」……——", "zh", ""),
        ("👍", "zh", "👍"),
        ("The  Eiffel Tower!", "en", "eiffel tower"),
        ("The  Eiffel Tower!", "zh", "the eiffel tower"),
        ("A", "en", "a"),
        ("Another theory", "en", "another theory"),
        ("don't snake_case well-known", "en", "dont snakecase wellknown"),
        ("Straße", "en", "strasse"),
        ("“南京”， 北京。", "zh", "南京北京"),
        ("用 GPT 模型", "zh", "用gpt模型"),
        ("ＧＰＴ４", "zh", "gpt4"),
        ("C++", "en", "c++"),
        ("3.14.", "en", "3.14"),
        ("1,000,000 people", "en", "1000000 people"),
        ("１，０００人", "zh", "1000人"),
        ("2024-01-02", "en", "2024 01 02"),
        ("-5", "en", "-5"),
        ("气温－5度", "zh", "气温-5度"),
        ("−5 °C", "en", "-5 °c"),
        ("- 5 apples", "en", "5 apples"),
        ("Qwen-7", "en", "qwen7"),
        ("50%", "en", "50"),
    ],
)
def test_normalise(text: str, language: str, expected: str) -> None:
    assert normalise(text, language=language) == expected


@given(ANY, st.sampled_from(["en", "zh"]))
def test_normal_form_has_no_spare_space(text: str, language: str) -> None:
    form = normalise(text, language=language)
    assert form == " ".join(form.split())
    assert exact_match(text, f" {text}\n", language=language) == 1.0


@pytest.mark.parametrize(
    ("reference", "answer", "language", "match", "f1"),
    [
        # As SQuAD's evaluate-v1.1.py scores them, by hand.
        ("Denver Broncos", "The Denver Broncos.", "en", 1.0, 1.0),
        ("Denver Broncos", "Denver", "en", 0.0, 2 / 3),
        ("Saint Bernadette Soubirous", "the statue of Saint Bernadette", "en", 0.0, 2 * 2 / 7),
        ("gold", "silver", "en", 0.0, 0.0),
        ("gold gold", "gold", "en", 0.0, 2 / 3),
        ("gold", "", "en", 0.0, 0.0),
        ("A", "B", "en", 0.0, 0.0),
        ("A", "A.", "en", 1.0, 1.0),
        # Chinese: by character.
        ("南京长江大桥", "南京长江大桥。", "zh", 1.0, 1.0),
        ("南京长江大桥", "长江大桥", "zh", 0.0, 8 / 10),
        ("1968年", "１９６８ 年", "zh", 1.0, 1.0),
        ("1968年", "1986年", "zh", 0.0, 1 / 2),
        ("使用GPT", "使用 gpt！", "zh", 1.0, 1.0),
        ("北京", "上海", "zh", 0.0, 0.0),
        # Numbers that SQuAD's form takes for the same.
        ("3.14", "314", "en", 0.0, 0.0),
        ("-5", "5", "en", 0.0, 1.0),
        ("3-5", "35", "en", 0.0, 0.0),
        ("1,000", "1000", "en", 1.0, 1.0),
    ],
)
def test_scores(reference: str, answer: str, language: str, match: float, f1: float) -> None:
    assert exact_match(reference, answer, language=language) == match
    assert token_f1(reference, answer, language=language) == pytest.approx(f1)


@given(ANY, ANY)
def test_f1_is_symmetric_and_a_share(first: str, second: str) -> None:
    there, back = (token_f1(*pair, language="zh") for pair in ((first, second), (second, first)))
    assert there == back
    assert 0.0 <= there <= 1.0


def test_family() -> None:
    family = exact()
    told = family.score(
        [sample(None, "x"), sample("。", "x"), sample("👍", "👍"), sample("水", " "), sample("水", "水。")]
    )
    np.testing.assert_equal(told["exact_match"].values, [np.nan, np.nan, 1.0, 0.0, 1.0])
    np.testing.assert_equal(told["token_f1"].values, [np.nan, np.nan, np.nan, 0.0, 1.0])
    assert told["exact_match"].reasons == {0: "no_reference", 1: "no_tokens"}
    assert told["token_f1"].reasons == {0: "no_reference", 1: "no_tokens", 2: "no_tokens"}
    assert [(metric.name, metric.binary) for metric in family.metrics] == [("exact_match", True), ("token_f1", False)]
    assert family.metrics[1].signature == "token_f1|form:squad-zh-1|tokenizer:gristmill-1"
