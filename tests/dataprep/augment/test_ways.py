"""The ways of one row: targets, styles and pivots by its kind and language."""

from typing import Any

import polars as pl
import pytest

from dataprep.augment.ways import menus
from schemas.errors import UserError
from tests.dataprep.augment.widened import augment, line, viewed


def ways(pick: int = 0, *, config: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    rows = viewed(line(1, **more)).with_columns(pick=pl.lit(pick, pl.UInt64))
    offers, found = menus(rows, augment(**config))
    own = found.filter(menu=offers["menu"][0])
    assert own["turn"].to_list() == list(range(offers["ways"][0]))
    return own.to_dicts()


def test_no_rows() -> None:
    rows = viewed().with_columns(pick=pl.lit(0, pl.UInt64))
    offers, found = menus(rows, augment(paraphrase={}))
    assert offers.is_empty()
    assert found.is_empty()


TRANSLATED = {"prompt_language": "en", "answer_language": "zh"}


@pytest.mark.parametrize(
    ("target", "more", "expected"),
    [
        ("prompt", {}, ("prompt", "zh")),
        ("answer", {}, ("answer", "zh")),
        ("both", {}, ("both", "zh")),
        ("prompt", {"kind": "preference", "answer_chars": None}, ("prompt", "zh")),
        ("answer", {"kind": "preference"}, None),
        ("both", {"kind": "preference"}, ("prompt", "zh")),
        ("both", {"kind": "kto"}, ("prompt", "zh")),
        ("answer", {"answer_chars": None}, None),
        ("answer", {"answer_chars": 4001}, None),
        ("answer", {"prompt_chars": 9000}, ("answer", "zh")),
        ("both", {"answer_chars": None}, ("prompt", "zh")),
        ("both", {"prompt_chars": 9000}, None),
        ("prompt", TRANSLATED, ("prompt", "en")),
        ("answer", TRANSLATED, ("answer", "zh")),
        ("both", TRANSLATED, ("prompt", "en")),
        ("prompt", {"prompt_language": None}, ("prompt", "und")),
        ("prompt", {"kind": "text"}, None),
    ],
)
def test_targets(target: str, more: dict[str, Any], expected: tuple[str, str] | None) -> None:
    found = ways(config={"paraphrase": {"target": target}}, **more)
    assert [(way["target"], way["language"]) for way in found] == ([expected] if expected else [])


def test_styles_are_taken_in_turn_and_samples_tell_equal_ones_apart() -> None:
    found = ways(1, config={"paraphrase": {"styles": ["plain", "shorter", "plain"], "variants": 5}})
    wished = [(way["style"], way["sample"]) for way in found]
    assert wished == [("shorter", 0), ("plain", 0), ("shorter", 1), ("plain", 1), ("shorter", 2)]


@pytest.mark.parametrize(
    ("language", "styles"), [("zh", {"plain", "traditional"}), ("en", {"plain"}), ("ja", {"plain"})]
)
def test_styles_that_a_language_lacks_are_passed_over(language: str, styles: set[str]) -> None:
    config = {"paraphrase": {"styles": ["plain", "traditional"], "variants": 4}}
    assert {way["style"] for way in ways(config=config, prompt_language=language)} == styles


@pytest.mark.parametrize(
    ("language", "pivots", "models", "expected"),
    [
        ("zh", ["en", "zh"], {}, ["en"]),
        ("en", ["en", "zh"], {}, ["zh"]),
        ("ko", ["en", "zh"], {}, ["en", "zh"]),
        ("zh", ["zh"], {}, []),
        ("zh", ["fr+de", "en+zh"], {}, ["fr+de"]),
        ("und", ["en"], {}, []),
        ("zh", ["en", "fr"], {"zh-en": "a", "en-zh": "b", "zh-fr": "c"}, ["en"]),
        ("ko", ["en"], {"zh-en": "a", "en-zh": "b"}, []),
        ("zh", ["fr+de"], {"zh-fr": "a", "fr-de": "b", "de-zh": "c"}, ["fr+de"]),
    ],
)
def test_pivots_lead_away_from_the_language(
    language: str, pivots: list[str], models: dict[str, str], expected: list[str]
) -> None:
    config = {"backtranslate": {"pivots": pivots, "models": models, "variants": len(expected) or 1}}
    found = ways(config=config, prompt_language=language)
    assert [way["pivots"] for way in found] == expected
    assert {(way["origin"], way["style"]) for way in found} <= {("back_translation", "backtranslation")}


def test_any_way_may_come_first_and_each_stands_once() -> None:
    config: dict[str, Any] = {"paraphrase": {"styles": ["plain", "formal"]}, "backtranslate": {"pivots": ["en", "fr"]}}
    menus_ = {tuple((way["style"], way["pivots"]) for way in ways(pick, config=config)) for pick in range(8)}
    assert len(menus_) == 8
    told = ("plain", None), ("formal", None), ("backtranslation", "en"), ("backtranslation", "fr")
    assert sorted(menu[0] for menu in menus_) == sorted(told * 2, key=str)


def test_an_unknown_style_is_named() -> None:
    with pytest.raises(UserError, match="no style collloquial; did you mean colloquial"):
        ways(config={"paraphrase": {"styles": ["collloquial"]}})
