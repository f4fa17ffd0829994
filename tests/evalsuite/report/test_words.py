"""Words, names and figures: both languages everywhere, none unused."""

import math
import re
from pathlib import Path

import pytest

import evalsuite.report
from evalsuite.report.figures import chance, figure, plain, span
from evalsuite.report.names import NAMES, name, slice_name
from evalsuite.report.words import WORDS, word

FOLDER = Path(str(evalsuite.report.__file__)).parent
SOURCE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.iterdir())
    if path.suffix in (".py", ".jinja") and path.name != "words.py"
)
COMPOSED = re.compile(r"why_|human_|forest_|stop_|NOT |NO |WORSE |IN|REG|IMP")


@pytest.mark.parametrize("key", WORDS)
def test_every_word_is_used(key: str) -> None:
    assert COMPOSED.match(key) or f'"{key}"' in SOURCE


@pytest.mark.parametrize("key", re.findall(r'\bt\("(\w+)"', SOURCE))
def test_every_word_that_is_used_exists(key: str) -> None:
    assert key in WORDS


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_fill_the_same_places(key: str) -> None:
    english, chinese = (set(re.findall(r"{(\w+)}", text)) for text in WORDS[key])
    assert english == chinese


def test_chinese_is_chinese() -> None:
    same = {key for key, (english, chinese) in WORDS.items() if not re.search(r"[\u4e00-\u9fff，；：]", chinese)}
    assert same == {"harness", "p", "n", "in_brackets"}


@pytest.mark.parametrize(
    ("key", "lang", "expected"),
    [
        ("chrf", "zh", "chrF"),
        ("looped", "zh", "复读"),
        ("looped", "en", "loops"),
        ("my_metric", "zh", "my_metric"),
        ("", "en", ""),
    ],
)
def test_names(key: str, lang: str, expected: str) -> None:
    assert name(key, lang) == expected


def test_names_come_in_pairs_without_markup() -> None:
    assert all(len(pair) == 2 and all(pair) and "<" not in "".join(pair) for pair in NAMES.values())


@pytest.mark.parametrize(
    ("told", "expected"), [("", ""), ("source=faq.csv", "来源=faq.csv"), ("length=long", "长度=长"), ("odd", "odd")]
)
def test_slices(told: str, expected: str) -> None:
    assert slice_name(told, "zh") == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, "share", "–"),
        (math.nan, "share", "–"),
        (math.inf, "", "–"),
        (0.0, "share", "0.000"),
        (-0.0001, "share", "0.000"),
        (-0.25, "share", "−0.250"),
        (12345.678, "tokens", "12,345.7"),
        (41.25, "points", "41.2"),
        (0.000123456, "", "0.0001235"),
        (-1e-7, "", "−1e−07"),
    ],
)
def test_figures(value: float | None, unit: str, expected: str) -> None:
    assert figure(value, unit) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [(0.5, "+0.500"), (0.0, "+0.000"), (-0.5, "−0.500"), (-0.0001, "+0.000")]
)
def test_signed_figures(value: float, expected: str) -> None:
    assert figure(value, "share", sign=True) == expected


@pytest.mark.parametrize(
    ("p", "expected"), [(None, "–"), (math.nan, "–"), (0.0009, "< 0.001"), (0.001, "0.001"), (1, "1.000")]
)
def test_chances(p: float | None, expected: str) -> None:
    assert chance(p) == expected


def test_spans() -> None:
    assert span(-0.1, 0.25, "share") == "[−0.100, +0.250]"
    assert span(math.nan, 1, "share") == "–"


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "–"), (True, "✓"), (False, "✗"), (-1200, "−1,200"), (0.94117, "0.9412"), ([1, "a"], "1, a"), ({}, "{}")],
)
def test_cells(value: object, expected: str) -> None:
    assert plain(value) == expected


def test_words_are_filled_in() -> None:
    assert word("needed", "zh", needed="480") == "大约需要 480 条"
