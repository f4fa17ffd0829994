"""The n-gram kernel: what a token is, what an n-gram is, and that both kernels say the same."""

import re
import unicodedata
from importlib.util import find_spec

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.text import ngrams as kernel
from schemas.text.ngrams import Grams, compiled, ngrams, shingles, tokens

HAN = re.compile("[\u2e80-\u2fdf々〇\u3400-\u9fff\uac00-\ud7ffぁ-ゖァ-ヺー\U00020000-\U0003fffd]")
LETTERS = "aZ9é茶水々カか한𠮷①Ｆｶ ,._-\u0301\u200b😀\0\n"
TEXTS = st.lists(st.none() | st.text(alphabet=LETTERS, max_size=24), max_size=8)


def cut(text: str | None) -> list[str]:
    """The tokens of a text, character by character."""
    found, word = [], ""
    for letter in text or "":
        plain = unicodedata.normalize("NFKC", letter).lower()
        plain = plain if len(plain) == 1 else letter
        if HAN.match(plain):
            found += [word, plain]
            word = ""
        elif plain.isalnum() or unicodedata.category(plain)[0] == "M":
            word += plain
        else:
            found, word = [*found, word], ""
    return [token for token in [*found, word] if token]


def rows(grams: Grams) -> list[list[int]]:
    return [grams.values[a:b].tolist() for a, b in zip(grams.offsets[:-1], grams.offsets[1:], strict=True)]


def series(*texts: str | None) -> pl.Series:
    return pl.Series(list(texts), dtype=pl.String)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (None, 0),
        ("", 0),
        (" \n\t　", 0),
        ("……！？", 0),
        ("😀❤️👩‍👩‍👧", 0),
        ("a", 1),
        ("Hello, world", 2),
        ("don't", 2),
        ("snake_case", 2),
        ("你好，世界", 4),
        ("用transformers训练", 4),
        ("GPT4", 1),
        ("3.14", 2),
        ("1+1=?", 2),
        ("カタカナー", 5),
        ("한국어 ok", 4),
        ("हिन्दी", 1),
        ("cafe\u0301s", 1),
        ("𠮷野家", 3),
        ("a\0b", 2),
    ],
)
def test_tokens_are_characters_or_words(text: str | None, count: int) -> None:
    assert tokens(series("x y", text, "z")).grams.counts.tolist() == [2, count, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [("HELLO", "hello"), ("ＧＰＴ４", "gpt4"), ("ÉTÉ", "été"), ("ﾃｽﾄ", "テスト"), ("①", "1"), ("a,b", " a\nb ")],
)
def test_forms_that_count_as_the_same(one: str, other: str) -> None:
    first, second = rows(tokens(series(one, other)).grams)
    assert first == second


@pytest.mark.parametrize(("one", "other"), [("1+1=?", "2+3=?"), ("ab", "ba"), ("a b", "ab"), ("中国", "国中")])
def test_forms_that_differ(one: str, other: str) -> None:
    first, second = rows(shingles(series(one, other), han=2, words=2))
    assert first != second


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_equal_tokens_have_equal_hashes_and_others_have_others(texts: list[str | None]) -> None:
    found = tokens(series(*texts))
    expected = [token for text in texts for token in cut(text)]
    assert found.grams.counts.tolist() == [len(cut(text)) for text in texts]
    pairs = set(zip(expected, found.grams.values.tolist(), strict=True))
    assert len(pairs) == len({token for token, _ in pairs}) == len({value for _, value in pairs})
    assert found.han.tolist() == [bool(HAN.match(token)) for token in expected]


def spelt(text: str, han: int, words: int) -> list[str]:
    """The n-grams of a text by their definition."""
    found, made = cut(text), []
    for place, token in enumerate(found):
        stop = place + (han if HAN.match(token) else words)
        reached = any(end >= len(found) for end, _ in made)
        if stop <= len(found) or not reached:
            made.append((stop, " ".join(found[place:stop])))
    return [gram for _, gram in made]


@given(TEXTS, st.integers(1, 4), st.integers(1, 4))
@settings(max_examples=150, deadline=None)
def test_ngrams_follow_their_definition(texts: list[str | None], han: int, words: int) -> None:
    found = ngrams(tokens(series(*texts)), han=han, words=words)
    expected = [spelt(text or "", han, words) for text in texts]
    assert found.counts.tolist() == [len(grams) for grams in expected]
    pairs = set(zip([gram for grams in expected for gram in grams], found.values.tolist(), strict=True))
    assert len(pairs) == len({gram for gram, _ in pairs}) == len({value for _, value in pairs})
    sets = shingles(series(*texts), han=han, words=words)
    assert rows(sets) == [sorted(set(row)) for row in rows(found)]


def test_short_rows_have_one_ngram_of_all_their_tokens() -> None:
    assert shingles(series("a b", "你好", "a", "a b c d", ""), han=3, words=3).counts.tolist() == [1, 1, 1, 2, 0]


def test_rows_do_not_run_into_each_other() -> None:
    whole = shingles(series("ab", "cd", "茶", "水", "ab"), han=2, words=2)
    assert whole.counts.tolist() == [1] * 5
    assert rows(whole)[0] == rows(whole)[4]


def test_blocks_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = series(*(f"row {n} 第{n}行 " * (n % 5) for n in range(200)), "long " * 500)
    whole = shingles(texts, han=2, words=2)
    monkeypatch.setattr(kernel, "_BLOCK_CHARS", 64)
    cut_up = shingles(texts, han=2, words=2)
    assert rows(cut_up) == rows(whole)


def test_texts_longer_than_the_kept_powers(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = series("word 茶 " * 300)
    whole = rows(shingles(texts, han=2, words=2))
    monkeypatch.setattr(kernel, "_POWERS", 100)
    kernel._kept_powers.cache_clear()
    assert rows(shingles(texts, han=2, words=2)) == whole
    monkeypatch.undo()
    kernel._kept_powers.cache_clear()


def mixed(value: int) -> int:
    """The last steps of splitmix64, in whole numbers."""
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
    return value ^ value >> 31


def hashed(*words: str) -> int:
    found = [mixed(sum(ord(c) * 0x9E3779B97F4A7C15**k for k, c in enumerate(word)) % 2**64) for word in words]
    return mixed(sum(value * 0xD6E8FEB86659FD93**k for k, value in enumerate(found)) % 2**64) >> 12


def test_hashes_follow_their_formula() -> None:
    first, second = rows(shingles(series("Hello world", "你好世界"), han=2, words=2))
    assert first == [hashed("hello", "world")] == [2448744347103946]
    assert second == sorted([hashed("你", "好"), hashed("好", "世"), hashed("世", "界")])


@pytest.mark.skipif(find_spec("numba") is None, reason="numba (extra `fast`) is not installed")
@pytest.mark.parametrize(("han", "words"), [(1, 1), (2, 2), (3, 1), (2, 5)])
def test_both_kernels_say_the_same(monkeypatch: pytest.MonkeyPatch, han: int, words: int) -> None:
    draw = np.random.default_rng(1)
    letters = [*LETTERS, "\u3099", "ß", "İ", "ﬁ", "\U000e0100", "\U0001d7d8", "ก"]
    texts = series(*("".join(draw.choice(letters, size)) for size in draw.integers(0, 60, 300)), None, "")
    made = {}
    for name in ("numpy", "numba"):
        monkeypatch.setenv("GRISTMILL_KERNEL", name)
        cuts = tokens(texts)
        grams = ngrams(cuts, han=han, words=words)
        made[name] = [cuts.grams, grams, shingles(texts, han=han, words=words), Grams(cuts.han, cuts.grams.offsets)]
    for one, other in zip(made["numpy"], made["numba"], strict=True):
        assert np.array_equal(one.values, other.values)
        assert np.array_equal(one.offsets, other.offsets)


def test_numba_is_loaded_once_the_shards_of_a_process_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRISTMILL_KERNEL", raising=False)
    monkeypatch.setattr(compiled, "_seen", [0])
    monkeypatch.setattr(compiled, "_compiled", lambda: "loops")
    work = compiled._WORTH_LOADING // 2
    assert [compiled.loops(work=work) for _ in range(3)] == [None, "loops", "loops"]
    monkeypatch.setenv("GRISTMILL_KERNEL", "numpy")
    assert compiled.loops(work=work) is None
