"""Back-translation by local models: the way, what stays, what is kept, and what is missing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dataprep.augment import seq2seq
from dataprep.augment.rewriters import Wish
from dataprep.augment.translator import backtranslate_locally, check_models
from dataprep.recipe.augment import Backtranslate
from schemas.endpoint import Cache
from schemas.errors import UserError
from tests.dataprep.augment.translation_models import make_marian

PAIRS = {"zh-en": Path("m"), "en-zh": Path("m"), "en-fr": Path("m"), "fr-zh": Path("m")}


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Translators that only say where they go; which were opened, and every text that they saw."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "model.safetensors").write_bytes(b"")
    calls: list[Any] = []

    def open_translator(folder: Path, *, source: str, target: str) -> seq2seq.Translate:
        def run(texts: Sequence[str]) -> list[str | None]:
            calls.append((source, target, list(texts)))
            return [None if "长" in text else f"{target}({text})" for text in texts]

        return run

    monkeypatch.setattr(seq2seq, "open_translator", open_translator)
    return calls


def wish(text: str, *pivots: str) -> Wish:
    return Wish(text, "zh", "backtranslation", pivots=pivots)


def back(wishes: list[Wish], root: Path) -> list[tuple[str, str, str]]:
    with Cache(root / "a.sqlite") as cache:
        found = backtranslate_locally(wishes, PAIRS, root=root, cache=cache)
    return [(each.text, each.finish, each.fault) for each in found]


def test_texts_go_there_and_back_and_are_kept(tmp_path: Path, opened: list[Any]) -> None:
    wishes = [wish("茶", "en"), wish("在3天内用 `x`", "en", "fr"), wish("茶", "en"), wish("很长", "en"), wish("", "en")]
    assert back([], tmp_path) == []
    found = back(wishes, tmp_path)
    assert found == [
        ("zh(en(茶))", "stop", ""),
        ("zh(fr(en(在3天内用 `x`)))", "stop", ""),
        ("zh(en(茶))", "stop", ""),
        ("", "length", ""),
        ("zh(en())", "stop", ""),
    ]
    assert [(source, target, len(texts)) for source, target, texts in opened] == [
        *(("zh", "en", 4), ("en", "fr", 1), ("en", "zh", 2), ("fr", "zh", 1)),
    ]
    assert "`" not in str(opened)
    opened.clear()
    assert back(wishes, tmp_path) == found
    assert opened == []


def test_a_piece_that_gets_lost_is_a_fault(tmp_path: Path, opened: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seq2seq, "open_translator", lambda *_, **__: lambda texts: ["没有"] * len(texts))
    assert back([wish("用 `x` 吧", "en"), wish("用吧", "en")], tmp_path) == [
        ("", "error", "lost_marker: `x`"),
        ("没有", "stop", ""),
    ]


def test_a_half_known_piece_of_texts_is_translated_as_it_was(tmp_path: Path, opened: list[Any]) -> None:
    wishes = [wish(f"茶{number}", "en") for number in range(70)]
    with Cache(tmp_path / "a.sqlite") as cache:
        whole = backtranslate_locally(wishes, PAIRS, root=tmp_path, cache=cache)
        seen = list(opened)
        cache._base.execute("delete from answers where key = ?", (whole[3].key,))
        opened.clear()
        assert backtranslate_locally(wishes, PAIRS, root=tmp_path, cache=cache) == whole
    assert opened == [call for call in seen if call[1] == "zh" and "en(茶3)" in call[2]]


def test_real_models_from_end_to_end(tmp_path: Path) -> None:
    make_marian(tmp_path / "m", says="b", bias=0.0)
    wishes = [wish("今天很好", "en"), wish("`x`", "en")]
    assert back(wishes, tmp_path)[1] == ("`x`", "stop", "")
    assert back(wishes, tmp_path) == back(wishes, tmp_path)


def test_every_missing_pair_is_named(tmp_path: Path) -> None:
    with Cache(tmp_path / "a") as cache, pytest.raises(UserError, match="no model for zh-de and de-zh") as told:
        backtranslate_locally([wish("茶", "de")], PAIRS, root=tmp_path, cache=cache)
    assert "data.augment.backtranslate.models: {zh-de: FOLDER, de-zh: FOLDER}" in told.value.hint


@pytest.mark.parametrize(
    ("models", "languages", "said"),
    [
        ({"zh-en": "m", "en-zh": "m"}, ["zh", "en"], ""),
        ({"zh-en": "m", "en-zh": "m"}, ["zh", "fr"], "no model for fr-en and en-fr"),
        ({"zh-en": "m"}, ["zh"], "no model for en-zh"),
        ({"zh-en": "m", "en-zh": "gone"}, ["zh"], "gone: no such folder"),
        ({"zh_en": "m"}, [], "'zh_en' is no pair"),
        ({"zh-sw": "m"}, [], "not 'sw'"),
    ],
)
def test_models_are_looked_at_before_a_run(tmp_path: Path, models: Any, languages: list[str], said: str) -> None:
    make_marian(tmp_path / "m")
    config = Backtranslate(models=models)
    if said:
        with pytest.raises(UserError, match=said):
            check_models(config, languages, tmp_path)
    else:
        check_models(config, languages, tmp_path)
