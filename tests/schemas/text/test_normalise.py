"""Normal forms: which texts count as the same content, and which as the same prompt."""

import hashlib

import polars as pl
import pytest

from schemas.text.folding import MARKS
from schemas.text.normalise import _ASCII_MARKS, content_form, digest, digests, prompt_forms


def content(text: str, **settings: bool) -> str:
    return str(pl.DataFrame({"text": [text]}).select(content_form(pl.col("text"), **settings)).item())


@pytest.mark.parametrize(
    ("text", "form"),
    [("", ""), (" \n　水 \n", "水"), ("a  b\n\nc", "a  b\n\nc"), ("a\x1eb", "a b"), ("Ab１", "Ab１")],
    ids=["empty", "ends", "inner whitespace counts", "separators", "case and width count"],
)
def test_content_form(text: str, form: str) -> None:
    assert content(text) == form


def test_case_can_be_ignored() -> None:
    assert content("Ünder 茶", ignore_case=True) == content("üNDER 茶", ignore_case=True)


@pytest.mark.parametrize(("one", "other"), [("第12条", "第3条"), ("room 1", "room ２０"), ("٣", "7")])
def test_numbers_can_be_ignored(one: str, other: str) -> None:
    assert content(one) != content(other)
    assert content(one, ignore_numbers=True) == content(other, ignore_numbers=True)


def test_digests_are_blake2b_of_the_nfc_form() -> None:
    expected = hashlib.blake2b("é水".encode(), digest_size=16).hexdigest()
    assert digests(pl.Series(["é水", "e\u0301水", None])).to_list() == [expected, expected, None]
    assert digest("") != digest(" ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("水硬度多少合适？", "水硬度 多少合适"),
        ("What's THIS?", "whats this"),
        ("ＡＢＣ１２", "abc12"),
        ("STRASSE", "straße"),
        ("你好，\n世界！", "你好世界"),
        ("“茶”——《经》", "茶经"),
        ("泠\u200b泉", "泠泉"),
    ],
)
def test_prompts_of_one_form(one: str, other: str) -> None:
    first, second = prompt_forms(pl.Series([one, other]))
    assert first == second


@pytest.mark.parametrize(
    ("one", "other"),
    [("???", "!!!"), ("1+1", "1×1"), ("第1条", "第2条"), ("你好吗", "你好"), ("c", "c++"), ("", "？")],
)
def test_prompts_of_different_forms(one: str, other: str) -> None:
    first, second = prompt_forms(pl.Series([one, other]))
    assert first != second


def test_null_prompts_stay_null() -> None:
    assert prompt_forms(pl.Series([None, "a"], dtype=pl.String)).to_list() == [None, "a"]
    assert prompt_forms(pl.Series([], dtype=pl.String)).to_list() == []


def test_the_marks_of_ascii_are_those_of_the_pattern() -> None:
    signs = pl.Series([chr(code) for code in range(128)])
    gone = [code for code, rest in enumerate(signs.str.replace_all(MARKS, "")) if rest == ""]
    assert gone == sorted(_ASCII_MARKS)
