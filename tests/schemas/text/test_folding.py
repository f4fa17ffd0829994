"""Forms by look-up: what the table makes of a text, and what it leaves to folding the whole."""

import re
import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.text.folding import MARKS, fold, simple_forms
from schemas.text.normalise import prompt_forms

PLANES = (range(0x3400), range(0xA000, 0xAC00), range(0xD7A4, 0xD800), range(0xF900, 0x1F800), range(0x2F800, 0x2FB00))
CHARACTERS = [chr(code) for plane in (*PLANES, range(0xE0000, 0xE0200)) for code in plane]
JOINING = "\u0301\u0327\u3099\u0344\u0bbe\u1161\u11a8"
TEXTS = st.text(
    st.one_of(st.sampled_from(f"eAİßﬁ가한が…　１ 。\u200b{JOINING}"), st.characters(exclude_categories=["Cs"]))
)


def expected(texts: list[str]) -> list[str]:
    """The definition: the whole text folded, without marks unless it is nothing else."""
    folded = pl.Series([unicodedata.normalize("NFKC", text).casefold() for text in texts], dtype=pl.String)
    forms = folded.str.replace_all(MARKS, "")
    return [form or whole for form, whole in zip(forms, folded, strict=True)]


def test_no_text() -> None:
    assert simple_forms([]) == []


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("", ""),
        (" \n　", ""),
        ("？！", ""),
        ("A b", "ab"),
        ("你好，世界！", "你好世界"),
        ("ＡＢＣ１２", "abc12"),
        ("好……", "好"),
        ("が", "が"),
        ("👍🏽\ufe0f\u200d", "👍🏽\ufe0f"),
        ("\U0002f800", "丽"),
        ("straße", ""),
        ("e\u0301", ""),
        ("가\u11a8", ""),
        ("か\u3099", ""),
    ],
)
def test_one_text(text: str, form: str) -> None:
    assert simple_forms(["水", text, "茶"]) == ["水", form, "茶"]


@pytest.mark.parametrize("around", ["{}", "e{}か{}水"])
def test_every_character_folds_as_in_a_whole_text(around: str) -> None:
    texts = [around.format(letter, letter) for letter in CHARACTERS]
    assert prompt_forms(pl.Series(texts)).to_list() == expected(texts)


@given(st.lists(TEXTS, max_size=8))
def test_the_table_says_what_the_definition_says(texts: list[str]) -> None:
    assert prompt_forms(pl.Series(texts, dtype=pl.String)).to_list() == expected(texts)


@given(st.lists(TEXTS, max_size=8), st.integers(0, 8))
def test_a_form_depends_on_its_text_alone(texts: list[str], cut: int) -> None:
    assert simple_forms(texts[:cut]) + simple_forms(texts[cut:]) == simple_forms(texts)


def test_long_texts_fill_blocks_of_their_own() -> None:
    texts = ["茶，" * 40_000, "", "水。", "é" * 70_000, "e\u0301"]
    assert simple_forms(texts) == ["茶" * 40_000, "", "水", "é" * 70_000, ""]


def test_ascii_is_lowered() -> None:
    assert fold("Ab Z") == "ab z"
    assert re.fullmatch(r"[a-z]+", fold("ﬁﬀ"))
